//! `agents_required(calls_per_hour, aht_seconds, service_level, within_seconds [, shrinkage])` — the least agents.

use std::sync::Arc;

use bellwether_kernels::operations::erlang::agents_for_service;
use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::HOUR_SECONDS;
use crate::adapter::column::Columns;
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The least agents with whom a share of the calls is answered in time, by Erlang C; with `shrinkage` the \
              agents to be scheduled so that as many are on the phone.",
    result: "bigint.",
    nulls: "NULL when an argument is NULL, NaN or infinite.",
    undefined: "0 without calls. NULL for negative calls or times, a handling time of 0, a service level outside 0 to \
                1, and where more than a million agents were needed.",
    errors: "argument shrinkage of agents_required must be a number from 0 to 0.95, got 2.",
    cost: "Two nanoseconds for each agent and row.",
    source: "Erlang (1917), as `erlang_c`.",
    example: "SELECT agents_required(100, 180, 0.8, 20) AS on_the_phone, agents_required(100, 180, 0.8, 20, 0.3) AS scheduled",
    output: "on_the_phone | scheduled
8 | 12",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "agents_required",
            parameters: vec![
                Parameter::value("calls_per_hour", Type::Number, "Calls an hour."),
                Parameter::value("aht_seconds", Type::Number, "The mean time an agent spends on a call, in seconds."),
                Parameter::value("service_level", Type::Number, "The share of calls to be answered in time, below 1."),
                Parameter::value("within_seconds", Type::Number, "The time in which they should be answered."),
                Parameter::option(
                    "shrinkage",
                    Constant::Number(0.0, 0.95),
                    "The share of paid time that agents are not on the phone: breaks, leave, training.",
                )
                .or_number(0.0),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Int64),
        bind: |arguments| Ok(AgentsRequired { present: 1.0 - arguments.number("shrinkage")? }),
    })
}

struct AgentsRequired {
    /// The share of paid time that agents are on the phone.
    present: f64,
}

impl Map for AgentsRequired {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let agents = |row| {
            let number = |argument| columns.number(argument, row).filter(|number| number.is_finite() && *number >= 0.0);
            let (calls, handling) = (number(0)?, number(1).filter(|handling| *handling > 0.0)?);
            let agents = agents_for_service(calls * handling / HOUR_SECONDS, handling, number(2)?, number(3)?)?;
            Some((f64::from(agents) / self.present).ceil() as i64)
        };
        Ok(Arc::new((0..columns.rows()).map(agents).collect::<Int64Array>()))
    }
}
