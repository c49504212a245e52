//! The Poisson distribution: how often something happens that happens at a rate.

use super::{invert, normal};
use crate::special::{gamma_p, gamma_q};

/// The probability of at most `k`, where `mean` are expected.
pub fn cdf(k: u64, mean: f64) -> f64 {
    gamma_q(k as f64 + 1.0, mean)
}

/// The probability of more than `k`.
pub fn tail(k: u64, mean: f64) -> f64 {
    gamma_p(k as f64 + 1.0, mean)
}

/// The least count that is not exceeded with probability at least `p`; `None` outside the range, and for `p` of one,
/// which no count reaches.
pub fn quantile(p: f64, mean: f64) -> Option<u64> {
    if !(0.0..1.0).contains(&p) || !mean.is_finite() || mean < 0.0 {
        return None;
    }
    if p == 0.0 || mean == 0.0 {
        return Some(0);
    }
    let guess = mean + normal::quantile(p) * mean.sqrt();
    Some(invert::discrete(p, guess, u64::MAX, |k| cdf(k, mean)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_equal_those_of_scipy() {
        assert!((cdf(3, 2.5) - 0.757_576_133_133_066_2).abs() < 1e-14);
        assert!((tail(30, 10.0) / 7.983_794_659_911_252e-8 - 1.0).abs() < 1e-11);
        assert_eq!((quantile(0.995, 4.2), quantile(0.01, 1e6)), (Some(10), Some(997_674)));
        assert_eq!((cdf(0, 0.0), quantile(0.7, 0.0)), (1.0, Some(0)));
        assert_eq!((quantile(1.0, 2.0), quantile(0.5, -1.0)), (None, None));
        assert!(cdf(3, -1.0).is_nan());
    }

    #[test]
    fn a_quantile_is_the_least_count_that_reaches_it() {
        for k in 0..30 {
            assert_eq!(quantile(cdf(k, 7.3), 7.3), Some(k));
        }
    }
}
