//! The SQLSTATE of every kind of error.
//!
//! Drivers turn these five characters into exceptions (`UniqueViolation`, `QueryCanceled`), and
//! retry loops decide by the class, so each kind has the code PostgreSQL itself would send.
//! The list of codes: <https://www.postgresql.org/docs/16/errcodes-appendix.html>.

use bellwether::ErrorKind;

/// The code PostgreSQL's clients expect for an error of this kind.
pub fn sqlstate(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Syntax => "42601",
        ErrorKind::UndefinedTable => "42P01",
        ErrorKind::UndefinedColumn => "42703",
        ErrorKind::AmbiguousColumn => "42702",
        ErrorKind::InvalidColumnReference => "42P10",
        ErrorKind::Grouping => "42803",
        ErrorKind::Windowing => "42P20",
        ErrorKind::InvalidLimit => "2201W",
        ErrorKind::InvalidOffset => "2201X",
        ErrorKind::UndefinedFunction => "42883",
        ErrorKind::UndefinedSchema => "3F000",
        ErrorKind::UndefinedObject => "42704",
        ErrorKind::UndefinedStatement => "26000",
        ErrorKind::UndefinedCursor => "34000",
        ErrorKind::UndefinedSavepoint => "3B001",
        ErrorKind::DuplicateCursor => "42P03",
        ErrorKind::DuplicateTable => "42P07",
        ErrorKind::DuplicateSchema => "42P06",
        ErrorKind::DuplicateColumn => "42701",
        ErrorKind::DuplicateObject => "42710",
        ErrorKind::DependentObjects => "2BP01",
        ErrorKind::InvalidParameter => "22023",
        ErrorKind::TypeMismatch => "42804",
        ErrorKind::InvalidText => "22P02",
        ErrorKind::InvalidRegularExpression => "2201B",
        ErrorKind::InvalidLogarithm => "2201E",
        ErrorKind::InvalidPower => "2201F",
        ErrorKind::InvalidDatetime => "22007",
        ErrorKind::DatetimeOutOfRange => "22008",
        ErrorKind::CannotCoerce => "42846",
        ErrorKind::NumericOutOfRange => "22003",
        ErrorKind::DivisionByZero => "22012",
        ErrorKind::NotNullViolation => "23502",
        ErrorKind::CheckViolation => "23514",
        ErrorKind::UniqueViolation => "23505",
        ErrorKind::CardinalityViolation => "21000",
        // PostgreSQL words a timeout as a cancellation, and drivers know no other code for it.
        ErrorKind::Cancelled | ErrorKind::Timeout => "57014",
        ErrorKind::OutOfMemory => "53200",
        ErrorKind::DiskFull => "53100",
        ErrorKind::TooManyConnections => "53300",
        ErrorKind::TooComplex => "54001",
        ErrorKind::LimitExceeded => "54000",
        ErrorKind::ReadOnly => "25006",
        ErrorKind::PermissionDenied => "42501",
        ErrorKind::InvalidPassword => "28P01",
        ErrorKind::Conflict => "40001",
        ErrorKind::FailedTransaction => "25P02",
        ErrorKind::NoTransaction => "25P01",
        ErrorKind::Protocol => "08P01",
        ErrorKind::WrongObjectType => "42809",
        ErrorKind::ObjectNotReady => "55000",
        ErrorKind::InvalidRecursion => "42P19",
        ErrorKind::Unsupported => "0A000",
        ErrorKind::Corrupt => "XX001",
        ErrorKind::Io => "58030",
        ErrorKind::Configuration => "F0000",
        ErrorKind::ShuttingDown => "57P01",
        ErrorKind::Internal => "XX000",
        // The enum may grow; a kind that is not listed here is a fault of ours until it is.
        _ => "XX000",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_that_drivers_and_retry_loops_know() {
        assert_eq!(sqlstate(ErrorKind::UndefinedTable), "42P01");
        assert_eq!(sqlstate(ErrorKind::Conflict), "40001");
        assert_eq!(sqlstate(ErrorKind::Cancelled), "57014");
        assert_eq!(sqlstate(ErrorKind::TooManyConnections), "53300");
        assert_eq!(sqlstate(ErrorKind::Internal), "XX000");
    }
}
