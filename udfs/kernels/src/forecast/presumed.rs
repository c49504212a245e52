//! How far a series is presumed to move away from what is expected of it, by how it moved from step to step.
//!
//! Simple exponential smoothing with a drift is the plainest model that holds both a level with noise and a random
//! walk: from its one-step errors follow those of all steps (Hyndman, Koehler, Ord & Snyder 2008, §6.2), and the drift
//! is itself an estimate. A series of twenty values has nineteen steps, but room for two origins of a backtest.

use super::classical::Adjusted;

/// The parameters that are tried.
const TRIALS: u32 = 20;

/// Three of the values go into level, drift and the parameter.
const ESTIMATED: usize = 3;

/// A forecast is wrong by more than the walk: its parameters are estimates, and it was chosen among several.
const OF_CHOICE: f64 = 1.5;

/// What is presumed of the errors of a series.
#[derive(Debug, Clone)]
pub(super) struct Presumed {
    /// The square of the error of each step ahead.
    pub squares: Vec<f64>,
    /// Whether errors grow with the level: then those of earlier times were smaller.
    pub grows: bool,
}

impl Presumed {
    /// What is presumed of the errors of `steps` steps ahead. `None` for fewer than five values.
    pub(super) fn new(values: &[f64], season: usize, steps: usize) -> Option<Self> {
        let adjusted = Adjusted::new(values, season).values;
        let count = adjusted.len() as f64;
        let own = Walk::new(&adjusted)?;
        let (level, logarithms) = (adjusted.last()?, adjusted.iter().map(|value| value.ln()).collect::<Vec<f64>>());
        if logarithms.iter().all(|logarithm| logarithm.is_finite()) {
            // The likelier of the two, each with the variance that fits it best.
            let relative = Walk::new(&logarithms)?;
            let change = 2.0 * logarithms.iter().sum::<f64>() / count;
            if relative.variance.ln() + change < own.variance.ln() {
                let squares = relative.squares(steps).map(|square| square * level * level);
                return Some(Self { squares: squares.collect(), grows: true });
            }
        }
        Some(Self { squares: own.squares(steps).collect(), grows: false })
    }
}

/// Simple exponential smoothing with a drift, fitted.
struct Walk {
    alpha: f64,
    variance: f64,
    of_drift: f64,
}

impl Walk {
    fn new(values: &[f64]) -> Option<Self> {
        let count = values.len();
        if count < ESTIMATED + 2 {
            return None;
        }
        let drift = (values[count - 1] - values[0]) / (count - 1) as f64;
        let trials = (1..=TRIALS).map(|trial| f64::from(trial) / f64::from(TRIALS));
        let (alpha, sum) =
            trials.map(|alpha| (alpha, errors(values, alpha, drift))).min_by(|a, b| a.1.total_cmp(&b.1))?;
        let variance = sum / (count - ESTIMATED) as f64;
        let n = count as f64;
        let rest = 1.0 - alpha;
        let of_drift = variance * (alpha * alpha / (n - 1.0) + 12.0 * rest * rest / (n * n * n));
        Some(Self { alpha, variance, of_drift })
    }

    /// The square of the error of each step ahead: of the walk, and of its drift.
    fn squares(&self, steps: usize) -> impl Iterator<Item = f64> {
        (1..=steps).map(|step| {
            let ahead = step as f64;
            let walk = self.variance * (1.0 + (ahead - 1.0) * self.alpha * self.alpha);
            OF_CHOICE * (walk + ahead * ahead * self.of_drift)
        })
    }
}

/// The sum of the squared errors one step ahead.
fn errors(values: &[f64], alpha: f64, drift: f64) -> f64 {
    let mut level = values[0];
    let mut sum = 0.0;
    for value in &values[1..] {
        let error = value - level - drift;
        sum += error * error;
        level += drift + alpha * error;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn errors_of_a_random_walk_grow_with_the_distance_and_those_of_noise_hardly() {
        let mut random = Random::new(21);
        let noise: Vec<f64> = (0..400).map(|_| random.unit() - 0.5).collect();
        let walk: Vec<f64> = noise
            .iter()
            .scan(0.0, |level, step| {
                *level += step;
                Some(*level)
            })
            .collect();
        let of_walk = Presumed::new(&walk, 1, 10).unwrap().squares;
        let of_noise = Presumed::new(&noise, 1, 10).unwrap().squares;
        assert!(
            (of_walk[0] * 12.0 / OF_CHOICE - 1.0).abs() < 0.15 && (of_walk[9] / of_walk[0] - 10.0).abs() < 2.0,
            "{of_walk:?}"
        );
        assert!((of_noise[0] * 12.0 / OF_CHOICE - 1.0).abs() < 0.2 && of_noise[9] / of_noise[0] < 1.3, "{of_noise:?}");
    }

    #[test]
    fn errors_of_growth_grow_with_the_level() {
        let mut random = Random::new(2);
        let mut level: f64 = 1.0;
        let growth: Vec<f64> = (0..60)
            .map(|_| {
                level *= 1.05 + 0.2 * (random.unit() - 0.5);
                level
            })
            .collect();
        let presumed = Presumed::new(&growth, 1, 2).unwrap();
        let expected = OF_CHOICE * growth[59] * growth[59] * 0.04 / 12.0;
        assert!(presumed.grows && (presumed.squares[0] / expected - 1.0).abs() < 0.5, "{presumed:?} {expected}");
    }

    #[test]
    fn a_line_is_never_left_and_four_values_tell_nothing() {
        let line: Vec<f64> = (0..20).map(f64::from).collect();
        assert!(Presumed::new(&line, 1, 3).unwrap().squares.iter().all(|square| *square < 1e-20));
        assert!(Presumed::new(&line[..4], 1, 3).is_none());
    }
}
