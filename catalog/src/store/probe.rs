//! The question every lake is asked when it is opened: may it be written, and does put-if-absent hold?
//!
//! A commit is a put-if-absent of the next log entry. A store that ignores the condition lets two writers
//! overwrite each other's commits, and one was seen to lose a third of them that way, so it is only read.

use std::time::Duration;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use uuid::Uuid;

use super::error::from_object_store;
use crate::{Error, ErrorKind, Result};

/// Said of a store that answers the second put-if-absent as it did the first.
pub(super) const IGNORES_CONDITION: &str =
    "the store ignores If-None-Match; two writers would overwrite each other's commits";

/// What the names of probes begin with.
const PREFIX: &str = "_bellwether-probe-";

const FIRST: &str = "first";
const SECOND: &str = "second";

/// A store may answer a put with a conflict though nobody else writes there.
const ATTEMPTS: u32 = 4;

/// How long to wait after such an answer.
const WAIT: Duration = Duration::from_millis(100);

/// Why the store may not be written; nothing if it may.
pub(super) async fn probe(store: &dyn ObjectStore) -> Result<Option<String>> {
    let path = Path::from(format!("{PREFIX}{}", Uuid::new_v4().simple()));
    if let Err(err) = put_first(store, &path).await {
        return refusal(store, err).await;
    }
    let answer = put_second(store, &path).await;
    if let Err(err) = store.delete(&path).await {
        tracing::warn!(%path, %err, "the probe of the lake could not be deleted");
    }
    answer
}

/// Whether this is a probe, maybe of a process that ended before it was deleted.
pub(crate) fn is_probe(path: &Path) -> bool {
    path.as_ref().starts_with(PREFIX)
}

async fn create(store: &dyn ObjectStore, path: &Path, text: &'static str) -> object_store::Result<()> {
    store.put_opts(path, text.into(), PutOptions::from(PutMode::Create)).await.map(|_| ())
}

async fn put_first(store: &dyn ObjectStore, path: &Path) -> object_store::Result<()> {
    let mut attempt = 1;
    loop {
        match create(store, path, FIRST).await {
            Err(err) if is_taken(&err) => {
                // The name is new, so if it is taken, it is by this very put, whose answer was lost.
                if store.get(path).await.is_ok() {
                    return Ok(());
                }
                if attempt == ATTEMPTS {
                    return Err(err);
                }
            }
            answer => return answer,
        }
        attempt += 1;
        tokio::time::sleep(WAIT).await;
    }
}

/// The second put must be refused, and what the first one wrote must still stand.
async fn put_second(store: &dyn ObjectStore, path: &Path) -> Result<Option<String>> {
    match create(store, path, SECOND).await {
        Ok(()) => return Ok(Some(IGNORES_CONDITION.to_owned())),
        Err(err) if is_taken(&err) => {}
        Err(err) => return refusal(store, err).await,
    }
    let found = store.get(path).await.map_err(from_object_store)?;
    let found = found.bytes().await.map_err(from_object_store)?;
    if found != FIRST.as_bytes() {
        return Ok(Some(IGNORES_CONDITION.to_owned()));
    }
    Ok(None)
}

fn is_taken(err: &object_store::Error) -> bool {
    use object_store::Error as Store;
    matches!(err, Store::AlreadyExists { .. } | Store::Precondition { .. } | Store::NotModified { .. })
}

/// What a failed put says: the lake is read-only, or it cannot be used at all.
async fn refusal(store: &dyn ObjectStore, err: object_store::Error) -> Result<Option<String>> {
    use object_store::Error as Store;
    let reason = match err {
        Store::PermissionDenied { source, .. } | Store::Unauthenticated { source, .. } => {
            format!("the credentials do not permit writing: {source}")
        }
        Store::NotImplemented { operation, .. } => format!("the store does not offer {operation}"),
        Store::NotFound { path, source } => {
            return Err(Error::configuration("the bucket or container of the lake does not exist")
                .with_detail(format!("{path}: {source}"))
                .with_source(source));
        }
        other => {
            let ours = from_object_store(other);
            match ours.kind() {
                ErrorKind::ReadOnly => ours.message().to_owned(),
                // A full disk can be read, and written again once there is room.
                ErrorKind::DiskFull => return Ok(None),
                _ => return Err(ours),
            }
        }
    };
    // What can be neither written nor read is no lake that is read-only but one that cannot be opened.
    store.list_with_delimiter(None).await.map_err(from_object_store)?;
    Ok(Some(reason))
}
