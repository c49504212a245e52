//! The storage floor: the opened root of a lake, and the guarantees every read and write below it has.
//!
//! A lake is a folder, a bucket or this process's memory. Whatever it is, the store in front of it
//!
//! * makes local writes durable before they are acknowledged (`durable`), and knows the outcome of a commit
//!   to a remote store even if an answer is lost (`outcome`);
//! * refuses log entries that are empty or torn (`guard`);
//! * compares data files, and checkpoints of logs, with the length and checksum they were written with (`verify`,
//!   `checkpoint`);
//! * refuses every change if the place cannot be written safely (`probe`, `read_only`).

mod checkpoint;
mod digest;
mod durable;
mod error;
mod guard;
mod location;
mod log_entry;
mod outcome;
mod probe;
mod read_only;
mod stamp;
#[cfg(test)]
mod tests;
mod verify;
mod write;

use std::path::PathBuf;
use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::sync::Notify;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

pub use error::{from_object_store, from_parquet};
pub(crate) use probe::is_probe;
pub use write::ChecksumWriter;

use crate::{Error, Result};
use digest::Digest;
use durable::DurableLocal;
use guard::LogGuard;
use location::{Bucket, Location};
use outcome::KnownOutcome;
use read_only::ReadOnly;
use verify::{Checksums, Depth, Verified};

/// The opened root of a lake.
#[derive(Debug, Clone)]
pub struct Store {
    store: Arc<dyn ObjectStore>,
    checksums: Arc<Checksums>,
    location: String,
    url: Url,
    is_local: bool,
    read_only: Option<String>,
    commits: Arc<Notify>,
}

impl Store {
    /// Opens the lake at a folder (a path or `file://`, created when absent), `s3://bucket/prefix`,
    /// `gs://bucket/prefix`, `az://container/prefix` or `memory://name`.
    ///
    /// The place is probed: one that cannot be written, or where put-if-absent does not hold, is read-only.
    pub async fn open(location: &str) -> Result<Self> {
        match Location::parse(location)? {
            Location::Folder(path) => Self::open_folder(path).await,
            Location::Bucket(bucket) => Self::open_bucket(&bucket).await.map_err(|err| err.with_hint(bucket.hint())),
            Location::Memory(name) => {
                let store = location::in_memory(&name);
                Self::over(store, format!("memory://{name}"), Depth::Checksum).await
            }
        }
    }

    async fn open_folder(path: PathBuf) -> Result<Self> {
        let folder = Arc::new(DurableLocal::open(path).await.map_err(from_object_store)?);
        let location = folder.root().display().to_string();
        let mut store = Self::over(Arc::clone(&folder) as Arc<dyn ObjectStore>, location, Depth::Checksum).await?;
        store.is_local = true;
        if store.read_only.is_none() {
            folder.sweep();
        }
        Ok(store)
    }

    async fn open_bucket(bucket: &Bucket) -> Result<Self> {
        let store = KnownOutcome::new(bucket.connect()?);
        Self::over(Arc::new(store), bucket.display(), Depth::Length).await
    }

    /// Probes a store that is rooted at the lake, and puts the guards in front of it.
    async fn over(base: Arc<dyn ObjectStore>, location: String, depth: Depth) -> Result<Self> {
        let read_only = probe::probe(base.as_ref()).await?;
        let checksums = Arc::new(Checksums::default());
        let mut store: Arc<dyn ObjectStore> = Arc::new(LogGuard::new(base));
        store = Arc::new(Verified::new(store, Arc::clone(&checksums), depth));
        if let Some(reason) = &read_only {
            tracing::warn!(%location, %reason, "the lake is read-only");
            store = Arc::new(ReadOnly::new(store, reason));
        }
        let url = private_url(&location)?;
        Ok(Self { store, checksums, location, url, is_local: false, read_only, commits: Arc::default() })
    }

    /// The store with all its guards; paths are relative to the lake.
    pub fn object_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store)
    }

    /// Where the lake is, for people: an absolute path or a URL.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// Whether the lake is a folder of this machine.
    pub fn is_local(&self) -> bool {
        self.is_local
    }

    /// Why the lake cannot be written; nothing if it can.
    pub fn is_read_only(&self) -> Option<&str> {
        self.read_only.as_deref()
    }

    /// An error with the reason when the lake cannot be written.
    pub fn writable(&self) -> Result<()> {
        match self.is_read_only() {
            None => Ok(()),
            Some(reason) => {
                let message = format!("the lake {} cannot be written", self.location);
                Err(Error::read_only(message).with_detail(reason))
            }
        }
    }

    /// Tells whoever waits that this process has committed a change of a table.
    pub fn commits(&self) -> &Arc<Notify> {
        &self.commits
    }

    /// The URL under which queries find this store, `lake://<id>/`. The scheme is ours, so that no statement
    /// reaches another file or bucket by naming it; the id follows from the location alone.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Registers the length and XXH3-64 a data file was written with; reads of anything else then fail.
    pub fn expect(&self, path: &Path, length: u64, xxh3: u64) {
        self.checksums.expect(path, Digest { length, xxh3 });
    }

    /// Forgets what was registered for a file, because it is deleted.
    pub fn forget(&self, path: &Path) {
        self.checksums.forget(path);
    }

    /// Reads a whole file, wherever the lake is, and compares it with what was written.
    pub async fn verify(&self, path: &Path, length: u64, xxh3: u64) -> Result<()> {
        let written = Digest { length, xxh3 };
        let found = self.store.get(path).await.map_err(from_object_store)?;
        written.expect_length(path, found.meta.size)?;
        let found = Digest::of(found).await.map_err(from_object_store)?;
        written.expect(path, found)
    }
}

fn private_url(location: &str) -> Result<Url> {
    let text = format!("lake://{:016x}/", xxh3_64(location.as_bytes()));
    Url::parse(&text).map_err(|err| Error::internal(format!("{text} is not a URL")).with_source(err))
}
