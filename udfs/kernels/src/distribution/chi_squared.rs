//! The χ² distribution.

use super::{invert, normal};
use crate::special::{gamma_p, gamma_q, ln_gamma};

/// The probability of at most `x`, with `df` degrees of freedom.
pub fn cdf(x: f64, df: f64) -> f64 {
    gamma_p(df / 2.0, x.max(0.0) / 2.0)
}

/// The probability of more than `x`.
pub fn tail(x: f64, df: f64) -> f64 {
    gamma_q(df / 2.0, x.max(0.0) / 2.0)
}

/// The value that is exceeded with probability `1 − p`.
pub fn quantile(p: f64, df: f64) -> f64 {
    if df.is_nan() || df <= 0.0 || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return if p == 0.0 { 0.0 } else { f64::INFINITY };
    }
    // Wilson & Hilferty (1931): the cube root is nearly normal.
    let spread = 2.0 / (9.0 * df);
    let guess = (df * (1.0 - spread + normal::quantile(p) * spread.sqrt()).powi(3)).max(df * 1e-3);
    newton(p, df, guess).unwrap_or_else(|| invert::continuous(p, 0.0, guess, |x| cdf(x, df), |x| tail(x, df)))
}

/// Newton's steps on the logarithm of the value; `None` if they do not settle.
fn newton(p: f64, df: f64, guess: f64) -> Option<f64> {
    let (half, mut x) = (df / 2.0, guess);
    let ln_scale = ln_gamma(half);
    for _ in 0..12 {
        let excess = if p <= 0.5 { cdf(x, df) - p } else { (1.0 - p) - tail(x, df) };
        // x times the density.
        let slope = (half * (x / 2.0).ln() - x / 2.0 - ln_scale).exp();
        let change = excess / slope;
        if !change.is_finite() || change.abs() > 3.0 {
            return None;
        }
        x *= (-change).exp();
        if change.abs() < 1e-13 {
            return Some(x);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_equal_those_of_scipy() {
        assert!((cdf(3.0, 2.0) - 0.776_869_839_851_570_2).abs() < 1e-14);
        assert!((tail(30.0, 10.0) - 0.000_856_641_210_775_301).abs() < 1e-15);
        assert!((tail(25.0, 1.0) / 5.733_031_437_583_892e-7 - 1.0).abs() < 1e-12);
        assert!((tail(400.0, 1.0) / 5.507_248_237_212_471e-89 - 1.0).abs() < 1e-12);
        assert!((tail(normal::quantile(0.975).powi(2), 1.0) - 0.05).abs() < 1e-15);
        for (p, df, expected) in [
            (0.95, 1.0, 3.841_458_820_694_124),
            (0.01, 0.5, 1.349_939_585_911_692e-8),
            (0.999, 100.0, 149.449_252_779_038_86),
        ] {
            assert!((quantile(p, df) / expected - 1.0).abs() < 1e-10, "{} {expected}", quantile(p, df));
        }
        assert_eq!((cdf(-1.0, 3.0), quantile(0.0, 3.0), quantile(1.0, 3.0)), (0.0, 0.0, f64::INFINITY));
        assert!(quantile(0.5, -1.0).is_nan());
    }
}
