//! `funnel((events), …)` — how many customers make each step of a funnel, how fast, and who is lost where.

use bellwether_kernels::journey::funnel::{FunnelTotals, Progress};
use datafusion::error::Result;

use super::steps::{self, Steps};
use super::totals::{load_funnel, save_funnel};
use crate::adapter::bytes::{Reader, Writer};
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, ResultColumn, Sink, Slot, TableFunction};

const MICROS: f64 = 1_000_000.0;

const PAGE: Page = Page {
    summary: "How many customers make each step of a funnel. Each customer counts once, with the longest chain of \
              steps inside the window, of different events (`window_funnel` with `strict_once`, for `order => \
              'strict'` also `strict_order`). `any` counts the most different steps met inside one window, in \
              whatever order.",
    result: "One row a step: step from 1; name; entered: customers who came to it; converted: those of them who made \
             the next step, at the last step all; rate_previous: entered over the entered of the step before; \
             rate_start: over those of the first step; ci_low and ci_high: Wilson's interval of 95 % for \
             rate_previous; dropped: those who went no further and no longer can; median_seconds and p90_seconds: time \
             since the step before; in_progress: those who went no further and may, because their window is open at \
             `until`; lost_value: what the dropped would have been worth, had they gone on as those did who made the \
             next step, at the mean value of a conversion.",
    nulls: "Events without customer or time are left out; an event that is NULL is none of the steps. A NULL or NaN \
            value takes no part in the mean.",
    undefined: "Rates are NULL of nobody, times are NULL of the first step and of nobody, lost_value is NULL without \
                `value` or without conversions.",
    errors: "argument steps of funnel must have 1 to 31 elements; argument exclude of funnel has '…', which is a \
             step.",
    cost: "The events are held once, about 30 bytes each; O(events × steps). Quantiles are exact up to 65,536 \
           customers a step, beyond that within 0.4 %.",
    source: "Wilson (1927) for the interval.",
    example: "WITH events(customer, ts, event) AS (VALUES
  (1, TIMESTAMP '2026-01-01 10:00', 'view'), (1, TIMESTAMP '2026-01-01 10:10', 'cart'), (1, TIMESTAMP '2026-01-01 10:30', 'buy'),
  (2, TIMESTAMP '2026-01-01 11:00', 'view'), (2, TIMESTAMP '2026-01-01 11:05', 'cart'), (3, TIMESTAMP '2026-01-09', 'view'))
SELECT step, name, entered, converted, dropped, in_progress, median_seconds
FROM funnel(events, customer => 'customer', ts => 'ts', event => 'event', steps => ARRAY['view', 'cart', 'buy'],
            window => INTERVAL '1 day')
ORDER BY step",
    output: "step | name | entered | converted | dropped | in_progress | median_seconds
1 | view | 3 | 2 | 0 | 1 | NULL
2 | cart | 2 | 1 | 1 | 0 | 450
3 | buy | 1 | 1 | 0 | 0 | 1200",
};

pub(super) fn function() -> Function {
    let mut parameters = vec![Parameter::input("events", "Events, one row each.")];
    parameters.extend(steps::parameters());
    parameters.extend([
        Parameter::rows("value", Type::Number, "The column of what a conversion was worth, read at the last step.")
            .optional(),
        Parameter::constant("until", Constant::Time, "When windows are looked at, in UTC; else the latest event.")
            .optional(),
        Parameter::by(),
    ]);
    Function::table(TableFunction { declared: Declared { name: "funnel", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::integer("step"),
        ResultColumn::text("name"),
        ResultColumn::integer("entered"),
        ResultColumn::integer("converted"),
        ResultColumn::number("rate_previous"),
        ResultColumn::number("rate_start"),
        ResultColumn::number("ci_low"),
        ResultColumn::number("ci_high"),
        ResultColumn::integer("dropped"),
        ResultColumn::number("median_seconds"),
        ResultColumn::number("p90_seconds"),
        ResultColumn::integer("in_progress"),
        ResultColumn::number("lost_value"),
    ];
    let steps = Steps::bind(call)?;
    let until = if call.has("until") { Some(call.micros("until")?) } else { None };
    let totals = FunnelTotals::new(&steps.funnel);
    Ok(Bound::fold(columns, Customers { steps, value: call.optional_slot("value")?, until, totals }))
}

#[derive(Debug, Clone)]
struct Customers {
    steps: Steps,
    value: Option<Slot>,
    until: Option<i64>,
    totals: FunnelTotals,
}

impl Fold for Customers {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(0);
        let Some(&latest) = rows.times().last() else { return Ok(()) };
        self.totals.see(latest);
        let outcome = self.steps.outcome(&rows);
        let last = outcome.events().last().copied();
        let value = self.value.zip(last).and_then(|(slot, last)| rows.numbers(slot).get(last as usize).copied());
        let times = self.steps.times(&rows, &outcome);
        self.totals.update(&Progress { times, open_since: outcome.open_since(), value });
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        save_funnel(&self.totals, writer);
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        self.totals.merge(&load_funnel(&self.steps.funnel, state)?);
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        for (index, step) in self.totals.finish(self.until).into_iter().enumerate() {
            let name = self.steps.name(index);
            let mut row = out.row();
            row.integer(index as i64 + 1).text(name.as_str());
            row.integer(step.entered as i64).integer(step.converted as i64);
            row.number(step.rate_previous).number(step.rate_start);
            row.number(step.interval.map(|(low, _)| low)).number(step.interval.map(|(_, high)| high));
            row.integer(step.dropped as i64);
            row.number(step.median.map(|time| time / MICROS)).number(step.p90.map(|time| time / MICROS));
            row.integer(step.in_progress as i64).number(step.lost_value);
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        self.steps.heap_bytes() + self.totals.heap_bytes()
    }
}
