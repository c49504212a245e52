//! `erlang_c(calls_per_hour, aht_seconds, agents, within_seconds)` — what calls that wait meet.

use std::sync::Arc;

use bellwether_kernels::operations::erlang::queue;
use datafusion::arrow::array::{ArrayRef, Float64Builder, StructArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use super::{HOUR_SECONDS, agents};
use crate::adapter::column::Columns;
use crate::adapter::scalar::{Map, Scalar};
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const NAMES: [&str; 4] = ["occupancy", "p_wait", "service_level", "asa_seconds"];

const PAGE: Page = Page {
    summary: "What calls meet that come at random and wait until an agent is free.",
    result: "record: occupancy: the share of the agents' time spent on calls; p_wait: the chance that a call waits; \
             service_level: the share of calls answered within `within_seconds`; asa_seconds: the mean time until a \
             call is answered.",
    nulls: "NULL when an argument is NULL, NaN or infinite.",
    undefined: "NULL when there are no more agents than load: the queue grows without end. Also for negative calls or \
                times, a handling time of 0, and agents that are not whole.",
    errors: "None at run time.",
    cost: "A nanosecond for each agent and row.",
    source: "Erlang (1917); Cooper, “Introduction to Queueing Theory” (1981). Callers are taken not to hang up, so the \
             truth is somewhat better.",
    example: "SELECT (q).occupancy, round((q).p_wait, 6) AS p_wait, round((q).service_level, 6) AS service_level,
       round((q).asa_seconds, 3) AS asa_seconds
FROM (SELECT erlang_c(100, 180, 8, 20) AS q) AS queue",
    output: "occupancy | p_wait | service_level | asa_seconds
0.625 | 0.167267 | 0.880148 | 10.036",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "erlang_c",
            parameters: vec![
                Parameter::value("calls_per_hour", Type::Number, "Calls an hour."),
                Parameter::value("aht_seconds", Type::Number, "The mean time an agent spends on a call, in seconds."),
                Parameter::value("agents", Type::Number, "Agents on the phone, a whole number."),
                Parameter::value("within_seconds", Type::Number, "The time in which a call should be answered."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |_arguments| Ok(ErlangC),
    })
}

fn fields() -> Fields {
    NAMES.map(|name| Field::new(name, DataType::Float64, true)).into_iter().collect()
}

struct ErlangC;

impl Map for ErlangC {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let mut numbers = NAMES.map(|_| Float64Builder::with_capacity(columns.rows()));
        let mut present = Vec::with_capacity(columns.rows());
        for row in 0..columns.rows() {
            let number = |argument| columns.number(argument, row).filter(|number| number.is_finite() && *number >= 0.0);
            let found = || {
                let (calls, handling, within) = (number(0)?, number(1)?, number(3)?);
                queue(calls * handling / HOUR_SECONDS, handling, agents(number(2)?)?, within)
            };
            let found = found();
            present.push(found.is_some());
            let values = found.map(|queue| [queue.occupancy, queue.p_wait, queue.service_level, queue.mean_wait]);
            for (place, builder) in numbers.iter_mut().enumerate() {
                builder.append_option(values.map(|values| values[place]));
            }
        }
        let arrays = numbers.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        Ok(Arc::new(StructArray::try_new(fields(), arrays, Some(NullBuffer::from(present)))?))
    }
}
