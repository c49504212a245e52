//! `bg_bb_expected_purchases(model, frequency, recency, periods, horizon)` — purchases to come, by BG/BB.

use super::occasions::{self, Occasional};
use super::prediction::{self, Predicted, Prediction};
use crate::adapter::scalar::Scalar;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "bg_bb_expected_purchases";

const PAGE: Page = Page {
    summary: "On how many of the next occasions a customer is expected to buy, by a BG/BB model of bg_bb_fit and \
              what is known of him.",
    result: "double precision, at least 0.",
    nulls: prediction::NULLS,
    undefined: prediction::UNDEFINED,
    errors: occasions::ERRORS,
    cost: "About 0.2 µs for each period of the row and of the horizon.",
    source: "Fader, Hardie & Shang (2010), whose model of donations is the example.",
    example: "WITH fitted AS (SELECT named_struct('alpha', 1.2035, 'beta', 0.7497, 'gamma', 0.6567, 'delta', 2.7834) AS model)
SELECT frequency, recency, round(bg_bb_expected_purchases(model, frequency, recency, 6, 10), 3) AS purchases
FROM fitted, (VALUES (0, 0), (4, 5), (6, 6)) AS donors(frequency, recency)
ORDER BY frequency",
    output: "frequency | recency | purchases
0 | 0 | 0.130
4 | 5 | 3.628
6 | 6 | 6.706",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared { name: NAME, parameters: occasions::parameters(true), page: PAGE },
        result: |types| occasions::result(NAME, types),
        bind: |_arguments| Ok(Prediction { function: NAME, kind: Occasional, predicted: Predicted::Purchases }),
    })
}
