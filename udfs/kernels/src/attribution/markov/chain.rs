//! The chances of every step, in rows.

use super::super::NO_CHANNEL;
use super::transition::{ORDER_MAX, Transitions, states_of};

/// An absorbing chain without steps from a state to itself. Those only delay where a walk goes: leaving them out
/// and dividing by what is left of the others changes no chance of ending anywhere.
#[derive(Debug)]
pub(super) struct Chain {
    /// The channels of each state, the latest first.
    pub(super) states: Vec<[u32; ORDER_MAX]>,
    pub(super) start: Vec<f64>,
    /// The expected number of times that a walk enters each state.
    pub(super) visits: Vec<f64>,
    /// The chance that a walk in a state now converts, and the value it then brings.
    pub(super) conversion: Vec<f64>,
    pub(super) value: Vec<f64>,
    offsets: Vec<usize>,
    steps: Vec<(u32, f64)>,
}

impl Chain {
    pub(super) fn new(transitions: &Transitions) -> Self {
        let states = transitions.states();
        let n = states.len();
        let mut counts: Vec<(usize, usize, f64)> = Vec::with_capacity(transitions.steps.len());
        // All that leaves a state, which is all that comes in, for every path goes on or ends.
        let mut leaving: Vec<f64> = transitions.ends.iter().map(|end| end.paths()).collect();
        for (&step, &count) in &transitions.steps {
            let (from, to) = states_of(step);
            if from != to {
                counts.push((from, to, count));
            }
        }
        counts.sort_unstable_by_key(|&(from, to, _)| (from, to));
        for &(from, _, count) in &counts {
            leaving[from] += count;
        }
        let mut offsets = vec![0; n + 1];
        let mut steps = Vec::with_capacity(counts.len());
        for (from, to, count) in counts {
            offsets[from + 1] += 1;
            steps.push((to as u32, count / leaving[from]));
        }
        for row in 0..n {
            offsets[row + 1] += offsets[row];
        }
        let paths: f64 = transitions.starts.iter().sum();
        let ends = || transitions.ends.iter().zip(&leaving);
        Self {
            states,
            start: transitions.starts.iter().map(|count| count / paths).collect(),
            visits: leaving.iter().map(|count| count / paths).collect(),
            conversion: ends().map(|(end, leaving)| end.conversions() / leaving).collect(),
            value: ends().map(|(end, leaving)| end.value() / leaving).collect(),
            offsets,
            steps,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    pub(super) fn steps(&self) -> usize {
        self.steps.len()
    }

    /// The states that can follow, with the chance of each.
    pub(super) fn row(&self, state: usize) -> &[(u32, f64)] {
        &self.steps[self.offsets[state]..self.offsets[state + 1]]
    }

    /// Whether the state holds the channel; none holds [`NO_CHANNEL`].
    pub(super) fn holds(&self, state: usize, channel: u32) -> bool {
        channel != NO_CHANNEL && self.states[state].contains(&channel)
    }

    /// Every channel of any state, in the order of the codes.
    pub(super) fn channels(&self) -> Vec<u32> {
        let mut channels: Vec<u32> = self.states.iter().flatten().copied().filter(|&c| c != NO_CHANNEL).collect();
        channels.sort_unstable();
        channels.dedup();
        channels
    }

    /// What a walk is expected to bring, where `rewards` are those of leaving each state for good.
    pub(super) fn expected(&self, rewards: &[f64]) -> f64 {
        self.visits.iter().zip(rewards).map(|(visits, reward)| visits * reward).sum()
    }
}
