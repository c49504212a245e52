//! `sequence_match_events(pattern, ts, c1, c2, …)` — when the events of a match happened.

use bellwether_kernels::journey::event::Event;
use bellwether_kernels::journey::sequence::places;
use datafusion::arrow::array::ArrayRef;
use datafusion::error::Result;

use super::list;
use super::pattern::{Sequence, parameters};
use crate::adapter::column::Columns;
use crate::adapter::timeline::{Call, Timeline, Timelines};
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "When the events happened that the elements `(?N)` take in the match that ends earliest; read from its \
              end, each is the latest possible. Patterns and events are those of `sequence_match`.",
    result: "timestamp[] in UTC, one element for each `(?N)` of the pattern.",
    nulls: "Rows without time are left out; a condition that is NULL is not met.",
    undefined: "Without a match the array is empty.",
    errors: "As sequence_match.",
    cost: "As sequence_match, and rows × elements bytes for one customer at a time.",
    source: "ClickHouse's sequenceMatchEvents, for whole matches.",
    example: "SELECT sequence_match_events('(?1).*(?2)', ts, e = 'view', e = 'buy') AS events
FROM (VALUES (TIMESTAMP '2026-01-01', 'view'), (TIMESTAMP '2026-01-02', 'view'), (TIMESTAMP '2026-01-03', 'buy'))
     AS t(ts, e)",
    output: "events
{\"2026-01-02 00:00:00\",\"2026-01-03 00:00:00\"}",
};

pub(super) fn function() -> Function {
    Function::timeline(Timeline {
        declared: Declared { name: "sequence_match_events", parameters: parameters(), page: PAGE },
        result: |_types| Ok(list::moments_type()),
        bind: |arguments| Sequence::bind(arguments).map(SequenceMatchEvents),
    })
}

struct SequenceMatchEvents(Sequence);

impl Call for SequenceMatchEvents {
    fn event(&self, columns: &Columns, row: usize) -> Option<Event> {
        self.0.event(columns, row)
    }

    fn evaluate(&self, timelines: &Timelines) -> Result<ArrayRef> {
        let (mut times, mut lengths) = (Vec::new(), Vec::with_capacity(timelines.len()));
        for events in timelines.iter() {
            let places = places(&self.0.pattern, events);
            lengths.push(places.len());
            times.extend(places.into_iter().map(|place| events[place].ts));
        }
        list::moments(times, lengths)
    }
}
