//! How far a customer came through the steps of a funnel inside a window: `window_funnel`.
//!
//! What counts as a chain of steps is defined in [`FunnelMode`]; the level is the length of the longest one.
//! Times are compared exactly over the whole range of `i64`. The window is inclusive: a step may come exactly
//! the window's length after the first. A window of 0 leaves only simultaneous events.
//!
//! **Which chain** is reported ([`Outcome::events`]): of the chains of greatest length one that ends earliest,
//! of those one that starts latest.
//!
//! **Cost** O(events × steps) to scan, for the modes that let an event stand for several steps and for events
//! that meet one condition each; a set of simultaneous events in a strict mode costs up to steps³ more.

mod any_order;
mod chains;
mod scan;
mod simultaneous;
#[cfg(test)]
mod tests;
mod trace;

use super::event::{CONDITIONS_MAX, Event};
use super::funnel_mode::FunnelMode;

use scan::FunnelScan;

pub use any_order::any_order;
pub use trace::{Trace, Traced, TracedScan};

/// A funnel's definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Funnel {
    steps: usize,
    window: u64,
    mode: FunnelMode,
    exclude: u32,
}

impl Funnel {
    /// A funnel of `steps` steps (the conditions 1 … `steps`) inside `window`; `None` unless `steps` is between
    /// 1 and [`CONDITIONS_MAX`].
    pub fn new(steps: usize, window: u64, mode: FunnelMode) -> Option<Self> {
        (1..=CONDITIONS_MAX).contains(&steps).then_some(Self { steps, window, mode, exclude: 0 })
    }

    /// The same funnel, where an event that meets one of the conditions of `exclude` is no step, whatever else it
    /// meets, and none may be later than the first event of a chain and earlier than the last.
    pub fn excluding(self, exclude: u32) -> Self {
        Self { exclude: exclude & !self.step_bits(), ..self }
    }

    /// How many steps it has.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The longest time from the first step to the last.
    pub fn window(&self) -> u64 {
        self.window
    }

    /// The bits of the steps in [`Event::met`].
    fn step_bits(&self) -> u32 {
        u32::MAX >> (CONDITIONS_MAX - self.steps)
    }

    /// Whether no chain may pass this event.
    fn excludes(&self, event: &Event) -> bool {
        event.met & self.exclude != 0
    }

    /// The steps that this event can be.
    fn steps_met(&self, event: &Event) -> u32 {
        if self.excludes(event) { 0 } else { event.met & self.step_bits() }
    }

    /// Whether events that meet none of the conditions matter, so that they must be among the events.
    pub fn needs_other_events(&self) -> bool {
        self.mode.strict_order
    }

    /// Whether [`TracedScan`] finds the chain of events that meet one step each at most.
    pub fn scans_single_steps(&self) -> bool {
        !self.mode.strict_order && !self.mode.strict_deduplication && self.exclude == 0
    }

    /// Whether a scan finds the longest chain in these events.
    fn scans(&self, events: &[Event]) -> bool {
        let one_each = || events.iter().all(|event| self.steps_met(event).count_ones() <= 1);
        self.scans_single_steps() && (!self.mode.strict_once || self.mode.strict_increase || one_each())
    }
}

/// What a funnel found in one customer's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    level: usize,
    events: [u32; CONDITIONS_MAX],
    open_since: Option<i64>,
}

impl Outcome {
    const NONE: Self = Self { level: 0, events: [0; CONDITIONS_MAX], open_since: None };

    /// The number of steps made.
    pub fn level(&self) -> usize {
        self.level
    }

    /// The events of the chain, as positions in the customer's events, one for each step made.
    pub fn events(&self) -> &[u32] {
        &self.events[..self.level]
    }

    /// The latest start of a chain of this length that a further event could still continue, if there is one:
    /// its window is open for as long as it is not exceeded.
    pub fn open_since(&self) -> Option<i64> {
        self.open_since
    }
}

/// The level that a customer reached. `events` must be in the order of [`Event::rank`].
pub fn level(funnel: &Funnel, events: &[Event]) -> usize {
    if !funnel.scans(events) {
        return chains::longest(funnel, events).level;
    }
    let mut scan = FunnelScan::new(funnel);
    for event in events {
        scan.push(event.ts, event.met);
    }
    scan.level()
}

/// The chain that a customer made, with its events. `events` must be in the order of [`Event::rank`].
pub fn chain(funnel: &Funnel, events: &[Event]) -> Outcome {
    if !funnel.scans(events) {
        return chains::longest(funnel, events);
    }
    let mut trace = Trace::default();
    let mut scan = TracedScan::new(funnel, &mut trace);
    for (event, place) in events.iter().zip(0..) {
        scan.push(event.ts, event.met, place);
    }
    let traced = scan.finish();
    let mut found = Outcome { level: traced.level, open_since: traced.open_since, ..Outcome::NONE };
    for (place, (_, event)) in (0..traced.level).rev().zip(trace.steps(&traced)) {
        found.events[place] = event;
    }
    found
}
