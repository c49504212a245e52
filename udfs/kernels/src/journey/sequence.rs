//! Whether, how often and where a customer's events match a pattern: `sequence_match`, `sequence_count`,
//! `sequence_match_events`.
//!
//! All elements of the pattern are followed at the same time, event by event, as a set of states: the work is
//! O(events × elements), whatever the pattern, with no search to go back on. Only events that meet a condition
//! count; the caller leaves the others out. Simultaneous events stand in the order of
//! [`Event::rank`](super::event::Event::rank).

mod places;
mod progress;
#[cfg(test)]
mod tests;

use super::event::Event;
use super::pattern::Pattern;
use progress::Progress;

/// Whether the events contain a match.
pub fn matches(pattern: &Pattern, events: &[Event]) -> bool {
    first_end(pattern, events).is_some()
}

/// The largest number of matches of which no two overlap: each search begins after the earliest end of the
/// match before.
pub fn count(pattern: &Pattern, events: &[Event]) -> u64 {
    if !could_match(pattern, events) {
        return 0;
    }
    let mut progress = Progress::new(pattern);
    let mut count = 0;
    for event in events {
        if progress.push(event) {
            count += 1;
            progress.restart();
        }
    }
    count
}

/// The positions of the events that `(?N)` take in the match that ends earliest: read from its end, each is the
/// latest possible. Empty without a match.
pub fn places(pattern: &Pattern, events: &[Event]) -> Vec<usize> {
    first_end(pattern, events).map(|end| places::trace(pattern, &events[..=end])).unwrap_or_default()
}

fn first_end(pattern: &Pattern, events: &[Event]) -> Option<usize> {
    if !could_match(pattern, events) {
        return None;
    }
    let mut progress = Progress::new(pattern);
    events.iter().position(|event| progress.push(event))
}

/// Whether every condition of the pattern is met by some event: most journeys are settled by that.
fn could_match(pattern: &Pattern, events: &[Event]) -> bool {
    let met = events.iter().fold(0, |all, event| all | event.met);
    pattern.needed() & !met == 0
}
