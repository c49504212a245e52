//! `window_funnel_events(window, mode, ts, c1, c2, …)` — when a customer made the steps of a funnel.

use bellwether_kernels::journey::event::Event;
use bellwether_kernels::journey::window_funnel::{Funnel, chain};
use datafusion::arrow::array::ArrayRef;
use datafusion::error::Result;

use super::{condition, list, mode, window_funnel};
use crate::adapter::column::Columns;
use crate::adapter::timeline::{Call, Timeline, Timelines};
use crate::argument::{Arguments, Declared};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "When a customer made the steps that `window_funnel` counts: the times of the events of the chain, one \
              for each step made. Of the longest chains it is one that ends earliest, and of those one that starts \
              latest.",
    result: "timestamp[] in UTC, as many elements as `window_funnel` gives.",
    nulls: "Rows without time are left out; a condition that is NULL is not met.",
    undefined: "Without the first step, and for a group without rows, the array is empty.",
    errors: "As window_funnel.",
    cost: "As window_funnel, and O(conditions) more for each event that continues a chain.",
    source: "ClickHouse's windowFunnel.",
    example: "SELECT window_funnel_events(INTERVAL '1 hour', 'default', ts, e = 'view', e = 'cart', e = 'buy') AS steps
FROM (VALUES (TIMESTAMP '2026-01-01 10:00:00', 'view'), (TIMESTAMP '2026-01-01 10:05:00', 'view'),
             (TIMESTAMP '2026-01-01 10:20:00', 'cart'), (TIMESTAMP '2026-01-01 12:00:00', 'buy')) AS t(ts, e)",
    output: "steps
{\"2026-01-01 10:05:00\",\"2026-01-01 10:20:00\"}",
};

pub(super) fn function() -> Function {
    Function::timeline(Timeline {
        declared: Declared { name: "window_funnel_events", parameters: window_funnel::parameters(), page: PAGE },
        result: |_types| Ok(list::moments_type()),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<WindowFunnelEvents> {
    let conditions = condition::count(arguments)?;
    Ok(WindowFunnelEvents { funnel: mode::funnel(arguments, conditions)? })
}

struct WindowFunnelEvents {
    funnel: Funnel,
}

impl Call for WindowFunnelEvents {
    fn event(&self, columns: &Columns, row: usize) -> Option<Event> {
        window_funnel::event(&self.funnel, columns, row)
    }

    fn evaluate(&self, timelines: &Timelines) -> Result<ArrayRef> {
        let (mut times, mut lengths) = (Vec::new(), Vec::with_capacity(timelines.len()));
        for events in timelines.iter() {
            let found = chain(&self.funnel, events);
            times.extend(found.events().iter().map(|&event| events[event as usize].ts));
            lengths.push(found.level());
        }
        list::moments(times, lengths)
    }
}
