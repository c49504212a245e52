//! How many of a funnel's steps a customer made inside one window, in whatever order.

use super::super::event::{CONDITIONS_MAX, Event, elapsed};
use super::{Funnel, Outcome};

/// The largest number of different steps met by the events inside one window, with the first event of each step
/// in that window, by time. Of windows with as many steps it is the one that has them all first.
///
/// The funnel's mode does not matter; an excluded event is no step and ends all windows. `events` must be in the order of time.
pub fn any_order(funnel: &Funnel, events: &[Event]) -> Outcome {
    let mut best = Outcome::NONE;
    let mut window = Window { first: 0, counts: [0; CONDITIONS_MAX], different: 0, steps: funnel.step_bits() };
    for (last, event) in events.iter().enumerate() {
        if funnel.excludes(event) {
            window = Window { first: last + 1, counts: [0; CONDITIONS_MAX], different: 0, ..window };
            continue;
        }
        window.enter(event.met);
        while elapsed(events[window.first].ts, event.ts) > funnel.window {
            window.leave(events[window.first].met);
        }
        if window.different > best.level {
            best.level = window.different;
            best.events = firsts(&events[window.first..=last], window.first, funnel.step_bits());
        }
    }
    if best.level > 0 && window.different == best.level {
        // The window of the last event still holds that many steps; the latest start is where it would lose one.
        while !window.alone(events[window.first].met) {
            window.leave(events[window.first].met);
        }
        best.open_since = Some(events[window.first].ts);
    }
    best
}

/// The events from `first` on, counted by step.
#[derive(Debug)]
struct Window {
    first: usize,
    counts: [u32; CONDITIONS_MAX],
    different: usize,
    steps: u32,
}

impl Window {
    fn enter(&mut self, met: u32) {
        for step in bits(met & self.steps) {
            self.different += usize::from(self.counts[step] == 0);
            self.counts[step] += 1;
        }
    }

    fn leave(&mut self, met: u32) {
        for step in bits(met & self.steps) {
            self.counts[step] -= 1;
            self.different -= usize::from(self.counts[step] == 0);
        }
        self.first += 1;
    }

    /// Whether one of these steps would be lost with an event that meets them.
    fn alone(&self, met: u32) -> bool {
        bits(met & self.steps).any(|step| self.counts[step] == 1)
    }
}

/// The positions of the first event of each step among these, in the order of time.
fn firsts(events: &[Event], position: usize, steps: u32) -> [u32; CONDITIONS_MAX] {
    let mut found = [0; CONDITIONS_MAX];
    let mut count = 0;
    let mut seen = 0;
    for (event, position) in events.iter().zip(position as u32..) {
        let new = event.met & steps & !seen;
        seen |= new;
        for _ in bits(new) {
            found[count] = position;
            count += 1;
        }
    }
    found
}

/// The positions of the bits that are set.
fn bits(mut met: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let step = (met != 0).then(|| met.trailing_zeros() as usize)?;
        met &= met - 1;
        Some(step)
    })
}
