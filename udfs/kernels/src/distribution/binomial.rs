//! The binomial distribution: how often something happens in `n` trials.

use super::{invert, normal};
use crate::special::beta::beta_inc_of;

/// The probability of at most `k` of `n`, each with the given `chance`.
pub fn cdf(k: u64, n: u64, chance: f64) -> f64 {
    if !(0.0..=1.0).contains(&chance) {
        return f64::NAN;
    }
    if k >= n { 1.0 } else { beta_inc_of((n - k) as f64, k as f64 + 1.0, 1.0 - chance, chance) }
}

/// The probability of more than `k` of `n`.
pub fn tail(k: u64, n: u64, chance: f64) -> f64 {
    if !(0.0..=1.0).contains(&chance) {
        return f64::NAN;
    }
    if k >= n { 0.0 } else { beta_inc_of(k as f64 + 1.0, (n - k) as f64, chance, 1.0 - chance) }
}

/// The least count that is not exceeded with probability at least `p`; `None` outside the range.
pub fn quantile(p: f64, n: u64, chance: f64) -> Option<u64> {
    if !(0.0..=1.0).contains(&p) || !(0.0..=1.0).contains(&chance) {
        return None;
    }
    if p == 0.0 || p == 1.0 {
        return Some(if p == 0.0 || chance == 0.0 { 0 } else { n });
    }
    let mean = n as f64 * chance;
    let guess = mean + normal::quantile(p) * (mean * (1.0 - chance)).sqrt();
    Some(invert::discrete(p, guess, n, |k| cdf(k, n, chance)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_equal_those_of_scipy() {
        assert!((cdf(3, 10, 0.3) - 0.649_610_718_4).abs() < 1e-14);
        assert!((tail(20, 100, 0.1) / 0.000_807_573_874_366_269_4 - 1.0).abs() < 1e-11);
        assert!((cdf(499_000, 1_000_000, 0.5) / 0.022_804_149_932_694_8 - 1.0).abs() < 1e-9);
        assert_eq!(quantile(0.975, 100, 0.1), Some(16));
        assert_eq!(quantile(0.01, 1_000_000, 0.001), Some(927));
        assert_eq!((quantile(0.5, 0, 0.3), quantile(1.0, 7, 0.3), quantile(0.3, 7, 0.0)), (Some(0), Some(7), Some(0)));
        assert_eq!((cdf(7, 7, 0.3), tail(7, 7, 0.3), cdf(3, 7, 1.0), tail(3, 7, 0.0)), (1.0, 0.0, 0.0, 0.0));
        assert_eq!(quantile(1.5, 7, 0.3), None);
        assert!(cdf(1, 2, 1.5).is_nan());
    }

    #[test]
    fn a_quantile_is_the_least_count_that_reaches_it() {
        for n in [1, 5, 40] {
            // Farther out the probabilities differ by less than rounding.
            for k in 0..n.min(30) {
                let p = cdf(k, n, 0.37);
                assert_eq!(quantile(p, n, 0.37), Some(k));
            }
        }
    }
}
