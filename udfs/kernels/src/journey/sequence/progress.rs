//! How much of a pattern the events so far can have matched.

use std::collections::VecDeque;

use super::super::event::{Event, elapsed};
use super::super::pattern::{Gap, Pattern, Take, Times};

/// The states of a pattern over the events since the last restart.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    states: Vec<State<'a>>,
}

/// One event to be taken, and what is known of the one before it.
#[derive(Debug)]
struct State<'a> {
    take: &'a Take,
    /// The element before took the event before.
    just_before: bool,
    /// The element before took an event earlier, and since then all that may lie between has been seen.
    ready: bool,
    /// The times at which the element before took an event, where they matter: ascending, each once.
    times: VecDeque<i64>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(pattern: &'a Pattern) -> Self {
        let state = |take| State { take, just_before: false, ready: false, times: VecDeque::new() };
        let mut progress = Self { states: pattern.takes.iter().map(state).collect() };
        progress.restart();
        progress
    }

    /// Forgets the events so far.
    pub(super) fn restart(&mut self) {
        for state in &mut self.states {
            state.just_before = false;
            state.ready = false;
            state.times.clear();
        }
        // Before the first element there is always anything.
        self.states[0].ready = true;
    }

    /// Takes the next event; true if a match ends with it.
    pub(super) fn push(&mut self, event: &Event) -> bool {
        let last = self.states.len() - 1;
        let mut ends = false;
        self.push_noting(event, |element, takes| ends |= takes && element == last);
        ends
    }

    /// Takes the next event, and says of every element whether it can take it with all before it matched.
    pub(super) fn push_noting(&mut self, event: &Event, mut note: impl FnMut(usize, bool)) {
        // From the last element to the first, so that each sees what the one before took of earlier events.
        for element in (0..self.states.len()).rev() {
            let takes = self.states[element].takes(event);
            note(element, takes);
            if let Some(next) = self.states.get_mut(element + 1) {
                next.follows(takes, event.ts);
            }
        }
    }
}

impl State<'_> {
    /// Whether this element can take the event.
    fn takes(&mut self, event: &Event) -> bool {
        let fits = match &self.take.gap {
            Gap::None => self.just_before,
            Gap::Any => self.ready,
            Gap::Timed(times) => fits(&mut self.times, times, event.ts),
            Gap::TimedThenAny(times) => {
                self.ready |= fits(&mut self.times, times, event.ts);
                self.ready
            }
        };
        fits && event.met & self.take.met != 0
    }

    /// Notes whether the element before took the event at `ts`.
    fn follows(&mut self, taken: bool, ts: i64) {
        self.just_before = taken;
        if !taken {
            return;
        }
        match self.take.gap {
            Gap::None => {}
            Gap::Any => self.ready = true,
            Gap::Timed(_) | Gap::TimedThenAny(_) => {
                if self.times.back() != Some(&ts) {
                    self.times.push_back(ts);
                }
            }
        }
    }
}

/// Whether one of the earlier times lies at a distance from `now` that is asked for. Forgets those too far back.
fn fits(earlier: &mut VecDeque<i64>, asked: &Times, now: i64) -> bool {
    if asked.none {
        return false;
    }
    while earlier.front().is_some_and(|&time| elapsed(time, now) > asked.most) {
        earlier.pop_front();
    }
    // Each time is there once, so that no more are passed over than there are exceptions.
    earlier
        .iter()
        .map(|&time| elapsed(time, now))
        .take_while(|&distance| distance >= asked.least)
        .any(|distance| !asked.except.contains(&distance))
}
