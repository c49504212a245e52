//! Variables of the environment that make a test longer, or repeat it.

/// The number in a variable, if it is set.
pub fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} must be a whole number, got {text}")))
}
