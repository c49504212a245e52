//! Aggregates that must see the rows of a group in the order of time: funnels, sequences.
//!
//! Rows become [`Event`]s of the journey kernels, a time and a mask of the conditions met, kept side by side for all
//! groups and sorted once, when results are asked for: 20 bytes a row, no allocation a group.
//!
//! ```ignore
//! Function::timeline(Timeline { declared, result: |_types| Ok(DataType::Int64), bind: |arguments| Ok(Funnel { … }) })
//! impl Call for Funnel {
//!     fn event(&self, columns: &Columns, row: usize) -> Option<Event> { … }   // None: the row does not matter
//!     fn evaluate(&self, timelines: &Timelines) -> Result<ArrayRef> {
//!         timelines.iter().map(|events: &[Event]| …).collect()                // sorted by Event::rank
//!     }
//! }
//! ```
//!
//! [`Event::rank`] decides between events of one time, so results do not depend on the order of arrival.

mod grouped;
mod single;
mod sliding;

use std::sync::Arc;

use bellwether_kernels::journey::event::{Event, sort};
use datafusion::arrow::array::{ArrayRef, BinaryArray, BinaryBuilder};
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use self::grouped::Grouped;
use self::single::Single;
use self::sliding::Sliding;
use super::bytes::{Reader, Writer, damaged};
use super::column::Columns;
use super::definition::Definition;
use super::fold::Fold;
use crate::argument::Declared;

/// An aggregate function over timelines.
pub(crate) type Timeline<C> = Definition<C>;

/// One call: its constants, what it makes of a row, and what it makes of a timeline.
pub(crate) trait Call: Send + Sync + 'static {
    /// The event of a row, `None` for rows that change nothing. Arguments count from 0 in `columns`.
    fn event(&self, columns: &Columns, row: usize) -> Option<Event>;

    /// The result of each timeline, in order.
    fn evaluate(&self, timelines: &Timelines) -> Result<ArrayRef>;
}

/// The timelines of groups, each in order.
#[derive(Debug)]
pub(crate) struct Timelines {
    events: Vec<Event>,
    offsets: Vec<u32>,
}

impl Timelines {
    /// One timeline, put into order.
    fn of(mut events: Vec<Event>) -> Self {
        sort(&mut events);
        let end = u32::try_from(events.len()).unwrap_or(u32::MAX);
        Self { events, offsets: vec![0, end] }
    }

    /// The number of timelines.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The timelines, in order of their groups.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Event]> {
        self.offsets.windows(2).map(|bounds| &self.events[bounds[0] as usize..bounds[1] as usize])
    }

    /// The timelines as states. Times are written as differences, which are small.
    fn saved(&self) -> BinaryArray {
        let mut builder = BinaryBuilder::new();
        let mut bytes = Vec::new();
        for events in self.iter() {
            let mut writer = Writer::new(std::mem::take(&mut bytes));
            writer.count(events.len() as u64);
            let mut last = 0_i64;
            for event in events {
                let step = event.ts.wrapping_sub(last);
                // The sign goes to the lowest bit, so that small steps of either sign are short.
                writer.count(((step << 1) ^ (step >> 63)).cast_unsigned());
                writer.count(u64::from(event.met));
                last = event.ts;
            }
            bytes = writer.finish();
            builder.append_value(&bytes);
        }
        builder.finish()
    }
}

/// Reads the events of a state.
fn load(bytes: &[u8], mut take: impl FnMut(Event)) -> Result<()> {
    let mut reader = Reader::new(bytes)?;
    let mut ts = 0_i64;
    for _ in 0..reader.length(2)? {
        let folded = reader.count()?;
        let step = (folded >> 1).cast_signed() ^ -((folded & 1).cast_signed());
        ts = ts.wrapping_add(step);
        let met = u32::try_from(reader.count()?).map_err(|_| damaged())?;
        take(Event { ts, met });
    }
    Ok(())
}

/// Keeping the events of rows until all of them can be put into order.
pub(crate) struct InTime;

impl<C: Call> Fold<C> for InTime {
    const STATE: &'static str = "events";

    fn single(declared: Arc<Declared>, call: C) -> Box<dyn Accumulator> {
        Box::new(Single::new(declared, call))
    }

    fn sliding(declared: Arc<Declared>, call: C) -> Box<dyn Accumulator> {
        Box::new(Sliding::new(declared, call))
    }

    fn grouped(declared: Arc<Declared>, call: C) -> Box<dyn GroupsAccumulator> {
        Box::new(Grouped::new(declared, call))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeline_survives_its_bytes() {
        let events = vec![Event { ts: i64::MAX, met: 1 }, Event { ts: -5, met: u32::MAX }, Event { ts: -5, met: 2 }];
        let timelines = Timelines::of(events);
        let saved = timelines.saved();
        let mut read = Vec::new();
        load(saved.value(0), |event| read.push(event)).unwrap();
        assert_eq!(read, timelines.iter().next().unwrap());
        assert_eq!(read[0], Event { ts: -5, met: u32::MAX });
    }

    #[test]
    fn a_cut_timeline_is_refused() {
        let saved = Timelines::of(vec![Event { ts: 1, met: 1 }; 3]).saved();
        let cut = &saved.value(0)[..4];
        assert!(load(cut, |_| ()).is_err());
    }
}
