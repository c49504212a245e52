//! The log guard: a store that hands out log entries only when they are whole.
//!
//! An entry is read once in full and checked; after that it is known by its path, size, time and tag, and passes.
//! Everything that is not a log entry passes through.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use moka::sync::Cache;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};

use super::error::into_object_store;
use super::log_entry::LogEntry;
use super::stamp::Stamp;

/// How many entries are remembered as whole; one that was forgotten is checked again.
const REMEMBERED_ENTRIES: u64 = 65_536;

/// A store whose log entries are checked before anyone reads them.
#[derive(Debug)]
pub(super) struct LogGuard {
    inner: Arc<dyn ObjectStore>,
    whole: Cache<Path, Stamp>,
}

impl LogGuard {
    pub(super) fn new(inner: Arc<dyn ObjectStore>) -> Self {
        Self { inner, whole: Cache::new(REMEMBERED_ENTRIES) }
    }

    fn is_known(&self, meta: &ObjectMeta) -> bool {
        self.whole.get(&meta.location).is_some_and(|stamp| stamp == Stamp::of(meta))
    }

    fn check(&self, entry: LogEntry<'_>, meta: &ObjectMeta, bytes: &[u8]) -> Result<()> {
        entry.check(bytes).map_err(into_object_store)?;
        self.whole.insert(meta.location.clone(), Stamp::of(meta));
        Ok(())
    }

    /// Reads the whole of an entry if it is not known yet, for calls that would touch only a part of it.
    async fn ensure_whole(&self, path: &Path) -> Result<()> {
        let Some(entry) = LogEntry::of(path) else { return Ok(()) };
        let found = self.inner.get_opts(path, GetOptions::default()).await?;
        if self.is_known(&found.meta) {
            return Ok(());
        }
        let meta = found.meta.clone();
        self.check(entry, &meta, &found.bytes().await?)
    }
}

/// A listing is what readers plan by, so an empty entry must fail there already.
fn refuse_empty(meta: ObjectMeta) -> Result<ObjectMeta> {
    if let Some(entry) = LogEntry::of(&meta.location) {
        entry.check_size(meta.size).map_err(into_object_store)?;
    }
    Ok(meta)
}

impl fmt::Display for LogGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogGuard({})", self.inner)
    }
}

#[async_trait]
impl ObjectStore for LogGuard {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        self.inner.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let Some(entry) = LogEntry::of(location) else {
            return self.inner.get_opts(location, options).await;
        };
        if options.range.is_some() {
            self.ensure_whole(location).await?;
            return self.inner.get_opts(location, options).await;
        }
        let head = options.head;
        let found = self.inner.get_opts(location, options).await?;
        entry.check_size(found.meta.size).map_err(into_object_store)?;
        if head || self.is_known(&found.meta) {
            return Ok(found);
        }
        let (meta, range, attributes) = (found.meta.clone(), found.range.clone(), found.attributes.clone());
        let bytes = found.bytes().await?;
        self.check(entry, &meta, &bytes)?;
        let payload = GetResultPayload::Stream(stream::once(async { Ok(bytes) }).boxed());
        Ok(GetResult { payload, meta, range, attributes })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.ensure_whole(location).await?;
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix).map(|found| found.and_then(refuse_empty)).boxed()
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset).map(|found| found.and_then(refuse_empty)).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let mut found = self.inner.list_with_delimiter(prefix).await?;
        found.objects = found.objects.into_iter().map(refuse_empty).collect::<Result<_>>()?;
        Ok(found)
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.ensure_whole(from).await?;
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.ensure_whole(from).await?;
        self.inner.rename_opts(from, to, options).await
    }
}
