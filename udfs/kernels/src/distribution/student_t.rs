//! Student's t distribution.

use super::{invert, normal};
use crate::special::beta::beta_inc_of;

/// From here the normal distribution is the same to fifteen digits.
const NORMAL_FROM: f64 = 1e15;

/// The probability of at most `t`, with `df` degrees of freedom.
pub fn cdf(t: f64, df: f64) -> f64 {
    tail(-t, df)
}

/// The probability of more than `t`.
pub fn tail(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if df >= NORMAL_FROM {
        return normal::tail(t);
    }
    let square = t * t;
    if square.is_infinite() {
        return if t > 0.0 { 0.0 } else { 1.0 };
    }
    let beyond = 0.5 * beta_inc_of(df / 2.0, 0.5, df / (df + square), square / (df + square));
    if t > 0.0 { beyond } else { 1.0 - beyond }
}

/// The value that is exceeded with probability `1 − p`.
pub fn quantile(p: f64, df: f64) -> f64 {
    if df.is_nan() || df <= 0.0 || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return if p == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    if p < 0.5 {
        return -quantile_above(p, df);
    }
    if p == 0.5 { 0.0 } else { quantile_above(1.0 - p, df) }
}

/// The positive value that is exceeded with probability `beyond`, which is below a half.
fn quantile_above(beyond: f64, df: f64) -> f64 {
    if df >= NORMAL_FROM {
        return -normal::quantile(beyond);
    }
    let guess = (-normal::quantile(beyond)).max(1e-6);
    // The search compares lower probabilities: those of the negated value.
    let within = |t: f64| -tail(t, df);
    invert::continuous(-beyond, 0.0, guess, within, |t| tail(t, df))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_equal_those_of_scipy() {
        assert!((cdf(2.0, 5.0) - 0.949_030_260_585_070_8).abs() < 1e-14);
        assert!((tail(3.5, 1.5) - 0.054_112_977_494_828_886).abs() < 1e-14);
        assert!((tail(40.0, 10.0) / 1.140_428_871_542_876_8e-12 - 1.0).abs() < 1e-11);
        for (p, df, expected) in [
            (0.975, 7.0, 2.364_624_251_592_784),
            (0.999, 1.0, 318.308_838_985_550_15),
            (0.9, 1e7, 1.281_551_650_203_083_3),
            (1e-6, 2.5, -220.173_429_178_236_87),
        ] {
            assert!((quantile(p, df) / expected - 1.0).abs() < 1e-10, "{} {expected}", quantile(p, df));
        }
        assert!((cdf(1.0, 1e16) - normal::cdf(1.0)).abs() < 1e-15);
        assert_eq!((quantile(0.5, 3.0), cdf(0.0, 3.0), tail(f64::INFINITY, 2.0)), (0.0, 0.5, 0.0));
        assert!(cdf(1.0, 0.0).is_nan() && quantile(2.0, 3.0).is_nan());
    }
}
