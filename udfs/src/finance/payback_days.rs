//! `payback_days(cost, daily_margin)` — how many days until what was spent has come back.

use datafusion::arrow::datatypes::DataType;

use super::formula::Formula;
use crate::adapter::scalar::Scalar;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "How many days it takes until what was spent, on a customer or a campaign, has come back as margin.",
    result: "double precision, in days.",
    nulls: "NULL when an argument is NULL, NaN or infinite.",
    undefined: "NULL when the margin is not above 0, because it never comes back; 0 when nothing was spent.",
    errors: "None at run time.",
    cost: "A division a row.",
    source: "The payback rule of investment appraisal, without interest.",
    example: "SELECT payback_days(120, 1.5) AS days, payback_days(120, 0) AS never",
    output: "days | never
80 | NULL",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "payback_days",
            parameters: vec![
                Parameter::value("cost", Type::Number, "What was spent."),
                Parameter::value("daily_margin", Type::Number, "The margin that it brings each day."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| {
            Ok(Formula(|[cost, margin]| if cost <= 0.0 { Some(0.0) } else { (margin > 0.0).then(|| cost / margin) }))
        },
    })
}
