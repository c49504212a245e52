//! The removal effect of every channel, and its share of what was earned.

use std::fmt;

use super::chain::Chain;
use super::dense;
use super::sparse::{LANES, Solver};
use super::transition::Transitions;

/// Up to here the dense inverse takes a fraction of a second.
const DENSE_STATES: usize = 512;

/// Beyond, a dense matrix takes more memory than the counts it comes from deserve: 300 MB.
const DENSE_STATES_MAX: usize = 6_000;

/// What a channel is credited with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelCredit {
    /// The code of the channel.
    pub channel: u32,
    /// The share of all conversions that would be lost without it.
    pub removal_effect: f64,
    /// The share of their value that would be lost without it; zero if the value is.
    pub value_effect: f64,
    /// The conversions it is credited with.
    pub conversions: f64,
    /// The value it is credited with.
    pub value: f64,
}

/// Walks through a chain are too long to tell where they end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsolved;

impl fmt::Display for Unsolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the Markov chain of these paths has no solution of twelve digits: its walks are too long")
    }
}

impl std::error::Error for Unsolved {}

/// The credit of every channel, ordered by code. The credits sum to what the paths through channels earned.
pub fn removal_effects(transitions: &Transitions) -> Result<Vec<ChannelCredit>, Unsolved> {
    let total = transitions.attributed();
    if total.paths() <= 0.0 {
        return Ok(Vec::new());
    }
    let chain = Chain::new(transitions);
    let channels = chain.channels();
    let whole = [chain.expected(&chain.conversion), chain.expected(&chain.value)];
    let losses = losses(&chain, &channels, whole, transitions.order())?;
    let effect = |loss: f64, whole: f64| if whole == 0.0 { 0.0 } else { loss / whole };
    let effects = losses.iter().map(|loss| [effect(loss[0], whole[0]), effect(loss[1], whole[1])]);
    let mut credits = Vec::with_capacity(channels.len());
    for (channel, [removal_effect, value_effect]) in channels.into_iter().zip(effects) {
        credits.push(ChannelCredit { channel, removal_effect, value_effect, conversions: 0.0, value: 0.0 });
    }
    share(&mut credits, total.conversions(), total.value());
    Ok(credits)
}

/// What is lost of the conversions and of the value of a walk without each channel.
fn losses(chain: &Chain, channels: &[u32], whole: [f64; 2], order: usize) -> Result<Vec<[f64; 2]>, Unsolved> {
    let by_channel = |losses: Vec<[f64; 2]>| {
        // States of order one are channels, numbered as they were first seen.
        let mut found: Vec<(u32, [f64; 2])> = chain.states.iter().map(|state| state[0]).zip(losses).collect();
        found.sort_unstable_by_key(|&(channel, _)| channel);
        found.into_iter().map(|(_, loss)| loss).collect()
    };
    if order == 1 && chain.len() <= DENSE_STATES {
        return dense::losses(chain).map(by_channel).ok_or(Unsolved);
    }
    let solver = Solver::new(chain).ok_or(Unsolved)?;
    let sweeping = (channels.len() as f64) * 2.0 * (solver.sweeps as f64) * (chain.steps() as f64);
    let inverting = (chain.len() as f64).powi(3);
    if order == 1 && chain.len() <= DENSE_STATES_MAX && inverting < sweeping {
        return dense::losses(chain).map(by_channel).ok_or(Unsolved);
    }
    let mut losses = Vec::with_capacity(channels.len());
    for channels in channels.chunks(LANES / 2) {
        for without in solver.without(channels).ok_or(Unsolved)? {
            losses.push([whole[0] - without[0], whole[1] - without[1]]);
        }
    }
    Ok(losses)
}

/// Divides what was earned in proportion to the effects.
fn share(credits: &mut [ChannelCredit], conversions: f64, value: f64) {
    let effects: f64 = credits.iter().map(|credit| credit.removal_effect).sum();
    let value_effects: f64 = credits.iter().map(|credit| credit.value_effect).sum();
    let sizes: f64 = credits.iter().map(|credit| credit.value_effect.abs()).sum();
    // Gains and losses that cancel leave no proportion to divide by: conversions then decide.
    let by_value = sizes > 0.0 && value_effects.abs() > 1e-9 * sizes;
    let equal = 1.0 / credits.len() as f64;
    for credit in credits {
        let of_effects = |amount: f64| match effects > 0.0 {
            true => amount * credit.removal_effect / effects,
            false => amount * equal,
        };
        credit.conversions = of_effects(conversions);
        credit.value = if by_value { value * credit.value_effect / value_effects } else { of_effects(value) };
    }
}
