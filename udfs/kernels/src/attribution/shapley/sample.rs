//! Shapley values of the rate game over a sample of orders, for any number of channels.
//!
//! In one order, a path counts from the moment the last of its channels has joined, so one pass over the paths
//! tells the worth of every coalition of that order. Each order is taken with its reverse, whose errors tend to
//! the opposite; the pairs are independent, and from their spread follows the standard error (Castro, Gómez &
//! Tejada 2009). Within every order the contributions sum to the whole, and so do the averages.

use super::super::path::PathCounts;
use super::Share;
use super::rate::distinct_channels;
use crate::random::Random;

/// The distinct channels of paths that use the same, and how these ended.
struct Coalition {
    players: Vec<u32>,
    paths: f64,
    rewards: [f64; 2],
}

/// The credit of every channel, in the order of the codes, from `pairs` orders and their reverses (at least one),
/// scaled to sum to all that was earned by paths through channels.
pub fn shares(paths: &PathCounts, pairs: usize, seed: u64) -> Vec<Share> {
    let channels = distinct_channels(paths);
    let coalitions = coalitions(paths, &channels);
    let all: f64 = coalitions.iter().map(|coalition| coalition.paths).sum();
    let mut random = Random::new(seed);
    let mut order: Vec<usize> = (0..channels.len()).collect();
    let mut game = Game::new(channels.len());
    let mut means = vec![[0.0; 2]; channels.len()];
    let mut squares = vec![[0.0; 2]; channels.len()];
    let pairs = pairs.max(1);
    for pair in 1..=pairs {
        random.shuffle(&mut order);
        let mut contributions = vec![[0.0; 2]; channels.len()];
        for _ in 0..2 {
            game.play(&coalitions, &order, &mut contributions);
            order.reverse();
        }
        for (player, contribution) in contributions.iter().enumerate() {
            for reward in 0..2 {
                // Welford's recurrence, for what is subtracted later would cancel.
                let found = contribution[reward] / 2.0;
                let difference = found - means[player][reward];
                means[player][reward] += difference / pair as f64;
                squares[player][reward] += difference * (found - means[player][reward]);
            }
        }
    }
    let error = |square: f64| match pairs {
        1 => f64::NAN,
        _ => all * (square / (pairs - 1) as f64 / pairs as f64).sqrt(),
    };
    let mut shares = Vec::with_capacity(channels.len());
    for (player, &channel) in channels.iter().enumerate() {
        let [conversions, value] = means[player].map(|mean| mean * all);
        let [conversions_error, value_error] = squares[player].map(error);
        shares.push(Share { channel, conversions, value, conversions_error, value_error });
    }
    shares
}

fn coalitions(paths: &PathCounts, channels: &[u32]) -> Vec<Coalition> {
    let mut sets = PathCounts::new();
    let mut players = Vec::new();
    for (path, outcome) in paths.iter().filter(|(path, _)| !path.is_empty()) {
        players.clear();
        players.extend(path.iter().filter_map(|channel| channels.binary_search(channel).ok()).map(|p| p as u32));
        players.sort_unstable();
        players.dedup();
        sets.update(&players, outcome);
    }
    let coalition = |(players, outcome): (&[u32], super::super::Outcome)| Coalition {
        players: players.to_vec(),
        paths: outcome.paths(),
        rewards: [outcome.conversions(), outcome.value()],
    };
    sets.iter().map(coalition).collect()
}

/// The memory of one order.
struct Game {
    /// When each player joins.
    turns: Vec<usize>,
    /// What begins to count with each turn: paths, conversions, value.
    joined: Vec<[f64; 3]>,
}

impl Game {
    fn new(players: usize) -> Self {
        Self { turns: vec![0; players], joined: vec![[0.0; 3]; players] }
    }

    /// Adds to each player's contributions what its joining in this order changes.
    fn play(&mut self, coalitions: &[Coalition], order: &[usize], contributions: &mut [[f64; 2]]) {
        for (turn, &player) in order.iter().enumerate() {
            self.turns[player] = turn;
        }
        self.joined.fill([0.0; 3]);
        for coalition in coalitions {
            let last = coalition.players.iter().map(|&player| self.turns[player as usize]).max().unwrap_or(0);
            let joined = &mut self.joined[last];
            joined[0] += coalition.paths;
            joined[1] += coalition.rewards[0];
            joined[2] += coalition.rewards[1];
        }
        let mut sums = [0.0; 3];
        let mut before = [0.0; 2];
        for (&player, joined) in order.iter().zip(&self.joined) {
            for (sum, joined) in sums.iter_mut().zip(joined) {
                *sum += joined;
            }
            let rates = match sums[0] > 0.0 {
                true => [sums[1] / sums[0], sums[2] / sums[0]],
                false => [0.0; 2],
            };
            for reward in 0..2 {
                contributions[player][reward] += rates[reward] - before[reward];
            }
            before = rates;
        }
    }
}
