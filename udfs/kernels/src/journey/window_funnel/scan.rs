//! The level of a funnel, event by event, without keeping the events: the fast path.

use super::super::event::{CONDITIONS_MAX, elapsed};
use super::Funnel;

/// The scan of one customer's events, in the order of their times, for the plain mode and `strict_increase`.
///
/// For every length it holds the latest start of a chain of that length: a chain that started earlier can be
/// continued by nothing that could not also continue this one. The latest starts fall as the length grows,
/// because every chain contains the shorter ones.
#[derive(Debug)]
pub(super) struct FunnelScan {
    /// At index k the latest start of a chain of length k; one of length 0 starts with whatever comes next.
    starts: [i64; CONDITIONS_MAX + 1],
    /// Bit k: there is a chain of length k.
    open: u64,
    /// The time of the last events, and the steps that they meet together.
    now: i64,
    met: u32,
    steps: u32,
    window: u64,
    strict_increase: bool,
}

impl FunnelScan {
    /// A scan before the first event.
    pub(super) fn new(funnel: &Funnel) -> Self {
        Self {
            starts: [0; CONDITIONS_MAX + 1],
            open: 1,
            now: 0,
            met: 0,
            steps: funnel.step_bits(),
            window: funnel.window,
            strict_increase: funnel.mode.strict_increase,
        }
    }

    /// Takes the next event, which must not be earlier than the one before.
    #[inline]
    pub(super) fn push(&mut self, ts: i64, met: u32) {
        let met = met & self.steps;
        if met == 0 {
            return;
        }
        if self.strict_increase {
            return self.push_apart(ts, met);
        }
        // Simultaneous events may follow one another in the order of the steps. Those of this moment are gone
        // through again with every further one: what they have done they do again.
        self.met = if ts == self.now { self.met | met } else { met };
        self.now = ts;
        let mut met = self.met;
        while met != 0 {
            self.step(met.trailing_zeros() as usize);
            met &= met - 1;
        }
    }

    /// The same where simultaneous events must not follow one another: they are gathered, and the later steps go
    /// first, so that they see only chains that ended earlier.
    fn push_apart(&mut self, ts: i64, met: u32) {
        if ts != self.now {
            self.advance();
            self.now = ts;
        }
        self.met |= met;
    }

    fn advance(&mut self) {
        let mut met = std::mem::take(&mut self.met);
        while met != 0 {
            let step = 31 - met.leading_zeros() as usize;
            self.step(step);
            met &= !(1 << step);
        }
    }

    /// Makes a step, counted from 0, with an event of this moment: without branches that no processor can foretell.
    #[inline]
    fn step(&mut self, step: usize) {
        self.starts[0] = self.now;
        let start = self.starts[step];
        let reached = (self.open >> step & 1 == 1) & (elapsed(start, self.now) <= self.window);
        self.starts[step + 1] = if reached { start } else { self.starts[step + 1] };
        self.open |= u64::from(reached) << (step + 1);
    }

    /// The length of the longest chain among the events taken so far.
    pub(super) fn level(mut self) -> usize {
        if self.strict_increase {
            self.advance();
        }
        63 - self.open.leading_zeros() as usize
    }
}
