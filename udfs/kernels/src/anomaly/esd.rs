//! The generalised extreme studentised deviate test: how many values are outliers, and which.
//!
//! Rosner (1983), "Percentage Points for a Generalized ESD Many-Outlier Procedure", Technometrics 25. The most extreme
//! value is taken out again and again; the outliers are those up to the last one whose distance is more than chance.
//! Outliers that hide each other are found, which testing one at a time misses. With median and median deviation in
//! place of mean and standard deviation it is the test of Vallis, Hochenbaum and Kejariwal (2014), "A Novel Technique
//! for Long-Term Anomaly Detection in the Cloud".

use super::ordered::Ordered;
use crate::distribution::student_t;

/// The values that were tested, most extreme first.
#[derive(Debug, Clone, PartialEq)]
pub struct Extremes {
    /// Each with its distance and the distance that chance would not reach.
    pub tested: Vec<Extreme>,
    /// How many of them are outliers.
    pub outliers: usize,
}

/// A value that was the most extreme one of those left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extreme {
    /// Where it stands among the values.
    pub position: usize,
    /// Its distance from the centre of those left, in their deviations.
    pub distance: f64,
    /// The distance that is exceeded by chance with the test's probability.
    pub critical: f64,
}

/// How the centre and the spread of the values left are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Mean and standard deviation, as Rosner.
    Standard,
    /// Median and median absolute deviation: many outliers do not widen it.
    Robust,
}

/// Tests for at most `most` outliers, with the chance `alpha` that a sample without one has any. The values are finite.
pub fn generalized_esd(values: &[f64], most: usize, alpha: f64, spread: Spread) -> Extremes {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut left = Left::new(order.iter().map(|position| values[*position]).collect(), spread);
    let mut tested = Vec::new();
    let mut outliers = 0;
    // Two values have no degree of freedom left.
    for _ in 0..most.min(values.len().saturating_sub(2)) {
        let Some((centre, deviation)) = left.measure() else { break };
        let (low, high) = (centre - left.first(), left.last() - centre);
        let rank = if low > high { left.take_first() } else { left.take_last() };
        let distance = low.max(high) / deviation;
        let critical = critical(values.len(), tested.len() + 1, alpha);
        tested.push(Extreme { position: order[rank], distance, critical });
        if distance > critical {
            outliers = tested.len();
        }
    }
    Extremes { tested, outliers }
}

/// The distance that the `step`-th most extreme of `count` values exceeds by chance with probability `alpha`.
fn critical(count: usize, step: usize, alpha: f64) -> f64 {
    let (left, freedom) = ((count - step + 1) as f64, (count - step - 1) as f64);
    let t = -student_t::quantile(alpha / (2.0 * left), freedom);
    t * (left - 1.0) / ((freedom + t * t) * left).sqrt()
}

/// The values that were not taken out: a range of all in order.
struct Left {
    ordered: Vec<f64>,
    start: usize,
    end: usize,
    spread: Measured,
}

enum Measured {
    Standard(Sums),
    Robust(Ordered),
}

impl Left {
    fn new(ordered: Vec<f64>, spread: Spread) -> Self {
        let measured = match spread {
            Spread::Standard => Measured::Standard(Sums::of(&ordered)),
            Spread::Robust => {
                let mut numbers = Ordered::default();
                ordered.iter().for_each(|value| numbers.insert(*value));
                Measured::Robust(numbers)
            }
        };
        Self { start: 0, end: ordered.len(), ordered, spread: measured }
    }

    fn first(&self) -> f64 {
        self.ordered[self.start]
    }

    fn last(&self) -> f64 {
        self.ordered[self.end - 1]
    }

    fn take_first(&mut self) -> usize {
        self.start += 1;
        self.forget(self.start - 1);
        self.start - 1
    }

    fn take_last(&mut self) -> usize {
        self.end -= 1;
        self.forget(self.end);
        self.end
    }

    fn forget(&mut self, rank: usize) {
        let value = self.ordered[rank];
        match &mut self.spread {
            Measured::Robust(numbers) => numbers.remove(value),
            Measured::Standard(sums) => {
                if !sums.forget(value) {
                    *sums = Sums::of(&self.ordered[self.start..self.end]);
                }
            }
        }
    }

    /// Centre and deviation; none without spread.
    fn measure(&self) -> Option<(f64, f64)> {
        let (centre, deviation) = match &self.spread {
            Measured::Standard(sums) => sums.measure(),
            Measured::Robust(numbers) => {
                let median = numbers.median()?;
                (median, numbers.robust_deviation(median)?)
            }
        };
        (deviation > 0.0).then_some((centre, deviation))
    }
}

/// Sums of the values left, around a centre and scaled so that no square overflows.
struct Sums {
    centre: f64,
    scale: f64,
    count: f64,
    sum: f64,
    squares: f64,
    /// The squares when the sums were last taken anew.
    squares_first: f64,
}

/// When so little of the squares is left, their digits are those of what was taken out.
const SQUARES_LEFT: f64 = 1e-3;

