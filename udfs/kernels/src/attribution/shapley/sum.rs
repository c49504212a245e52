//! Shapley values of the sum game, in closed form.
//!
//! A coalition is worth the conversions of the paths that use none but its channels. Each path is then a game
//! of its own, which all of its distinct channels are needed to win: they share it equally.

use super::super::Outcome;
use super::super::path::PathCounts;
use super::Share;

/// What a channel earned where it was the `position`-th new channel of a path, counted from one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PositionShare {
    /// The code of the channel.
    pub channel: u32,
    /// Before how many other channels it appeared, and itself.
    pub position: usize,
    /// The conversions it is credited with there.
    pub conversions: f64,
    /// The value it is credited with there.
    pub value: f64,
}

/// The credit of every channel, in the order of the codes. Without those of [`unattributed`] paths the credits
/// sum to all that was earned.
pub fn shares(paths: &PathCounts) -> Vec<Share> {
    let channels = paths.channels();
    let mut totals = vec![(0.0, 0.0); channels];
    let mut present = vec![false; channels];
    each_share(paths, |channel, _, conversions, value| {
        let total = &mut totals[channel as usize];
        total.0 += conversions;
        total.1 += value;
        present[channel as usize] = true;
    });
    let present = totals.into_iter().enumerate().filter(|&(channel, _)| present[channel]);
    present.map(|(channel, (conversions, value))| Share::exact(channel as u32, conversions, value)).collect()
}

/// The same by position, ordered by channel and position.
pub fn ordered_shares(paths: &PathCounts) -> Vec<PositionShare> {
    let mut totals: Vec<Vec<Option<(f64, f64)>>> = vec![Vec::new(); paths.channels()];
    each_share(paths, |channel, position, conversions, value| {
        let positions = &mut totals[channel as usize];
        if positions.len() < position {
            positions.resize(position, None);
        }
        let total = positions[position - 1].get_or_insert((0.0, 0.0));
        total.0 += conversions;
        total.1 += value;
    });
    let mut shares = Vec::new();
    for (channel, positions) in totals.into_iter().enumerate() {
        for (index, total) in positions.into_iter().enumerate() {
            if let Some((conversions, value)) = total {
                shares.push(PositionShare { channel: channel as u32, position: index + 1, conversions, value });
            }
        }
    }
    shares
}

/// What was earned by paths without touches, which belongs to no channel.
pub fn unattributed(paths: &PathCounts) -> Outcome {
    let mut total = Outcome::default();
    for (_, outcome) in paths.iter().filter(|(path, _)| path.is_empty()) {
        total.add(outcome);
    }
    total
}

/// Calls `give(channel, position, conversions, value)` for every distinct channel of every path.
fn each_share(paths: &PathCounts, mut give: impl FnMut(u32, usize, f64, f64)) {
    let mut last_path = vec![usize::MAX; paths.channels()];
    let mut distinct = Vec::new();
    for (number, (path, outcome)) in paths.iter().enumerate() {
        distinct.clear();
        for &channel in path {
            let last_path = &mut last_path[channel as usize];
            if *last_path != number {
                *last_path = number;
                distinct.push(channel);
            }
        }
        let share = 1.0 / distinct.len() as f64;
        for (index, &channel) in distinct.iter().enumerate() {
            give(channel, index + 1, outcome.conversions() * share, outcome.value() * share);
        }
    }
}
