//! Small random journeys for the tests of this family.

use super::event::{Event, sort};
use crate::random::Random;

/// Up to `count_max` events in `ticks` moments, each meeting some of the first `conditions` conditions.
pub(crate) fn events(random: &mut Random, count_max: usize, ticks: usize, conditions: usize) -> Vec<Event> {
    let count = random.below(count_max + 1);
    let mut events: Vec<Event> = (0..count)
        .map(|_| {
            let met = match random.below(4) {
                0 => random.bits() as u32 & ((1 << conditions) - 1),
                _ => 1 << random.below(conditions),
            };
            Event { ts: random.below(ticks) as i64, met }
        })
        .collect();
    sort(&mut events);
    events
}

/// How many random cases a test looks at: more when optimised.
pub(crate) const CASES: usize = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };
