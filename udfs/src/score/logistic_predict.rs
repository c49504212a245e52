//! `logistic_predict(model, features, …)` — the chance of the label by a logistic regression.

use datafusion::arrow::datatypes::DataType;

use super::prediction::{self, LOGISTIC, Predict};
use crate::adapter::scalar::Scalar;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The chance of the label that a model of `logistic_fit` gives a row. The features come as an array of \
              numbers, as a record, whose fields are then found by name, or one after the other in the order of \
              `logistic_fit`.",
    result: "double precision, from 0 to 1.",
    nulls: "A NULL, NaN or infinite feature is missing. Without a model, or of one that could not be learnt, NULL.",
    undefined: "A level that was never seen counts as the other rare ones, or as the most frequent if there were none.",
    errors: "argument features of logistic_predict has 2 values, the model has 3 features; argument features of \
             logistic_predict has no tenure, which the model reads; feature tenure of logistic_predict must be a \
             number, got text.",
    cost: "A few nanoseconds for each coefficient and row. A model from a scalar subquery is read once a batch.",
    source: "The logistic function of the sum of coefficients times features.",
    example: "WITH customers AS (SELECT i % 5 < 2 AND i % 11 > 2 AS churned, i % 11 AS tenure FROM generate_series(1, 300) AS g(i)),
  trained AS (SELECT logistic_fit(churned, ARRAY[tenure]) AS model FROM customers)
SELECT tenure, round(logistic_predict((SELECT model FROM trained), tenure), 4) AS chance
FROM (VALUES (0), (10), (NULL)) AS t(tenure) ORDER BY tenure",
    output: "tenure | chance
0 | 0.1041
10 | 0.5470
NULL | 0.2711",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared { name: LOGISTIC.predict, parameters: prediction::parameters(), page: PAGE },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(Predict(LOGISTIC)),
    })
}
