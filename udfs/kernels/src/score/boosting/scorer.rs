//! Scores of many rows: for each feature and bin, which leaves of all trees a row can still come to.
//!
//! A row begins with all leaves of every tree, one bit each. Each of its bins takes away the leaves that it does not
//! lead to, for all trees at once; one leaf of each tree remains (after Lucchese et al. 2015). No branch depends on
//! a row.

use super::bins::Cuts;
use super::model::Model;
use super::tree::{LEAVES_MAX, MISSING_BIN};
use crate::score::feature::Feature;

/// The bins of a feature.
const BINS: usize = 256;

/// Trees whose values are added up side by side, so that no addition waits for the one before.
const LANES: usize = 4;

/// The number of trees is filled up to a multiple of this with trees that add nothing: registers are that long.
const FILLED: usize = 16;

/// A model, prepared for many rows.
#[derive(Debug)]
pub struct Scorer {
    model: Model,
    /// How many trees there are, those that add nothing included.
    trees: usize,
    /// The features that a tree splits by, and for each its bits of all trees, bin by bin.
    features: Vec<(usize, Vec<u8>)>,
    /// What each leaf of each tree adds.
    values: Vec<f64>,
}

impl Scorer {
    /// Prepares a model that [is sound](Model::is_sound).
    pub fn new(model: Model) -> Self {
        let trees = model.trees.len().next_multiple_of(FILLED);
        let mut features: Vec<(usize, Vec<u8>)> = Vec::new();
        let mut values = vec![0.0; trees * LEAVES_MAX];
        for (tree_place, tree) in model.trees.iter().enumerate() {
            values[tree_place * LEAVES_MAX..][..tree.values.len()].copy_from_slice(&tree.values);
            for (node, [left, right]) in tree.nodes.iter().zip(tree.sides()) {
                let feature = usize::from(node.feature);
                let table = match features.iter().position(|(own, _)| *own == feature) {
                    Some(place) => &mut features[place].1,
                    None => {
                        features.push((feature, vec![u8::MAX; BINS * trees]));
                        let last = features.len() - 1;
                        &mut features[last].1
                    }
                };
                for bin in 0..=MISSING_BIN {
                    let lost = if node.left_bins.has(bin) { right } else { left };
                    table[usize::from(bin) * trees + tree_place] &= !lost;
                }
            }
        }
        Self { model, trees, features, values }
    }

    /// Adds the chance of every row. There is one feature for each of the model's.
    pub fn chances(&self, features: &[Feature<'_>], chances: &mut Vec<f64>) {
        let rows = features.first().map_or(0, Feature::rows);
        let mut columns: Vec<(Vec<u8>, &[u8])> = Vec::with_capacity(self.features.len());
        for (feature, table) in &self.features {
            let mut bins = Vec::with_capacity(rows);
            match features.get(*feature) {
                Some(values) => self.model.cuts.get(*feature).unwrap_or(&Cuts::Category).bins(values, &mut bins),
                None => bins.resize(rows, MISSING_BIN),
            }
            columns.push((bins, table));
        }
        let mut left = vec![0_u8; self.trees];
        for row in 0..rows {
            left.fill(u8::MAX);
            for (bins, table) in &columns {
                let first = usize::from(bins[row]) * self.trees;
                left.iter_mut().zip(&table[first..first + self.trees]).for_each(|(left, bits)| *left &= bits);
            }
            let mut sums = [0.0; LANES];
            let (left, _) = left.as_chunks::<LANES>();
            let (values, _) = self.values.as_chunks::<{ LANES * LEAVES_MAX }>();
            for (left, values) in left.iter().zip(values) {
                for (lane, (sum, left)) in sums.iter_mut().zip(left).enumerate() {
                    // At least one leaf is left: of a tree without nodes, all bits are.
                    let leaf = left.trailing_zeros() as usize & (LEAVES_MAX - 1);
                    *sum += values[lane * LEAVES_MAX + leaf];
                }
            }
            chances.push(self.model.calibration.chance(self.model.base + sums.iter().sum::<f64>()));
        }
    }
}
