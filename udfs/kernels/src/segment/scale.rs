//! Features brought to like scales, so that distances between points mean something.

/// Amounts and counts whose skewness is above this have a long tail: their logarithm is taken.
const SKEWED: f64 = 1.0;

/// How each dimension becomes a standard score.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    dimensions: Vec<Dimension>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Dimension {
    /// Whether the logarithm of one more is taken before.
    is_logarithmic: bool,
    mean: f64,
    deviation: f64,
}

impl Scale {
    /// The scale of points, one after the other; NaN is missing.
    pub fn new(values: &[f64], dimensions: usize) -> Self {
        let column = |dimension| {
            let column = values.iter().skip(dimension).step_by(dimensions.max(1)).copied();
            column.filter(|value| value.is_finite()).collect::<Vec<f64>>()
        };
        Self { dimensions: (0..dimensions).map(|dimension| Dimension::new(column(dimension))).collect() }
    }

    /// Replaces a point's coordinates by standard scores; what is missing becomes the mean.
    pub fn apply(&self, point: &mut [f64]) {
        for (value, own) in point.iter_mut().zip(&self.dimensions) {
            let taken = if own.is_logarithmic { value.max(0.0).ln_1p() } else { *value };
            *value = if value.is_finite() { (taken - own.mean) / own.deviation } else { 0.0 };
        }
    }
}

impl Dimension {
    fn new(mut values: Vec<f64>) -> Self {
        let (mean, deviation) = moments(&values);
        let cubes = values.iter().map(|value| ((value - mean) / deviation).powi(3)).sum::<f64>();
        let is_logarithmic = cubes / values.len() as f64 > SKEWED && values.iter().all(|value| *value >= 0.0);
        if !is_logarithmic {
            return Self { is_logarithmic, mean, deviation };
        }
        values.iter_mut().for_each(|value| *value = value.ln_1p());
        let (mean, deviation) = moments(&values);
        Self { is_logarithmic, mean, deviation }
    }
}

/// Mean and standard deviation; the deviation is 1 of what never varies.
fn moments(values: &[f64]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 1.0);
    }
    // In units of the largest, so that no square is out of range.
    let unit = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    if unit == 0.0 {
        return (0.0, 1.0);
    }
    let n = values.len() as f64;
    let mean = values.iter().map(|value| value / unit).sum::<f64>() / n;
    let variance = values.iter().map(|value| (value / unit - mean).powi(2)).sum::<f64>() / n;
    let (mean, deviation) = (mean * unit, variance.sqrt() * unit);
    (mean, if deviation > f64::EPSILON * 8.0 * mean.abs() { deviation } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_mean_zero_and_deviation_one_and_tails_are_shortened() {
        let values: Vec<f64> = (0..100).flat_map(|i| [f64::from(i), f64::from(i % 10).exp()]).collect();
        let scale = Scale::new(&values, 2);
        let mut scored = values.clone();
        scored.chunks_exact_mut(2).for_each(|point| scale.apply(point));
        for dimension in 0..2 {
            let column: Vec<f64> = scored.iter().skip(dimension).step_by(2).copied().collect();
            let (mean, deviation) = moments(&column);
            assert!(mean.abs() < 1e-12 && (deviation - 1.0).abs() < 1e-12);
            assert!(column.iter().all(|value| value.abs() < 2.0));
        }
    }

    #[test]
    fn what_never_varies_or_is_missing_is_the_mean() {
        let scale = Scale::new(&[5.0, f64::NAN, 5.0, f64::NAN], 2);
        let mut point = [5.0, 3.0];
        scale.apply(&mut point);
        assert_eq!(point, [0.0, 3.0]);
        let scale = Scale::new(&[1e308, -1e308, 0.0], 1);
        let mut far = [1e308];
        scale.apply(&mut far);
        assert!((far[0] - 1.5_f64.sqrt()).abs() < 1e-12);
        let scale = Scale::new(&[5.0, f64::NAN, 5.0, f64::NAN], 2);
        let mut missing = [f64::NAN, f64::INFINITY];
        scale.apply(&mut missing);
        assert_eq!(missing, [0.0, 0.0]);
    }
}
