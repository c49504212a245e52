//! Integrity of data files: what is read must be what was written.
//!
//! Half of all single-bit flips in a Parquet file give wrong rows and no error, so every data file's length and
//! checksum are kept in the table's log, registered here, and compared at the first read. A local file is read
//! once in full for that; object stores keep checksums of their own, so there only the length is compared and a
//! full comparison is left to [`Store::verify`](super::Store::verify). What a checkpoint of the log must be is kept
//! beside it where files are compared in full.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use dashmap::DashMap;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, OBJECT_STORE_COALESCE_DEFAULT, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
    coalesce_ranges,
};
use tokio::sync::Mutex;

use super::checkpoint::{self, Keeper};
use super::digest::Digest;
use super::error::into_object_store;
use super::stamp::Stamp;
use crate::Error;

/// What registered files must be, and what was found when they were last read in full.
#[derive(Debug, Default)]
pub(super) struct Checksums {
    files: DashMap<Path, Arc<Expected>>,
}

#[derive(Debug)]
struct Expected {
    written: Digest,
    /// Held while the file is read in full, so that readers who come meanwhile wait for one verdict.
    found: Mutex<Option<Found>>,
}

#[derive(Debug)]
struct Found {
    stamp: Stamp,
    digest: Digest,
}

impl Checksums {
    /// Registers a file; registering it again with the same values keeps what is known about it.
    pub(super) fn expect(&self, path: &Path, written: Digest) {
        if self.get(path).is_some_and(|known| known.written == written) {
            return;
        }
        self.files.insert(path.clone(), Arc::new(Expected { written, found: Mutex::new(None) }));
    }

    /// Forgets a file, because it is deleted or no longer of interest.
    pub(super) fn forget(&self, path: &Path) {
        self.files.remove(path);
    }

    fn get(&self, path: &Path) -> Option<Arc<Expected>> {
        self.files.get(path).map(|expected| Arc::clone(&expected))
    }
}

/// How much of a registered file is compared when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Length and checksum, by reading the whole file once.
    Checksum,
    /// The length alone.
    Length,
}

/// A store whose registered files are compared with what was written.
#[derive(Debug)]
pub(super) struct Verified {
    inner: Arc<dyn ObjectStore>,
    checksums: Arc<Checksums>,
    depth: Depth,
}

impl Verified {
    pub(super) fn new(inner: Arc<dyn ObjectStore>, checksums: Arc<Checksums>, depth: Depth) -> Self {
        Self { inner, checksums, depth }
    }

    /// What the file must be, if that is known.
    async fn expected(&self, location: &Path) -> Result<Option<Arc<Expected>>> {
        let known = self.checksums.get(location);
        if known.is_some() || self.depth == Depth::Length {
            return Ok(known);
        }
        let Some(path) = checkpoint::digest_path(location) else { return Ok(None) };
        let kept = match self.inner.get(&path).await {
            Ok(kept) => kept.bytes().await?,
            // Another program wrote the checkpoint.
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(err) => return Err(err),
        };
        self.checksums.expect(location, checkpoint::parse(&path, &kept).map_err(into_object_store)?);
        Ok(self.checksums.get(location))
    }

    /// Where the digest of what is written goes, if it is kept.
    fn keeper(&self, location: &Path) -> Option<Keeper> {
        let path = checkpoint::digest_path(location).filter(|_| self.depth == Depth::Checksum)?;
        let (store, checksums) = (Arc::clone(&self.inner), Arc::clone(&self.checksums));
        Some(Keeper { store, checksums, checkpoint: location.clone(), path })
    }

    /// Compares the file whose state is `meta`, reading it in full if this state was not seen before.
    async fn compare(&self, expected: &Expected, meta: &ObjectMeta) -> Result<()> {
        let path = &meta.location;
        expected.written.expect_length(path, meta.size).map_err(into_object_store)?;
        if self.depth == Depth::Length {
            return Ok(());
        }
        let stamp = Stamp::of(meta);
        let mut known = expected.found.lock().await;
        let digest = match known.as_ref() {
            Some(found) if found.stamp == stamp => found.digest,
            _ => {
                let whole = self.inner.get_opts(path, GetOptions::default()).await?;
                if Stamp::of(&whole.meta) != stamp {
                    let err = Error::io(format!("file {path} changed while it was read"));
                    return Err(into_object_store(err.with_hint("run the statement again")));
                }
                let digest = Digest::of(whole).await?;
                *known = Some(Found { stamp, digest });
                digest
            }
        };
        expected.written.expect(path, digest).map_err(into_object_store)
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verified({})", self.inner)
    }
}

#[async_trait]
impl ObjectStore for Verified {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        let Some(keeper) = self.keeper(location) else {
            return self.inner.put_opts(location, payload, opts).await;
        };
        let digest = Keeper::digest(&payload);
        let written = self.inner.put_opts(location, payload, opts).await?;
        keeper.keep(digest).await?;
        Ok(written)
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        let upload = self.inner.put_multipart_opts(location, opts).await?;
        Ok(match self.keeper(location) {
            Some(keeper) => Box::new(checkpoint::Upload::new(upload, keeper)),
            None => upload,
        })
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let Some(expected) = self.expected(location).await? else {
            return self.inner.get_opts(location, options).await;
        };
        let head = options.head;
        let found = match self.inner.get_opts(location, options).await {
            Ok(found) => found,
            Err(err @ object_store::Error::NotFound { .. }) => return Err(err),
            Err(err) => {
                // A range that lies outside a file cut short is better explained by the missing bytes.
                let meta = self.inner.head(location).await?;
                expected.written.expect_length(location, meta.size).map_err(into_object_store)?;
                return Err(err);
            }
        };
        if head {
            expected.written.expect_length(location, found.meta.size).map_err(into_object_store)?;
        } else {
            self.compare(&expected, &found.meta).await?;
        }
        Ok(found)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let Some(expected) = self.expected(location).await? else {
            return self.inner.get_ranges(location, ranges).await;
        };
        match self.depth {
            Depth::Checksum => {
                let meta = self.inner.head(location).await?;
                self.compare(&expected, &meta).await?;
                self.inner.get_ranges(location, ranges).await
            }
            // Every answer of a remote store states the length of the whole, so no request is added.
            Depth::Length => {
                coalesce_ranges(ranges, |range| self.get_range(location, range), OBJECT_STORE_COALESCE_DEFAULT).await
            }
        }
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}
