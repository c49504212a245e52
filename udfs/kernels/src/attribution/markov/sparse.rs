//! Expected rewards of walks through a chain of many states, without some of its channels.
//!
//! Gauss–Seidel from the last state to the first: states are numbered as they were first seen, so most steps
//! lead upwards and a sweep carries a reward most of the way back. Several systems, one for each channel that
//! is taken away, are swept together: the chain is read once for all of them.
//!
//! How far a solution is from the true one is bounded, not guessed: by the last change times the largest row
//! sum of the inverse, for which the expected number of steps to the end is an upper bound, with any channel
//! taken away as well. Where sweeps creep, because walks are long, GMRES takes over with a sweep as its
//! preconditioner.

use super::super::NO_CHANNEL;
use super::chain::Chain;
use crate::linalg::gmres;

/// How many systems are swept together: one cache line of values.
pub(super) const LANES: usize = 8;

/// How wrong an expectation may be, relative to that of the whole chain.
const TOLERANCE: f64 = 1e-13;

/// What rounding leaves of a change, relative to the largest value.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// After so many sweeps that have not arrived, GMRES is faster.
const SWEEPS_MAX: usize = 300;

/// After so many products GMRES has not arrived either.
const PRODUCTS_MAX: usize = 20_000;

/// The solution of the whole chain, from which those without a channel start.
pub(super) struct Solver<'a> {
    chain: &'a Chain,
    rewards: [&'a [f64]; 2],
    whole: Vec<[f64; 2]>,
    /// How small the last change must be for the error to be within the tolerance.
    changes_max: [f64; 2],
    /// How many sweeps the whole chain took.
    pub(super) sweeps: usize,
}

impl<'a> Solver<'a> {
    /// `None` if the chain cannot be solved to the tolerance.
    pub(super) fn new(chain: &'a Chain) -> Option<Self> {
        let rewards: [&[f64]; 2] = [&chain.conversion, &chain.value];
        let (steps_max, mut sweeps) = steps_to_the_end(chain)?;
        let mut changes_max = rewards.map(|rewards| {
            let scale: f64 = chain.visits.iter().zip(rewards).map(|(visits, reward)| visits * reward.abs()).sum();
            TOLERANCE * scale / steps_max
        });
        let mut whole = vec![[0.0; 2]; chain.len()];
        let mut changes = [f64::INFINITY; 2];
        while !arrived(&changes, &changes_max) && sweeps < SWEEPS_MAX {
            changes = sweep(chain, &mut whole, rewards, [NO_CHANNEL; 2]);
            sweeps += 1;
            raise_to_rounding(&mut changes_max, &whole);
        }
        let mut solver = Self { chain, rewards, whole, changes_max, sweeps };
        if !arrived(&changes, &solver.changes_max) {
            for lane in 0..2 {
                let start = solver.whole.iter().map(|values| values[lane]).collect();
                let values = solver.krylov(lane, NO_CHANNEL, start)?;
                for (whole, value) in solver.whole.iter_mut().zip(values) {
                    whole[lane] = value;
                }
            }
        }
        Some(solver)
    }

    /// For each of at most `LANES / 2` channels, the conversions and the value that a walk brings without it.
    pub(super) fn without(&self, channels: &[u32]) -> Option<Vec<[f64; 2]>> {
        let lane_channel = |lane: usize| channels.get(lane / 2).copied().unwrap_or(NO_CHANNEL);
        let removed: [u32; LANES] = std::array::from_fn(lane_channel);
        let rewards: [&[f64]; LANES] = std::array::from_fn(|lane| self.rewards[lane % 2]);
        let changes_max: [f64; LANES] = std::array::from_fn(|lane| self.changes_max[lane % 2]);
        let mut values: Vec<[f64; LANES]> =
            self.whole.iter().map(|whole| std::array::from_fn(|lane| whole[lane % 2])).collect();
        let mut changes = [f64::INFINITY; LANES];
        for _ in 0..SWEEPS_MAX {
            changes = sweep(self.chain, &mut values, rewards, removed);
            if arrived(&changes, &changes_max) {
                break;
            }
        }
        let mut results = Vec::with_capacity(channels.len());
        for (slot, &channel) in channels.iter().take(LANES / 2).enumerate() {
            let mut result = [0.0; 2];
            for (reward, result) in result.iter_mut().enumerate() {
                let lane = slot * 2 + reward;
                let mut solution: Vec<f64> = values.iter().map(|values| values[lane]).collect();
                if changes[lane] > changes_max[lane] {
                    solution = self.krylov(reward, channel, solution)?;
                }
                *result = self.chain.start.iter().zip(&solution).map(|(start, value)| start * value).sum();
            }
            results.push(result);
        }
        Some(results)
    }

