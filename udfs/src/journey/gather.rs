//! Aggregates whose result is a journey: the events of many customers in columns until they are asked for.

mod grouped;
mod single;

use std::sync::Arc;

use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use self::grouped::Journeys;
use self::single::Single;
use crate::adapter::fold::Fold;
use crate::argument::Declared;

/// What the events are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// One row an event: time, event, channel.
    Rows,
    /// Journeys.
    Journeys,
}

/// Keeping events until they are written as a journey, which is result and state in one.
pub(super) struct Gather;

impl Fold<Source> for Gather {
    const STATE: &'static str = "journey";

    fn single(declared: Arc<Declared>, source: Source) -> Box<dyn Accumulator> {
        Box::new(Single::new(declared, source))
    }

    fn grouped(declared: Arc<Declared>, source: Source) -> Box<dyn GroupsAccumulator> {
        Box::new(Journeys::new(declared, source))
    }
}
