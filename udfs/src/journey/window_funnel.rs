//! `window_funnel(window, mode, ts, c1, c2, …)` — how many steps of a funnel a customer made inside a window.

use std::sync::Arc;

use bellwether_kernels::journey::event::Event;
use bellwether_kernels::journey::window_funnel::{Funnel, level};
use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::{condition, mode};
use crate::adapter::column::Columns;
use crate::adapter::timeline::{Call, Timeline, Timelines};
use crate::argument::{Arguments, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "The number of steps of a funnel that a customer made inside a window: the largest k for which there is \
              a chain of events e₁ … eₖ, none earlier than the one before it and eₖ no later than `window` after e₁, \
              where eᵢ meets condition i and the mode allows the chain. `default` allows every chain: one event may \
              stand for several steps, others may lie between. `strict_once`: the events are different. \
              `strict_increase`: every event is later than the one before. `strict_order`: every event of the \
              customer later than e₁ and earlier than eₖ meets one of the conditions 1 … i+1, where eᵢ is the last \
              of the chain that is not later than it; with `allow_reentry` it need only meet one of the conditions. \
              `strict_deduplication`: for 2 ≤ i < k no event other than eᵢ that could follow eᵢ₋₁ meets condition i \
              by the time of eₖ. Modes combine, as in `strict_order, strict_once`. Simultaneous events follow one \
              another in any order, so the order of the rows does not matter.",
    result: "bigint, from 0 to the number of conditions.",
    nulls: "Rows without time are left out; a condition that is NULL is not met.",
    undefined: "A group without rows gives 0.",
    errors: "argument mode of window_funnel has no mode '…'; … has 'allow_reentry' without 'strict_order'; argument \
             window of window_funnel must not be negative; window_funnel takes up to 32 conditions.",
    cost: "About 40 bytes a row that meets a condition (with `strict_order` every row); O(rows × conditions) after \
           sorting each customer.",
    source: "ClickHouse's windowFunnel, with its documented meaning; where its scan of the events misses a chain \
             that its modes allow, this function finds it.",
    example:
        "SELECT customer, window_funnel(INTERVAL '1 hour', 'default', ts, e = 'view', e = 'cart', e = 'buy') AS steps
FROM (VALUES ('a', TIMESTAMP '2026-01-01 10:00:00', 'view'), ('a', TIMESTAMP '2026-01-01 10:20:00', 'cart'),
             ('a', TIMESTAMP '2026-01-01 11:00:00', 'buy'), ('b', TIMESTAMP '2026-01-01 10:00:00', 'view'),
             ('b', TIMESTAMP '2026-01-01 11:00:01', 'cart')) AS t(customer, ts, e)
GROUP BY customer ORDER BY customer",
    output: "customer | steps
a | 3
b | 1",
};

/// Where the conditions begin among the arguments, and where the time stands.
pub(super) const FIRST_CONDITION: usize = 3;
pub(super) const TIME: usize = 2;

pub(super) fn function() -> Function {
    Function::timeline(Timeline {
        declared: Declared { name: "window_funnel", parameters: parameters(), page: PAGE },
        result: |_types| Ok(DataType::Int64),
        bind,
    })
}

pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        mode::window_parameter(),
        mode::mode_parameter(),
        Parameter::value("ts", Type::Time, "When the event of the row happened."),
        Parameter::value("condition", Type::Flag, "Whether the row is the first step, the second, and so on.")
            .repeated(),
    ]
}

fn bind(arguments: &Arguments) -> Result<WindowFunnel> {
    let conditions = condition::count(arguments)?;
    Ok(WindowFunnel { funnel: mode::funnel(arguments, conditions)? })
}

struct WindowFunnel {
    funnel: Funnel,
}

/// The event of a row, if it matters to the funnel.
pub(super) fn event(funnel: &Funnel, columns: &Columns, row: usize) -> Option<Event> {
    let ts = columns.time(TIME, row)?;
    let met = condition::met(columns, FIRST_CONDITION, funnel.steps(), row);
    (met != 0 || funnel.needs_other_events()).then_some(Event { ts, met })
}

impl Call for WindowFunnel {
    fn event(&self, columns: &Columns, row: usize) -> Option<Event> {
        event(&self.funnel, columns, row)
    }

    fn evaluate(&self, timelines: &Timelines) -> Result<ArrayRef> {
        let levels = timelines.iter().map(|events| level(&self.funnel, events) as i64);
        Ok(Arc::new(Int64Array::from_iter_values(levels)))
    }
}
