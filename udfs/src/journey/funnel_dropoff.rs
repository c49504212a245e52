//! `funnel_dropoff((events), …)` — what customers did next after the step of a funnel at which they stopped.

use bellwether_kernels::journey::dropoff::{DropoffTotals, leaving};
use datafusion::error::Result;

use super::steps::{self, Steps};
use super::totals::{load_durations, save_durations};
use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::argument::{Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, NULL_CODE, Names, ResultColumn, Sink, TableFunction};

const MICROS: f64 = 1_000_000.0;

const PAGE: Page = Page {
    summary: "What customers did next who began a funnel and did not complete it: the event right after the last step \
              they made. The funnel is that of `funnel`; those whose window is still open are counted too.",
    result: "step: the number of steps made; name; next_event: the event that followed, NULL if none did; n: \
             customers; share: of all who stopped at this step; median_seconds: time until that event.",
    nulls: "Events without customer or time are left out; an event that is NULL is none of the steps, and is shown as \
            '(null)' when it came next.",
    undefined: "No rows when nobody stopped; median_seconds is NULL where nothing followed.",
    errors: "As funnel.",
    cost: "As funnel, and 100 bytes for each step and next event.",
    source: "The drop-off report of product analytics.",
    example: "WITH events(customer, ts, event) AS (VALUES
  (1, TIMESTAMP '2026-01-01 10:00', 'view'), (1, TIMESTAMP '2026-01-01 10:02', 'help'),
  (2, TIMESTAMP '2026-01-01 11:00', 'view'), (3, TIMESTAMP '2026-01-01 12:00', 'view'), (3, TIMESTAMP '2026-01-01 12:06', 'help'))
SELECT * FROM funnel_dropoff(events, customer => 'customer', ts => 'ts', event => 'event', steps => ARRAY['view', 'buy'])
ORDER BY n DESC",
    output: "step | name | next_event | n | share | median_seconds
1 | view | help | 2 | 0.6666666666666666 | 240
1 | view | NULL | 1 | 0.3333333333333333 | NULL",
};

pub(super) fn function() -> Function {
    let mut parameters = vec![Parameter::input("events", "Events, one row each.")];
    parameters.extend(steps::parameters());
    parameters.push(Parameter::by());
    Function::table(TableFunction { declared: Declared { name: "funnel_dropoff", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::integer("step"),
        ResultColumn::text("name"),
        ResultColumn::text("next_event"),
        ResultColumn::integer("n"),
        ResultColumn::number("share"),
        ResultColumn::number("median_seconds"),
    ];
    let steps = Steps::bind(call)?;
    Ok(Bound::fold(columns, Leavers { steps, names: Names::default(), totals: DropoffTotals::new() }))
}

#[derive(Debug, Clone)]
struct Leavers {
    steps: Steps,
    names: Names,
    totals: DropoffTotals,
}

impl Fold for Leavers {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(0);
        let outcome = self.steps.outcome(&rows);
        let Some(left) = leaving(&outcome, self.steps.funnel.steps(), rows.times()) else { return Ok(()) };
        let slot = self.steps.slot();
        let next = left.next.map(|(place, time)| match rows.codes(slot)[place] {
            NULL_CODE => (self.names.code("(null)"), time),
            code => (self.names.of_code(&rows, slot, code), time),
        });
        self.totals.update(left.level, next);
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        self.names.save(writer);
        let entries = self.totals.entries();
        writer.count(entries.len() as u64);
        for (level, next, customers, times) in entries {
            writer.count(level as u64);
            writer.u32(next.unwrap_or(NULL_CODE));
            writer.count(customers);
            save_durations(times, writer);
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        let codes = self.names.merge(state)?;
        for _ in 0..state.length(8)? {
            let level = usize::try_from(state.count()?).map_err(|_| damaged())?;
            let next = match state.u32()? {
                NULL_CODE => None,
                code => Some(*codes.get(code as usize).ok_or_else(damaged)?),
            };
            let customers = state.count()?;
            self.totals.add(level, next, customers, &load_durations(state)?);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        let rows = self.totals.finish(|code| self.names.name(code).map(str::to_owned));
        for left in rows {
            let name = self.steps.name(left.level.saturating_sub(1));
            let mut row = out.row();
            row.integer(left.level as i64).text(name.as_str());
            row.text(left.next.and_then(|next| self.names.name(next)));
            row.integer(left.customers as i64).number(left.share).number(left.median.map(|time| time / MICROS));
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        self.steps.heap_bytes() + self.names.heap_bytes() + self.totals.heap_bytes()
    }
}
