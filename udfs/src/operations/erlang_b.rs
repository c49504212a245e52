//! `erlang_b(erlangs, agents)` — the share of calls that find nobody free and are lost.

use std::sync::Arc;

use bellwether_kernels::operations::erlang::blocking;
use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::agents;
use crate::adapter::column::Columns;
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The share of calls that find no agent (or line) free and are lost, when calls come at random and do not \
              wait.",
    result: "double precision, from 0 to 1.",
    nulls: "NULL when an argument is NULL, NaN or infinite.",
    undefined: "NULL for a negative load, and for agents that are negative, not whole or more than a million.",
    errors: "None at run time.",
    cost: "A nanosecond for each agent and row.",
    source: "Erlang (1917), by recursion; no factorial overflows.",
    example: "SELECT round(erlang_b(10, 18), 6) AS lost, erlang_b(3, 0) AS nobody",
    output: "lost | nobody
0.007142 | 1",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "erlang_b",
            parameters: vec![
                Parameter::value("erlangs", Type::Number, "The load: calls an hour times hours a call."),
                Parameter::value("agents", Type::Number, "Agents or lines, a whole number."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Float64),
        bind: |_arguments| Ok(ErlangB),
    })
}

struct ErlangB;

impl Map for ErlangB {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let lost = |row| {
            let lost = blocking(columns.number(0, row)?, agents(columns.number(1, row)?)?);
            (!lost.is_nan()).then_some(lost)
        };
        Ok(Arc::new((0..columns.rows()).map(lost).collect::<Float64Array>()))
    }
}
