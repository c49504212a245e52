//! `sbg_survival(model, periods)` — the share of customers who are still there after so many periods.

use std::sync::Arc;

use bellwether_kernels::customer::sbg::Sbg;
use datafusion::arrow::array::{ArrayRef, Float64Builder};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::model::{self, Models};
use super::prediction;
use super::sbg_fit::PARAMETERS;
use crate::adapter::column::Columns;
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::{Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "sbg_survival";

const PAGE: Page = Page {
    summary: "The share of customers who are still there after so many periods, by a model of sbg_fit.",
    result: "double precision from 0 to 1.",
    nulls: prediction::NULLS,
    undefined: prediction::UNDEFINED,
    errors: "argument periods of sbg_survival must be a finite number that is not negative; argument model must be \
             a model of sbg_fit.",
    cost: "About 0.1 µs a row.",
    source: "Fader & Hardie (2007), whose high-end case is the example.",
    example: "WITH fitted AS (SELECT named_struct('alpha', 0.6681, 'beta', 3.8061) AS model)
SELECT periods, round(sbg_survival(model, periods), 3) AS survival
FROM fitted, (VALUES (0), (7), (12)) AS years(periods) ORDER BY periods",
    output: "periods | survival
0 | 1.000
7 | 0.489
12 | 0.378",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: NAME,
            parameters: vec![
                model::argument("A model of sbg_fit."),
                Parameter::value("periods", Type::Number, "After how many periods, at least 0."),
            ],
            page: PAGE,
        },
        result: |types| {
            model::check(NAME, "sbg_fit", &PARAMETERS, types.first())?;
            Ok(DataType::Float64)
        },
        bind: |_arguments| Ok(Survival),
    })
}

struct Survival;

impl Map for Survival {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let models = Models::read(columns, 0, PARAMETERS)?;
        let mut values = Float64Builder::with_capacity(columns.rows());
        for row in 0..columns.rows() {
            let parameters = models.as_ref().and_then(|models| models.at(row));
            let (Some([alpha, beta]), Some(periods)) = (parameters, columns.number(1, row)) else {
                values.append_null();
                continue;
            };
            if !periods.is_finite() || periods < 0.0 {
                let fact = format!("argument periods of {NAME} must be a finite number that is not negative");
                return Err(CallError::invalid(fact).at("periods").into());
            }
            values.append_value(Sbg { alpha, beta }.survival(periods));
        }
        Ok(Arc::new(values.finish()))
    }
}
