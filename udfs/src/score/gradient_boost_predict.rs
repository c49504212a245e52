//! `gradient_boost_predict(model, features, …)` — the chance of the label by boosted trees.

use datafusion::arrow::datatypes::DataType;

use super::prediction::{self, BOOSTED, Predict};
use crate::adapter::scalar::Scalar;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The chance of the label that a model of `gradient_boost_fit` gives a row. The features come as an array \
              of numbers, as a record, whose fields are then found by name, or one after the other in the order of \
              `gradient_boost_fit`.",
    result: "double precision, from 0 to 1.",
    nulls: "A NULL, NaN or infinite feature is missing. Without a model, or of one that could not be learnt, NULL.",
    undefined: "A level that was never seen goes the way of the other rare ones.",
    errors: "argument features of gradient_boost_predict has 2 values, the model has 3 features; argument features \
             of gradient_boost_predict has no tenure, which the model reads; feature tenure of gradient_boost_predict \
             must be a number, got text.",
    cost: "About a microsecond a row for 150 trees over 20 features. A model from a scalar subquery is read once a \
           batch.",
    source: "Lucchese et al., “QuickScorer” (2015), for the order in which trees are asked.",
    example: "WITH customers AS (SELECT (i % 10 > 4) = (i % 3 = 0) AS churned, i % 10 AS tenure, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS plan
                  FROM generate_series(1, 600) AS g(i)),
  trained AS (SELECT model FROM gradient_boost_fit(customers, label => 'churned', features => ARRAY['tenure', 'plan']))
SELECT tenure, plan, gradient_boost_predict((SELECT model FROM trained), tenure, plan) > 0.5 AS is_likely
FROM (VALUES (1, 'a'), (8, 'a'), (1, 'b'), (8, 'b')) AS t(tenure, plan) ORDER BY plan, tenure",
    output: "tenure | plan | is_likely
1 | a | f
8 | a | t
1 | b | t
8 | b | f",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared { name: BOOSTED.predict, parameters: prediction::parameters(), page: PAGE },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(Predict(BOOSTED)),
    })
}
