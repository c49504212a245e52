//! A file in the making: under a temporary name that no listing shows, until it is whole and on the disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use object_store::{PutPayload, PutResult, Result};
use uuid::Uuid;

use super::disk::{self, Writing};
use super::folders::Folders;
use crate::Error;
use crate::store::error::{from_io, into_object_store};

/// Temporary names are this and a number: `LocalFileSystem` hides and refuses names that end in `#` and digits.
const TEMPORARY_PREFIX: &str = ".writing#";

/// A temporary file that was not written for so long belongs to a writer that is gone.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

/// What happens when the name is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Publish {
    /// The file that has it stays, and the new one is refused.
    Create,
    /// The new file takes its place at once.
    Replace,
}

/// A temporary file; it is removed when it is dropped without being published.
#[derive(Debug)]
pub(super) struct Staged {
    folders: Arc<Folders>,
    file: Writing,
    temporary: PathBuf,
    target: PathBuf,
    written: AtomicU64,
    published: AtomicBool,
}

impl Staged {
    /// Begins the file that is to become `target`, whose folder is created when it is absent.
    pub(super) fn create(folders: Arc<Folders>, target: PathBuf) -> Result<Self> {
        folders.check()?;
        let folder = target.parent().unwrap_or(folders.root()).to_path_buf();
        let temporary = folder.join(format!("{TEMPORARY_PREFIX}{}", Uuid::new_v4().as_u128()));
        let opened = match Writing::create(&temporary) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                folders.create(&folder)?;
                Writing::create(&temporary)
            }
            opened => opened,
        };
        let file = opened.map_err(|err| from_io("create", &target, err))?;
        let (written, published) = (AtomicU64::new(0), AtomicBool::new(false));
        Ok(Self { folders, file, temporary, target, written, published })
    }

    /// Writes a part at its place; parts may be written in any order and at the same time.
    pub(super) fn write_at(&self, part: &PutPayload, mut offset: u64) -> Result<()> {
        for bytes in part {
            self.file.write_at(bytes, offset).map_err(|err| from_io("write", &self.target, err))?;
            offset += bytes.len() as u64;
        }
        self.written.fetch_add(part.content_length() as u64, Ordering::AcqRel);
        Ok(())
    }

    /// Brings what is written so far to the disk, so that little is left to wait for when the file is published. A
    /// failure is as final as one of publishing.
    pub(super) fn sync_parts(&self) -> Result<()> {
        self.file.sync_bytes().map_err(|err| from_io("fsync", &self.target, err))
    }

    /// Brings `length` bytes to the disk and gives them their name; when this returns, both last.
    pub(super) fn publish(&self, length: u64, publish: Publish) -> Result<PutResult> {
        self.folders.check()?;
        let written = self.written.load(Ordering::Acquire);
        if written != length {
            let target = self.target.display();
            let message = format!("only {written} of {length} bytes of {target} were written");
            return Err(into_object_store(Error::io(message)));
        }
        // A failed fsync is final: the kernel may have dropped the pages, so this file is given up, never retried.
        self.file.sync().map_err(|err| from_io("fsync", &self.target, err))?;
        match publish {
            Publish::Create => {
                disk::link(&self.temporary, &self.target).map_err(|err| from_io("create", &self.target, err))?;
                self.published.store(true, Ordering::Release);
                self.remove();
            }
            Publish::Replace => {
                disk::rename(&self.temporary, &self.target).map_err(|err| from_io("replace", &self.target, err))?;
                self.published.store(true, Ordering::Release);
            }
        }
        self.folders.settle(self.target.parent().unwrap_or(self.folders.root()))?;
        Ok(PutResult { e_tag: None, version: None })
    }

    /// A temporary file that cannot be removed now is removed by a later [`sweep`].
    fn remove(&self) {
        if let Err(err) = disk::remove(&self.temporary) {
            tracing::debug!(path = %self.temporary.display(), %err, "a temporary file stays");
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.published.load(Ordering::Acquire) {
            self.remove();
        }
    }
}

