//! The longest chain of a funnel in any mode, with its events.
//!
//! For every length the chain that started latest and can still be continued is kept. Of two such chains of one
//! length the later start is never worse: whether the next event continues a chain, repeats one of its steps or
//! breaks it depends on its length alone, and its window closes later. A chain that can be prolonged is
//! prolonged as far as the simultaneous events allow: being further with the same start is never worse either.

use super::super::event::{CONDITIONS_MAX, Event, elapsed};
use super::simultaneous::Simultaneous;
use super::{Funnel, Outcome};

/// A chain being built: its start, and the positions of its events.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    pub(super) level: usize,
    pub(super) start: i64,
    pub(super) events: [u32; CONDITIONS_MAX],
}

impl Chain {
    /// A chain before its first step, should it start at `ts`.
    pub(super) fn before(ts: i64) -> Self {
        Self { level: 0, start: ts, events: [0; CONDITIONS_MAX] }
    }

    /// Makes the next step with the event at this position.
    pub(super) fn step(&mut self, event: u32) {
        self.events[self.level] = event;
        self.level += 1;
    }
}

/// The chains that can be continued, by length, and the best so far.
#[derive(Debug)]
struct Chains {
    /// At index k the chain of length k; the one of length 0 is made anew for every time.
    open: Vec<Option<Chain>>,
    next: Vec<Option<Chain>>,
    best: Chain,
    best_end: i64,
}

impl Chains {
    /// Takes a chain that the events at `ts` made; `alive` if a later event may continue it.
    fn offer(&mut self, chain: Chain, ts: i64, alive: bool) {
        let better = chain.level > self.best.level
            || (chain.level == self.best.level && ts == self.best_end && chain.start > self.best.start);
        if better && chain.level > 0 {
            self.best = chain;
            self.best_end = ts;
        }
        let Some(slot) = self.next.get_mut(chain.level) else { return };
        if alive && slot.is_none_or(|kept| chain.start > kept.start) {
            *slot = Some(chain);
        }
    }
}

/// The longest chain in `events`, which must be in the order of time.
pub(super) fn longest(funnel: &Funnel, events: &[Event]) -> Outcome {
    let mut chains =
        Chains { open: vec![None; funnel.steps], next: vec![None; funnel.steps], best: Chain::before(0), best_end: 0 };
    let mut group = Simultaneous::new(funnel);
    let mut first = 0;
    for together in events.chunk_by(|left, right| left.ts == right.ts) {
        let ts = together[0].ts;
        group.gather(together, first);
        first += together.len();
        group.start(|chain, alive| chains.offer(chain, ts, alive));
        for level in 1..funnel.steps {
            let Some(chain) = chains.open[level].take() else { continue };
            if elapsed(chain.start, ts) > funnel.window {
                continue;
            }
            let (chain, alive) = group.prolong(chain);
            chains.offer(chain, ts, alive);
        }
        std::mem::swap(&mut chains.open, &mut chains.next);
        chains.next.fill(None);
    }
    if chains.best.level == 0 {
        return Outcome::NONE;
    }
    let open_since = chains.open.get(chains.best.level).and_then(|chain| chain.map(|chain| chain.start));
    Outcome { level: chains.best.level, events: chains.best.events, open_since }
}
