//! `sequence_count(pattern, ts, c1, c2, …)` — how often the events of a customer match a pattern.

use std::sync::Arc;

use bellwether_kernels::journey::event::Event;
use bellwether_kernels::journey::sequence::count;
use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::pattern::{Sequence, parameters};
use crate::adapter::column::Columns;
use crate::adapter::timeline::{Call, Timeline, Timelines};
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "How often the events of a customer match a pattern: the largest number of matches of which no two \
              overlap. Patterns and events are those of `sequence_match`.",
    result: "bigint, 0 or more.",
    nulls: "Rows without time are left out; a condition that is NULL is not met.",
    undefined: "A group without rows gives 0.",
    errors: "As sequence_match.",
    cost: "As sequence_match.",
    source: "ClickHouse's sequenceCount.",
    example: "SELECT sequence_count('(?1).*(?2)', ts, e = 'view', e = 'buy') AS purchases
FROM (VALUES (TIMESTAMP '2026-01-01', 'view'), (TIMESTAMP '2026-01-02', 'view'), (TIMESTAMP '2026-01-03', 'buy'),
             (TIMESTAMP '2026-01-04', 'view'), (TIMESTAMP '2026-01-05', 'buy')) AS t(ts, e)",
    output: "purchases
2",
};

pub(super) fn function() -> Function {
    Function::timeline(Timeline {
        declared: Declared { name: "sequence_count", parameters: parameters(), page: PAGE },
        result: |_types| Ok(DataType::Int64),
        bind: |arguments| Sequence::bind(arguments).map(SequenceCount),
    })
}

struct SequenceCount(Sequence);

impl Call for SequenceCount {
    fn event(&self, columns: &Columns, row: usize) -> Option<Event> {
        self.0.event(columns, row)
    }

    fn evaluate(&self, timelines: &Timelines) -> Result<ArrayRef> {
        let counts = timelines.iter().map(|events| count(&self.0.pattern, events) as i64);
        Ok(Arc::new(Int64Array::from_iter_values(counts)))
    }
}
