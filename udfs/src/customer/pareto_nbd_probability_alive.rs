//! `pareto_nbd_probability_alive(model, frequency, recency, t)` — whether a customer is still active, by Pareto/NBD.

use bellwether_kernels::customer::buying::Kind;

use super::prediction::{self, Predicted, Prediction};
use crate::adapter::scalar::Scalar;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "pareto_nbd_probability_alive";

const PAGE: Page = Page {
    summary: "The probability that a customer is still active, by a Pareto/NBD model of pareto_nbd_fit and what is \
              known of him.",
    result: "double precision from 0 to 1.",
    nulls: prediction::NULLS,
    undefined: prediction::UNDEFINED,
    errors: prediction::ERRORS,
    cost: "About 1 µs a row.",
    source: "Schmittlein, Morrison & Colombo (1987); Fader & Hardie, “A Note on Deriving the Pareto/NBD Model” \
             (2005). The likelihood is integrated where the published form overflows.",
    example:
        "WITH fitted AS (SELECT named_struct('r', 0.5533, 'alpha', 10.5776, 's', 0.6062, 'beta', 11.6679) AS model)
SELECT frequency, recency, t, round(pareto_nbd_probability_alive(model, frequency, recency, t), 4) AS alive
FROM fitted, (VALUES (0, 0.0, 38.86), (2, 30.43, 38.86), (10, 20.0, 39.0)) AS customers(frequency, recency, t)
ORDER BY frequency",
    output: "frequency | recency | t | alive
0 | 0.00 | 38.86 | 0.2951
2 | 30.43 | 38.86 | 0.8691
10 | 20.00 | 39.00 | 0.0804",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared { name: NAME, parameters: prediction::parameters("A model of pareto_nbd_fit."), page: PAGE },
        result: |types| prediction::result(NAME, Kind::ParetoNbd, types),
        bind: |_arguments| Ok(Prediction { function: NAME, kind: Kind::ParetoNbd, predicted: Predicted::Alive }),
    })
}
