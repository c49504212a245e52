//! What was learnt: cuts, trees, and how scores become chances.

use super::bins::Cuts;
use super::tree::{BinSet, MISSING_BIN, Tree};
use crate::score::calibration::Calibration;

/// A model. Its parts are open so that they can be written and read; [`Model::is_sound`] checks what was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// How each feature's values fall into bins.
    pub cuts: Vec<Cuts>,
    pub trees: Vec<Tree>,
    /// The log odds before the first tree.
    pub base: f64,
    /// What makes chances of log odds.
    pub calibration: Calibration,
}

impl Model {
    /// Whether scores can be computed with it.
    pub fn is_sound(&self) -> bool {
        let cuts_are_sound = self.cuts.iter().all(|cuts| match cuts {
            Cuts::Number(cuts) => {
                cuts.len() < usize::from(MISSING_BIN) && cuts.is_sorted_by(|left, right| left < right)
            }
            Cuts::Category => true,
        });
        cuts_are_sound
            && self.base.is_finite()
            && self.calibration.is_sound()
            && self.trees.iter().all(|tree| tree.is_sound(self.cuts.len()))
    }

    /// What each feature has contributed: the spread of what its splits decide, weighted by rows, in parts of one.
    pub fn importance(&self) -> Vec<f64> {
        let mut importance = vec![0.0; self.cuts.len()];
        for tree in &self.trees {
            let sides = tree.sides();
            let under = |bits: u8| {
                let leaves = || (0..tree.values.len()).filter(move |leaf| bits >> leaf & 1 == 1);
                let cover: f64 = leaves().map(|leaf| tree.covers[leaf]).sum();
                (cover, leaves().map(|leaf| tree.covers[leaf] * tree.values[leaf]).sum::<f64>() / cover)
            };
            for (node, [left, right]) in tree.nodes.iter().zip(sides) {
                let ((left, left_mean), (right, right_mean)) = (under(left), under(right));
                importance[usize::from(node.feature)] +=
                    left * right / (left + right) * (left_mean - right_mean).powi(2);
            }
        }
        let total: f64 = importance.iter().sum();
        if total > 0.0 {
            importance.iter_mut().for_each(|part| *part /= total);
        }
        importance
    }

    /// The same model without the cuts that no tree splits at.
    pub(super) fn compact(mut self) -> Self {
        for (feature, cuts) in self.cuts.iter_mut().enumerate() {
            let Cuts::Number(all) = cuts else { continue };
            let nodes =
                || self.trees.iter().flat_map(|tree| &tree.nodes).filter(|node| usize::from(node.feature) == feature);
            // A node sends the bins up to its cut left: the cut lies after the last of them.
            let mut used: Vec<usize> = nodes().map(|node| last_left(&node.left_bins, all.len())).collect();
            used.sort_unstable();
            used.dedup();
            used.retain(|cut| *cut < all.len());
            let count = all.len();
            *all = used.iter().map(|cut| all[*cut]).collect();
            let mine = self.trees.iter_mut().flat_map(|tree| &mut tree.nodes);
            for node in mine.filter(|node| usize::from(node.feature) == feature) {
                let cut = last_left(&node.left_bins, count);
                let place = used.partition_point(|used| *used < cut);
                let mut left_bins = BinSet::default();
                (0..=place as u8).for_each(|bin| left_bins.insert(bin));
                if node.left_bins.has(MISSING_BIN) {
                    left_bins.insert(MISSING_BIN);
                }
                node.left_bins = left_bins;
            }
        }
        self
    }
}

/// The last bin of known numbers that goes left: of a split between known and missing, all do.
fn last_left(bins: &BinSet, cuts: usize) -> usize {
    (0..=cuts).rev().find(|bin| bins.has(*bin as u8)).unwrap_or(0)
}
