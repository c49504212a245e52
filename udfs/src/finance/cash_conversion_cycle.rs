//! `cash_conversion_cycle(dso, dio, dpo)` — how many days money is bound.

use datafusion::arrow::datatypes::DataType;

use super::formula::Formula;
use crate::adapter::scalar::Scalar;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "How many days money is bound between paying suppliers and being paid: days of sales outstanding and of \
              inventory, less those of payables.",
    result: "double precision, in days; below 0 where customers pay before suppliers are paid.",
    nulls: "NULL when an argument is NULL, NaN or infinite.",
    undefined: "Always defined.",
    errors: "None at run time.",
    cost: "An addition a row.",
    source: "Richards & Laughlin (1980).",
    example: "SELECT cash_conversion_cycle(45, 30, 40) AS days",
    output: "days
35",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "cash_conversion_cycle",
            parameters: vec![
                Parameter::value("dso", Type::Number, "Days until customers pay; `dso` tells."),
                Parameter::value("dio", Type::Number, "Days that inventory lies; 0 of a service."),
                Parameter::value("dpo", Type::Number, "Days until suppliers are paid; `dpo` tells."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(Formula(|[dso, dio, dpo]| Some(dso + dio - dpo))),
    })
}
