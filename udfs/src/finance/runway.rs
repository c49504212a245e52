//! `runway(cash, burn)` — how long the cash lasts.

use datafusion::arrow::datatypes::DataType;

use super::formula::Formula;
use crate::adapter::scalar::Scalar;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "How many periods the cash lasts when each consumes as much.",
    result: "double precision, in the periods that burn is counted in.",
    nulls: "NULL when an argument is NULL, NaN or infinite.",
    undefined: "NULL when burn is not above 0, because the cash never ends; 0 without cash.",
    errors: "None at run time.",
    cost: "A division a row.",
    source: "Cash over net burn: outflows less inflows of a period.",
    example: "SELECT runway(90000, 15000) AS months, runway(90000, -2000) AS earns",
    output: "months | earns
6 | NULL",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "runway",
            parameters: vec![
                Parameter::value("cash", Type::Number, "The cash there is."),
                Parameter::value("burn", Type::Number, "What a period consumes: its outflows less its inflows."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| {
            Ok(Formula(|[cash, burn]| match burn > 0.0 {
                true => Some(cash.max(0.0) / burn),
                false => (cash <= 0.0).then_some(0.0),
            }))
        },
    })
}
