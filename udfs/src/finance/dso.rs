//! `dso(month, sales, receivables [, method])` — how many days until customers pay.

use datafusion::arrow::datatypes::DataType;

use super::outstanding::{Outstanding, parameters};
use crate::adapter::aggregate::Aggregate;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "Days sales outstanding: how many days of sales customers have not paid yet, from the sales of each month \
              and the receivables at the end of the latest.",
    result: "double precision, in days.",
    nulls: "Months with a NULL, NaN or infinite value are left out.",
    undefined: "NULL without months; with 'countback' when more is open than all months have sold; with 'average' \
                without sales.",
    errors: "argument method of dso must be one of 'countback', 'average', got 'simple'.",
    cost: "24 bytes a month.",
    source: "The count-back method of credit management; 'average' is receivables over sales times days.",
    example: "SELECT round(dso(month, sales, receivables), 4) AS countback, dso(month, sales, receivables, 'average') AS average
FROM (VALUES (DATE '2026-01-01', 120000, 0), (DATE '2026-02-01', 100000, 0), (DATE '2026-03-01', 140000, 250000))
     AS t(month, sales, receivables)",
    output: "countback | average
61.5833 | 62.5",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "dso",
            parameters: parameters(
                Parameter::value("sales", Type::Number, "The month's sales on credit."),
                Parameter::value("receivables", Type::Number, "What customers owe at the month's end."),
            ),
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: Outstanding::bind,
    })
}