/// Removes temporary files that were abandoned anywhere below the lake's folder.
///
/// Their age is measured by the time of the folder itself, where opening the lake has just written: on a
/// network mount the clock of this machine may be far from that of the files.
pub(super) fn sweep(root: &Path) {
    let Ok(now) = fs::metadata(root).and_then(|metadata| metadata.modified()) else { return };
    let mut unread = vec![root.to_path_buf()];
    while let Some(folder) = unread.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => unread.push(entry.path()),
                Ok(kind) if kind.is_file() && is_temporary(&entry.path()) && is_abandoned(&entry, now) => {
                    match disk::remove(&entry.path()) {
                        Ok(()) => tracing::info!(path = %entry.path().display(), "removed an abandoned temporary file"),
                        Err(err) => tracing::debug!(path = %entry.path().display(), %err, "a temporary file stays"),
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.strip_prefix(TEMPORARY_PREFIX)
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_abandoned(entry: &fs::DirEntry, now: SystemTime) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|age| age > ABANDONED_AFTER))
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn lake() -> (tempfile::TempDir, Arc<Folders>) {
        let scratch = tempfile::tempdir().unwrap();
        let folders = Arc::new(Folders::open(scratch.path()).unwrap());
        (scratch, folders)
    }

    #[test]
    fn a_file_has_its_name_only_once_it_is_published() {
        let (_scratch, folders) = lake();
        let target = folders.root().join("new/folder/a");
        let staged = Staged::create(Arc::clone(&folders), target.clone()).unwrap();
        staged.write_at(&PutPayload::from("world"), 6).unwrap();
        assert!(!target.exists());
        staged.write_at(&PutPayload::from("hello "), 0).unwrap();
        staged.publish(11, Publish::Create).unwrap();
        drop(staged);
        assert_eq!(fs::read_to_string(&target).unwrap(), "hello world");
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_with_a_missing_part_is_refused_and_removed() {
        let (_scratch, folders) = lake();
        let target = folders.root().join("a");
        let staged = Staged::create(Arc::clone(&folders), target).unwrap();
        staged.write_at(&PutPayload::from("abc"), 3).unwrap();
        let err = crate::store::from_object_store(staged.publish(6, Publish::Replace).unwrap_err());
        assert!(err.message().starts_with("only 3 of 6 bytes"), "{err}");
        drop(staged);
        assert_eq!(fs::read_dir(folders.root()).unwrap().count(), 0);
    }

    #[test]
    fn a_taken_name_keeps_its_file() {
        let (_scratch, folders) = lake();
        let target = folders.root().join("a");
        fs::write(&target, "first").unwrap();
        let staged = Staged::create(Arc::clone(&folders), target.clone()).unwrap();
        staged.write_at(&PutPayload::from("second"), 0).unwrap();
        let err = staged.publish(6, Publish::Create).unwrap_err();
        assert!(matches!(err, object_store::Error::AlreadyExists { .. }), "{err}");
        assert_eq!(fs::read_to_string(&target).unwrap(), "first");
    }

    #[test]
    fn sweeping_removes_only_abandoned_temporary_files() {
        let (_scratch, folders) = lake();
        let nested = folders.root().join("t");
        fs::create_dir(&nested).unwrap();
        let long_ago = SystemTime::now() - ABANDONED_AFTER - Duration::from_secs(60);
        for (name, age) in [(".writing#1", Some(long_ago)), (".writing#2", None), ("a#1", Some(long_ago))] {
            let file = File::create(nested.join(name)).unwrap();
            if let Some(time) = age {
                file.set_modified(time).unwrap();
            }
        }
        sweep(folders.root());
        let mut left: Vec<_> = fs::read_dir(&nested).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".writing#2", "a#1"]);
        assert_eq!(fs::read_dir(folders.root()).unwrap().count(), 1);
    }
}
