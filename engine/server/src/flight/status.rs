//! Errors as gRPC statuses: the kind decides the code, the message carries detail, hint and SQLSTATE.

use bellwether::{Error, ErrorKind};
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};

use crate::sqlstate::sqlstate;

/// A status travels in an HTTP/2 header, of which clients take 8 KiB, percent-encoded at that.
const MESSAGE_BYTES_MAX: usize = 2_000;

/// What the client is told.
pub(super) fn status(error: Error) -> Status {
    let state = sqlstate(error.kind());
    metrics::counter!("bellwether_errors_total", "door" => "flight", "sqlstate" => state).increment(1);
    if matches!(error.kind(), ErrorKind::Internal | ErrorKind::Corrupt) {
        tracing::error!(sqlstate = state, error = %error, "a request failed");
    } else {
        tracing::debug!(sqlstate = state, error = %error, "a request failed");
    }

    let message = format!("{} [SQLSTATE {state}]", shortened(&error.to_string()));
    let mut metadata = MetadataMap::new();
    metadata.insert("sqlstate", MetadataValue::from_static(state));
    Status::with_metadata(code(error.kind()), message, metadata)
}

/// Clients turn codes into exceptions: Python's DB-API, JDBC and ADBC each have a class for most.
fn code(kind: ErrorKind) -> Code {
    match kind {
        ErrorKind::Syntax
        | ErrorKind::UndefinedColumn
        | ErrorKind::AmbiguousColumn
        | ErrorKind::InvalidColumnReference
        | ErrorKind::Grouping
        | ErrorKind::Windowing
        | ErrorKind::InvalidLimit
        | ErrorKind::InvalidOffset
        | ErrorKind::UndefinedFunction
        | ErrorKind::InvalidParameter
        | ErrorKind::TypeMismatch
        | ErrorKind::InvalidText
        | ErrorKind::InvalidRegularExpression
        | ErrorKind::InvalidLogarithm
        | ErrorKind::InvalidPower
        | ErrorKind::InvalidDatetime
        | ErrorKind::DatetimeOutOfRange
        | ErrorKind::CannotCoerce
        | ErrorKind::NumericOutOfRange
        | ErrorKind::DivisionByZero
        | ErrorKind::TooComplex
        | ErrorKind::Protocol => Code::InvalidArgument,
        ErrorKind::UndefinedTable
        | ErrorKind::UndefinedSchema
        | ErrorKind::UndefinedObject
        | ErrorKind::UndefinedStatement
        | ErrorKind::UndefinedCursor
        | ErrorKind::UndefinedSavepoint => Code::NotFound,
        ErrorKind::DuplicateTable
        | ErrorKind::DuplicateSchema
        | ErrorKind::DuplicateColumn
        | ErrorKind::DuplicateObject
        | ErrorKind::DuplicateCursor
        | ErrorKind::UniqueViolation => Code::AlreadyExists,
        ErrorKind::DependentObjects
        | ErrorKind::NotNullViolation
        | ErrorKind::CheckViolation
        | ErrorKind::CardinalityViolation
        | ErrorKind::ReadOnly
        | ErrorKind::WrongObjectType
        | ErrorKind::ObjectNotReady
        | ErrorKind::InvalidRecursion
        | ErrorKind::FailedTransaction
        | ErrorKind::NoTransaction
        | ErrorKind::Configuration => Code::FailedPrecondition,
        ErrorKind::OutOfMemory | ErrorKind::DiskFull | ErrorKind::TooManyConnections | ErrorKind::LimitExceeded => {
            Code::ResourceExhausted
        }
        ErrorKind::Cancelled => Code::Cancelled,
        ErrorKind::Timeout => Code::DeadlineExceeded,
        ErrorKind::PermissionDenied => Code::PermissionDenied,
        ErrorKind::InvalidPassword => Code::Unauthenticated,
        ErrorKind::Conflict => Code::Aborted,
        ErrorKind::Unsupported => Code::Unimplemented,
        ErrorKind::Corrupt => Code::DataLoss,
        ErrorKind::Io | ErrorKind::ShuttingDown => Code::Unavailable,
        ErrorKind::Internal => Code::Internal,
        // The enum may grow in its own crate; what has no code yet is still an error.
        _ => Code::Unknown,
    }
}

fn shortened(message: &str) -> String {
    if message.len() <= MESSAGE_BYTES_MAX {
        return message.to_owned();
    }
    let mut end = MESSAGE_BYTES_MAX;
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &message[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_carries_fact_hint_and_sqlstate() {
        let error = Error::new(ErrorKind::UndefinedTable, "relation \"x\" does not exist").with_hint("see \\d");
        let status = status(error);
        assert_eq!(status.code(), Code::NotFound);
        assert_eq!(status.message(), "relation \"x\" does not exist\n  hint: see \\d [SQLSTATE 42P01]");
        assert_eq!(status.metadata().get("sqlstate").unwrap(), "42P01");
    }

    #[test]
    fn codes_tell_apart_what_clients_treat_differently() {
        for (kind, expected) in [
            (ErrorKind::Syntax, Code::InvalidArgument),
            (ErrorKind::DuplicateTable, Code::AlreadyExists),
            (ErrorKind::Cancelled, Code::Cancelled),
            (ErrorKind::Timeout, Code::DeadlineExceeded),
            (ErrorKind::TooManyConnections, Code::ResourceExhausted),
            (ErrorKind::PermissionDenied, Code::PermissionDenied),
            (ErrorKind::InvalidPassword, Code::Unauthenticated),
            (ErrorKind::Conflict, Code::Aborted),
            (ErrorKind::Unsupported, Code::Unimplemented),
            (ErrorKind::ShuttingDown, Code::Unavailable),
            (ErrorKind::Internal, Code::Internal),
        ] {
            assert_eq!(code(kind), expected, "{kind:?}");
        }
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let message = status(Error::internal("ö".repeat(10_000))).message().to_owned();
        assert!(message.len() < MESSAGE_BYTES_MAX + 40);
        assert!(message.ends_with("… [SQLSTATE XX000]"), "{message}");
    }
}
