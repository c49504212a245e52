//! Log entries on a remote store: the outcome of a put-if-absent is always known.
//!
//! A request can fail after the store has done it: an answer is lost, or a server error comes late, and the
//! retry finds the name taken by our own entry. And a store may answer 409 to a race nobody has won. So when a
//! put of a log entry fails, the entry is read: if its bytes are ours it is committed, if they are another's
//! the conflict is real, and if there is none the put is tried again. Repeating it is safe because a copy that
//! arrives late is recognised in the same way. Two entries of different writers are never the same bytes,
//! since data files have unique names.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UpdateVersion,
};

use super::log_entry::LogEntry;

/// How often an entry is put before the failure is reported.
const ATTEMPTS: u32 = 4;

/// How long to wait before the second attempt; it doubles with each one.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// What stands where an entry was put.
enum Standing {
    Ours(UpdateVersion),
    Theirs,
    Nothing,
}

/// A store that knows whether a log entry was committed.
#[derive(Debug)]
pub(super) struct KnownOutcome {
    inner: Arc<dyn ObjectStore>,
}

impl KnownOutcome {
    pub(super) fn new(inner: Arc<dyn ObjectStore>) -> Self {
        Self { inner }
    }

    async fn standing(&self, location: &Path, ours: &Bytes) -> Result<Standing> {
        let found = match self.inner.get(location).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(Standing::Nothing),
            Err(err) => return Err(err),
        };
        let version = UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
        if found.bytes().await? == *ours { Ok(Standing::Ours(version)) } else { Ok(Standing::Theirs) }
    }
}

impl fmt::Display for KnownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KnownOutcome({})", self.inner)
    }
}

#[async_trait]
impl ObjectStore for KnownOutcome {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        if opts.mode != PutMode::Create || LogEntry::of(location).is_none() {
            return self.inner.put_opts(location, payload, opts).await;
        }
        let ours = Bytes::from(payload.clone());
        let mut wait = FIRST_WAIT;
        let mut attempt = 1;
        loop {
            let err = match self.inner.put_opts(location, payload.clone(), opts.clone()).await {
                Ok(result) => return Ok(result),
                Err(err) => err,
            };
            match self.standing(location, &ours).await {
                Ok(Standing::Ours(UpdateVersion { e_tag, version })) => return Ok(PutResult { e_tag, version }),
                Ok(Standing::Theirs) => {
                    return Err(object_store::Error::AlreadyExists {
                        path: location.to_string(),
                        source: Box::new(err),
                    });
                }
                Ok(Standing::Nothing) if attempt < ATTEMPTS && is_transient(&err) => {}
                // Nobody is known to have won: the caller must not take the failure for a conflict.
                Ok(Standing::Nothing) | Err(_) => return Err(undecided(err)),
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
            attempt += 1;
        }
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
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

/// Whether the same request may succeed when nothing stands in its way.
fn is_transient(err: &object_store::Error) -> bool {
    use object_store::Error as Store;
    matches!(err, Store::Generic { .. } | Store::AlreadyExists { .. } | Store::Precondition { .. })
}

fn undecided(err: object_store::Error) -> object_store::Error {
    use object_store::Error as Store;
    match err {
        Store::AlreadyExists { source, .. } | Store::Precondition { source, .. } => {
            Store::Generic { store: "lake", source }
        }
        other => other,
    }
}
