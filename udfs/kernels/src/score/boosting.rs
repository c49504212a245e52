//! Gradient boosting: small trees, each of which mends what those before it got wrong (Friedman 2001, 2002).
//!
//! Features are cut into at most 256 bins, so that the best split of a node is found from sums over bins (Ke et al.
//! 2017). Categories are split by sets of levels, what is missing goes where it fits better. Each tree sees a part
//! of the rows and of the features. How many trees there are, and how large they are, is decided on rows that they
//! did not see, and on these the chances are calibrated. Of few rows the scores are the mean of several such models, each with a division of the
//! rows and trees of its own, so that little is left to chance (Breiman 1996).

mod bins;
mod booster;
#[cfg(test)]
mod comes_true;
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
use self::booster::{Booster, loss};
pub use self::holdout::Holdout;
use self::holdout::Part;
pub use self::model::Model;
pub use self::scorer::Scorer;
pub use self::tree::{BinSet, Child, LEAVES_MAX, Node, Tree};
use crate::random::Random;
use crate::score::calibration::Calibration;
use crate::score::feature::{Feature, separates};
use crate::score::logistic::Status;
use crate::score::quality::{Quality, Scored};

/// The least rows of either label from which trees are learnt.
const MINORITY_MIN: usize = 20;

/// The most features.
pub const FEATURES_MAX: usize = 1000;

/// The most trees, of all models whose mean is taken.
const TREES_MAX: usize = 1000;

/// How many leaves the trees of a model may have: so few, or so many.
const LEAVES: [usize; 2] = [LEAVES_MAX / 2, LEAVES_MAX];

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
    let mut seeds = Random::new(seed);
    let models = holdout.models(labels.len());
    let divisions: Vec<Vec<Part>> = (0..models).map(|_| holdout.parts(labels, seeds.bits())).collect();
    if divisions.iter().flatten().any(|part| !part.has_both(labels)) {
        return Fit { model: None, quality: None, status: Status::InsufficientData };
    }
    let binned = Binned::new(features, labels.len());
    let growing = seeds.bits();
    let grown = |divisions: &[Vec<Part>], leaves| unseen(&binned, labels, divisions, leaves, Random::new(growing));
    let [small, large] = LEAVES.map(|leaves| grown(&divisions[..1], leaves));
    let better = if large.loss < small.loss { large } else { small };
    let best = if models > 1 { grown(&divisions, better.leaves) } else { better };
    let every: Vec<u32> = (0..labels.len() as u32).collect();
    let calibration = best.calibration();
    let mut model = Model { cuts: binned.cuts.clone(), trees: Vec::new(), base: 0.0, calibration };
    for _ in 0..models {
        let mut booster = Booster::new(&binned, labels, &every, best.leaves, seeds.bits());
        (0..best.trees).for_each(|_| booster.grow());
        booster.add_to(&mut model, 1.0 / models as f64);
    }
    let separating = features.iter().position(|feature| separates(feature, labels));
    Fit {
        quality: best.quality(&model.calibration),
        model: Some(model.compact()),
        status: separating.map_or(Status::Ok, |feature| Status::Separated(Some(feature))),
    }
}

/// Grows trees of so many leaves on every division of the rows, until those they did not see are scored no better.
fn unseen(binned: &Binned, labels: &[bool], divisions: &[Vec<Part>], leaves: usize, mut seeds: Random) -> Unseen {
    let parts = || divisions.iter().flatten();
    let mut boosters: Vec<Booster<'_>> =
        parts().map(|part| Booster::new(binned, labels, &part.learns_from, leaves, seeds.bits())).collect();
    // All divisions judge the same rows.
    let judged: Vec<u32> = divisions.iter().take(1).flatten().flat_map(|part| part.judged_by.iter().copied()).collect();
    let share = 1.0 / divisions.len() as f64;
    let mut scores = vec![0.0; binned.rows];
    let mut best = Unseen { leaves, loss: f64::INFINITY, trees: 0, scores: Vec::new() };
    for trees in 1..=TREES_MAX / divisions.len().max(1) {
        scores.fill(0.0);
        for (booster, part) in boosters.iter_mut().zip(parts()) {
            booster.grow();
            part.judged_by.iter().for_each(|row| scores[*row as usize] += share * booster.score(*row));
        }
        let judged = || judged.iter().map(|row| (scores[*row as usize], labels[*row as usize]));
        let loss: f64 = judged().map(|(score, label)| loss(score, label)).sum();
        if loss < best.loss {
            best = Unseen { leaves, loss, trees, scores: judged().collect() };
        } else if trees >= best.trees + PATIENCE {
            break;
        }
    }
    best
}

/// The scores of rows that the trees did not see, after the number of trees for which they were best.
struct Unseen {
    leaves: usize,
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
