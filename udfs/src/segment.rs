//! Customers who resemble each other: by scores, by features, by what they prefer.

mod by_features;
mod channel_preference;
mod describe_segments;
mod kmeans_assign;
mod kmeans_fit;
mod lookalike;
mod model;
mod point;
mod rfm;
mod segment_compare;

use crate::argument::Arguments;
use crate::error::CallError;
use crate::function::Function;
use crate::table::{FeatureColumn, Rows, Slot};

/// What the family is about.
pub(crate) const ABOUT: &str = "Customers who resemble each other: by scores, by features, by what they prefer.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        rfm::function(),
        by_features::function(),
        describe_segments::function(),
        segment_compare::function(),
        lookalike::function(),
        channel_preference::function(),
        kmeans_fit::function(),
        kmeans_assign::function(),
    ]
}

/// The mean of a customer's known numbers, NaN without any.
fn mean(rows: &Rows<'_>, slot: Slot) -> f64 {
    let known = || rows.numbers(slot).iter().filter(|number| number.is_finite());
    known().sum::<f64>() / known().count() as f64
}

/// Refuses columns of text where only numbers can be compared.
fn refuse_text(arguments: &Arguments, features: &[FeatureColumn]) -> Result<(), CallError> {
    match features.iter().find(|feature| feature.is_text) {
        None => Ok(()),
        Some(text) => Err(arguments.invalid("features", format!("must be numbers, column \"{}\" is text", text.name))),
    }
}
