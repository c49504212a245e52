//! Gradient boosting: small trees, each of which mends what those before it got wrong (Friedman 2001, 2002).
//!
//! Features are cut into at most 256 bins, so that the best split of a node is found from sums over bins (Ke et al.
//! 2017). Categories are split by sets of levels, what is missing goes where it fits better. Each tree sees a part
//! of the rows and of the features. How many trees there are is decided on rows that they did not see, and on these
//! the chances are calibrated.

mod bins;
mod booster;
mod explain;
mod grow;
mod holdout;
mod model;
mod scorer;
#[cfg(test)]
mod tests;
mod tree;

use self::bins::Binned;
pub use self::bins::{Cuts, LEVELS_MAX};
use self::booster::Booster;
pub use self::holdout::Holdout;
pub use self::model::Model;
pub use self::scorer::Scorer;
pub use self::tree::{BinSet, Child, LEAVES_MAX, Node, Tree};
use crate::score::calibration::Calibration;
use crate::score::feature::{Feature, separates};
use crate::score::logistic::Status;
use crate::score::quality::{Quality, Scored};

/// The least rows of either label from which trees are learnt.
const MINORITY_MIN: usize = 20;

/// The most features.
pub const FEATURES_MAX: usize = 1000;

/// The most trees.
const TREES_MAX: usize = 1000;

/// Trees without an improvement on rows not seen, after which no more are tried.
const PATIENCE: usize = 40;

/// What came of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// `None` if nothing could be learnt.
    pub model: Option<Model>,
    /// How good the chances were on rows that were not seen.
    pub quality: Option<Quality>,
    pub status: Status,
}

/// Learns a model of the labels. The seed decides which rows and features a tree sees.
pub fn fit(features: &[Feature<'_>], labels: &[bool], holdout: Holdout, seed: u64) -> Fit {
    let positives = labels.iter().filter(|label| **label).count();
    let minority = positives.min(labels.len() - positives);
    if minority < MINORITY_MIN {
        let status = if minority == 0 && labels.len() > 1 { Status::OneClass } else { Status::InsufficientData };
        return Fit { model: None, quality: None, status };
    }
    let binned = Binned::new(features);
    let parts = holdout.parts(labels, seed);
    if parts.iter().any(|part| !part.has_both(labels)) {
        return Fit { model: None, quality: None, status: Status::InsufficientData };
    }
    let mut boosters: Vec<Booster> =
        parts.iter().zip(seed..).map(|(part, seed)| Booster::new(&binned, labels, &part.learns_from, seed)).collect();
    let mut best = Unseen { loss: f64::INFINITY, trees: 0, scores: Vec::new() };
    for trees in 1..=TREES_MAX {
        let mut loss = 0.0;
        for (booster, part) in boosters.iter_mut().zip(&parts) {
            booster.grow();
            loss += part.judged_by.iter().map(|row| booster.loss(*row)).sum::<f64>();
        }
        if loss < best.loss {
            let judged = parts.iter().zip(&boosters).flat_map(|(part, booster)| {
                part.judged_by.iter().map(|row| (booster.score(*row), labels[*row as usize]))
            });
            best = Unseen { loss, trees, scores: judged.collect() };
        } else if trees >= best.trees + PATIENCE {
            break;
        }
    }
    drop(boosters);
    let every: Vec<u32> = (0..labels.len() as u32).collect();
    let mut booster = Booster::new(&binned, labels, &every, seed);
    (0..best.trees).for_each(|_| booster.grow());
    let calibration = best.calibration();
    let separating = features.iter().position(|feature| separates(feature, labels));
    Fit {
        quality: best.quality(&calibration),
        model: Some(booster.into_model(calibration)),
        status: separating.map_or(Status::Ok, |feature| Status::Separated(Some(feature))),
    }
}

/// The scores of rows that the trees did not see, after the number of trees for which they were best.
struct Unseen {
    loss: f64,
    trees: usize,
    scores: Vec<(f64, bool)>,
}

impl Unseen {
    fn calibration(&self) -> Calibration {
        let (scores, labels): (Vec<f64>, Vec<bool>) = self.scores.iter().copied().unzip();
        Calibration::new(&scores, &labels)
    }

    fn quality(&self, calibration: &Calibration) -> Option<Quality> {
        let rows = self.scores.iter().map(|(score, label)| (calibration.chance(*score), *label));
        Scored { rows: rows.collect() }.quality()
    }
}
