//! `time_to_convert((events), …)` — how long customers take from the first step of a funnel to the last.

use bellwether_kernels::journey::time_to_convert::{SPANS, TimeToConvert};
use datafusion::error::Result;

use super::steps::{self, Steps};
use super::totals::{load_counts, load_durations, save_counts, save_durations};
use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::argument::{Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, ResultColumn, Sink, TableFunction};

const SECOND_MICROS: u64 = 1_000_000;
const MICROS: f64 = 1_000_000.0;

const PAGE: Page = Page {
    summary: "How long customers take from the first step of a funnel to the last: how many within a minute, five, an \
              hour, a day, a week … The funnel is that of `funnel`, the chain is the one that ends earliest and then \
              starts latest.",
    result: "One row a span, from the first to the last that has customers: from_seconds, inclusive; to_seconds, \
             exclusive, NULL for the last span there is; n: customers; share: of all who completed the funnel; \
             cumulative_share: of those faster than to_seconds; median_seconds and p90_seconds: of all who completed \
             it, the same in every row.",
    nulls: "Events without customer or time are left out; an event that is NULL is none of the steps.",
    undefined: "No rows when nobody completed the funnel.",
    errors: "As funnel.",
    cost: "As funnel.",
    source: "The time-to-convert report of product analytics.",
    example: "WITH events(customer, ts, event) AS (VALUES
  (1, TIMESTAMP '2026-01-01 10:00:00', 'view'), (1, TIMESTAMP '2026-01-01 10:00:30', 'buy'),
  (2, TIMESTAMP '2026-01-01 11:00:00', 'view'), (2, TIMESTAMP '2026-01-01 11:02:00', 'buy'))
SELECT from_seconds, to_seconds, n, cumulative_share, median_seconds
FROM time_to_convert(events, customer => 'customer', ts => 'ts', event => 'event', steps => ARRAY['view', 'buy'])
ORDER BY from_seconds",
    output: "from_seconds | to_seconds | n | cumulative_share | median_seconds
0 | 60 | 1 | 0.5 | 75
60 | 300 | 1 | 1 | 75",
};

pub(super) fn function() -> Function {
    let mut parameters = vec![Parameter::input("events", "Events, one row each.")];
    parameters.extend(steps::parameters());
    parameters.push(Parameter::by());
    Function::table(TableFunction { declared: Declared { name: "time_to_convert", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::integer("from_seconds"),
        ResultColumn::integer("to_seconds"),
        ResultColumn::integer("n"),
        ResultColumn::number("share"),
        ResultColumn::number("cumulative_share"),
        ResultColumn::number("median_seconds"),
        ResultColumn::number("p90_seconds"),
    ];
    let converters = Converters { steps: Steps::bind(call)?, times: TimeToConvert::new(SECOND_MICROS) };
    Ok(Bound::fold(columns, converters))
}

#[derive(Debug, Clone)]
struct Converters {
    steps: Steps,
    times: TimeToConvert,
}

impl Fold for Converters {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(0);
        let outcome = self.steps.outcome(&rows);
        if outcome.level() < self.steps.funnel.steps() {
            return Ok(());
        }
        let times = self.steps.times(&rows, &outcome);
        if let (Some(first), Some(last)) = (times.first(), times.last()) {
            self.times.update(last.abs_diff(*first));
        }
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        let (counts, times) = self.times.parts();
        save_counts(counts, writer);
        save_durations(times, writer);
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        let counts: [u64; SPANS] = load_counts(state)?.try_into().map_err(|_| damaged())?;
        self.times.merge(&TimeToConvert::from_parts(SECOND_MICROS, counts, load_durations(state)?));
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        let median = self.times.quantile(0.5).map(|time| time / MICROS);
        let p90 = self.times.quantile(0.9).map(|time| time / MICROS);
        for span in self.times.finish() {
            let mut row = out.row();
            row.integer(span.from_seconds as i64).integer(span.to_seconds.map(|end| end as i64));
            row.integer(span.customers as i64).number(span.share).number(span.cumulative_share);
            row.number(median).number(p90);
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        self.steps.heap_bytes() + self.times.heap_bytes()
    }
}
