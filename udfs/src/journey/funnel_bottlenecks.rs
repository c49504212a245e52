//! `funnel_bottlenecks((events), …)` — at which step, and of which customers, a funnel loses most.

use bellwether_kernels::journey::bottlenecks::bottlenecks;
use datafusion::error::Result;

use super::steps::{self, Steps};
use super::totals::{load_counts, save_counts};
use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, NULL_CODE, Names, ResultColumn, Sink, Slot, TableFunction};

const PAGE: Page = Page {
    summary: "At which step a funnel loses most conversions, and in which segment of its customers. The loss of a \
              segment at a step is what it would have more if it went on from there as all customers do, and then as \
              all do from the next step; without `segment`, if everybody went on. The funnel is that of `funnel`; \
              the segment of a customer is that of the first event that has one.",
    result: "rank from 1, the greatest loss first; step and name: where customers came to; segment; entered: who came \
             there; went_on: who made the next step; rate; rate_all: that of all customers; lost_conversions; p_value: \
             of the segment going on as often as the rest; q_value: the false discovery rate over all rows.",
    nulls: "Events without customer or time are left out; an event that is NULL is none of the steps. Customers \
            without a segment are the segment NULL.",
    undefined: "rate is NULL of nobody; p_value and q_value are NULL with one segment.",
    errors: "As funnel.",
    cost: "As funnel, and a few bytes for each segment and step.",
    source: "Pearson's χ² and Fisher's exact test; Benjamini & Hochberg (1995).",
    example: "WITH events(customer, ts, event, device) AS (VALUES
  (1, TIMESTAMP '2026-01-01 10:00', 'view', 'phone'), (2, TIMESTAMP '2026-01-01 10:00', 'view', 'phone'),
  (3, TIMESTAMP '2026-01-01 10:00', 'view', 'desk'), (3, TIMESTAMP '2026-01-01 10:05', 'buy', 'desk'),
  (4, TIMESTAMP '2026-01-01 10:00', 'view', 'desk'), (4, TIMESTAMP '2026-01-01 10:05', 'buy', 'desk'))
SELECT rank, name, segment, entered, went_on, rate, rate_all, lost_conversions
FROM funnel_bottlenecks(events, customer => 'customer', ts => 'ts', event => 'event', segment => 'device',
                        steps => ARRAY['view', 'buy'])
ORDER BY rank",
    output: "rank | name | segment | entered | went_on | rate | rate_all | lost_conversions
1 | view | phone | 2 | 0 | 0 | 0.5 | 1
2 | view | desk | 2 | 2 | 1 | 0.5 | 0",
};

pub(super) fn function() -> Function {
    let mut parameters = vec![Parameter::input("events", "Events, one row each.")];
    parameters.extend(steps::parameters());
    parameters.extend([
        Parameter::rows("segment", Type::Text, "The column of the segment that a customer belongs to.").optional(),
        Parameter::by(),
    ]);
    Function::table(TableFunction { declared: Declared { name: "funnel_bottlenecks", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::integer("rank"),
        ResultColumn::integer("step"),
        ResultColumn::text("name"),
        ResultColumn::text("segment"),
        ResultColumn::integer("entered"),
        ResultColumn::integer("went_on"),
        ResultColumn::number("rate"),
        ResultColumn::number("rate_all"),
        ResultColumn::number("lost_conversions"),
        ResultColumn::number("p_value"),
        ResultColumn::number("q_value"),
    ];
    let (steps, segment) = (Steps::bind(call)?, call.optional_slot("segment")?);
    Ok(Bound::fold(columns, Segments { steps, segment, names: Names::default(), reached: Vec::new() }))
}

#[derive(Debug, Clone)]
struct Segments {
    steps: Steps,
    segment: Option<Slot>,
    names: Names,
    /// Customers by how many steps they made, from 1: first of those without a segment, then of every segment.
    reached: Vec<Vec<u64>>,
}

impl Segments {
    /// The customers of a segment.
    fn reach(&mut self, segment: u32) -> &mut [u64] {
        let place = if segment == NULL_CODE { 0 } else { segment as usize + 1 };
        let steps = self.steps.funnel.steps();
        if self.reached.len() <= place {
            self.reached.resize(place + 1, vec![0; steps]);
        }
        &mut self.reached[place]
    }
}

impl Fold for Segments {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(0);
        let outcome = self.steps.outcome(&rows);
        let Some(level) = outcome.level().checked_sub(1) else { return Ok(()) };
        let segment = self.segment.map_or(NULL_CODE, |slot| {
            let known = rows.codes(slot).iter().copied().find(|&code| code != NULL_CODE);
            known.map_or(NULL_CODE, |code| self.names.of_code(&rows, slot, code))
        });
        self.reach(segment)[level] += 1;
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        self.names.save(writer);
        writer.count(self.reached.len() as u64);
        self.reached.iter().for_each(|reached| save_counts(reached, writer));
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        let codes = self.names.merge(state)?;
        for place in 0..state.length(1)? {
            let segment = match place.checked_sub(1) {
                Some(code) => *codes.get(code).ok_or_else(damaged)?,
                None => NULL_CODE,
            };
            let counts = load_counts(state)?;
            self.reach(segment).iter_mut().zip(counts).for_each(|(own, count)| *own += count);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        // The segments in the order of their names, so that the order of arrival cannot show.
        let mut segments: Vec<(Option<&str>, &Vec<u64>)> = Vec::new();
        for (place, reached) in self.reached.iter().enumerate() {
            let name = place.checked_sub(1).and_then(|code| self.names.name(code as u32));
            if reached.iter().any(|&count| count > 0) {
                segments.push((name, reached));
            }
        }
        segments.sort_unstable_by_key(|(name, _)| *name);
        let counts: Vec<Vec<u64>> = segments.iter().map(|(_, reached)| (*reached).clone()).collect();
        for (place, rank) in bottlenecks(&counts).into_iter().zip(1..) {
            let name = self.steps.name(place.step - 1);
            let mut row = out.row();
            row.integer(rank).integer(place.step as i64).text(name.as_str()).text(segments[place.segment].0);
            row.integer(place.entered as i64).integer(place.went_on as i64);
            row.number(place.rate).number(place.rate_all).number(place.lost_conversions);
            row.number(place.p_value).number(place.q_value);
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        let reached = self.reached.capacity() * (size_of::<Vec<u64>>() + self.steps.funnel.steps() * size_of::<u64>());
        self.steps.heap_bytes() + self.names.heap_bytes() + reached
    }
}
