//! `dni_pool_size(visitors_per_hour, session_minutes [, shared])` — telephone numbers for call tracking.

use std::sync::Arc;

use bellwether_kernels::operations::erlang::agents_for_blocking;
use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use crate::adapter::column::Columns;
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "How many telephone numbers dynamic number insertion needs, so that nearly every visitor sees one that no \
              other sees at the time, and his call can be told from theirs.",
    result: "bigint.",
    nulls: "NULL when an argument is NULL, NaN or infinite.",
    undefined: "0 without visitors. NULL for negative arguments, and where more than a million were needed.",
    errors: "argument shared of dni_pool_size must be a number from 0.000001 to 1, got 0.",
    cost: "A nanosecond for each number and row.",
    source: "Erlang B: visitors are calls, numbers are lines, and a visitor for whom none is left shares one.",
    example: "SELECT dni_pool_size(120, 10) AS numbers, dni_pool_size(120, 10, 0.05) AS fewer",
    output: "numbers | fewer
30 | 26",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "dni_pool_size",
            parameters: vec![
                Parameter::value("visitors_per_hour", Type::Number, "Visitors an hour, at the busiest time."),
                Parameter::value(
                    "session_minutes",
                    Type::Number,
                    "How long a number is kept for a visitor, in minutes.",
                ),
                Parameter::option(
                    "shared",
                    Constant::Number(1e-6, 1.0),
                    "The share of visitors who may see a number that another sees.",
                )
                .or_number(0.01),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Int64),
        bind: |arguments| Ok(DniPoolSize { shared: arguments.number("shared")? }),
    })
}

struct DniPoolSize {
    shared: f64,
}

impl Map for DniPoolSize {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let numbers = |row| {
            let (visitors, minutes) = (columns.number(0, row)?, columns.number(1, row)?);
            if visitors < 0.0 || minutes < 0.0 {
                return None;
            }
            agents_for_blocking(visitors * minutes / 60.0, self.shared).map(i64::from)
        };
        Ok(Arc::new((0..columns.rows()).map(numbers).collect::<Int64Array>()))
    }
}
