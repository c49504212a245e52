//! The events of a match, found from its end.

use super::super::event::{Event, elapsed};
use super::super::pattern::{Gap, Pattern, Times};
use super::progress::Progress;

/// The positions of the events that `(?N)` take, where a match ends with the last of the events.
///
/// For every element it is first noted which events it can take with all before it matched; from the last event
/// backwards each element then takes the latest of those that fit.
pub(super) fn trace(pattern: &Pattern, events: &[Event]) -> Vec<usize> {
    let mut able: Vec<Vec<bool>> = vec![Vec::with_capacity(events.len()); pattern.takes.len()];
    let mut progress = Progress::new(pattern);
    for event in events {
        progress.push_noting(event, |element, takes| able[element].push(takes));
    }
    let mut places = Vec::new();
    let mut place = events.len() - 1;
    for index in (0..pattern.takes.len()).rev() {
        if pattern.takes[index].named {
            places.push(place);
        }
        if index > 0 {
            let Some(before) = before(&pattern.takes[index].gap, &able[index - 1], events, place) else { break };
            place = before;
        }
    }
    places.reverse();
    places
}

/// The latest event before `place` that the element before can have taken.
fn before(gap: &Gap, able: &[bool], events: &[Event], place: usize) -> Option<usize> {
    let fits = |&earlier: &usize| match gap {
        Gap::None => earlier + 1 == place,
        Gap::Any => true,
        Gap::Timed(times) => within(times, events, earlier, place),
        Gap::TimedThenAny(times) => some_moment(times, events, earlier, place),
    };
    (0..place).rev().filter(|&earlier| able[earlier]).find(fits)
}

/// Whether one of the events after `earlier`, up to `place`, comes at a time that fits.
fn some_moment(times: &Times, events: &[Event], earlier: usize, place: usize) -> bool {
    let after = &events[earlier + 1..=place];
    let near = after.partition_point(|event| elapsed(events[earlier].ts, event.ts) < times.least);
    (earlier + 1 + near..=place)
        .take_while(|&moment| elapsed(events[earlier].ts, events[moment].ts) <= times.most)
        .any(|moment| within(times, events, earlier, moment))
}

fn within(times: &Times, events: &[Event], earlier: usize, later: usize) -> bool {
    let distance = elapsed(events[earlier].ts, events[later].ts);
    !times.none && (times.least..=times.most).contains(&distance) && !times.except.contains(&distance)
}
