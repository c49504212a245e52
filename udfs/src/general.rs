//! Functions of every family: ratios that are not averages of ratios, trends.

mod ratio;
mod trend;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str = "Arithmetic that every area needs.";

pub(crate) fn functions() -> Vec<Function> {
    vec![ratio::function(), trend::function()]
}
