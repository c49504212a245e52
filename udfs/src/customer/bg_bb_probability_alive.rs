//! `bg_bb_probability_alive(model, frequency, recency, periods)` — whether a customer is still active, by BG/BB.

use super::occasions::{self, Occasional};
use super::prediction::{self, Predicted, Prediction};
use crate::adapter::scalar::Scalar;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "bg_bb_probability_alive";

const PAGE: Page = Page {
    summary: "The probability that a customer is active on the next occasion, by a BG/BB model of bg_bb_fit and \
              what is known of him.",
    result: "double precision from 0 to 1.",
    nulls: prediction::NULLS,
    undefined: prediction::UNDEFINED,
    errors: occasions::ERRORS,
    cost: "About 0.2 µs for each period of the row.",
    source: "Fader, Hardie & Shang (2010), whose model of donations is the example.",
    example: "WITH fitted AS (SELECT named_struct('alpha', 1.2035, 'beta', 0.7497, 'gamma', 0.6567, 'delta', 2.7834) AS model)
SELECT frequency, recency, round(bg_bb_probability_alive(model, frequency, recency, 6), 3) AS alive
FROM fitted, (VALUES (0, 0), (4, 5), (6, 6)) AS donors(frequency, recency)
ORDER BY frequency",
    output: "frequency | recency | alive
0 | 0 | 0.108
4 | 5 | 0.697
6 | 6 | 0.930",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared { name: NAME, parameters: occasions::parameters(false), page: PAGE },
        result: |types| occasions::result(NAME, types),
        bind: |_arguments| Ok(Prediction { function: NAME, kind: Occasional, predicted: Predicted::Alive }),
    })
}
