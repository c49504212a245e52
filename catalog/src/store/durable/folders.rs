//! Folders whose entries last: a new name survives a loss of power once its folder is fsynced, and that
//! folder's own name once the folder above is, up to the lake.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use dashmap::DashSet;
use object_store::Result;

use super::disk;
use crate::Error;
use crate::store::error::{from_io, into_object_store, io_error};

/// The folders below the lake's.
#[derive(Debug)]
pub(super) struct Folders {
    root: PathBuf,
    /// Folders whose own names, and those of all folders above them, are known to last.
    lasting: DashSet<PathBuf>,
    /// Set by the first fsync of a folder that fails. What was already visible there may then be lost, and
    /// nothing may be built on it: a later fsync that succeeds does not say that the earlier names last.
    failure: OnceLock<String>,
}

impl Folders {
    /// Opens the lake's folder, creating it and those above it when they are absent.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let path = std::path::absolute(path).map_err(|err| into_object_store(io_error("find", path, err)))?;
        let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
        disk::create_folder(&path).map_err(|err| into_object_store(io_error("create the folder", &path, err)))?;
        for parent in missing.into_iter().filter_map(Path::parent) {
            disk::sync_folder(parent).map_err(|err| into_object_store(io_error("fsync the folder", parent, err)))?;
        }
        let root = path.canonicalize().map_err(|err| into_object_store(io_error("find", &path, err)))?;
        Ok(Self { root, lasting: DashSet::new(), failure: OnceLock::new() })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the lake may still be written.
    pub(super) fn check(&self) -> Result<()> {
        match self.failure.get() {
            None => Ok(()),
            Some(failure) => Err(into_object_store(
                Error::io(format!("nothing more is written to the lake: {failure}"))
                    .with_hint("the last changes may be lost when the power fails; check the disk and restart"),
            )),
        }
    }

    /// Creates a folder below the lake's. Its name lasts after [`settle`](Self::settle).
    pub(super) fn create(&self, folder: &Path) -> Result<()> {
        self.lasting.remove(folder);
        disk::create_folder(folder).map_err(|err| from_io("create the folder", folder, err))
    }

    /// Makes all names in `folder` last, and the folder's own.
    pub(super) fn settle(&self, folder: &Path) -> Result<()> {
        self.sync(folder)?;
        if self.lasting.contains(folder) {
            return Ok(());
        }
        for above in folder.ancestors().skip(1).take_while(|above| above.starts_with(&self.root)) {
            self.sync(above)?;
        }
        self.lasting.insert(folder.to_path_buf());
        Ok(())
    }

    fn sync(&self, folder: &Path) -> Result<()> {
        let Err(source) = disk::sync_folder(folder) else { return Ok(()) };
        // A folder that somebody removed has no names left to lose.
        let is_gone = source.kind() == io::ErrorKind::NotFound;
        let err = io_error("fsync the folder", folder, source);
        if !is_gone {
            self.failure.get_or_init(|| err.message().to_owned());
        }
        Err(into_object_store(err))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_absent_lake_is_created_with_the_folders_above_it() {
        let scratch = tempfile::tempdir().unwrap();
        let folders = Folders::open(&scratch.path().join("a/b/lake")).unwrap();
        assert!(folders.root().is_dir());
        assert!(folders.root().ends_with("a/b/lake"));
    }

    #[test]
    fn a_file_is_no_lake() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("lake");
        fs::write(&file, "not a folder").unwrap();
        let err = crate::store::from_object_store(Folders::open(&file).unwrap_err());
        assert!(err.message().contains(&file.display().to_string()), "{err}");
    }

    #[test]
    fn after_a_failed_fsync_nothing_more_is_written() {
        let scratch = tempfile::tempdir().unwrap();
        let folders = Folders::open(scratch.path()).unwrap();
        let folder = folders.root().join("t");
        folders.create(&folder).unwrap();
        folders.settle(&folder).unwrap();
        folders.check().unwrap();

        fs::remove_dir(&folder).unwrap();
        folders.settle(&folder).unwrap_err();
        folders.check().unwrap();

        std::os::unix::fs::symlink(&folder, &folder).unwrap();
        folders.settle(&folder).unwrap_err();
        let err = crate::store::from_object_store(folders.check().unwrap_err());
        assert!(err.message().starts_with("nothing more is written to the lake: could not fsync"), "{err}");
    }
}
