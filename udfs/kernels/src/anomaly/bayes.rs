//! Where a series changes, with the probability of it: Bayesian online changepoint detection.
//!
//! Adams and MacKay (2007), "Bayesian Online Changepoint Detection", arXiv:0710.3742. For every time the probabilities
//! of how long ago the last change was, if each run of values is normal with a mean and variance of its own (normal
//! inverse gamma prior with mean 0 and 1, 1, 1 for its weight, shape and scale).

use crate::special::gamma::ln_gamma_ratio;
use crate::special::log_sum::log_sum_exp;

/// Runs less probable than this are no longer followed.
const PROBABILITY_MIN: f64 = 1e-8;
/// And of the others only so many, the most probable ones.
const RUNS_MAX: usize = 2_000;

/// A change that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The first value after it.
    pub position: usize,
    /// The probability, given all values until the next change, that the last run began just there.
    pub probability: f64,
}

/// A run of values without a change: how many, and what they say of mean and variance.
#[derive(Debug, Clone, Copy)]
struct Run {
    length: usize,
    ln_probability: f64,
    mean: f64,
    weight: f64,
    shape: f64,
    scale: f64,
}

impl Run {
    fn new(ln_probability: f64) -> Self {
        Self { length: 0, ln_probability, mean: 0.0, weight: 1.0, shape: 1.0, scale: 1.0 }
    }

    /// The logarithm of the density of the next value: Student's t with 2 × shape degrees of freedom.
    fn ln_density(&self, value: f64) -> f64 {
        let freedom = 2.0 * self.shape;
        let spread = self.scale * (self.weight + 1.0) / (self.shape * self.weight);
        let away = value - self.mean;
        ln_gamma_ratio(self.shape, 0.5)
            - 0.5 * (freedom * std::f64::consts::PI * spread).ln()
            - (self.shape + 0.5) * (away * away / (freedom * spread)).ln_1p()
    }

    fn extended(&self, value: f64, ln_probability: f64) -> Self {
        let away = value - self.mean;
        Self {
            length: self.length + 1,
            ln_probability,
            mean: self.mean + away / (self.weight + 1.0),
            weight: self.weight + 1.0,
            shape: self.shape + 0.5,
            scale: self.scale + self.weight * away * away / (2.0 * (self.weight + 1.0)),
        }
    }
}

/// The changes of a series, if at each value there is one with the chance `hazard`. Values are standardised, or at
/// least of that order.
///
/// The last change is where the most probable run of the whole series begins; the one before it that of the series
/// until there, and so on.
pub fn bayesian_changes(values: &[f64], hazard: f64) -> Vec<Change> {
    let (change, stay) = (hazard.ln(), (-hazard).ln_1p());
    let mut runs = vec![Run::new(0.0)];
    let mut next = Vec::new();
    // After each value the length of the most probable run, and its probability.
    let mut likeliest: Vec<(usize, f64)> = Vec::with_capacity(values.len());
    for value in values {
        let joint: Vec<f64> = runs.iter().map(|run| run.ln_probability + run.ln_density(*value)).collect();
        let evidence = log_sum_exp(&joint);
        next.clear();
        next.push(Run::new(change));
        for (run, joint) in runs.iter().zip(&joint) {
            next.push(run.extended(*value, joint - evidence + stay));
        }
        next.retain(|run| run.ln_probability > PROBABILITY_MIN.ln());
        if next.len() > RUNS_MAX {
            next.select_nth_unstable_by(RUNS_MAX, |a, b| b.ln_probability.total_cmp(&a.ln_probability));
            next.truncate(RUNS_MAX);
        }
        std::mem::swap(&mut runs, &mut next);
        let best = runs.iter().max_by(|a, b| a.ln_probability.total_cmp(&b.ln_probability));
        likeliest.push(best.map_or((0, 0.0), |run| (run.length, run.ln_probability.exp())));
    }
    changes(&likeliest)
}

fn changes(likeliest: &[(usize, f64)]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut end = likeliest.len();
    while end > 0 {
        let (length, probability) = likeliest[end - 1];
        // A run of no value says that there may be a change now, of which no value tells yet.
        let start = end - length.clamp(1, end);
        if start > 0 {
            changes.push(Change { position: start, probability });
        }
        end = start;
    }
    changes.reverse();
    changes
}
