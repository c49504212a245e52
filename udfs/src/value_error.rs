//! A value that PostgreSQL's type or operator does not take, in PostgreSQL's words.

use std::fmt;

use datafusion::error::DataFusionError;

/// Which kind of refusal, as far as clients tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueErrorKind {
    /// A text is not a value of the type it is read as. SQLSTATE 22P02.
    InvalidText,
    /// A date or time is not written as one. SQLSTATE 22007.
    InvalidDatetime,
    /// A number does not fit its type. SQLSTATE 22003.
    OutOfRange,
    /// A date or time does not fit its type. SQLSTATE 22008.
    DatetimeOutOfRange,
    /// Division by zero. SQLSTATE 22012.
    DivisionByZero,
    /// The value of an argument is outside what the function takes. SQLSTATE 22023.
    InvalidParameter,
    /// A regular expression cannot be compiled. SQLSTATE 2201B.
    InvalidRegularExpression,
    /// A logarithm of zero or less. SQLSTATE 2201E.
    InvalidLogarithm,
    /// A root or power that is no number. SQLSTATE 2201F.
    InvalidPower,
    /// A pattern of a function contradicts itself. SQLSTATE 42601.
    Syntax,
    /// There is no operator or cast for these types. SQLSTATE 42883.
    UndefinedFunction,
    /// One type cannot be cast to the other. SQLSTATE 42846.
    CannotCoerce,
}

/// A refused value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    kind: ValueErrorKind,
    message: String,
}

impl ValueError {
    /// A refusal of that kind; the message is PostgreSQL's.
    pub fn new(kind: ValueErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A text that is not a value of the type called `type_name`.
    pub fn invalid_text(type_name: &str, text: &str) -> Self {
        Self::new(ValueErrorKind::InvalidText, format!("invalid input syntax for type {type_name}: \"{text}\""))
    }

    /// A number that does not fit the type called `type_name`.
    pub fn out_of_range(type_name: &str) -> Self {
        Self::new(ValueErrorKind::OutOfRange, format!("{type_name} out of range"))
    }

    /// A decimal with more digits than one can have.
    pub fn numeric_overflow() -> Self {
        Self::new(ValueErrorKind::OutOfRange, "value overflows numeric format")
    }

    /// The value of an argument is outside what the function takes.
    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new(ValueErrorKind::InvalidParameter, message)
    }

    /// Division by zero.
    pub fn division_by_zero() -> Self {
        Self::new(ValueErrorKind::DivisionByZero, "division by zero")
    }

    /// Which kind of refusal.
    pub fn kind(&self) -> ValueErrorKind {
        self.kind
    }

    /// The fact, in lower case.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ValueError {}

impl From<ValueError> for DataFusionError {
    fn from(error: ValueError) -> Self {
        Self::External(Box::new(error))
    }
}
