//! `pacing(actual, budget, elapsed)` — whether what was spent or earned so far is on its way to the budget.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Builder, StringBuilder, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use crate::adapter::column::Columns;
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const NUMBERS: [&str; 4] = ["expected", "difference", "pace", "projected"];

const PAGE: Page = Page {
    summary: "Whether what was spent or earned so far is on its way to the budget of the period.",
    result: "record: expected: the budget's part that was due by now; difference: actual less expected; pace: actual \
             over expected; projected: what the period comes to if it goes on like this; status: 'on_track', 'ahead' or \
             'behind', by whether pace is within the tolerance of 1.",
    nulls: "NULL when an argument is NULL, NaN or infinite.",
    undefined: "NULL unless elapsed is above 0 and at most 1. pace is NULL and status not_planned with a budget of 0.",
    errors: "argument tolerance of pacing must be a number from 0 to 1, got 2.",
    cost: "A few divisions a row.",
    source: "Linear pacing; give as `elapsed` the share of the season where days are not alike.",
    example: "SELECT (p).expected, (p).pace, (p).projected, (p).status FROM (SELECT pacing(6000, 10000, 0.5) AS p) AS paced",
    output: "expected | pace | projected | status
5000 | 1.2 | 12000 | ahead",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "pacing",
            parameters: vec![
                Parameter::value("actual", Type::Number, "What was spent or earned so far."),
                Parameter::value("budget", Type::Number, "What the whole period is planned to come to."),
                Parameter::value("elapsed", Type::Number, "The share of the period that is over."),
                Parameter::option("tolerance", Constant::Number(0.0, 1.0), "How far from 1 the pace may be.")
                    .or_number(0.05),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |arguments| Ok(Pacing { tolerance: arguments.number("tolerance")? }),
    })
}

fn fields() -> Fields {
    let numbers = NUMBERS.map(|name| Field::new(name, DataType::Float64, true));
    numbers.into_iter().chain([Field::new("status", DataType::Utf8, true)]).collect()
}

struct Pacing {
    tolerance: f64,
}

impl Map for Pacing {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let mut numbers = NUMBERS.map(|_| Float64Builder::with_capacity(columns.rows()));
        let mut statuses = StringBuilder::new();
        let mut present = Vec::with_capacity(columns.rows());
        for row in 0..columns.rows() {
            let number = |argument| columns.number(argument, row).filter(|number| number.is_finite());
            let given = number(0).zip(number(1)).zip(number(2).filter(|elapsed| *elapsed > 0.0 && *elapsed <= 1.0));
            present.push(given.is_some());
            let Some(((actual, budget), elapsed)) = given else {
                numbers.iter_mut().for_each(Float64Builder::append_null);
                statuses.append_null();
                continue;
            };
            let expected = budget * elapsed;
            let pace = Some(actual / expected).filter(|pace| pace.is_finite() && expected != 0.0);
            let values = [Some(expected), Some(actual - expected), pace, Some(actual / elapsed)];
            numbers.iter_mut().zip(values).for_each(|(builder, value)| builder.append_option(value));
            // Of comparisons at the tolerance itself, rounding is not to decide.
            let tolerance = self.tolerance + 1e-12;
            statuses.append_value(match pace {
                None => "not_planned",
                Some(pace) if pace > 1.0 + tolerance => "ahead",
                Some(pace) if pace < 1.0 - tolerance => "behind",
                Some(_) => "on_track",
            });
        }
        let mut arrays: Vec<ArrayRef> = numbers.iter_mut().map(|own| Arc::new(own.finish()) as ArrayRef).collect();
        arrays.push(Arc::new(statuses.finish()));
        Ok(Arc::new(StructArray::try_new(fields(), arrays, Some(NullBuffer::from(present)))?))
    }
}
