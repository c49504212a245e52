//! Shapley values of the rate game, exactly.
//!
//! A coalition is worth the conversions per path of the paths that use none but its channels. The sums over all
//! subsets come from one transform, `O(n 2ⁿ)`, and so do the averages over all orders.

use super::super::path::PathCounts;
use super::Share;

/// With so many channels there are a million coalitions.
pub const CHANNELS_MAX: usize = 20;

/// The credit of every channel, in the order of the codes, scaled to sum to all that was earned by paths through
/// channels; `None` for more than [`CHANNELS_MAX`] channels.
pub fn shares(paths: &PathCounts) -> Option<Vec<Share>> {
    let channels = distinct_channels(paths);
    let n = channels.len();
    if n > CHANNELS_MAX {
        return None;
    }
    let mut bits = vec![0_u32; paths.channels()];
    for (bit, &channel) in channels.iter().enumerate() {
        bits[channel as usize] = 1 << bit;
    }
    let mut seen = vec![0.0; 1 << n];
    let mut conversions = vec![0.0; 1 << n];
    let mut value = vec![0.0; 1 << n];
    for (path, outcome) in paths.iter().filter(|(path, _)| !path.is_empty()) {
        let coalition = path.iter().fold(0, |coalition, &channel| coalition | bits[channel as usize]) as usize;
        seen[coalition] += outcome.paths();
        conversions[coalition] += outcome.conversions();
        value[coalition] += outcome.value();
    }
    for sums in [&mut seen, &mut conversions, &mut value] {
        sum_over_subsets(sums, n);
    }
    let all = seen.last().copied().unwrap_or(0.0);
    for (worth, &seen) in conversions.iter_mut().chain(&mut value).zip(seen.iter().cycle()) {
        *worth = if seen > 0.0 { *worth / seen } else { 0.0 };
    }
    let (conversions, value) = (shapley_values(&conversions, n), shapley_values(&value, n));
    let credits = conversions.into_iter().zip(value);
    let share = |(&channel, (conversions, value))| Share::exact(channel, conversions * all, value * all);
    Some(channels.iter().zip(credits).map(share).collect())
}

/// The channels of any path, in the order of the codes.
pub(super) fn distinct_channels(paths: &PathCounts) -> Vec<u32> {
    let mut present = vec![false; paths.channels()];
    for &channel in paths.iter().flat_map(|(path, _)| path) {
        present[channel as usize] = true;
    }
    (0..paths.channels() as u32).filter(|&channel| present[channel as usize]).collect()
}

/// Replaces every set's value by the sum over its subsets.
fn sum_over_subsets(values: &mut [f64], n: usize) {
    for bit in 0..n {
        let half = 1 << bit;
        for block in values.chunks_exact_mut(2 * half) {
            let (without, with) = block.split_at_mut(half);
            for (with, without) in with.iter_mut().zip(without) {
                *with += *without;
            }
        }
    }
}

/// The Shapley value of each of `n` players, `worth` being that of every coalition by its bits.
fn shapley_values(worth: &[f64], n: usize) -> Vec<f64> {
    // Of the orders in which a player joins a coalition of size s, the share is s! (n−s−1)! / n!.
    let mut weights = vec![1.0 / n as f64; n];
    for size in 1..n {
        weights[size] = weights[size - 1] * size as f64 / (n - size) as f64;
    }
    let mut values = vec![0.0; n];
    for (player, value) in values.iter_mut().enumerate() {
        let half = 1 << player;
        for (block, coalitions) in worth.chunks_exact(2 * half).enumerate() {
            let (without, with) = coalitions.split_at(half);
            let others = (block * 2 * half).count_ones();
            for (low, (with, without)) in with.iter().zip(without).enumerate() {
                *value += weights[(others + low.count_ones()) as usize] * (with - without);
            }
        }
    }
    values
}