impl Sums {
    fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let centre = values.iter().map(|value| value / count).sum::<f64>();
        let scale = values.iter().fold(0.0_f64, |scale, value| scale.max((value - centre).abs()));
        let scale = if scale > 0.0 { scale } else { 1.0 };
        let mut sums = Self { centre, scale, count, sum: 0.0, squares: 0.0, squares_first: 0.0 };
        for value in values {
            let scaled = (value - centre) / scale;
            sums.sum += scaled;
            sums.squares += scaled * scaled;
        }
        sums.squares_first = sums.squares;
        sums
    }

    /// False when the sums should be taken anew.
    fn forget(&mut self, value: f64) -> bool {
        let scaled = (value - self.centre) / self.scale;
        self.count -= 1.0;
        self.sum -= scaled;
        self.squares -= scaled * scaled;
        self.squares - self.sum * self.sum / self.count > SQUARES_LEFT * self.squares_first
    }

    fn measure(&self) -> (f64, f64) {
        let mean = self.sum / self.count;
        let variance = (self.squares - self.sum * mean) / (self.count - 1.0);
        // Equal values leave rounding alone.
        let deviation = if variance > 1e-24 * self.squares.max(mean * mean) { variance.sqrt() } else { 0.0 };
        (self.centre + mean * self.scale, deviation * self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anomaly::location::{median, robust_deviation};
    use crate::random::Random;

    /// Rosner (1983), as the NIST handbook of statistics prints them (1.3.5.17.3).
    const ROSNER: [f64; 54] = [
        -0.25, 0.68, 0.94, 1.15, 1.20, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65, 1.69, 1.70,
        1.76, 1.77, 1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.10, 2.14, 2.15, 2.23, 2.24, 2.26, 2.35, 2.37, 2.40,
        2.47, 2.54, 2.62, 2.64, 2.90, 2.92, 2.92, 2.93, 3.21, 3.26, 3.30, 3.59, 3.68, 4.30, 4.64, 5.34, 5.42, 6.01,
    ];
    /// Distances and critical distances, computed with scipy 1.16.
    const ROSNER_TESTED: [(f64, f64); 10] = [
        (3.1189060489824416, 3.1587939408874943),
        (2.9429731136435064, 3.1514300233160126),
        (3.179423936717836, 3.143889685031995),
        (2.81018114442759, 3.1361649560577938),
        (2.8155795634442775, 3.128247334330998),
        (2.848171627930343, 3.120127738314815),
        (2.2793270549903433, 3.1117964542899896),
        (2.3103660590543, 3.10324307760228),
        (2.101580651024145, 3.09445644702339),
        (2.0671780780253646, 3.0854245712431028),
    ];

    #[test]
    fn rosners_values_have_three_outliers() {
        let found = generalized_esd(&ROSNER, 10, 0.05, Spread::Standard);
        assert_eq!(found.outliers, 3);
        let values: Vec<f64> = found.tested[..3].iter().map(|tested| ROSNER[tested.position]).collect();
        assert_eq!(values, [6.01, 5.42, 5.34]);
        for (ours, (distance, critical)) in found.tested.iter().zip(ROSNER_TESTED) {
            assert!((ours.distance - distance).abs() < 1e-9, "{ours:?} against {distance}");
            assert!((ours.critical - critical).abs() < 1e-9, "{ours:?} against {critical}");
        }
    }

    /// All values measured again for each outlier.
    fn direct(values: &[f64], most: usize, spread: Spread) -> Vec<(usize, f64)> {
        let mut left: Vec<usize> = (0..values.len()).collect();
        let mut tested = Vec::new();
        for _ in 0..most {
            let kept: Vec<f64> = left.iter().map(|at| values[*at]).collect();
            let (centre, deviation) = match spread {
                Spread::Standard => {
                    let mean = kept.iter().sum::<f64>() / kept.len() as f64;
                    let squares: f64 = kept.iter().map(|value| (value - mean) * (value - mean)).sum();
                    (mean, (squares / (kept.len() - 1) as f64).sqrt())
                }
                Spread::Robust => {
                    let centre = median(&mut kept.clone()).unwrap();
                    (centre, robust_deviation(&kept, centre).unwrap())
                }
            };
            let away = |at: &usize| (values[*at] - centre).abs();
            let extreme = (0..left.len()).max_by(|a, b| away(&left[*a]).total_cmp(&away(&left[*b]))).unwrap();
            let position = left.remove(extreme);
            tested.push((position, away(&position) / deviation));
        }
        tested
    }

    #[test]
    fn taking_values_out_one_by_one_equals_measuring_again() {
        let mut random = Random::new(11);
        for round in 0..20 {
            let values: Vec<f64> = (0..60)
                .map(|at| random.unit() + if at % 17 == round % 17 { 10_f64.powi(round as i32) } else { 0.0 })
                .collect();
            for spread in [Spread::Standard, Spread::Robust] {
                let found = generalized_esd(&values, 12, 0.05, spread);
                for (ours, (position, distance)) in found.tested.iter().zip(direct(&values, 12, spread)) {
                    assert_eq!(ours.position, position);
                    assert!((ours.distance / distance - 1.0).abs() < 1e-9, "{ours:?} against {distance}");
                }
            }
        }
    }

    #[test]
    fn values_without_spread_have_no_outliers() {
        for values in [vec![], vec![1.0], vec![1.0, 2.0], vec![5.1; 30], vec![1e300; 9]] {
            for spread in [Spread::Standard, Spread::Robust] {
                assert_eq!(generalized_esd(&values, 5, 0.05, spread).outliers, 0, "{values:?}");
            }
        }
    }

    #[test]
    fn enormous_values_are_outliers_like_others() {
        let mut values: Vec<f64> = ROSNER[..50].to_vec();
        values[20] = 1e300;
        values[30] = -1e300;
        for spread in [Spread::Standard, Spread::Robust] {
            let found = generalized_esd(&values, 5, 0.05, spread);
            let mut positions: Vec<usize> = found.tested[..2].iter().map(|tested| tested.position).collect();
            positions.sort_unstable();
            assert_eq!(positions, [20, 30]);
            assert!(found.outliers >= 2);
        }
    }
}
