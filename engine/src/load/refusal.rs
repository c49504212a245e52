//! A row that was refused: an error when the load fails for it, a record when it is set aside.

use std::sync::Arc;

use crate::{Error, ErrorKind};

/// A refused row, with the first thing that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) file: Arc<str>,
    /// The line of the file the row starts on, counted from one.
    pub(super) line: u64,
    /// The column, when one field is at fault.
    pub(super) column: Option<String>,
    /// That field's text.
    pub(super) value: Option<String>,
    pub(super) kind: ErrorKind,
    pub(super) reason: String,
    pub(super) hint: String,
    /// The row as it stands in the file.
    pub(super) raw: String,
}

impl Refusal {
    /// The error of a load that fails for this row.
    pub(super) fn into_error(self) -> Error {
        let Self { file, line, column, kind, reason, hint, .. } = self;
        let message = match column {
            Some(column) => format!("{file} line {line}, column {column}: {reason}"),
            None => format!("{file} line {line}: {reason}"),
        };
        Error::new(kind, message).with_hint(hint)
    }
}