    /// Solves `x − G x = g`, where `G x + g` is what a sweep makes of `x`.
    fn krylov(&self, reward: usize, removed: u32, start: Vec<f64>) -> Option<Vec<f64>> {
        let n = self.chain.len();
        let nothing = vec![0.0; n];
        let swept = |from: &[f64], rewards: &[f64]| {
            let mut values: Vec<[f64; 1]> = from.iter().map(|&value| [value]).collect();
            let changes = sweep(self.chain, &mut values, [rewards], [removed]);
            (values, changes[0])
        };
        let (constant, _) = swept(&nothing, self.rewards[reward]);
        let constant: Vec<f64> = constant.iter().map(|value| value[0]).collect();
        let apply = |x: &[f64], out: &mut [f64]| {
            let (moved, _) = swept(x, &nothing);
            for ((out, x), moved) in out.iter_mut().zip(x).zip(moved) {
                *out = x - moved[0];
            }
        };
        let mut x = start;
        gmres::solve(apply, &constant, &mut x, self.changes_max[reward], PRODUCTS_MAX);
        let (values, change) = swept(&x, self.rewards[reward]);
        let mut change_max = [self.changes_max[reward]];
        raise_to_rounding(&mut change_max, &values);
        // Rounding in the products of GMRES is that of a sum over its directions.
        (change <= 16.0 * change_max[0]).then(|| values.iter().map(|value| value[0]).collect())
    }
}

/// One sweep, in place; returns the largest change of each lane.
fn sweep<const N: usize>(chain: &Chain, values: &mut [[f64; N]], rewards: [&[f64]; N], removed: [u32; N]) -> [f64; N] {
    let mut changes = [0.0_f64; N];
    for state in (0..chain.len()).rev() {
        let mut sums: [f64; N] = std::array::from_fn(|lane| rewards[lane][state]);
        for &(next, chance) in chain.row(state) {
            let next = &values[next as usize];
            for lane in 0..N {
                sums[lane] += chance * next[lane];
            }
        }
        for lane in 0..N {
            if chain.holds(state, removed[lane]) {
                sums[lane] = 0.0;
            }
            changes[lane] = changes[lane].max((sums[lane] - values[state][lane]).abs());
        }
        values[state] = sums;
    }
    changes
}

/// An upper bound of the expected number of steps from any state to the end, and the sweeps it took to find.
///
/// If `(I − Q) w ≥ m > 0` in every row, no expectation exceeds `max w / m`. After a sweep for a reward of one a
/// step, the rows are at least one less the largest change.
fn steps_to_the_end(chain: &Chain) -> Option<(f64, usize)> {
    let ones = vec![1.0; chain.len()];
    let bound = |values: &[[f64; 1]], change: f64| {
        let longest = values.iter().fold(0.0_f64, |longest, value| longest.max(value[0]));
        longest / (1.0 - change)
    };
    let mut values = vec![[0.0]; chain.len()];
    for sweeps in 1..=SWEEPS_MAX {
        let [change] = sweep(chain, &mut values, [&ones], [NO_CHANNEL]);
        if change <= 0.5 {
            return Some((bound(&values, change), sweeps));
        }
    }
    let nothing = vec![0.0; chain.len()];
    let swept = |from: &[f64], rewards: &[f64]| {
        let mut values: Vec<[f64; 1]> = from.iter().map(|&value| [value]).collect();
        let [change] = sweep(chain, &mut values, [rewards], [NO_CHANNEL]);
        (values, change)
    };
    let constant: Vec<f64> = swept(&nothing, &ones).0.iter().map(|value| value[0]).collect();
    let apply = |x: &[f64], out: &mut [f64]| {
        for ((out, x), moved) in out.iter_mut().zip(x).zip(swept(x, &nothing).0) {
            *out = x - moved[0];
        }
    };
    let mut x: Vec<f64> = values.iter().map(|value| value[0]).collect();
    gmres::solve(apply, &constant, &mut x, 0.25, PRODUCTS_MAX);
    let (values, change) = swept(&x, &ones);
    (change <= 0.5).then(|| (bound(&values, change), SWEEPS_MAX))
}

fn arrived<const N: usize>(changes: &[f64; N], changes_max: &[f64; N]) -> bool {
    changes.iter().zip(changes_max).all(|(change, max)| change <= max)
}

/// No change can be told from rounding below this.
fn raise_to_rounding<const N: usize>(changes_max: &mut [f64; N], values: &[[f64; N]]) {
    let mut largest = [0.0_f64; N];
    for values in values {
        for lane in 0..N {
            largest[lane] = largest[lane].max(values[lane].abs());
        }
    }
    for lane in 0..N {
        changes_max[lane] = changes_max[lane].max(ROUNDING * largest[lane]);
    }
}
