//! Why a function of numbers has no value.

/// What PostgreSQL refuses, and numbers too large to be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// The square root of a negative number.
    RootOfNegative,
    /// The logarithm of zero.
    LogarithmOfZero,
    /// The logarithm of a negative number.
    LogarithmOfNegative,
    /// Zero to a negative power.
    ZeroToNegative,
    /// A negative number to a power that is no whole number.
    NegativeToFraction,
    /// A logarithm to the base 1.
    DivisionByZero,
    /// A number with more digits before the point than any is held with.
    TooLarge,
}
