//! Sessions: runs of events with no gap longer than allowed.
//!
//! An event begins a session if it is the first, or if strictly more than `gap` lies between it and the event
//! before it; events exactly `gap` apart belong together, simultaneous events always do.

use super::event::elapsed;

/// A session of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The time of its first event.
    pub start: i64,
    /// The time of its last event.
    pub end: i64,
    /// The number of its events.
    pub events: u64,
}

/// Whether an event at `now` begins a session, the event before it being at `before`.
pub fn begins(before: Option<i64>, now: i64, gap: u64) -> bool {
    before.is_none_or(|before| elapsed(before, now) > gap)
}

/// The sessions of events at these times, which ascend.
pub fn sessions(times: &[i64], gap: u64) -> impl Iterator<Item = Session> + '_ {
    times.chunk_by(move |&before, &now| !begins(Some(before), now, gap)).map(|run| Session {
        start: run[0],
        end: run[run.len() - 1],
        events: run.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::super::random::{CASES, events as random_events};
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_gap_must_be_longer_than_allowed_to_begin_a_session() {
        let found: Vec<Session> = sessions(&[0, 30, 60, 91, 91], 30).collect();
        assert_eq!(found, [Session { start: 0, end: 60, events: 3 }, Session { start: 91, end: 91, events: 2 }]);
    }

    #[test]
    fn no_events_make_no_session_and_a_gap_of_zero_splits_every_moment() {
        assert_eq!(sessions(&[], 5).count(), 0);
        assert_eq!(sessions(&[1, 1, 2, 3, 3], 0).count(), 3);
    }

    #[test]
    fn the_ends_of_time_are_as_far_apart_as_they_are() {
        let times = [i64::MIN, i64::MAX];
        assert_eq!(sessions(&times, u64::MAX).count(), 1);
        assert_eq!(sessions(&times, u64::MAX - 1).count(), 2);
    }

    #[test]
    fn sessions_hold_every_event_once_and_lie_further_apart_than_the_gap() {
        let mut random = Random::new(2);
        for _ in 0..CASES / 10 {
            let times: Vec<i64> = random_events(&mut random, 12, 40, 1).iter().map(|event| event.ts).collect();
            let gap = random.below(9) as u64;
            let found: Vec<Session> = sessions(&times, gap).collect();
            assert_eq!(found.iter().map(|session| session.events).sum::<u64>(), times.len() as u64);
            assert!(found.windows(2).all(|pair| (pair[1].start - pair[0].end) as u64 > gap));
            let far = times.windows(2).filter(|pair| (pair[1] - pair[0]) as u64 > gap).count();
            assert_eq!(found.len(), if times.is_empty() { 0 } else { far + 1 });
        }
    }
}
