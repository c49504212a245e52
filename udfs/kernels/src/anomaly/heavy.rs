//! How heavy the tails of errors are, by how they spread inside: as the degrees of freedom of Student's t.
//!
//! The distance that one error in twenty exceeds, over the one that half of them exceed, is 2.9 for a normal
//! distribution and larger for heavier tails. No single error changes it, so that what is wrong in a series does not
//! make itself likely.

use super::ordered::Ordered;
use crate::distribution::student_t;

/// The ratio of a normal distribution.
const NORMAL: f64 = 2.905_847;

/// How many errors the normal distribution counts for against those that were seen.
const NORMAL_WORTH: f64 = 60.0;

/// With fewer degrees of freedom there is no variance, and nothing is unlikely.
const FREEDOM_MIN: f64 = 2.0;

/// One over the degrees of freedom of errors around a centre: nothing for a normal distribution.
pub(super) fn heaviness(errors: &Ordered, centre: f64) -> Option<f64> {
    let (half, far) = (errors.deviation_quantile(centre, 0.5)?, errors.deviation_quantile(centre, 0.95)?);
    if half <= 0.0 {
        return Some(0.0);
    }
    let seen = errors.len() as f64;
    let excess = (far / half / NORMAL).ln().max(0.0) * seen / (seen + NORMAL_WORTH);
    // Within a twentieth of what the quantiles of Student's t give.
    Some((1.1 * excess / (1.0 + 0.55 * excess)).min(1.0 / FREEDOM_MIN))
}

/// The spread of Student's t of which half lies as near as half of a normal distribution of spread one.
pub(super) fn spread(heaviness: f64) -> f64 {
    const QUARTILE: f64 = 0.75;
    if heaviness > 0.0 {
        student_t::quantile(QUARTILE, f64::INFINITY) / student_t::quantile(QUARTILE, 1.0 / heaviness)
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn of(freedom: f64, count: usize) -> f64 {
        let mut random = Random::new(5);
        let mut errors = Ordered::default();
        (0..count).for_each(|_| errors.insert(student_t::quantile(random.unit(), freedom)));
        heaviness(&errors, 0.0).unwrap()
    }

    #[test]
    fn the_freedom_of_many_errors_is_found() {
        assert!(of(f64::INFINITY, 20_000) < 0.03);
        for freedom in [3.0, 5.0, 10.0] {
            assert!((of(freedom, 20_000) * freedom - 1.0).abs() < 0.2, "{freedom}");
        }
    }

    #[test]
    fn few_errors_are_taken_as_normal_and_equal_ones_too() {
        assert!(of(5.0, 12) < 0.1);
        let mut equal = Ordered::default();
        (0..9).for_each(|_| equal.insert(4.0));
        assert_eq!(heaviness(&equal, 4.0), Some(0.0));
        assert_eq!(spread(0.0), 1.0);
        assert!((spread(0.2) - 0.6745 / 0.7267).abs() < 1e-3);
    }
}
