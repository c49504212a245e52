//! `erlang_a(calls_per_hour, aht_seconds, agents, within_seconds, patience_seconds)` — what calls meet that hang up.

use std::sync::Arc;

use bellwether_kernels::operations::erlang_a::impatient_queue;
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

const NAMES: [&str; 5] = ["occupancy", "p_wait", "p_abandon", "service_level", "wait_seconds"];

const PAGE: Page = Page {
    summary: "What calls meet that come at random, wait while no agent is free, and hang up when the caller's patience \
              ends. Unlike `erlang_c` it also answers for fewer agents than the load: the queue is then as long as \
              patience lets it be.",
    result: "record: occupancy: the share of the agents' time spent on calls; p_wait: the chance that a call waits; \
             p_abandon: the chance that it hangs up; service_level: the share of all calls that are answered within \
             `within_seconds`; wait_seconds: the mean time until a call is answered or hangs up.",
    nulls: "NULL when an argument is NULL, NaN or infinite.",
    undefined: "NULL for calls, times or patience that are not above 0, agents that are not whole or none, and where more \
                than a million callers might wait.",
    errors: "None at run time.",
    cost: "A nanosecond for each agent, and for each caller who might wait, and row.",
    source: "Palm (1957); Baccelli & Hebuterne (1981); Mandelbaum & Zeltyn, “Service engineering in action: the \
             Palm/Erlang-A queue” (2007). Patience is exponential.",
    example: "SELECT round((q).occupancy, 4) AS occupancy, round((q).p_wait, 4) AS p_wait, round((q).p_abandon, 4) AS p_abandon,
       round((q).wait_seconds, 2) AS wait_seconds
FROM (SELECT erlang_a(48 * 60, 60, 50, 20, 120) AS q) AS queue",
    output: "occupancy | p_wait | p_abandon | wait_seconds
0.9303 | 0.4678 | 0.0309 | 3.71",
};

pub(super) fn function() -> Function {
    Function::scalar(Scalar {
        declared: Declared {
            name: "erlang_a",
            parameters: vec![
                Parameter::value("calls_per_hour", Type::Number, "Calls an hour."),
                Parameter::value("aht_seconds", Type::Number, "The mean time an agent spends on a call, in seconds."),
                Parameter::value("agents", Type::Number, "Agents on the phone, a whole number."),
                Parameter::value("within_seconds", Type::Number, "The time in which a call should be answered."),
                Parameter::value(
                    "patience_seconds",
                    Type::Number,
                    "How long callers would wait on average before they hang up, in seconds: all time waited over the \
                     number of those who hung up.",
                ),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |_arguments| Ok(ErlangA),
    })
}

fn fields() -> Fields {
    NAMES.map(|name| Field::new(name, DataType::Float64, true)).into_iter().collect()
}

struct ErlangA;

impl Map for ErlangA {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let mut numbers = NAMES.map(|_| Float64Builder::with_capacity(columns.rows()));
        let mut present = Vec::with_capacity(columns.rows());
        for row in 0..columns.rows() {
            let number = |argument| columns.number(argument, row).filter(|number| number.is_finite());
            let found = || {
                let (calls, handling) = (number(0)?, number(1)?);
                let load = calls * handling / HOUR_SECONDS;
                impatient_queue(load, handling, agents(number(2)?)?, number(3)?, number(4)?)
            };
            let found = found();
            present.push(found.is_some());
            let values = found
                .map(|queue| [queue.occupancy, queue.p_wait, queue.p_abandon, queue.service_level, queue.mean_wait]);
            for (place, builder) in numbers.iter_mut().enumerate() {
                builder.append_option(values.map(|values| values[place]));
            }
        }
        let arrays = numbers.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        Ok(Arc::new(StructArray::try_new(fields(), arrays, Some(NullBuffer::from(present)))?))
    }
}
