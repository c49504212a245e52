//! `shrunk_rate(k, n) OVER (…)` — rates of few rows, drawn towards the rate of all.

use std::sync::Arc;

use bellwether_kernels::score::shrinkage::prior;
use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use crate::adapter::column::Columns;
use crate::adapter::window::{Evaluate, Window};
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The rate k / n of each row, drawn towards the rate of all rows of its partition: the more, the smaller \
              n is and the less the rows differ beyond chance. A source with 1 of 1 is not better than one with 90 of \
              100.",
    result: "double precision, from 0 to 1: (k + m·s) / (n + s), where m is the rate of all and s the strength with \
             which the rows show that rates are alike.",
    nulls: "A row whose k or n is NULL, NaN or infinite has none and says nothing of the others.",
    undefined: "A row with n = 0 has the rate of all. NULL without any trials, and where k is below 0 or above n.",
    errors: "None at run time.",
    cost: "A few nanoseconds a row.",
    source: "Empirical Bayes with a beta distribution, by moments: Kleinman (1973).",
    example: "SELECT source, round(shrunk_rate(won, leads) OVER (), 4) AS rate
FROM (VALUES ('ads', 300, 1000), ('fair', 1, 1), ('partner', 30, 400), ('web', 0, 3)) AS t(source, won, leads)
ORDER BY source",
    output: "source | rate
ads | 0.2996
fair | 0.3440
partner | 0.0774
web | 0.1577",
};

pub(super) fn function() -> Function {
    Function::window(Window {
        declared: Declared {
            name: "shrunk_rate",
            parameters: vec![
                Parameter::value("k", Type::Number, "How many came true, from 0 to n."),
                Parameter::value("n", Type::Number, "Of how many."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(ShrunkRate),
    })
}

struct ShrunkRate;

impl Evaluate for ShrunkRate {
    fn evaluate(&self, columns: &Columns) -> Result<ArrayRef> {
        let counts = |row: usize| {
            let (k, n) = (columns.number(0, row)?, columns.number(1, row)?);
            (k.is_finite() && n.is_finite() && k >= 0.0 && k <= n).then_some((k, n))
        };
        let (successes, trials): (Vec<f64>, Vec<f64>) = (0..columns.rows()).filter_map(counts).unzip();
        let prior = prior(&successes, &trials);
        let rate = |row: usize| counts(row).zip(prior).map(|((k, n), prior)| prior.shrink(k, n));
        Ok(Arc::new((0..columns.rows()).map(rate).collect::<Float64Array>()))
    }
}
