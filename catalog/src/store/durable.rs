//! A folder whose writes survive a loss of power once they are acknowledged.
//!
//! `object_store` 0.13 never calls fsync. Here every write is: temporary file in the same folder, fsync of the
//! file, link (create) or rename (overwrite) to its name, fsync of the folder, and, at the first write into a
//! folder, fsync of all folders above it. Reading, listing and deleting are those of [`LocalFileSystem`]; a
//! deletion is not fsynced, since a deleted file that comes back is only garbage.
//!
//! Listings are sorted by path, as those of object stores are: readers of Delta logs rely on it for every
//! store that is not under `file://`.

mod disk;
mod folders;
mod staged;
#[cfg(test)]
pub(super) mod trace;
mod upload;

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};

use folders::Folders;
use staged::{Publish, Staged};
use upload::Upload;

/// An object store over a folder, with fsync.
#[derive(Debug)]
pub(super) struct DurableLocal {
    folders: Arc<Folders>,
    files: LocalFileSystem,
}

impl DurableLocal {
    /// Opens a folder, creating it when it is absent.
    pub(super) async fn open(folder: PathBuf) -> Result<Self> {
        blocking(move || {
            let folders = Folders::open(&folder)?;
            let files = LocalFileSystem::new_with_prefix(folders.root())?;
            Ok(Self { folders: Arc::new(folders), files })
        })
        .await
    }

    /// The folder, absolute and without symbolic links.
    pub(super) fn root(&self) -> &std::path::Path {
        self.folders.root()
    }

    /// Starts removing what writers that were killed have left behind.
    pub(super) fn sweep(&self) {
        let folders = Arc::clone(&self.folders);
        tokio::task::spawn_blocking(move || staged::sweep(folders.root()));
    }

    /// Makes the names given to files at these places lasting.
    async fn settle(&self, locations: &[&Path]) -> Result<()> {
        let mut paths = Vec::with_capacity(locations.len());
        for location in locations {
            paths.push(self.files.path_to_filesystem(location)?);
        }
        let folders = Arc::clone(&self.folders);
        blocking(move || {
            for folder in paths.iter().filter_map(|path| path.parent()) {
                folders.settle(folder)?;
            }
            Ok(())
        })
        .await
    }

    /// Says at once that a file is not there. Whether a table has a next version is asked several times for each
    /// statement, and the kernel answers it from memory: another thread would take longer to wake up.
    fn expect_file(&self, location: &Path) -> Result<()> {
        let path = self.files.path_to_filesystem(location)?;
        match std::fs::symlink_metadata(path) {
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                Err(object_store::Error::NotFound { path: location.to_string(), source: Box::new(source) })
            }
            _ => Ok(()),
        }
    }

    fn unsupported(&self, operation: &str) -> object_store::Error {
        object_store::Error::NotImplemented { operation: operation.to_owned(), implementer: self.to_string() }
    }
}

/// Runs work that waits for the disk where it holds up nobody; it ends even if the caller goes away.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await?
}

fn sorted(found: BoxStream<'static, Result<ObjectMeta>>) -> BoxStream<'static, Result<ObjectMeta>> {
    let all = async move {
        let mut all: Vec<ObjectMeta> = found.try_collect().await?;
        all.sort_unstable_by(|a, b| a.location.cmp(&b.location));
        Ok::<_, object_store::Error>(stream::iter(all.into_iter().map(Ok)))
    };
    stream::once(all).try_flatten().boxed()
}

impl fmt::Display for DurableLocal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DurableLocal({})", self.root().display())
    }
}

#[async_trait]
impl ObjectStore for DurableLocal {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        if !opts.attributes.is_empty() {
            return Err(self.unsupported("a put with attributes"));
        }
        let publish = match opts.mode {
            PutMode::Overwrite => Publish::Replace,
            PutMode::Create => Publish::Create,
            PutMode::Update(_) => return Err(self.unsupported("a put on condition of a version")),
        };
        let target = self.files.path_to_filesystem(location)?;
        let folders = Arc::clone(&self.folders);
        blocking(move || {
            let staged = Staged::create(folders, target)?;
            staged.write_at(&payload, 0)?;
            staged.publish(payload.content_length() as u64, publish)
        })
        .await
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        if !opts.attributes.is_empty() {
            return Err(self.unsupported("an upload with attributes"));
        }
        let target = self.files.path_to_filesystem(location)?;
        let folders = Arc::clone(&self.folders);
        let staged = blocking(move || Staged::create(folders, target)).await?;
        Ok(Box::new(Upload::new(staged)))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if options.head {
            self.expect_file(location)?;
        }
        self.files.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.files.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        sorted(self.files.list(prefix))
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        sorted(self.files.list_with_offset(prefix, offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let mut found = self.files.list_with_delimiter(prefix).await?;
        found.objects.sort_unstable_by(|a, b| a.location.cmp(&b.location));
        Ok(found)
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.folders.check()?;
        self.files.copy_opts(from, to, options).await?;
        self.settle(&[to]).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.folders.check()?;
        self.files.rename_opts(from, to, options).await?;
        self.settle(&[to, from]).await
    }
}
