//! What the events of one moment do to the chains that have come so far.

use super::super::event::Event;
use super::Funnel;
use super::chains::Chain;

/// The events of one moment, by the steps they meet.
#[derive(Debug)]
pub(super) struct Simultaneous<'a> {
    funnel: &'a Funnel,
    ts: i64,
    /// For every step the positions of the first events that meet it. No more than two above the number of
    /// steps are needed: whichever of them the other steps of a chain use, two remain to show a repetition.
    meeting: Vec<Vec<u32>>,
    /// All positions of events that meet the first step, where it matters which one starts the chain.
    starting: Vec<u32>,
    /// The highest of the lowest steps (from 0) that these events meet; more than any step if one meets none.
    furthest: u32,
    excluded: bool,
}

impl<'a> Simultaneous<'a> {
    pub(super) fn new(funnel: &'a Funnel) -> Self {
        let meeting = vec![Vec::new(); funnel.steps];
        Self { funnel, ts: 0, meeting, starting: Vec::new(), furthest: 0, excluded: false }
    }

    /// Takes the events of one moment; `first` is the position of the first one.
    pub(super) fn gather(&mut self, events: &[Event], first: usize) {
        self.ts = events[0].ts;
        self.meeting.iter_mut().for_each(Vec::clear);
        self.starting.clear();
        self.furthest = 0;
        self.excluded = false;
        let enough = self.funnel.steps + 2;
        for (event, position) in events.iter().zip(first as u32..) {
            let mut met = self.funnel.steps_met(event);
            self.furthest = self.furthest.max(met.trailing_zeros());
            self.excluded |= self.funnel.excludes(event);
            if met & 1 == 1 {
                self.starting.push(position);
            }
            while met != 0 {
                let meeting = &mut self.meeting[met.trailing_zeros() as usize];
                if meeting.len() < enough {
                    meeting.push(position);
                }
                met &= met - 1;
            }
        }
    }

    /// Hands out the chains that start here, as far as they come here. Whatever else happens at this moment may
    /// have happened before their start, so nothing breaks them.
    pub(super) fn start(&self, mut offer: impl FnMut(Chain, bool)) {
        if self.starting.is_empty() {
            return;
        }
        let mode = &self.funnel.mode;
        if !mode.strict_deduplication {
            let mut chain = Chain::before(self.ts);
            self.steps(&mut chain);
            return offer(chain, true);
        }
        // Which event starts matters only if it is then used up.
        let starts = if mode.strict_once { self.starting.len() } else { 1 };
        for &event in &self.starting[..starts] {
            let mut chain = Chain::before(self.ts);
            chain.step(event);
            let alive = mode.strict_increase || self.steps_unrepeated(&mut chain, 0);
            offer(chain, alive);
        }
    }

    /// Continues a chain that came here, and says whether a later event may continue it further.
    pub(super) fn prolong(&self, mut chain: Chain) -> (Chain, bool) {
        let mode = &self.funnel.mode;
        let unrepeated = if mode.strict_deduplication {
            let repeated = (1..chain.level).any(|step| !self.meeting[step].is_empty());
            let used = chain.level;
            !repeated && self.steps_unrepeated(&mut chain, used)
        } else {
            self.steps(&mut chain);
            true
        };
        let last_allowed = if mode.allow_reentry { self.funnel.steps - 1 } else { chain.level };
        let interrupted = mode.strict_order && self.furthest as usize > last_allowed;
        (chain, unrepeated && !interrupted && !self.excluded)
    }

    /// Prolongs the chain as far as these events allow.
    fn steps(&self, chain: &mut Chain) {
        let mode = &self.funnel.mode;
        if mode.strict_once && !mode.strict_increase {
            return self.steps_of_different_events(chain);
        }
        let end = if mode.strict_increase { chain.level + 1 } else { self.funnel.steps };
        while chain.level < end.min(self.funnel.steps) {
            let Some(&event) = self.meeting[chain.level].first() else { return };
            chain.step(event);
        }
    }

    /// The same with repetitions forbidden: false if the last step made is repeated here, so that the chain ends.
    /// The events of the chain from the position `own` on are among these.
    fn steps_unrepeated(&self, chain: &mut Chain, own: usize) -> bool {
        let mode = &self.funnel.mode;
        let end = if mode.strict_increase { chain.level + 1 } else { self.funnel.steps };
        while chain.level < end.min(self.funnel.steps) {
            let used = &chain.events[own..chain.level];
            let mut following =
                self.meeting[chain.level].iter().filter(|event| !mode.strict_once || !used.contains(event));
            let Some(&event) = following.next() else { return true };
            let repeated = following.next().is_some();
            chain.step(event);
            if repeated {
                return false;
            }
        }
        true
    }

    /// Prolongs the chain by as many steps as can be given an event each, all different: a matching of steps
    /// to events, enlarged step by step along augmenting paths.
    fn steps_of_different_events(&self, chain: &mut Chain) {
        let first = chain.level;
        // The event of every step from `first` on.
        let mut given: Vec<u32> = Vec::new();
        while first + given.len() < self.funnel.steps {
            let mut tried = Vec::new();
            if !self.give(first, first + given.len(), &mut given, &mut tried) {
                break;
            }
        }
        given.into_iter().for_each(|event| chain.step(event));
    }

    /// Gives the step an event that no other step has, moving others if that helps.
    fn give(&self, first: usize, step: usize, given: &mut Vec<u32>, tried: &mut Vec<u32>) -> bool {
        for &event in &self.meeting[step] {
            if tried.contains(&event) {
                continue;
            }
            tried.push(event);
            let holder = given.iter().position(|&other| other == event);
            if holder.is_none_or(|holder| self.give(first, first + holder, given, tried)) {
                match given.get_mut(step - first) {
                    Some(own) => *own = event,
                    None => given.push(event),
                }
                return true;
            }
        }
        false
    }
}
