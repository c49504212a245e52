//! Errors on their way between the object store's type and ours: ours travel inside `Generic` and come out whole.

use std::error::Error as StdError;
use std::io;
use std::path::Path;

use parquet::errors::ParquetError;

use crate::{Error, ErrorKind};

/// What an object store's error calls the store when it carries one of ours.
const STORE: &str = "lake";

type Boxed = Box<dyn StdError + Send + Sync>;

/// The error of the project for an error of an object store: ours if it carries one, else the nearest kind.
pub fn from_object_store(err: object_store::Error) -> Error {
    use object_store::Error as Store;
    match err {
        Store::Generic { store, source } => match source.downcast::<Error>() {
            Ok(ours) => *ours,
            Err(source) => foreign(&format!("the store {store}"), source),
        },
        Store::NotFound { path, source } => {
            Error::new(ErrorKind::UndefinedObject, format!("{path} is not in the lake")).with_source(source)
        }
        Store::AlreadyExists { path, source } | Store::Precondition { path, source } => {
            Error::conflict(format!("{path} was written by someone else first")).with_source(source)
        }
        Store::PermissionDenied { path, source } | Store::Unauthenticated { path, source } => {
            Error::configuration(format!("the lake's credentials do not permit access to {path}"))
                .with_detail(source.to_string())
                .with_hint("check the credentials in the environment and the rights they carry")
                .with_source(source)
        }
        other => foreign("the store of the lake", Box::new(other)),
    }
}

/// The error of the project for an error of the Parquet writer, which nests what its sink reports.
pub fn from_parquet(err: ParquetError) -> Error {
    match err {
        ParquetError::External(source) => from_boxed(source),
        other => {
            let detail = other.to_string();
            Error::internal("rows could not be encoded as Parquet").with_detail(detail).with_source(other)
        }
    }
}

fn from_boxed(source: Boxed) -> Error {
    let source = match source.downcast::<object_store::Error>() {
        Ok(store) => return from_object_store(*store),
        Err(other) => other,
    };
    match source.downcast::<ParquetError>() {
        Ok(nested) => from_parquet(*nested),
        Err(other) => foreign("the writer of a data file", other),
    }
}

/// An error of neither: a full disk is told apart wherever in the chain of causes it hides.
fn foreign(subject: &str, source: Boxed) -> Error {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(source.as_ref());
    while let Some(err) = cause {
        if let Some(io) = err.downcast_ref::<io::Error>()
            && is_disk_full(io)
        {
            return disk_full(format!("no space left on the disk: {source}")).with_source(source);
        }
        cause = err.source();
    }
    Error::io(format!("{subject} reports a failure")).with_detail(source.to_string()).with_source(source)
}

/// Packs one of our errors for the way through code that knows only the object store's.
pub(super) fn into_object_store(err: Error) -> object_store::Error {
    object_store::Error::Generic { store: STORE, source: Box::new(err) }
}

/// The object store's error for a call of the operating system that failed on `path`.
pub(super) fn from_io(action: &str, path: &Path, source: io::Error) -> object_store::Error {
    match source.kind() {
        io::ErrorKind::NotFound => {
            object_store::Error::NotFound { path: path.display().to_string(), source: Box::new(source) }
        }
        io::ErrorKind::AlreadyExists => {
            object_store::Error::AlreadyExists { path: path.display().to_string(), source: Box::new(source) }
        }
        _ => into_object_store(io_error(action, path, source)),
    }
}

/// Our error for a call of the operating system that failed on `path`.
pub(super) fn io_error(action: &str, path: &Path, source: io::Error) -> Error {
    let path = path.display();
    let message = format!("could not {action} {path}: {source}");
    let err = match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Error::read_only(message).with_hint("give the user who runs the program the right to write there")
        }
        _ if is_disk_full(&source) => disk_full(message),
        _ => Error::io(message),
    };
    err.with_source(source)
}

fn is_disk_full(err: &io::Error) -> bool {
    matches!(err.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn disk_full(message: String) -> Error {
    Error::new(ErrorKind::DiskFull, message).with_hint("free some space, or move the lake to a larger disk")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_errors_come_back_whole() {
        let ours = Error::corrupt("file a is not what was written").with_hint("restore it");
        let back = from_object_store(into_object_store(ours));
        assert_eq!(back.kind(), ErrorKind::Corrupt);
        assert_eq!(back.message(), "file a is not what was written");
        assert_eq!(back.hint(), Some("restore it"));
    }

    #[test]
    fn our_own_errors_come_back_through_the_parquet_writer() {
        let ours = into_object_store(Error::read_only("the lake is read-only"));
        let nested = ParquetError::External(Box::new(ParquetError::External(Box::new(ours))));
        assert_eq!(from_parquet(nested).kind(), ErrorKind::ReadOnly);
    }

    #[test]
    fn a_full_disk_is_told_apart_and_named() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let direct = from_object_store(from_io("write", Path::new("/lake/a.parquet"), full()));
        assert_eq!(direct.kind(), ErrorKind::DiskFull);
        assert!(direct.message().contains("/lake/a.parquet"), "{direct}");

        let hidden = object_store::Error::Generic { store: "LocalFileSystem", source: Box::new(full()) };
        assert_eq!(from_object_store(hidden).kind(), ErrorKind::DiskFull);
    }

    #[test]
    fn the_object_stores_own_kinds_find_theirs() {
        let missing = from_io("read", Path::new("/lake/a"), io::Error::from(io::ErrorKind::NotFound));
        assert_eq!(from_object_store(missing).kind(), ErrorKind::UndefinedObject);
        let taken = from_io("create", Path::new("/lake/a"), io::Error::from(io::ErrorKind::AlreadyExists));
        assert_eq!(from_object_store(taken).kind(), ErrorKind::Conflict);
    }
}
