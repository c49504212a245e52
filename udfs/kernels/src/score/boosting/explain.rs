//! What each feature adds to a row's score: Shapley's values of the trees, exactly.
//!
//! A leaf is worth its value if the row fulfils all conditions on the way to it; a feature that is not known
//! fulfils its conditions with the share of the rows that did when the tree was learnt (Lundberg et al. 2020). Of
//! one leaf the game is a product, so the average over all orders of features follows from the coefficients of a
//! polynomial of as many factors as the way has features: at most seven.

use super::bins::Cuts;
use super::model::Model;
use super::tree::{Child, LEAVES_MAX, Tree};
use crate::score::feature::Feature;

/// A feature's conditions on the way to a leaf.
#[derive(Debug, Clone, Copy)]
struct Condition {
    feature: usize,
    /// One if the row fulfils them, or zero.
    fulfilled: f64,
    /// The share of rows that did.
    share: f64,
}

impl Model {
    /// What each feature adds to the log odds of a row before they are calibrated, compared with what they are on average.
    pub fn contributions(&self, features: &[Feature<'_>], row: usize) -> Vec<f64> {
        let mut bins = Vec::with_capacity(self.cuts.len());
        for (cuts, feature) in self.cuts.iter().zip(features) {
            bins.push(match (cuts, feature) {
                (Cuts::Number(cuts), Feature::Number(values)) => Cuts::bin_of_number(cuts, values[row]),
                (Cuts::Category, Feature::Category(levels)) => Cuts::bin_of_level(levels[row]),
                _ => super::tree::MISSING_BIN,
            });
        }
        let mut contributions = vec![0.0; self.cuts.len()];
        for tree in &self.trees {
            let mut way = Vec::with_capacity(LEAVES_MAX);
            if !tree.nodes.is_empty() {
                walk(tree, &tree.sides(), Child::Node(0), &bins, &mut way, &mut contributions);
            }
        }
        contributions
    }
}

/// Comes to every leaf, with the conditions on the way.
fn walk(tree: &Tree, sides: &[[u8; 2]], at: Child, bins: &[u8], way: &mut Vec<Condition>, contributions: &mut [f64]) {
    let place = match at {
        Child::Leaf(leaf) => return add(way, tree.values[usize::from(leaf)], contributions),
        Child::Node(node) => usize::from(node),
    };
    let node = &tree.nodes[place];
    let feature = usize::from(node.feature);
    let cover =
        |bits: u8| (0..tree.covers.len()).filter(|leaf| bits >> leaf & 1 == 1).map(|leaf| tree.covers[leaf]).sum();
    let [left, right]: [f64; 2] = sides[place].map(cover);
    let is_left = node.left_bins.has(bins.get(feature).copied().unwrap_or(super::tree::MISSING_BIN));
    for (child, is_taken, cover) in [(node.left, is_left, left), (node.right, !is_left, right)] {
        let condition = Condition { feature, fulfilled: f64::from(u8::from(is_taken)), share: cover / (left + right) };
        let mut longer = way.clone();
        match longer.iter_mut().find(|known| known.feature == feature) {
            Some(known) => {
                known.fulfilled *= condition.fulfilled;
                known.share *= condition.share;
            }
            None => longer.push(condition),
        }
        walk(tree, sides, child, bins, &mut longer, contributions);
    }
}

/// Adds the Shapley values of a leaf.
fn add(way: &[Condition], value: f64, contributions: &mut [f64]) {
    let count = way.len();
    for (place, own) in way.iter().enumerate() {
        // The coefficient of xᵏ is the worth of all sets of k other features.
        let mut worth = [0.0; LEAVES_MAX];
        worth[0] = 1.0;
        let mut others = 0;
        for (_, other) in way.iter().enumerate().filter(|(index, _)| *index != place) {
            others += 1;
            for size in (0..=others).rev() {
                let with = if size > 0 { worth[size - 1] * other.fulfilled } else { 0.0 };
                worth[size] = worth[size] * other.share + with;
            }
        }
        // In an order of all features, a set of k comes before the feature with the chance 1 / (n·C(n−1, k)).
        let mut chance = 1.0 / count as f64;
        let mut sum = 0.0;
        for (size, worth) in worth.iter().enumerate().take(count) {
            sum += chance * worth;
            chance *= (size + 1) as f64 / (count - 1 - size).max(1) as f64;
        }
        contributions[own.feature] += value * (own.fulfilled - own.share) * sum;
    }
}
