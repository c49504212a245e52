//! A model that grows: the scores of all rows so far, and the next tree.

use super::bins::Binned;
use super::grow::{Rules, grow};
use super::model::Model;
use super::tree::{LEAVES_MAX, Tree};
use crate::random::Random;

/// What decides about trees. A tree's part is a twentieth of what its rows ask for.
const RULES: Rules = Rules { leaves: LEAVES_MAX, rows_min: 20.0, l2: 1.0, level_l2: 10.0, rate: 0.05 };

/// The part of the rows that a tree sees.
const ROWS_SEEN: f64 = 0.7;

/// The part of the features that a tree sees, if there are more than three.
const FEATURES_SEEN: f64 = 0.6;

#[derive(Debug)]
pub(super) struct Booster<'a> {
    binned: &'a Binned,
    labels: &'a [bool],
    learns_from: &'a [u32],
    /// The log odds of all rows, those not seen too.
    scores: Vec<f64>,
    base: f64,
    trees: Vec<Tree>,
    rules: Rules,
    random: Random,
    /// Slope and curvature of every row's loss; reused.
    losses: Vec<[f32; 2]>,
    /// The rows that a tree sees; reused.
    seen: Vec<u32>,
}

impl<'a> Booster<'a> {
    /// A model without trees, which will have up to `leaves` leaves.
    pub(super) fn new(
        binned: &'a Binned,
        labels: &'a [bool],
        learns_from: &'a [u32],
        leaves: usize,
        seed: u64,
    ) -> Self {
        let positives = learns_from.iter().filter(|row| labels[**row as usize]).count() as f64;
        let base = (positives / (learns_from.len() as f64 - positives)).ln();
        Self {
            binned,
            labels,
            learns_from,
            scores: vec![base; binned.rows],
            base,
            trees: Vec::new(),
            rules: Rules { leaves, ..RULES },
            random: Random::new(seed),
            losses: vec![[0.0; 2]; binned.rows],
            seen: Vec::new(),
        }
    }

    /// Grows one more tree.
    pub(super) fn grow(&mut self) {
        self.seen.clear();
        for row in self.learns_from {
            if self.random.unit() < ROWS_SEEN {
                self.seen.push(*row);
                let chance = 1.0 / (1.0 + (-self.scores[*row as usize]).exp());
                let slope = chance - f64::from(u8::from(self.labels[*row as usize]));
                self.losses[*row as usize] = [slope as f32, (chance * (1.0 - chance)) as f32];
            }
        }
        let features = self.features();
        let tree = grow(self.binned, &self.losses, &mut self.seen, &features, self.rules);
        let columns = &self.binned.columns;
        for (row, score) in self.scores.iter_mut().enumerate() {
            *score += tree.values[tree.leaf(|feature| columns[feature][row])];
        }
        self.trees.push(tree);
    }

    /// The features that the next tree sees, in their order.
    fn features(&mut self) -> Vec<usize> {
        let mut features: Vec<usize> = (0..self.binned.columns.len()).collect();
        if features.len() > 3 {
            let seen = (features.len() as f64 * FEATURES_SEEN).ceil() as usize;
            self.random.shuffle(&mut features);
            features.truncate(seen);
            features.sort_unstable();
        }
        features
    }

    /// The log odds of a row.
    pub(super) fn score(&self, row: u32) -> f64 {
        self.scores[row as usize]
    }

    /// Adds what was learnt to a mean of models, of which it is this part.
    pub(super) fn add_to(self, model: &mut Model, part: f64) {
        model.base += part * self.base;
        model.trees.reserve(self.trees.len());
        for mut tree in self.trees {
            tree.values.iter_mut().for_each(|value| *value *= part);
            model.trees.push(tree);
        }
    }
}

/// The negative logarithm of the chance of what came true, by the log odds.
pub(super) fn loss(score: f64, label: bool) -> f64 {
    let towards = if label { score } else { -score };
    (-towards.abs()).exp().ln_1p() - towards.min(0.0)
}
