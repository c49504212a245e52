//! How unlikely an error is, from the errors seen so far: their ranks, and beyond those a generalised Pareto tail.
//!
//! A normal distribution calls every spike of a spiky series impossible. Here the largest errors so far are fitted by
//! the distribution that exceedances of any threshold tend to (Pickands 1975; for streams Siffer et al. 2017, "Anomaly
//! Detection in Streams with Extreme Value Theory", KDD), so that "once in a thousand" means the same for quiet and
//! for spiky series.

/// How many errors are remembered.
const MEMORY: usize = 8_192;
/// With fewer errors nothing is unlikely.
const ERRORS_MIN: usize = 8;
/// The share of the errors that is the tail, and how many of them a fit needs and can use.
const TAIL_SHARE: f64 = 0.05;
const TAIL_MIN: usize = 8;
const TAIL_MAX: usize = 200;
/// The heaviest tail that is believed: with 1/2 the variance is no longer finite.
const SHAPE_MAX: f64 = 0.5;
/// The tail is fitted again whenever a twentieth of the errors is new.
const NEW_SHARE: usize = 20;

/// The distribution of errors without sign.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail {
    errors: Vec<f64>,
    /// The errors of the last fit, ascending.
    ordered: Vec<f64>,
    new: usize,
    /// Where the tail begins, how many errors are in it, and its shape and scale.
    threshold: f64,
    count: usize,
    shape: f64,
    scale: f64,
    /// No scale below this is believed: what never varied might.
    floor: f64,
}

impl Tail {
    /// Whether there are enough errors to tell.
    pub(super) fn is_ready(&self) -> bool {
        self.ordered.len() >= ERRORS_MIN
    }

    /// The smallest scale that is believed.
    pub(super) fn set_floor(&mut self, floor: f64) {
        self.floor = floor;
    }

    /// Adds an error, which is not negative. True if the tail was fitted again.
    pub(super) fn add(&mut self, error: f64) -> bool {
        self.errors.push(error);
        self.new += 1;
        if self.errors.len() < ERRORS_MIN || self.new * NEW_SHARE < self.errors.len().min(MEMORY) {
            return false;
        }
        let forgotten = self.errors.len().saturating_sub(MEMORY);
        self.errors.drain(..forgotten);
        self.new = 0;
        self.fit();
        true
    }

    /// The chance of an error of at least this size.
    pub(super) fn p_value(&self, error: f64) -> f64 {
        let seen = self.ordered.len() as f64;
        if error <= self.threshold {
            let larger = self.ordered.len() - self.ordered.partition_point(|seen| *seen < error);
            return (larger as f64 + 1.0) / (seen + 1.0);
        }
        let in_scales = (error - self.threshold) / self.scale();
        let beyond = match self.shape {
            0.0 => (-in_scales).exp(),
            shape => (-(shape * in_scales).ln_1p() / shape).exp(),
        };
        (self.tail_share() * beyond).max(f64::MIN_POSITIVE)
    }

    /// The error that is exceeded with this chance.
    pub(super) fn quantile(&self, chance: f64) -> f64 {
        let Some(last) = self.ordered.len().checked_sub(1) else { return 0.0 };
        if chance >= self.tail_share() {
            let rank = ((1.0 - chance) * (last as f64 + 1.0)).floor() as usize;
            return self.ordered[rank.min(last)].min(self.threshold);
        }
        let decay = (self.tail_share() / chance).ln();
        let in_scales = if self.shape == 0.0 { decay } else { (self.shape * decay).exp_m1() / self.shape };
        self.threshold + in_scales * self.scale()
    }

    fn tail_share(&self) -> f64 {
        (self.count as f64 + 1.0) / (self.ordered.len() as f64 + 1.0)
    }

    fn scale(&self) -> f64 {
        self.scale.max(self.floor).max(f64::MIN_POSITIVE)
    }

    /// Hosking and Wallis (1987), "Parameter and Quantile Estimation for the Generalized Pareto Distribution": the
    /// shape from probability-weighted moments, and the scale that then has the tail's mean.
    fn fit(&mut self) {
        self.ordered.clone_from(&self.errors);
        self.ordered.sort_unstable_by(f64::total_cmp);
        let seen = self.ordered.len();
        let share = (seen as f64 * TAIL_SHARE) as usize;
        self.count = share.clamp(TAIL_MIN.min(seen - 1), TAIL_MAX);
        self.threshold = self.ordered[seen - self.count - 1];
        let tail = &self.ordered[seen - self.count..];
        let count = self.count as f64;
        let (mut mean, mut weighted) = (0.0, 0.0);
        for (rank, error) in tail.iter().enumerate() {
            let beyond = error - self.threshold;
            mean += beyond / count;
            weighted += beyond / count * (1.0 - (rank as f64 + 0.65) / count);
        }
        let slack = mean - 2.0 * weighted;
        self.shape = if slack > 0.0 { (2.0 - mean / slack).clamp(0.0, SHAPE_MAX) } else { 0.0 };
        self.scale = mean * (1.0 - self.shape);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn of(errors: impl Iterator<Item = f64>) -> Tail {
        let mut tail = Tail::default();
        for error in errors {
            tail.add(error);
        }
        tail.fit();
        tail
    }

    #[test]
    fn exponential_errors_have_exponential_tails() {
        let mut random = Random::new(3);
        let tail = of((0..8_000).map(|_| -(1.0 - random.unit()).ln()));
        for size in [1.0, 3.0, 6.0, 9.0] {
            let ratio = tail.p_value(size) / (-size).exp();
            assert!((0.4..2.5).contains(&ratio), "{size}: {ratio}");
        }
    }

    #[test]
    fn a_quantile_is_exceeded_with_its_chance() {
        let mut random = Random::new(4);
        let tail = of((0..1_000).map(|_| random.unit().powi(3)));
        for chance in [0.3, 0.049, 0.01, 1e-6] {
            let back = tail.p_value(tail.quantile(chance) * (1.0 + 1e-9));
            assert!((back / chance - 1.0).abs() < 0.05, "{chance}: {back}");
        }
    }

    #[test]
    fn a_larger_error_is_never_likelier() {
        let mut random = Random::new(5);
        let tail = of((0..300).map(|_| random.unit()));
        let chances: Vec<f64> = (0..400).map(|step| tail.p_value(f64::from(step) / 200.0)).collect();
        assert!(chances.windows(2).all(|pair| pair[1] <= pair[0]));
    }

    #[test]
    fn what_never_varied_is_measured_by_the_floor() {
        let mut tail = of([0.0; 100].into_iter());
        tail.set_floor(1.0);
        assert!(tail.p_value(0.5) > 0.01);
        assert!(tail.p_value(50.0) < 1e-9);
        assert!(tail.p_value(f64::MAX) > 0.0);
        assert_eq!(tail.p_value(0.0), 1.0);
    }
}
