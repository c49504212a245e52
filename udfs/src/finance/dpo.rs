//! `dpo(month, purchases, payables [, method])` — how many days until suppliers are paid.

use datafusion::arrow::datatypes::DataType;

use super::outstanding::{Outstanding, parameters};
use crate::adapter::aggregate::Aggregate;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "Days payables outstanding: how many days of purchases suppliers have not been paid yet, from the purchases \
              of each month and the payables at the end of the latest.",
    result: "double precision, in days.",
    nulls: "Months with a NULL, NaN or infinite value are left out.",
    undefined: "NULL without months; with 'countback' when more is owed than was bought in all months; with 'average' \
                without purchases.",
    errors: "argument method of dpo must be one of 'countback', 'average', got 'simple'.",
    cost: "24 bytes a month.",
    source: "As `dso`.",
    example: "SELECT dpo(month, purchases, payables) AS days
FROM (VALUES (DATE '2026-01-01', 31000, 0), (DATE '2026-02-01', 28000, 43500)) AS t(month, purchases, payables)",
    output: "days
43.5",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "dpo",
            parameters: parameters(
                Parameter::value("purchases", Type::Number, "The month's purchases on credit."),
                Parameter::value("payables", Type::Number, "What suppliers are owed at the month's end."),
            ),
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: Outstanding::bind,
    })
}
