//! The chance of what is to come, from what is known: models that learn it, how good they are, and rates of few.

mod boosted;
mod encoded;
mod explain_score;
mod frame;
mod gradient_boost_fit;
mod gradient_boost_predict;
mod learn;
mod learner;
mod logistic_fit;
mod logistic_predict;
mod model_quality;
mod prediction;
mod reading;
mod regression;
mod shrunk_rate;
mod weight_of_evidence;

use crate::function::Function;

pub(crate) use self::frame::Frame;
pub(crate) use self::learn::status;
pub(crate) use self::regression::{Regression, too_many};

/// What the family is about.
pub(crate) const ABOUT: &str = "The chance of what is to come, from what is known: models that learn it, how good \
    they are, and rates of few. A model is a record: a materialized view of it is a trained model. `logistic_fit` and \
    `gradient_boost_fit` are both an aggregate over a label and features, and a table function that names columns.";

pub(crate) fn functions() -> Vec<Function> {
    vec![
        logistic_fit::aggregate(),
        logistic_fit::table(),
        logistic_predict::function(),
        gradient_boost_fit::aggregate(),
        gradient_boost_fit::table(),
        gradient_boost_predict::function(),
        explain_score::function(),
        model_quality::function(),
        shrunk_rate::function(),
        weight_of_evidence::function(),
    ]
}
