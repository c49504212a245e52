//! `sequence_match(pattern, ts, c1, c2, …)` — whether the events of a customer match a pattern.

use std::sync::Arc;

use bellwether_kernels::journey::event::Event;
use bellwether_kernels::journey::sequence::matches;
use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::pattern::{Sequence, parameters};
use crate::adapter::column::Columns;
use crate::adapter::timeline::{Call, Timeline, Timelines};
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "Whether the events of a customer, in the order of time, contain a match of a pattern. Elements that \
              stand next to each other take events that stand next to each other; only events that meet one of the \
              conditions are seen, so what should break a sequence must be a condition. Simultaneous events stand in \
              the order of the first condition they meet.",
    result: "boolean.",
    nulls: "Rows without time are left out; a condition that is NULL is not met.",
    undefined: "A group without rows gives false.",
    errors: "argument pattern of sequence_match … at position …; sequence_match takes up to 32 conditions.",
    cost: "About 40 bytes a row that meets a condition; O(rows × elements), whatever the pattern: nothing is tried \
           twice.",
    source: "ClickHouse's sequenceMatch, with `!=` added. Several time conditions in a row hold between the same two \
             events.",
    example: "SELECT sequence_match('(?1)(?t<=600).*(?2)', ts, e = 'view', e = 'buy') AS quick,
       sequence_match('(?1)(?2)', ts, e = 'view', e = 'buy', e = 'cart') AS at_once
FROM (VALUES (TIMESTAMP '2026-01-01 10:00:00', 'view'), (TIMESTAMP '2026-01-01 10:05:00', 'cart'),
             (TIMESTAMP '2026-01-01 10:09:00', 'buy')) AS t(ts, e)",
    output: "quick | at_once
t | f",
};

pub(super) fn function() -> Function {
    Function::timeline(Timeline {
        declared: Declared { name: "sequence_match", parameters: parameters(), page: PAGE },
        result: |_types| Ok(DataType::Boolean),
        bind: |arguments| Sequence::bind(arguments).map(SequenceMatch),
    })
}

struct SequenceMatch(Sequence);

impl Call for SequenceMatch {
    fn event(&self, columns: &Columns, row: usize) -> Option<Event> {
        self.0.event(columns, row)
    }

    fn evaluate(&self, timelines: &Timelines) -> Result<ArrayRef> {
        let found: BooleanArray = timelines.iter().map(|events| Some(matches(&self.0.pattern, events))).collect();
        Ok(Arc::new(found))
    }
}
