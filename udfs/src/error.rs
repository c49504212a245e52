//! Why a call of a function is refused: the fact, what can be done about it, and which kind of refusal it is.

use std::fmt;

use datafusion::error::DataFusionError;

/// Which kind of refusal, as far as clients tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallErrorKind {
    /// The value of an argument is outside what the function takes. SQLSTATE 22023.
    Invalid,
    /// An argument names a column that the input does not have. SQLSTATE 42703.
    UndefinedColumn,
    /// There is no such argument, or one is missing or given twice. SQLSTATE 42883.
    UndefinedFunction,
    /// The column or value is of another type. SQLSTATE 42804.
    TypeMismatch,
}

/// A call that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    kind: CallErrorKind,
    message: String,
    hint: Option<String>,
    argument: Option<String>,
}

impl CallError {
    pub(crate) fn new(kind: CallErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, argument: None }
    }

    /// An argument whose value the function does not take.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(CallErrorKind::Invalid, message)
    }

    /// Adds what the reader can do.
    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds which named argument it is about.
    #[must_use]
    pub(crate) fn at(mut self, argument: &str) -> Self {
        self.argument = Some(argument.to_owned());
        self
    }

    /// The named argument it is about, if it is about one.
    pub fn argument(&self) -> Option<&str> {
        self.argument.as_deref()
    }

    /// Which kind of refusal.
    pub fn kind(&self) -> CallErrorKind {
        self.kind
    }

    /// The fact, in lower case.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the reader can do, if anything.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CallError {}

impl From<CallError> for DataFusionError {
    fn from(error: CallError) -> Self {
        Self::External(Box::new(error))
    }
}

/// The one of `known` that a misspelt name is probably meant to be.
pub(crate) fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let distance =
        |other: &str| datafusion::common::utils::datafusion_strsim::levenshtein(&lower, &other.to_lowercase());
    let (distance, found) =
        known.into_iter().map(|other| (distance(other), other)).min_by_key(|(distance, _)| *distance)?;
    // Beyond a third of its letters a name is another name.
    (distance <= (lower.chars().count() / 3).max(1)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour_and_another_name_does_not() {
        assert_eq!(closest("Linaer", ["linear", "markov"]), Some("linear"));
        assert_eq!(closest("shapley", ["linear", "markov"]), None);
        assert_eq!(closest("x", []), None);
    }
}
