//! `mbg_nbd_probability_alive(model, frequency, recency, t)` — whether a customer is still active, by MBG/NBD.

use bellwether_kernels::customer::buying::Kind;

use super::prediction::{self, Predicted, Prediction};
use crate::adapter::scalar::Scalar;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "mbg_nbd_probability_alive";

const PAGE: Page = Page {
    summary: "The probability that a customer is still active, by a MBG/NBD model of mbg_nbd_fit and what is known \
              of him.",
    result: "double precision from 0 to 1.",
    nulls: prediction::NULLS,
    undefined: prediction::UNDEFINED,
    errors: prediction::ERRORS,
    cost: "0.1 µs a row.",
    source: "Batislam, Denizel & Filiztekin (2007); Hoppe & Wagner (2007).",
    example: "WITH fitted AS (SELECT named_struct('r', 0.5248, 'alpha', 6.183, 'a', 0.8914, 'b', 1.614) AS model)
SELECT frequency, recency, t, round(mbg_nbd_probability_alive(model, frequency, recency, t), 4) AS alive
FROM fitted, (VALUES (0, 0.0, 38.86), (2, 30.43, 38.86), (10, 20.0, 39.0)) AS customers(frequency, recency, t)
ORDER BY frequency",
    output: "frequency | recency | t | alive
0 | 0.00 | 38.86 | 0.3897
2 | 30.43 | 38.86 | 0.7061
10 | 20.00 | 39.00 | 0.0401",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared { name: NAME, parameters: prediction::parameters("A model of mbg_nbd_fit."), page: PAGE },
        result: |types| prediction::result(NAME, Kind::MbgNbd, types),
        bind: |_arguments| Ok(Prediction { function: NAME, kind: Kind::MbgNbd, predicted: Predicted::Alive }),
    })
}
