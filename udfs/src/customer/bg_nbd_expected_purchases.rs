//! `bg_nbd_expected_purchases(model, frequency, recency, t, horizon)` — purchases to come, by BG/NBD.

use bellwether_kernels::customer::buying::Kind;

use super::prediction::{self, Predicted, Prediction};
use crate::adapter::scalar::Scalar;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "bg_nbd_expected_purchases";

const PAGE: Page = Page {
    summary: "How many purchases a customer is expected to make within the horizon, by a BG/NBD model of \
              bg_nbd_fit and what is known of him. Whether he is still active is part of the expectation.",
    result: "double precision, at least 0.",
    nulls: prediction::NULLS,
    undefined: prediction::UNDEFINED,
    errors: prediction::ERRORS,
    cost: "About 0.3 µs a row, more for horizons many times longer than t.",
    source: "Fader, Hardie & Lee, “Counting Your Customers the Easy Way”, Marketing Science 24(2), 2005.",
    example: "WITH fitted AS (SELECT named_struct('r', 0.2426, 'alpha', 4.4135, 'a', 0.7929, 'b', 2.4258) AS model)
SELECT frequency, recency, t, round(bg_nbd_expected_purchases(model, frequency, recency, t, 39), 4) AS purchases
FROM fitted, (VALUES (0, 0.0, 38.86), (2, 30.43, 38.86), (10, 20.0, 39.0)) AS customers(frequency, recency, t)
ORDER BY frequency",
    output: "frequency | recency | t | purchases
0 | 0.00 | 38.86 | 0.1948
2 | 30.43 | 38.86 | 1.2259
10 | 20.00 | 39.00 | 0.2767",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: NAME,
            parameters: prediction::parameters_with_horizon("A model of bg_nbd_fit."),
            page: PAGE,
        },
        result: |types| prediction::result(NAME, Kind::BgNbd, types),
        bind: |_arguments| Ok(Prediction { function: NAME, kind: Kind::BgNbd, predicted: Predicted::Purchases }),
    })
}
