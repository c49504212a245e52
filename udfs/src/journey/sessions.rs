//! `sessions((events), …)` — the sessions of each customer.

use bellwether_kernels::journey::sessionize::sessions;
use datafusion::error::Result;

use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, TableFunction};

const MICROS: f64 = 1_000_000.0;

const PAGE: Page = Page {
    summary: "The sessions of each customer: runs of events of which none comes more than `gap` after the one before. \
              Events exactly `gap` apart belong together.",
    result: "customer_id; session: its number, from 1 for each customer; session_start and session_end: the times of \
             its first and last event; events: how many it has; seconds: from start to end, 0 with one event.",
    nulls: "Events without customer or time are left out.",
    undefined: "No rows without events.",
    errors: "argument gap of sessions must not be negative.",
    cost: "Customer and time of every event are held once; each customer's times are sorted by themselves.",
    source: "The rule of web analytics; Google Analytics ends a session after 30 minutes.",
    example: "WITH visits(customer, ts) AS (VALUES
  (1, TIMESTAMP '2026-01-01 10:00:00'), (1, TIMESTAMP '2026-01-01 10:30:00'), (1, TIMESTAMP '2026-01-01 11:00:01'))
SELECT session, session_start, events, seconds FROM sessions(visits, customer => 'customer', ts => 'ts', gap => INTERVAL '30 minutes')
ORDER BY session",
    output: "session | session_start | events | seconds
1 | 2026-01-01 10:00:00 | 2 | 1800
2 | 2026-01-01 11:00:01 | 1 | 0",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: "sessions",
            parameters: vec![
                Parameter::input("events", "Events, one row each."),
                Parameter::key("customer", "customer_id", "The column of whose event it is."),
                Parameter::order("ts", "The column of when it happened."),
                Parameter::constant("gap", Constant::Interval, "The longest time between two events of a session."),
                Parameter::by(),
            ],
            page: PAGE,
        },
        bind,
    })
}

fn bind(call: &Call) -> Result<Bound> {
    let ts = call.data_type("ts")?;
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::key("customer"),
        ResultColumn::integer("session"),
        ResultColumn::time("session_start", ts.clone()),
        ResultColumn::time("session_end", ts),
        ResultColumn::integer("events"),
        ResultColumn::number("seconds"),
    ];
    Ok(Bound::each_group(columns, Sessions { gap: call.micros("gap")?.unsigned_abs() }))
}

#[derive(Debug, Clone)]
struct Sessions {
    gap: u64,
}

impl EachGroup for Sessions {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        for (session, number) in sessions(group.rows(0).times(), self.gap).zip(1..) {
            let mut row = out.row();
            row.integer(number).time(session.start).time(session.end).integer(session.events as i64);
            row.number(session.end.abs_diff(session.start) as f64 / MICROS);
        }
        Ok(())
    }
}
