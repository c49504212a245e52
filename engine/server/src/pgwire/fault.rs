//! What can go wrong on a connection, by what happens next.

use bellwether::{Error, ErrorKind};

use super::backend::{self, Severity};
use crate::sqlstate::sqlstate;

/// Why a message could not be answered as asked.
#[derive(Debug)]
pub(super) enum Fault {
    /// The client is told, and the connection goes on.
    Error(Error),
    /// The client is told, and the connection ends.
    Fatal(Error),
    /// There is nobody to tell any more.
    Gone,
}

impl Fault {
    /// The client broke the protocol so that nothing after it can be understood.
    pub(super) fn protocol(message: impl Into<String>) -> Self {
        Self::Fatal(Error::new(ErrorKind::Protocol, message))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<std::io::Error> for Fault {
    fn from(_: std::io::Error) -> Self {
        Self::Gone
    }
}

/// Tells the client of an error, and the operator of the ones that are ours.
pub(super) fn tell(out: &mut Vec<u8>, severity: Severity, error: &Error) {
    let state = sqlstate(error.kind());
    metrics::counter!("bellwether_errors_total", "door" => "postgres", "sqlstate" => state).increment(1);
    if error.kind() == ErrorKind::Internal {
        tracing::error!(sqlstate = state, %error, "a statement failed by a fault of ours");
    } else {
        tracing::debug!(sqlstate = state, %error, "a statement failed");
    }
    backend::error(out, severity, error);
}
