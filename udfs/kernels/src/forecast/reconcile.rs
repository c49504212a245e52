//! Forecasts of series and of their sums, made to agree.
//!
//! Each series and each sum is forecast by itself; then all of them are moved to the nearest forecasts whose sums hold,
//! where near is measured by how far each was wrong in its backtest: MinT (Wickramasuriya, Athanasopoulos & Hyndman
//! 2019). As the sums are few beside the series, it is solved as a projection onto "sum less parts is nothing". The
//! covariance of the errors is drawn towards its diagonal by Schäfer and Strimmer's rule (2005), with the origins of
//! the backtest as the number of observations: the steps of an origin go together.

use crate::linalg::cholesky::Cholesky;

/// More series have too many covariances: their errors count as independent.
const CORRELATED_MAX: usize = 1500;

/// A sum that others determine is left out: it holds when they do.
const TOLERANCE: f64 = 1e-10;

/// A series that is the sum of others, none of which is a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The place of the series.
    pub whole: usize,
    /// The places of its parts.
    pub parts: Vec<usize>,
}

/// Moves the forecasts of series, each of as many steps, so that all sums hold. `errors` are those of their
/// backtests, step by step for each origin; series without any move first. Nothing is below zero if it `is_positive`.
pub fn min_trace(forecasts: &mut [Vec<f64>], errors: &[Vec<Vec<f64>>], sums: &[Sum], is_positive: bool) {
    let sizes = forecasts.iter().flatten().chain(errors.iter().flatten().flatten());
    let largest = sizes.fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if largest > 0.0 && largest.is_finite() {
        let covariance = Covariance::new(errors, largest);
        project(forecasts, &covariance, sums, largest);
    }
    bottom_up(forecasts, sums, is_positive);
}

/// Makes every sum that of its parts.
pub fn bottom_up(forecasts: &mut [Vec<f64>], sums: &[Sum], is_positive: bool) {
    if is_positive {
        forecasts.iter_mut().flatten().for_each(|value| *value = value.max(0.0));
    }
    for sum in sums {
        for step in 0..forecasts[sum.whole].len() {
            let whole: f64 = sum.parts.iter().map(|part| forecasts[*part][step]).sum();
            forecasts[sum.whole][step] = whole.clamp(-f64::MAX, f64::MAX);
        }
    }
}

/// Moves forecasts, in units of `scale`, by as little as makes the sums hold.
fn project(forecasts: &mut [Vec<f64>], covariance: &Covariance, sums: &[Sum], scale: f64) {
    let count = sums.len();
    let Some(factor) = Cholesky::new(covariance.of_gaps(sums), count, TOLERANCE) else { return };
    let steps = forecasts.first().map_or(0, Vec::len);
    let mut gaps = vec![0.0; count];
    let mut pull = vec![0.0; forecasts.len()];
    for step in 0..steps {
        for (gap, sum) in gaps.iter_mut().zip(sums) {
            let parts: f64 = sum.parts.iter().map(|part| forecasts[*part][step] / scale).sum();
            *gap = forecasts[sum.whole][step] / scale - parts;
        }
        factor.solve(&mut gaps);
        pull.fill(0.0);
        for (gap, sum) in gaps.iter().zip(sums) {
            pull[sum.whole] += gap;
            sum.parts.iter().for_each(|part| pull[*part] -= gap);
        }
        for (forecast, change) in forecasts.iter_mut().zip(covariance.times(&pull)) {
            let moved = forecast[step] - scale * change;
            if moved.is_finite() {
                forecast[step] = moved;
            }
        }
    }
}

/// The covariance of the errors: `share` of their products, the rest of them on the diagonal alone.
struct Covariance {
    variances: Vec<f64>,
    share: f64,
    /// The errors of each series, as many of each. None where they do not fit together.
    errors: Vec<Vec<f64>>,
}

