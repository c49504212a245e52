//! `bg_nbd_probability_alive(model, frequency, recency, t)` — whether a customer is still active, by BG/NBD.

use bellwether_kernels::customer::buying::Kind;

use super::prediction::{self, Predicted, Prediction};
use crate::adapter::scalar::Scalar;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "bg_nbd_probability_alive";

const PAGE: Page = Page {
    summary: "The probability that a customer is still active, by a BG/NBD model of bg_nbd_fit and what is known \
              of him.",
    result: "double precision from 0 to 1. Of customers without a repeated purchase it is 1: in this model only a \
             repeated purchase makes anybody leave.",
    nulls: prediction::NULLS,
    undefined: prediction::UNDEFINED,
    errors: prediction::ERRORS,
    cost: "0.1 µs a row.",
    source: "Fader, Hardie & Lee, “Counting Your Customers the Easy Way”, Marketing Science 24(2), 2005.",
    example: "WITH fitted AS (SELECT named_struct('r', 0.2426, 'alpha', 4.4135, 'a', 0.7929, 'b', 2.4258) AS model)
SELECT frequency, recency, t, round(bg_nbd_probability_alive(model, frequency, recency, t), 4) AS alive
FROM fitted, (VALUES (0, 0.0, 38.86), (2, 30.43, 38.86), (10, 20.0, 39.0)) AS customers(frequency, recency, t)
ORDER BY frequency",
    output: "frequency | recency | t | alive
0 | 0.00 | 38.86 | 1.0000
2 | 30.43 | 38.86 | 0.7266
10 | 20.00 | 39.00 | 0.0381",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared { name: NAME, parameters: prediction::parameters("A model of bg_nbd_fit."), page: PAGE },
        result: |types| prediction::result(NAME, Kind::BgNbd, types),
        bind: |_arguments| Ok(Prediction { function: NAME, kind: Kind::BgNbd, predicted: Predicted::Alive }),
    })
}
