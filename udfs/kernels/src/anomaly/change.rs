//! Where the level of a series changes, by either method: the series without its seasons, standardised.

use super::baseline::seasonal_and_median;
use super::bayes::{Change, bayesian_changes};
use super::pelt::pelt;
use crate::distribution::student_t;

/// How changes are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Search {
    /// The best division at a price for each change, in variances of the series times the logarithm of its length.
    Pelt {
        /// The price.
        penalty: f64,
        /// The shortest segment.
        shortest: usize,
    },
    /// The most probable runs, if one value in so many is the first of a new one.
    Bayesian {
        /// The chance of a change at each value.
        hazard: f64,
    },
}

/// A change of level, and what it is between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelChange {
    /// The first value after it.
    pub position: usize,
    /// The mean until there, from the change before.
    pub before: f64,
    /// The mean from there, until the next change.
    pub after: f64,
    /// How many values both are of.
    pub counts: (usize, usize),
    /// The chance of means so different, by Welch's test; none where a segment has one value or both no spread.
    pub p_value: Option<f64>,
    /// The probability of a change just there, of a Bayesian search.
    pub probability: Option<f64>,
}

/// Changes of the level of a series of finite values. None of fewer than two values, or of equal ones.
pub fn level_changes(values: &[f64], search: Search) -> Vec<LevelChange> {
    let Some(standard) = standardised(values) else { return Vec::new() };
    let found: Vec<(usize, Option<f64>)> = match search {
        Search::Pelt { penalty, shortest } => {
            let price = penalty * (values.len() as f64).ln();
            pelt(&standard, price, shortest).into_iter().map(|position| (position, None)).collect()
        }
        Search::Bayesian { hazard } => {
            let changes = bayesian_changes(&standard, hazard);
            changes.into_iter().map(|Change { position, probability }| (position, Some(probability))).collect()
        }
    };
    let mut changes = Vec::with_capacity(found.len());
    let mut start = 0;
    for (index, (position, probability)) in found.iter().enumerate() {
        let end = found.get(index + 1).map_or(values.len(), |next| next.0);
        let (before, after) = (Segment::of(&values[start..*position]), Segment::of(&values[*position..end]));
        changes.push(LevelChange {
            position: *position,
            before: before.mean,
            after: after.mean,
            counts: (position - start, end - position),
            p_value: before.differs(&after),
            probability: *probability,
        });
        start = *position;
    }
    changes
}

/// Values without seasons, with mean 0 and variance 1.
fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let seasons = seasonal_and_median(values)?;
    let mut rest: Vec<f64> = values.iter().zip(&seasons).map(|(value, season)| value - season).collect();
    let largest = rest.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let size = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    // What is left of a series without changes is rounding.
    if largest <= 1e-12 * size {
        return None;
    }
    rest.iter_mut().for_each(|value| *value /= largest);
    let Segment { mean, variance, count } = Segment::of(&rest);
    let deviation = (variance * (count - 1.0) / count).sqrt();
    if deviation == 0.0 || deviation.is_nan() {
        return None;
    }
    Some(rest.iter().map(|value| (value - mean) / deviation).collect())
}

/// What is known of the values between two changes.
struct Segment {
    mean: f64,
    variance: f64,
    count: f64,
}

impl Segment {
    fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let mean = values.iter().map(|value| value / count).sum::<f64>();
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        Self { mean, variance: squares / (count - 1.0), count }
    }

    /// Welch (1947): the two-sided p-value of equal means.
    fn differs(&self, other: &Self) -> Option<f64> {
        let (ours, theirs) = (self.variance / self.count, other.variance / other.count);
        let spread = ours + theirs;
        if !(spread > 0.0 && spread.is_finite()) {
            return None;
        }
        let squares = (ours / spread).powi(2) / (self.count - 1.0) + (theirs / spread).powi(2) / (other.count - 1.0);
        let t = (self.mean - other.mean).abs() / spread.sqrt();
        Some((2.0 * student_t::tail(t, 1.0 / squares)).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const PELT: Search = Search::Pelt { penalty: 2.0, shortest: 2 };
    const BAYESIAN: Search = Search::Bayesian { hazard: 0.01 };

    #[test]
    fn a_step_is_found_where_it_is_with_both_levels() {
        let mut random = Random::new(51);
        let values: Vec<f64> = (0..120).map(|at| if at < 70 { 10.0 } else { 14.0 } + random.unit()).collect();
        for search in [PELT, BAYESIAN] {
            let found = level_changes(&values, search);
            assert_eq!(found.len(), 1, "{search:?}");
            assert_eq!((found[0].position, found[0].counts), (70, (70, 50)));
            assert!((found[0].before - 10.5).abs() < 0.2 && (found[0].after - 14.5).abs() < 0.2);
            assert!(found[0].p_value.unwrap() < 1e-20);
            assert_eq!(found[0].probability.is_some(), search == BAYESIAN);
        }
    }

    #[test]
    fn a_season_is_no_change() {
        let mut random = Random::new(52);
        let values: Vec<f64> =
            (0..200).map(|at| 10.0 * (f64::from(at) * std::f64::consts::TAU / 20.0).sin() + random.unit()).collect();
        assert_eq!(level_changes(&values, PELT), []);
    }

    #[test]
    fn what_never_varies_never_changes() {
        for values in [vec![], vec![1.0], vec![0.1; 50], vec![1e300; 50], vec![0.0; 3]] {
            for search in [PELT, BAYESIAN] {
                assert_eq!(level_changes(&values, search), [], "{values:?}");
            }
        }
        let steps = level_changes(&[vec![-1e300; 30], vec![1e300; 30]].concat(), PELT);
        assert_eq!(steps.iter().map(|change| change.position).collect::<Vec<_>>(), [30]);
    }
}
