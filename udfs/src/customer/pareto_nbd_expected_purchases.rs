//! `pareto_nbd_expected_purchases(model, frequency, recency, t, horizon)` — purchases to come, by Pareto/NBD.

use bellwether_kernels::customer::buying::Kind;

use super::prediction::{self, Predicted, Prediction};
use crate::adapter::scalar::Scalar;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "pareto_nbd_expected_purchases";

const PAGE: Page = Page {
    summary: "How many purchases a customer is expected to make within the horizon, by a Pareto/NBD model of \
              pareto_nbd_fit and what is known of him. Whether he is still active is part of the expectation.",
    result: "double precision, at least 0.",
    nulls: prediction::NULLS,
    undefined: prediction::UNDEFINED,
    errors: prediction::ERRORS,
    cost: "About 1 µs a row.",
    source: "Schmittlein, Morrison & Colombo (1987); Fader & Hardie, “A Note on Deriving the Pareto/NBD Model” \
             (2005). The likelihood is integrated where the published form overflows.",
    example:
        "WITH fitted AS (SELECT named_struct('r', 0.5533, 'alpha', 10.5776, 's', 0.6062, 'beta', 11.6679) AS model)
SELECT frequency, recency, t, round(pareto_nbd_expected_purchases(model, frequency, recency, t, 39), 4) AS purchases
FROM fitted, (VALUES (0, 0.0, 38.86), (2, 30.43, 38.86), (10, 20.0, 39.0)) AS customers(frequency, recency, t)
ORDER BY frequency",
    output: "frequency | recency | t | purchases
0 | 0.00 | 38.86 | 0.1071
2 | 30.43 | 38.86 | 1.4551
10 | 20.00 | 39.00 | 0.5550",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: NAME,
            parameters: prediction::parameters_with_horizon("A model of pareto_nbd_fit."),
            page: PAGE,
        },
        result: |types| prediction::result(NAME, Kind::ParetoNbd, types),
        bind: |_arguments| Ok(Prediction { function: NAME, kind: Kind::ParetoNbd, predicted: Predicted::Purchases }),
    })
}