impl Covariance {
    fn new(errors: &[Vec<Vec<f64>>], scale: f64) -> Self {
        let scaled: Vec<Vec<f64>> =
            errors.iter().map(|origins| origins.iter().flatten().map(|error| error / scale).collect()).collect();
        let known: Vec<Option<f64>> = scaled
            .iter()
            .map(|own| Some(product(own, own) / own.len() as f64).filter(|variance| variance.is_finite()))
            .collect();
        // What was never tested is trusted least.
        let largest = known.iter().flatten().fold(0.0_f64, |largest, variance| largest.max(*variance));
        let unknown = if largest > 0.0 { largest } else { 1.0 };
        let variances: Vec<f64> = known.iter().map(|variance| variance.unwrap_or(unknown)).collect();
        let origins = errors.first().map_or(0, Vec::len);
        let fit = errors.len() <= CORRELATED_MAX
            && origins > 1
            && errors.iter().all(|own| own.len() == origins)
            && scaled.iter().all(|own| own.len() == scaled[0].len());
        match fit {
            true => Self { share: kept(&scaled, &variances, origins), variances, errors: scaled },
            false => Self { variances, share: 0.0, errors: Vec::new() },
        }
    }

    /// The product with a vector.
    fn times(&self, vector: &[f64]) -> Vec<f64> {
        let mut result: Vec<f64> =
            self.variances.iter().zip(vector).map(|(variance, value)| (1.0 - self.share) * variance * value).collect();
        if self.share > 0.0 {
            let observed = self.errors[0].len();
            let mut along = vec![0.0; observed];
            for (own, value) in self.errors.iter().zip(vector).filter(|(_, value)| **value != 0.0) {
                along.iter_mut().zip(own).for_each(|(sum, error)| *sum += error * value);
            }
            for (result, own) in result.iter_mut().zip(&self.errors) {
                *result += self.share * product(own, &along) / observed as f64;
            }
        }
        result
    }

    /// The covariance of the sums less their parts, row by row.
    fn of_gaps(&self, sums: &[Sum]) -> Vec<f64> {
        let count = sums.len();
        let mut matrix = vec![0.0; count * count];
        let mut wholes = vec![Vec::new(); self.variances.len()];
        for (place, sum) in sums.iter().enumerate() {
            sum.parts.iter().chain([&sum.whole]).for_each(|series| wholes[*series].push(place));
        }
        // A series is part of several sums with the same sign, or a sum itself and then of no other.
        for (variance, places) in self.variances.iter().zip(&wholes) {
            for row in places {
                places.iter().for_each(|column| matrix[row * count + column] += (1.0 - self.share) * variance);
            }
        }
        if self.share > 0.0 {
            let gaps: Vec<Vec<f64>> = sums.iter().map(|sum| self.gap_errors(sum)).collect();
            for row in 0..count {
                for column in 0..=row {
                    let shared = self.share * product(&gaps[row], &gaps[column]) / gaps[row].len() as f64;
                    matrix[row * count + column] += shared;
                }
            }
        }
        matrix
    }

    fn gap_errors(&self, sum: &Sum) -> Vec<f64> {
        let mut gap = self.errors[sum.whole].clone();
        for part in &sum.parts {
            gap.iter_mut().zip(&self.errors[*part]).for_each(|(gap, error)| *gap -= error);
        }
        gap
    }
}

/// How much of the correlations is kept: what chance among so many observations does not explain.
fn kept(errors: &[Vec<f64>], variances: &[f64], observed: usize) -> f64 {
    let standard: Vec<Vec<f64>> = errors
        .iter()
        .zip(variances)
        .map(|(own, variance)| {
            let deviation = variance.sqrt();
            own.iter().map(|error| if deviation > 0.0 { error / deviation } else { 0.0 }).collect()
        })
        .collect();
    let (mut chance, mut squares) = (0.0, 0.0);
    for (place, one) in standard.iter().enumerate() {
        for other in &standard[..place] {
            let count = one.len() as f64;
            let correlation = product(one, other) / count;
            let fourth: f64 = one.iter().zip(other).map(|(a, b)| a * b * a * b).sum::<f64>() / count;
            chance += (fourth - correlation * correlation).max(0.0) / (observed - 1) as f64;
            squares += correlation * correlation;
        }
    }
    if squares > 0.0 { (1.0 - chance / squares).clamp(0.0, 1.0) } else { 0.0 }
}

