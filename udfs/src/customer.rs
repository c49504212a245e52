//! What customers are worth: their orders in numbers, what they buy together.

mod basket_rules;
mod rfm_summary;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str = "What customers are worth: their orders in numbers, what they buy together.";

pub(crate) fn functions() -> Vec<Function> {
    vec![basket_rules::function(), rfm_summary::function()]
}
