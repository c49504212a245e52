//! `gamma_gamma_expected_value(model, frequency, monetary)` — what an order of a customer is expected to be worth.

use std::sync::Arc;

use bellwether_kernels::customer::gamma_gamma::GammaGamma;
use datafusion::arrow::array::{ArrayRef, Float64Builder};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::gamma_gamma_fit::PARAMETERS;
use super::model::{self, Models};
use crate::adapter::column::Columns;
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::{Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "gamma_gamma_expected_value";

const PAGE: Page = Page {
    summary: "The expected value of an order of a customer, by a model of gamma_gamma_fit: between the mean of all \
              customers and his own, the nearer to his own the oftener he bought.",
    result: "double precision, above 0.",
    nulls: "A NULL monetary is taken as unknown, as rfm_summary gives it without repeated purchases; any other \
            NULL gives NULL.",
    undefined: "NULL where the model has another status than `ok`, and for customers without a repeated purchase \
                where q ≤ 1: then the mean of all customers is infinite.",
    errors: "argument frequency must be a whole number that is not negative; argument monetary must be a finite \
             number above 0 where frequency is above 0; argument model must be a model of gamma_gamma_fit.",
    cost: "A few nanoseconds a row.",
    source: "Fader & Hardie (2013).",
    example: "WITH fitted AS (SELECT named_struct('p', 6.2488, 'q', 3.7446, 'v', 15.4477) AS model)
SELECT frequency, monetary, round(gamma_gamma_expected_value(model, frequency, monetary), 3) AS value
FROM fitted, (VALUES (0, NULL), (1, 11.77), (2, 22.35)) AS customers(frequency, monetary)
ORDER BY frequency",
    output: "frequency | monetary | value
0 | NULL | 35.171
1 | 11.77 | 18.911
2 | 22.35 | 24.659",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: NAME,
            parameters: vec![
                model::argument("A model of gamma_gamma_fit."),
                Parameter::value("frequency", Type::Number, "Purchases after the first: a whole number, at least 0."),
                Parameter::value("monetary", Type::Number, "Mean value of these purchases, above 0."),
            ],
            page: PAGE,
        },
        result: |types| {
            model::check(NAME, "gamma_gamma_fit", &PARAMETERS, types.first())?;
            Ok(DataType::Float64)
        },
        bind: |_arguments| Ok(ExpectedValue),
    })
}

struct ExpectedValue;

impl Map for ExpectedValue {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let models = Models::read(columns, 0, PARAMETERS)?;
        let mut values = Float64Builder::with_capacity(columns.rows());
        for row in 0..columns.rows() {
            let parameters = models.as_ref().and_then(|models| models.at(row));
            let (Some([p, q, v]), Some(frequency)) = (parameters, columns.number(1, row)) else {
                values.append_null();
                continue;
            };
            let monetary = columns.number(2, row);
            if !frequency.is_finite() || frequency < 0.0 || frequency.fract() != 0.0 {
                return Err(refused("frequency", "must be a whole number that is not negative").into());
            }
            if frequency == 0.0 {
                values.append_option(GammaGamma { p, q, v }.expected_value(0.0, 0.0));
                continue;
            }
            if monetary.is_some_and(|monetary| !(monetary.is_finite() && monetary > 0.0)) {
                return Err(refused("monetary", "must be a finite number above 0 where frequency is above 0").into());
            }
            values.append_option(monetary.and_then(|m| GammaGamma { p, q, v }.expected_value(frequency, m)));
        }
        Ok(Arc::new(values.finish()))
    }
}

fn refused(argument: &str, must: &str) -> CallError {
    CallError::invalid(format!("argument {argument} of {NAME} {must}")).at(argument)
}
