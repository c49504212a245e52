//! Intervals from the errors of a backtest.
//!
//! The errors' spread grows with the distance as a power of it. The power is estimated from all steps and drawn towards
//! one half, that of a random walk; the spread is the root of the mean square over all origins. As only a few origins
//! were seen, an interval takes the quantiles of Student's t with few degrees of freedom. For each origin that a short
//! series has no room for, the errors that are presumed from its steps stand in.

use super::backtest::ORIGINS_MAX;
use crate::distribution::student_t;

/// How a forecast's error grows with the distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The spread one step ahead.
    scale: f64,
    power: f64,
    freedom: f64,
}

/// The powers of a random walk and of its sum, and how many steps they are worth against those that were seen.
const POWER_OF_STEP: f64 = 0.5;
const POWER_OF_SUM: f64 = 1.0;
const POWER_WEIGHT: f64 = 2.0;

/// Each origin is worth a degree of freedom and a half: its steps are more than one error, but go together.
const FREEDOM_OF_ORIGIN: f64 = 1.5;
const FREEDOM_MIN: f64 = 2.0;

impl Spread {
    /// The spread of errors, for each origin those of its steps, and of the squares that are `presumed` where there are
    /// fewer than [`ORIGINS_MAX`] origins. `None` without either.
    pub fn of(errors: &[Vec<f64>], presumed: &[f64]) -> Option<Self> {
        Self::around(POWER_OF_STEP, errors, presumed)
    }

    /// The spread of the sums of the first, the first two, the first three … errors of an origin.
    pub fn of_sums(errors: &[Vec<f64>]) -> Option<Self> {
        let sums = errors.iter().map(|origin| {
            let sum = origin.iter().scan(0.0, |sum, error| {
                *sum += error;
                Some(*sum)
            });
            sum.collect()
        });
        Self::around(POWER_OF_SUM, &sums.collect::<Vec<Vec<f64>>>(), &[])
    }

    fn around(expected: f64, errors: &[Vec<f64>], presumed: &[f64]) -> Option<Self> {
        let origins = errors.len();
        let missing = if presumed.is_empty() { 0 } else { ORIGINS_MAX.saturating_sub(origins) };
        let tested = errors.first().map_or(0, Vec::len);
        let steps = if missing > 0 { presumed.len().max(tested) } else { tested };
        if steps == 0 {
            return None;
        }
        let largest = errors.iter().flatten().fold(0.0_f64, |largest, error| largest.max(error.abs()));
        let largest = presumed.iter().take(missing).fold(largest, |largest, square| largest.max(square.sqrt()));
        if largest == 0.0 {
            return Some(Self { scale: 0.0, power: expected, freedom: FREEDOM_MIN });
        }
        let squares: Vec<f64> = (0..steps)
            .map(|step| {
                let seen = errors.iter().filter_map(|origin| origin.get(step));
                let stand_in = presumed.get(step).filter(|_| missing > 0).map(|square| square / largest / largest);
                let weight = seen.clone().count() + if stand_in.is_some() { missing } else { 0 };
                let sum: f64 = seen.map(|error| (error / largest) * (error / largest)).sum();
                (sum + missing as f64 * stand_in.unwrap_or(0.0)) / weight.max(1) as f64
            })
            .collect();
        let power = power(expected, &squares);
        let scaled = squares.iter().zip(1_u32..).map(|(square, step)| square / f64::from(step).powf(2.0 * power));
        let scale = largest * (scaled.sum::<f64>() / steps as f64).sqrt();
        Some(Self { scale, power, freedom: (FREEDOM_OF_ORIGIN * (origins + missing) as f64).max(FREEDOM_MIN) })
    }

    /// The spread of a series that is too short to presume anything: that of its steps.
    pub fn of_steps(values: &[f64]) -> Option<Self> {
        let steps = values.windows(2).map(|pair| vec![pair[1] - pair[0]]).collect::<Vec<_>>();
        Self::of(&steps, &[])
    }

