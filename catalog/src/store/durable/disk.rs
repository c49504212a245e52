//! The calls of the operating system that change what is in a lake's folder, all of them in one place: durability rests
//! on their order, so a test notes it here and sees what a loss of power between any two of them would have left.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

#[cfg(test)]
use super::trace::{Call, note};

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Writing {
    file: File,
    #[cfg(test)]
    path: std::path::PathBuf,
}

impl Writing {
    /// Creates a file whose name nobody has.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        #[cfg(test)]
        note(Call::Create(path.into()));
        Ok(Self {
            file,
            #[cfg(test)]
            path: path.into(),
        })
    }

    /// Writes bytes at their place.
    pub(super) fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)?;
        #[cfg(test)]
        note(Call::Write { path: self.path.clone(), offset, bytes: bytes.into() });
        Ok(())
    }

    /// Waits until all that was written is on the disk, and how long the file is.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()?;
        #[cfg(test)]
        note(Call::Sync(self.path.clone()));
        Ok(())
    }

    /// Waits until the bytes that were written are on the disk.
    pub(super) fn sync_bytes(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// Gives a file another name beside the one it has, if nobody has it.
pub(super) fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)?;
    #[cfg(test)]
    note(Call::Link { from: from.into(), to: to.into() });
    Ok(())
}

/// Gives a file another name, which is taken from whoever has it.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    #[cfg(test)]
    note(Call::Rename { from: from.into(), to: to.into() });
    Ok(())
}

/// Takes a name away.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    #[cfg(test)]
    note(Call::Remove(path.into()));
    Ok(())
}

/// Creates a folder, and those above it that are not there.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(test)]
    note(Call::CreateFolder(path.into()));
    Ok(())
}

/// Waits until the names in a folder are on the disk.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()?;
    #[cfg(test)]
    note(Call::SyncFolder(path.into()));
    Ok(())
}
