//! The one error of the project: a fact, a detail, a hint, and a kind that decides everything else.
//!
//! The kind decides the SQLSTATE, the gRPC code and whether a retry can help; the message is a
//! lower-case fact that names the object and the value; the hint is something the reader can do.

use std::fmt;

/// What went wrong, coarsely: the doors translate it, people read the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not SQL we understand.
    Syntax,
    /// A relation is not there.
    UndefinedTable,
    /// A column is not there.
    UndefinedColumn,
    /// Several columns have the name.
    AmbiguousColumn,
    /// A position or expression that is not in the select list.
    InvalidColumnReference,
    /// Aggregates, groups and single rows that do not go together.
    Grouping,
    /// Clauses of windows that contradict each other.
    Windowing,
    /// A `LIMIT` that is none.
    InvalidLimit,
    /// An `OFFSET` that is none.
    InvalidOffset,
    /// A function with these arguments is not there.
    UndefinedFunction,
    /// A schema is not there.
    UndefinedSchema,
    /// A setting, role or other named object is not there.
    UndefinedObject,
    /// A prepared statement is not there.
    UndefinedStatement,
    /// A cursor or portal is not there.
    UndefinedCursor,
    /// A savepoint is not there.
    UndefinedSavepoint,
    /// A cursor of that name is open already.
    DuplicateCursor,
    /// A relation of that name exists already.
    DuplicateTable,
    /// A schema of that name exists already.
    DuplicateSchema,
    /// A column of that name exists already.
    DuplicateColumn,
    /// A role or other object of that name exists already.
    DuplicateObject,
    /// The object cannot go because others depend on it.
    DependentObjects,
    /// An argument is outside what the function or option accepts.
    InvalidParameter,
    /// The types do not fit together.
    TypeMismatch,
    /// A text is not a value of the type it is read as.
    InvalidText,
    /// A regular expression cannot be compiled.
    InvalidRegularExpression,
    /// A logarithm of what has none.
    InvalidLogarithm,
    /// A root or power that is no number.
    InvalidPower,
    /// A text is not a date or time.
    InvalidDatetime,
    /// A date or time does not fit its type.
    DatetimeOutOfRange,
    /// One type cannot be cast to the other.
    CannotCoerce,
    /// A number does not fit its type.
    NumericOutOfRange,
    /// Division by zero.
    DivisionByZero,
    /// A NULL where the column is NOT NULL.
    NotNullViolation,
    /// A row that contradicts a CHECK constraint.
    CheckViolation,
    /// A key that occurs twice where it must be unique.
    UniqueViolation,
    /// More than one source row changes the same target row.
    CardinalityViolation,
    /// The client asked for the statement to end.
    Cancelled,
    /// The statement ran longer than it may.
    Timeout,
    /// The memory a query may use is used up.
    OutOfMemory,
    /// A disk or the spill area is full.
    DiskFull,
    /// No further connection or query can be taken now.
    TooManyConnections,
    /// The statement is too long or too deeply nested.
    TooComplex,
    /// A value or result exceeds a fixed limit.
    LimitExceeded,
    /// The lake, table or session cannot be written.
    ReadOnly,
    /// The user may not do this.
    PermissionDenied,
    /// User or password is wrong.
    InvalidPassword,
    /// Another writer was faster; the same statement may succeed when run again.
    Conflict,
    /// A statement in a transaction block that failed before.
    FailedTransaction,
    /// A statement that needs an open transaction block.
    NoTransaction,
    /// The connection broke the protocol.
    Protocol,
    /// The relation is of another kind than the statement is for.
    WrongObjectType,
    /// The relation is not in the state the statement needs, such as a materialized view that was never filled.
    ObjectNotReady,
    /// Names that would refer to each other in a circle.
    InvalidRecursion,
    /// SQL we understand and do not offer.
    Unsupported,
    /// A stored file or log entry is not what was written.
    Corrupt,
    /// The file system, the network or the object store failed.
    Io,
    /// The configuration is contradictory or incomplete.
    Configuration,
    /// The server is going down.
    ShuttingDown,
    /// A fault of ours.
    Internal,
}

/// An error a person can act on.
#[derive(Debug, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    position: Option<usize>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// A result with this crate's error unless told otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of `kind` that states `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), detail: None, hint: None, position: None, source: None }
    }

    /// Adds what was found: values, versions, file names.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds what the reader can do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds where in the statement: the position of a character, counted from one.
    #[must_use]
    pub fn with_position(mut self, position: usize) -> Self {
        self.position = Some(position);
        self
    }

    /// Adds the error underneath.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The kind, which decides the SQLSTATE.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The fact, in lower case, without detail and hint.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What was found, if that helps.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What the reader can do, if anything.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The position of a character of the statement, counted from one.
    pub fn position(&self) -> Option<usize> {
        self.position
    }

    /// Whether running the same statement again may succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Conflict | ErrorKind::TooManyConnections | ErrorKind::Io | ErrorKind::ShuttingDown
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(detail) = &self.detail {
            write!(f, "\n  detail: {detail}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Every kind has a short constructor, because errors are made where they are noticed.
macro_rules! constructors {
    ($($name:ident => $kind:ident),* $(,)?) => {
        impl Error {
            $(
                #[doc = concat!("An error of kind [`ErrorKind::", stringify!($kind), "`].")]
                pub fn $name(message: impl Into<String>) -> Self {
                    Self::new(ErrorKind::$kind, message)
                }
            )*
        }
    };
}

constructors! {
    invalid_parameter => InvalidParameter,
    unsupported => Unsupported,
    internal => Internal,
    corrupt => Corrupt,
    io => Io,
    conflict => Conflict,
    read_only => ReadOnly,
    configuration => Configuration,
}
