//! The transitions of the paths, counted.

use std::fmt;
use std::mem::size_of;

use super::super::path::PathCounts;
use super::super::{NO_CHANNEL, Outcome};
use crate::hash::IntegerMap;

/// The longest memory of a chain: its states are at most so many channels.
pub const ORDER_MAX: usize = 4;

/// What a channel takes in a state.
const CHANNEL_BITS: usize = 32;

/// How many states a chain may have. Beyond, most of them were seen once and say nothing.
pub const STATES_MAX: usize = 50_000;

/// The last channels of a walk, each one more than its code in 32 bits, the latest lowest; zero where the walk
/// is shorter than the order.
type State = u128;

/// A chain would have more states than can be told apart by what was seen of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyStates {
    /// The order of the chain.
    pub order: usize,
}

impl fmt::Display for TooManyStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a Markov chain of order {} over these paths has more than {STATES_MAX} states", self.order)
    }
}

impl std::error::Error for TooManyStates {}

/// How often each step was taken. It grows with the distinct steps, not with the paths.
#[derive(Debug, Clone)]
pub struct Transitions {
    order: usize,
    numbers: IntegerMap<State, u32>,
    states: Vec<State>,
    /// How many paths begin in each state, and how those that end there end.
    pub(super) starts: Vec<f64>,
    pub(super) ends: Vec<Outcome>,
    /// Steps by the numbers of the two states, the first in the upper half.
    pub(super) steps: IntegerMap<u64, f64>,
    unattributed: Outcome,
}

impl Transitions {
    /// One that has seen nothing, whose states remember `order` channels: at least one, at most [`ORDER_MAX`].
    pub fn new(order: usize) -> Self {
        Self {
            order: order.clamp(1, ORDER_MAX),
            numbers: IntegerMap::default(),
            states: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            steps: IntegerMap::default(),
            unattributed: Outcome::default(),
        }
    }

    /// The transitions of all `paths`.
    pub fn of(paths: &PathCounts, order: usize) -> Result<Self, TooManyStates> {
        let mut transitions = Self::new(order);
        for (path, outcome) in paths.iter() {
            transitions.update(path, outcome)?;
        }
        Ok(transitions)
    }

    /// Counts a path with how it ended. One without touches, or that was never seen though it has a value,
    /// passes through no channel and is kept apart.
    pub fn update(&mut self, path: &[u32], outcome: Outcome) -> Result<(), TooManyStates> {
        let paths = outcome.paths();
        if path.is_empty() || paths <= 0.0 {
            self.unattributed.add(outcome);
            return Ok(());
        }
        // A walk begins when it has as many channels as a state remembers: the states before it are determined
        // by the first whole one, and removing a channel from them removes it from that.
        let (begin, rest) = path.split_at(self.order.min(path.len()));
        let mut state = begin.iter().fold(0, |state, &channel| followed(state, channel));
        let mut from = self.number(state)?;
        self.starts[from as usize] += paths;
        let remembered = State::MAX >> (State::BITS as usize - CHANNEL_BITS * self.order);
        for &channel in rest {
            state = followed(state, channel) & remembered;
            let to = self.number(state)?;
            *self.steps.entry(step(from, to)).or_insert(0.0) += paths;
            from = to;
        }
        self.ends[from as usize].add(outcome);
        Ok(())
    }

    /// Adds what `other`, of the same order, has counted; `code` translates its channels into ours.
    pub fn merge(&mut self, other: &Self, code: impl Fn(u32) -> u32) -> Result<(), TooManyStates> {
        let mut ours = Vec::with_capacity(other.states.len());
        for (channels, start, end) in other.state_counts() {
            let channels = channels.map(|channel| if channel == NO_CHANNEL { channel } else { code(channel) });
            ours.push(self.add_state(channels, start, end)?);
        }
        for (from, to, count) in other.step_counts() {
            self.add_steps(ours[from], ours[to], count);
        }
        self.unattributed.add(other.unattributed);
        Ok(())
    }

    /// What was counted of every state: its channels, how many paths begin in it, and how those that end in it end.
    pub fn state_counts(&self) -> impl Iterator<Item = ([u32; ORDER_MAX], f64, Outcome)> {
        let states = self.states.iter().zip(&self.starts).zip(&self.ends);
        states.map(|((&state, &start), &end)| (channels_of(state), start, end))
    }

    /// How often each step was taken, by the places of its states in [`Self::state_counts`].
    pub fn step_counts(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        self.steps.iter().map(|(&step, &count)| {
            let (from, to) = states_of(step);
            (from, to, count)
        })
    }

    /// Adds what was counted of a state, and gives its place.
    pub fn add_state(&mut self, channels: [u32; ORDER_MAX], start: f64, end: Outcome) -> Result<usize, TooManyStates> {
        let known = channels.iter().take(self.order).rev().filter(|&&channel| channel != NO_CHANNEL);
        let number = self.number(known.fold(0, |state, &channel| followed(state, channel)))? as usize;
        self.starts[number] += start;
        self.ends[number].add(end);
        Ok(number)
    }

    /// Adds steps from a state to another, which have the places that [`Self::add_state`] gave.
    pub fn add_steps(&mut self, from: usize, to: usize, count: f64) {
        *self.steps.entry(step(from as u32, to as u32)).or_insert(0.0) += count;
    }

    /// Adds what was earned without passing through a channel.
    pub fn add_unattributed(&mut self, outcome: Outcome) {
        self.unattributed.add(outcome);
    }

    /// The channels of every state, the latest first; [`NO_CHANNEL`] where the walk is shorter than the order.
    pub(super) fn states(&self) -> Vec<[u32; ORDER_MAX]> {
        self.states.iter().map(|&state| channels_of(state)).collect()
    }

    /// How many channels a state remembers.
    pub fn order(&self) -> usize {
        self.order
    }

    /// What was earned without passing through a channel.
    pub fn unattributed(&self) -> Outcome {
        self.unattributed
    }

    /// What was earned by paths through channels.
    pub fn attributed(&self) -> Outcome {
        let mut total = Outcome::default();
        for end in &self.ends {
            total.add(*end);
        }
        total
    }

    /// The bytes it occupies beside its own.
    pub fn size(&self) -> usize {
        self.numbers.capacity() * (size_of::<(State, u32)>() + 1)
            + self.states.capacity() * size_of::<State>()
            + self.starts.capacity() * size_of::<f64>()
            + self.ends.capacity() * size_of::<Outcome>()
            + self.steps.capacity() * (size_of::<(u64, f64)>() + 1)
    }

    fn number(&mut self, state: State) -> Result<u32, TooManyStates> {
        if let Some(&number) = self.numbers.get(&state) {
            return Ok(number);
        }
        let number = self.states.len();
        if number == STATES_MAX {
            return Err(TooManyStates { order: self.order });
        }
        self.numbers.insert(state, number as u32);
        self.states.push(state);
        self.starts.push(0.0);
        self.ends.push(Outcome::default());
        Ok(number as u32)
    }
}

fn followed(state: State, channel: u32) -> State {
    state << CHANNEL_BITS | State::from(channel.wrapping_add(1))
}

fn channels_of(state: State) -> [u32; ORDER_MAX] {
    std::array::from_fn(|position| ((state >> (CHANNEL_BITS * position)) as u32).wrapping_sub(1))
}

fn step(from: u32, to: u32) -> u64 {
    u64::from(from) << 32 | u64::from(to)
}

/// The numbers of the states that a step is from and to.
pub(super) fn states_of(step: u64) -> (usize, usize) {
    ((step >> 32) as usize, (step as u32) as usize)
}
