//! What each touchpoint on the way to a conversion has earned.
//!
//! The table functions read two relations, touches and conversions, and bring them together by customer: no join
//! multiplies rows. [`journey`] says what a path is, the same for all of them.
//!
//! | function | gives |
//! |---|---|
//! | [`attribute`] | a row for each touch of each conversion and model, with its weight and credit |
//! | [`attribution_compare`] | the credit of each channel by each model, side by side |
//! | [`attribution_weight`] | the weight of each row of a window |
//! | [`markov_attribution`], [`shapley_attribution`] | the credit of each channel, from paths |
//! | [`conversion_paths`] | the paths that led to conversions, and how often |
//! | [`journey_edges`] | which channel follows which |
//! | [`touchpoint_roi`] | what touches cost, and what they earned |

mod attribute;
mod attribution_compare;
mod attribution_weight;
mod conversion_paths;
pub(crate) mod journey;
mod journey_edges;
mod markov_attribution;
pub(crate) mod models;
mod money;
mod path_list;
mod shapley_attribution;
pub(crate) mod state;
mod tally;
mod touchpoint_roi;

use crate::function::Function;

/// What the family is about.
pub(crate) const ABOUT: &str = "What each touchpoint on the way to a conversion has earned.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        attribute::function(),
        attribution_compare::function(),
        attribution_weight::function(),
        conversion_paths::function(),
        journey_edges::function(),
        markov_attribution::function(),
        shapley_attribution::function(),
        touchpoint_roi::function(),
    ]
}
