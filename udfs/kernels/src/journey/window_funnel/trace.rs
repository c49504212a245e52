//! The chain that a customer made, event by event, with its events: the fast path where they are wanted.
//!
//! As in [`scan`](super::scan), for every length the chain with the latest start is held. Chains share what they have
//! in common: every step points to the step before it, so that a chain is prolonged in constant time.

use super::super::event::{CONDITIONS_MAX, elapsed};
use super::Funnel;

/// The step before a first one.
const NONE: u32 = u32::MAX;

/// A step that was made.
#[derive(Debug, Clone, Copy)]
struct Step {
    ts: i64,
    event: u32,
    before: u32,
}

/// Room for the chains of one customer, used again for the next.
#[derive(Debug, Clone)]
pub struct Trace {
    /// For every length the latest start of a chain of that length, and its last step.
    starts: [i64; CONDITIONS_MAX + 1],
    last: [u32; CONDITIONS_MAX + 1],
    /// For every step the first event of this moment that meets it.
    meeting: [u32; CONDITIONS_MAX],
    steps: Vec<Step>,
}

impl Default for Trace {
    fn default() -> Self {
        Self {
            starts: [0; CONDITIONS_MAX + 1],
            last: [NONE; CONDITIONS_MAX + 1],
            meeting: [0; CONDITIONS_MAX],
            steps: Vec::new(),
        }
    }
}

impl Trace {
    /// The times and events of a chain, from its last step to its first.
    pub fn steps(&self, chain: &Traced) -> impl Iterator<Item = (i64, u32)> {
        let mut next = chain.last;
        std::iter::from_fn(move || {
            let step = self.steps.get(next as usize)?;
            next = step.before;
            Some((step.ts, step.event))
        })
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.steps.capacity() * size_of::<Step>()
    }
}

/// The longest chain of a customer; of several the one that ended first, and of those the one that started last.
#[derive(Debug, Clone, Copy)]
pub struct Traced {
    /// Its length.
    pub level: usize,
    /// As [`Outcome::open_since`](super::Outcome::open_since).
    pub open_since: Option<i64>,
    last: u32,
    start: i64,
    end: i64,
}

/// The scan of one customer's events, in the order of their times, for funnels that
/// [`Funnel::scans_single_steps`] where no event stands for two steps that must be different events.
#[derive(Debug)]
pub struct TracedScan<'a> {
    trace: &'a mut Trace,
    /// Bit k: there is a chain of length k.
    open: u64,
    /// The time of the last events that meet steps, and the steps that they meet together.
    now: i64,
    met: u32,
    latest: i64,
    steps: usize,
    step_bits: u32,
    window: u64,
    strict_increase: bool,
    best: Traced,
}

impl<'a> TracedScan<'a> {
    /// A scan before the first event.
    pub fn new(funnel: &Funnel, trace: &'a mut Trace) -> Self {
        trace.steps.clear();
        Self {
            trace,
            open: 1,
            now: 0,
            met: 0,
            latest: i64::MIN,
            steps: funnel.steps,
            step_bits: funnel.step_bits(),
            window: funnel.window,
            strict_increase: funnel.mode.strict_increase,
            best: Traced { level: 0, open_since: None, last: NONE, start: 0, end: 0 },
        }
    }

    /// Takes the next event, which must not be earlier than the one before.
    #[inline]
    pub fn push(&mut self, ts: i64, met: u32, event: u32) {
        self.latest = ts;
        let met = met & self.step_bits;
        // What comes after all steps were made changes nothing.
        if met == 0 || (self.best.level == self.steps && ts != self.now) {
            return;
        }
        if ts != self.now {
            if self.strict_increase {
                self.step_apart();
            }
            self.now = ts;
            self.met = 0;
        }
        let mut new = met & !self.met;
        self.met |= met;
        while new != 0 {
            self.trace.meeting[new.trailing_zeros() as usize] = event;
            new &= new - 1;
        }
        if self.strict_increase {
            return;
        }
        // Simultaneous events may follow one another in the order of the steps. Those of this moment are gone through
        // again with every further one: what they have done they do again.
        let mut met = self.met;
        while met != 0 {
            self.step(met.trailing_zeros() as usize);
            met &= met - 1;
        }
    }

    /// Where simultaneous events must not follow one another they are gathered, and the later steps go first, so that
    /// they see only chains that ended earlier.
    fn step_apart(&mut self) {
        let mut met = std::mem::take(&mut self.met);
        while met != 0 {
            let step = 31 - met.leading_zeros() as usize;
            self.step(step);
            met &= !(1 << step);
        }
    }

    /// Makes a step, counted from 0, with an event of this moment.
    #[inline]
    fn step(&mut self, step: usize) {
        let trace = &mut *self.trace;
        let (start, before) = match step {
            0 => (self.now, NONE),
            _ => (trace.starts[step], trace.last[step]),
        };
        let reached = self.open >> step & 1 == 1 && elapsed(start, self.now) <= self.window;
        let level = step + 1;
        if !reached || (self.open >> level & 1 == 1 && trace.starts[level] >= start) {
            return;
        }
        let last = trace.steps.len() as u32;
        trace.steps.push(Step { ts: self.now, event: trace.meeting[step], before });
        trace.starts[level] = start;
        trace.last[level] = last;
        self.open |= 1 << level;
        let best = &mut self.best;
        if level > best.level || (level == best.level && self.now == best.end && start > best.start) {
            *best = Traced { level, open_since: None, last, start, end: self.now };
        }
    }

    /// The chain among the events taken so far.
    pub fn finish(mut self) -> Traced {
        if self.strict_increase {
            self.step_apart();
        }
        let level = self.best.level;
        let start = self.trace.starts[level];
        let is_open = (1..self.steps).contains(&level) && elapsed(start, self.latest) <= self.window;
        Traced { open_since: is_open.then_some(start), ..self.best }
    }
}
