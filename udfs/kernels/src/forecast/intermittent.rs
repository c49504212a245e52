//! Demand that is zero most of the time: Croston's method with the correction of Syntetos and Boylan (2005), and the
//! method of Teunter, Syntetos and Babai (2011), which sees demand die out.
//!
//! Both forecast the mean of a period. Their parameters are those with the least squared error one step ahead.

/// Demand is intermittent when it comes in less than three periods of four: the mean gap is then more than 1.32
/// (Syntetos, Boylan & Croston 2005).
const GAP_MIN: f64 = 1.32;

/// The parameters that are tried.
const PARAMETERS: [f64; 6] = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3];

/// Whether a series is demand that comes now and then.
pub fn is_intermittent(values: &[f64]) -> bool {
    let demands = values.iter().filter(|value| **value > 0.0).count();
    demands >= 2 && values.iter().all(|value| *value >= 0.0) && values.len() as f64 > GAP_MIN * demands as f64
}

/// Croston's method: the size of a demand over the gap between two, both smoothed, less the bias of the quotient.
/// `None` without demand.
pub fn croston(values: &[f64], horizon: usize) -> Option<Vec<f64>> {
    let trials = PARAMETERS.iter().map(|alpha| croston_pass(values, *alpha));
    best(trials).map(|rate| vec![rate; horizon])
}

/// The size of a demand times the probability that there is one. `None` without demand.
pub fn tsb(values: &[f64], horizon: usize) -> Option<Vec<f64>> {
    let pairs = PARAMETERS.iter().flat_map(|size| PARAMETERS.iter().map(move |chance| (*size, *chance)));
    best(pairs.map(|(size, chance)| tsb_pass(values, size, chance))).map(|rate| vec![rate; horizon])
}

/// The rate with the least squares.
fn best(trials: impl Iterator<Item = Option<(f64, f64)>>) -> Option<f64> {
    trials.flatten().min_by(|a, b| a.1.total_cmp(&b.1)).map(|(rate, _)| rate)
}

/// The rate after the series, and the squared errors on the way.
fn croston_pass(values: &[f64], alpha: f64) -> Option<(f64, f64)> {
    let first = values.iter().position(|value| *value > 0.0)?;
    let (mut size, mut gap) = (values[first], (first + 1) as f64);
    let mut since = 1.0;
    let mut squares = 0.0;
    let rate = |size: f64, gap: f64| (1.0 - alpha / 2.0) * size / gap;
    for value in &values[first + 1..] {
        let error = value - rate(size, gap);
        squares += error * error;
        if *value > 0.0 {
            size += alpha * (value - size);
            gap += alpha * (since - gap);
            since = 1.0;
        } else {
            since += 1.0;
        }
    }
    Some((rate(size, gap), squares))
}

fn tsb_pass(values: &[f64], size_alpha: f64, chance_alpha: f64) -> Option<(f64, f64)> {
    let demands = values.iter().filter(|value| **value > 0.0);
    let mut size = *demands.clone().next()?;
    let mut chance = demands.count() as f64 / values.len() as f64;
    let mut squares = 0.0;
    for value in values {
        let error = value - chance * size;
        squares += error * error;
        if *value > 0.0 {
            size += size_alpha * (value - size);
            chance += chance_alpha * (1.0 - chance);
        } else {
            chance -= chance_alpha * chance;
        }
    }
    Some((chance * size, squares))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_of_six_every_third_period_is_about_two_a_period() {
        let values: Vec<f64> = (0..90).map(|t| if t % 3 == 2 { 6.0 } else { 0.0 }).collect();
        assert!(is_intermittent(&values));
        for rate in [croston(&values, 1).unwrap()[0], tsb(&values, 1).unwrap()[0]] {
            assert!((1.7..2.3).contains(&rate), "{rate}");
        }
    }

    #[test]
    fn demand_that_died_out_is_forecast_lower_by_tsb() {
        let values: Vec<f64> = (0..90).map(|t| if t % 3 == 2 && t < 45 { 6.0 } else { 0.0 }).collect();
        assert!(tsb(&values, 1).unwrap()[0] < croston(&values, 1).unwrap()[0]);
    }

    #[test]
    fn steady_demand_is_not_intermittent_and_no_demand_has_no_rate() {
        assert!(!is_intermittent(&[1.0, 2.0, 3.0, 4.0, 0.0]));
        assert!(!is_intermittent(&[-1.0, 0.0, 0.0, 2.0, 0.0, 3.0]));
        assert!(croston(&[0.0; 9], 1).is_none() && tsb(&[0.0; 9], 1).is_none());
    }
}
