//! One file to load: its name in messages, its format, and its bytes as they are read.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::compression::Compression;
use super::{FileFormat, Progress, encoding};
use crate::{Error, Result};

/// Enough to tell format and compression.
const HEAD_BYTES: u64 = 64;

/// A file that is there, with what its first bytes say.
#[derive(Debug)]
pub(super) struct Input {
    path: PathBuf,
    /// The name in messages: the path as it was given.
    pub(super) name: Arc<str>,
    /// The size on disk.
    pub(super) bytes: u64,
    pub(super) format: FileFormat,
    compression: Compression,
}

impl Input {
    /// Looks at the file; `format` overrules what it says of itself.
    pub(super) fn inspect(path: &Path, format: Option<FileFormat>) -> Result<Self> {
        let name: Arc<str> = path.display().to_string().into();
        let metadata = std::fs::metadata(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::invalid_parameter(format!("there is no file {name}")),
            _ => read_error(&name, error),
        })?;
        if metadata.is_dir() {
            return Err(Error::invalid_parameter(format!("{name} is a folder, not a file"))
                .with_hint(format!("name its files, for example {name}/*.csv")));
        }
        let mut input = Self {
            path: path.to_owned(),
            name,
            bytes: metadata.len(),
            format: format.unwrap_or(FileFormat::Csv),
            compression: Compression::None,
        };
        let head = input.head()?;
        if head.is_empty() {
            return Err(input.empty());
        }
        input.compression = Compression::detect(path, &head);
        if format.is_none() {
            input.format = FileFormat::detect(path, &input.head()?);
        }
        if !input.format.is_text() && input.compression != Compression::None {
            return Err(Error::unsupported(format!("{} is a compressed {} file", input.name, input.format.noun()))
                .with_hint("decompress it first"));
        }
        Ok(input)
    }

    /// The first bytes, decompressed as far as the compression is known.
    fn head(&self) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        let mut bytes = self.open(None)?.take(HEAD_BYTES);
        bytes.read_to_end(&mut head).map_err(|error| read_error(&self.name, error))?;
        Ok(head)
    }

    /// The decompressed bytes from the start; `progress` counts the bytes on disk.
    fn open(&self, progress: Option<Arc<Progress>>) -> Result<Box<dyn Read + Send>> {
        let taken = Arc::new(AtomicU64::new(0));
        let metered = Metered { file: self.file()?, taken: Arc::clone(&taken), progress };
        self.compression.decode(metered, taken, &self.name)
    }

    /// The text from the start, as UTF-8 unless it is not valid.
    pub(super) fn text(&self, label: Option<&str>, progress: Option<Arc<Progress>>) -> Result<Box<dyn Read + Send>> {
        encoding::utf8(self.open(progress)?, label, &self.name)
    }

    /// The file, for formats that seek.
    pub(super) fn file(&self) -> Result<File> {
        File::open(&self.path).map_err(|error| read_error(&self.name, error))
    }

    /// Whether the file starts with these bytes.
    pub(super) fn starts_with(&self, magic: &[u8]) -> Result<bool> {
        Ok(self.head()?.starts_with(magic))
    }

    /// The error for a file without content.
    pub(super) fn empty(&self) -> Error {
        Error::invalid_parameter(format!("{} is empty", self.name))
    }
}

/// What a failed read means; an error of ours that came through a reader comes out as it was.
pub(super) fn read_error(file: &str, error: io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(ours) => ours,
        Err(error) => Error::io(format!("cannot read {file}: {error}")).with_source(error),
    }
}

/// A file that counts the bytes it gave.
struct Metered {
    file: File,
    taken: Arc<AtomicU64>,
    progress: Option<Arc<Progress>>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        if let Some(progress) = &self.progress {
            progress.bytes_done.fetch_add(count as u64, Ordering::Relaxed);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Input::inspect(Path::new("nowhere/orders.csv"), None).unwrap_err();
        assert_eq!(error.to_string(), "there is no file nowhere/orders.csv");
    }

    #[test]
    fn a_folder_is_not_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = Input::inspect(folder.path(), None).unwrap_err();
        assert_eq!(error.message(), format!("{} is a folder, not a file", folder.path().display()));
    }

    #[test]
    fn an_empty_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.csv");
        std::fs::write(&path, "").unwrap();
        let error = Input::inspect(&path, None).unwrap_err();
        assert_eq!(error.message(), format!("{} is empty", path.display()));
    }
}
