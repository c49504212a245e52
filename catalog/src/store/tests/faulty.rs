//! A store in memory with one of the faults of real ones.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// Every put-if-absent succeeds.
    IgnoresConditions,
    /// Puts are not permitted.
    Denied,
    /// The first put is done and reported as failed.
    LosesAnswer,
    /// The first put is not done and reported as a conflict.
    ConflictsFirst,
}

#[derive(Debug)]
pub(super) struct Faulty {
    inner: InMemory,
    fault: Fault,
    puts: AtomicUsize,
    whole_reads: AtomicUsize,
}

impl Faulty {
    pub(super) fn new(fault: Fault) -> Self {
        Self { inner: InMemory::new(), fault, puts: AtomicUsize::new(0), whole_reads: AtomicUsize::new(0) }
    }

    /// How often a file was read from its first to its last byte.
    pub(super) fn whole_reads(&self) -> usize {
        self.whole_reads.load(Ordering::SeqCst)
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Faulty({:?})", self.fault)
    }
}

#[async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(&self, location: &Path, payload: PutPayload, mut opts: PutOptions) -> Result<PutResult> {
        let is_first = self.puts.fetch_add(1, Ordering::SeqCst) == 0;
        let path = location.to_string();
        match self.fault {
            Fault::IgnoresConditions => opts.mode = PutMode::Overwrite,
            Fault::Denied => return Err(Error::PermissionDenied { path, source: "403".into() }),
            Fault::ConflictsFirst if is_first => return Err(Error::AlreadyExists { path, source: "409".into() }),
            Fault::LosesAnswer if is_first => {
                self.inner.put_opts(location, payload, opts).await?;
                return Err(Error::Generic { store: "faulty", source: "timed out".into() });
            }
            Fault::None | Fault::ConflictsFirst | Fault::LosesAnswer => {}
        }
        self.inner.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if options.range.is_none() && !options.head {
            self.whole_reads.fetch_add(1, Ordering::SeqCst);
        }
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