    /// How far the truth is from the forecast at a step, counted from one, with the probability `level`.
    pub fn reach(&self, step: usize, level: f64) -> f64 {
        self.reach_by(step, student_t::quantile(0.5 + 0.5 * level, self.freedom))
    }

    /// How probable it is that the truth at a step lies below a value that is `above` the forecast.
    pub fn below(&self, step: usize, above: f64) -> f64 {
        let spread = self.reach_by(step, 1.0);
        if spread > 0.0 { student_t::cdf(above / spread, self.freedom) } else { f64::from(u8::from(above >= 0.0)) }
    }

    fn reach_by(&self, step: usize, quantile: f64) -> f64 {
        self.scale * quantile * (step as f64).powf(self.power)
    }
}

/// The slope of the squares' logarithm over that of the steps, drawn towards the expected one.
fn power(expected: f64, squares: &[f64]) -> f64 {
    let floor = 1e-12;
    let points = || (1_u32..).zip(squares).map(|(step, square)| (f64::from(step).ln(), 0.5 * square.max(floor).ln()));
    let count = squares.len() as f64;
    let (x, y) = points().fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
    let (cross, own) = points().fold((0.0, 0.0), |(cross, own), point| {
        (cross + (point.0 - x) * (point.1 - y), own + (point.0 - x) * (point.0 - x))
    });
    ((cross + POWER_WEIGHT * expected) / (own + POWER_WEIGHT)).clamp(0.0, 2.0 * expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_that_grow_with_the_root_of_the_distance_keep_growing_so() {
        let origin: Vec<f64> = (1..=9).map(|step| f64::from(step).sqrt()).collect();
        let spread = Spread::of(&[origin.clone(), origin], &[]).unwrap();
        assert!((spread.reach(4, 0.8) / spread.reach(1, 0.8) - 2.0).abs() < 1e-9);
        assert!(spread.reach(1, 0.95) > spread.reach(1, 0.8));
        assert!((spread.below(1, spread.reach(1, 0.8)) - 0.9).abs() < 1e-9);
    }

    #[test]
    fn what_is_presumed_stands_in_for_origins_that_are_missing() {
        let presumed: Vec<f64> = (1..=4).map(f64::from).collect();
        let alone = Spread::of(&[], &presumed).unwrap();
        assert!((alone.reach_by(1, 1.0) - 1.0).abs() < 1e-9 && (alone.reach_by(4, 1.0) - 2.0).abs() < 1e-9);
        // Two origins with squares of four and four presumed ones of one have a mean square of two.
        let errors = vec![vec![2.0, 8.0_f64.sqrt(), 12.0_f64.sqrt(), 4.0]; 2];
        let mixed = Spread::of(&errors, &presumed).unwrap();
        assert!((mixed.reach_by(1, 1.0) - 2.0_f64.sqrt()).abs() < 1e-9, "{mixed:?}");
        let enough = vec![vec![2.0, 8.0_f64.sqrt(), 12.0_f64.sqrt(), 4.0]; ORIGINS_MAX];
        assert_eq!(Spread::of(&enough, &presumed), Spread::of(&enough, &[]));
    }

    #[test]
    fn sums_of_equal_errors_grow_with_the_distance() {
        let spread = Spread::of_sums(&[vec![1.0; 5]]).unwrap();
        assert!((spread.reach(5, 0.5) / spread.reach(1, 0.5) - 5.0).abs() < 1e-9);
    }

    #[test]
    fn without_an_error_there_is_no_doubt_and_without_errors_no_spread() {
        let exact = Spread::of(&[vec![0.0; 3]], &[]).unwrap();
        assert_eq!((exact.reach(3, 0.95), exact.below(1, 0.0), exact.below(1, -1e-9)), (0.0, 1.0, 0.0));
        assert!(Spread::of(&[], &[]).is_none() && Spread::of_steps(&[1.0]).is_none());
    }
}
