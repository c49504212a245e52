//! Money: what it takes to earn back what was spent.

mod breakeven_units;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str = "What it takes to earn back what was spent.";

pub(crate) fn functions() -> Vec<Function> {
    vec![breakeven_units::function()]
}