fn product(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(whole: usize, parts: &[usize]) -> Sum {
        Sum { whole, parts: parts.to_vec() }
    }

    fn spread(deviation: f64) -> Vec<Vec<f64>> {
        vec![vec![deviation, -deviation]]
    }

    #[test]
    fn each_moves_in_proportion_to_its_variance() {
        // Total 100 with variance 1, parts 30 and 50 with variances 1 and 2: a gap of 20 is shared as 1 : 1 : 2.
        let mut forecasts = vec![vec![100.0], vec![30.0], vec![50.0]];
        let errors = [spread(1.0), spread(1.0), spread(2.0_f64.sqrt())];
        min_trace(&mut forecasts, &errors, &[sum(0, &[1, 2])], false);
        for (forecast, expected) in forecasts.iter().zip([95.0, 35.0, 60.0]) {
            assert!((forecast[0] - expected).abs() < 1e-9, "{forecasts:?}");
        }
    }

    #[test]
    fn all_sums_of_a_cube_hold_and_what_is_in_none_stays() {
        // Two regions by two products: places 0 to 3; regions 4, 5; products 6, 7; total 8; 9 is alone.
        let sums = [sum(4, &[0, 1]), sum(5, &[2, 3]), sum(6, &[0, 2]), sum(7, &[1, 3]), sum(8, &[0, 1, 2, 3])];
        let mut random = crate::random::Random::new(12);
        let mut forecasts: Vec<Vec<f64>> = (0..10).map(|_| (0..5).map(|_| 100.0 * random.unit()).collect()).collect();
        let errors: Vec<Vec<Vec<f64>>> =
            (0..10).map(|_| (0..4).map(|_| (0..5).map(|_| random.unit() - 0.5).collect()).collect()).collect();
        let alone = forecasts[9].clone();
        min_trace(&mut forecasts, &errors, &sums, false);
        for sum in &sums {
            for step in 0..5 {
                let parts: f64 = sum.parts.iter().map(|part| forecasts[*part][step]).sum();
                assert_eq!(forecasts[sum.whole][step], parts);
            }
        }
        assert_eq!(forecasts[9], alone);
    }

    #[test]
    fn forecasts_that_agree_do_not_move() {
        let agreed = vec![vec![30.0, 7.0], vec![10.0, 3.0], vec![20.0, 4.0]];
        let mut forecasts = agreed.clone();
        min_trace(&mut forecasts, &[spread(3.0), spread(1.0), spread(0.0)], &[sum(0, &[1, 2])], false);
        for (moved, agreed) in forecasts.iter().flatten().zip(agreed.iter().flatten()) {
            assert!((moved - agreed).abs() < 1e-9);
        }
    }

    #[test]
    fn errors_that_go_together_are_seen_to() {
        // Both parts are always wrong alike: what is wrong with the sum is wrong with both.
        let mut random = crate::random::Random::new(4);
        let common: Vec<Vec<f64>> = (0..30).map(|_| vec![random.unit() - 0.5]).collect();
        let twice = common.iter().map(|origin| origin.iter().map(|error| 2.0 * error).collect()).collect();
        let covariance = Covariance::new(&[twice, common.clone(), common], 1.0);
        assert!(covariance.share > 0.9, "{}", covariance.share);
        let unrelated: Vec<Vec<Vec<f64>>> =
            (0..3).map(|_| (0..30).map(|_| vec![random.unit() - 0.5]).collect()).collect();
        assert!(Covariance::new(&unrelated, 1.0).share < 0.5);
    }

    #[test]
    fn nothing_is_below_zero_where_it_cannot_be_and_extremes_stay_finite() {
        let mut forecasts = vec![vec![10.0], vec![30.0], vec![1.0]];
        min_trace(&mut forecasts, &[spread(1.0), spread(1.0), spread(9.0)], &[sum(0, &[1, 2])], true);
        assert!(forecasts[2][0] == 0.0 && forecasts[0][0] == forecasts[1][0], "{forecasts:?}");
        let mut forecasts = vec![vec![1e308], vec![-1e308], vec![1e308]];
        min_trace(&mut forecasts, &[spread(1e308), vec![], vec![]], &[sum(0, &[1, 2])], false);
        assert!(forecasts.iter().flatten().all(|value| value.is_finite()), "{forecasts:?}");
    }
}
