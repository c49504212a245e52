//! Quotients with as many digits as PostgreSQL keeps.
//!
//! PostgreSQL computes at least [`SIGNIFICANT_DIGITS`] digits that count, in groups of [`GROUP_DIGITS`], and never
//! fewer after the point than either operand shows. How many that are depends on the values: `1.0 / 3` has twenty
//! digits after the point and `100.0 / 3` sixteen. Source: `select_div_scale` and `div_var` in PostgreSQL's
//! `numeric.c`.

use num_bigint::{BigInt, BigUint, Sign};

/// The fewest digits that count in a quotient.
pub(super) const SIGNIFICANT_DIGITS: i32 = 16;
/// PostgreSQL's numbers have the base 10,000.
pub(super) const GROUP_DIGITS: i32 = 4;

/// A number's first digit to the base 10,000, and its place: zero is the place before the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leading {
    digit: u32,
    place: i32,
}

impl Leading {
    /// Of a magnitude with `scale` digits after the point.
    pub fn of(magnitude: u128, scale: i32) -> Self {
        if magnitude == 0 {
            return Self { digit: 0, place: 0 };
        }
        let place = (magnitude.ilog10() as i32 - scale).div_euclid(GROUP_DIGITS);
        // Below 10,000 by the choice of the place.
        let shift = place * GROUP_DIGITS + scale;
        let digit = if shift >= 0 {
            magnitude / 10_u128.pow(shift as u32)
        } else {
            magnitude * 10_u128.pow(shift.unsigned_abs())
        };
        Self { digit: digit as u32, place }
    }

    /// Digits after the point that PostgreSQL gives a quotient of this size.
    pub fn quotient_scale(self) -> i32 {
        (SIGNIFICANT_DIGITS - self.place * GROUP_DIGITS).max(0)
    }

    /// Of a magnitude of any size.
    pub fn of_big(magnitude: &BigUint, scale: i32) -> Self {
        // The first digits decide, and 38 of them are more than enough.
        let text = magnitude.to_str_radix(10);
        let kept = text.get(..38).unwrap_or(&text);
        let dropped = text.len() - kept.len();
        Self::of(kept.parse().unwrap_or(0), scale - dropped as i32)
    }
}

/// Digits after the point of a quotient, before any limit.
pub fn quotient_scale(dividend: Leading, divisor: Leading, dividend_scale: i32, divisor_scale: i32) -> i32 {
    let mut place = dividend.place - divisor.place;
    if dividend.digit <= divisor.digit {
        place -= 1;
    }
    (SIGNIFICANT_DIGITS - place * GROUP_DIGITS).max(dividend_scale).max(divisor_scale).max(0)
}

/// The quotient as a whole number of units of `10^-scale` and that scale, at most `scale_max`; rounded half away
/// from zero. `None` when the divisor is zero or the result has no place in 128 bits, where [`divide_big`] goes on.
pub fn divide(
    dividend: i128,
    dividend_scale: i32,
    divisor: i128,
    divisor_scale: i32,
    scale_max: i32,
) -> Option<(i128, i32)> {
    let (a, b) = (dividend.unsigned_abs(), divisor.unsigned_abs());
    if b == 0 {
        return None;
    }
    let wanted =
        quotient_scale(Leading::of(a, dividend_scale), Leading::of(b, divisor_scale), dividend_scale, divisor_scale);
    let scale = wanted.min(scale_max);
    let shift = scale + divisor_scale - dividend_scale;
    let (a, b) = if shift >= 0 {
        (a.checked_mul(10_u128.checked_pow(shift as u32)?)?, b)
    } else {
        (a, b.checked_mul(10_u128.checked_pow(shift.unsigned_abs())?)?)
    };
    let quotient = i128::try_from(rounded(a, b)).ok()?;
    let is_negative = (dividend < 0) != (divisor < 0);
    Some((if is_negative { -quotient } else { quotient }, scale))
}

fn rounded(a: u128, b: u128) -> u128 {
    // A word's division is several times as fast, and most divisors are a word.
    let (quotient, rest) = match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => (u128::from(a / b), u128::from(a % b)),
        _ => (a / b, a % b),
    };
    if rest >= b - rest { quotient + 1 } else { quotient }
}

/// As [`divide`], for numbers of any size; `None` when the divisor is zero.
pub fn divide_big(
    dividend: &BigInt,
    dividend_scale: i32,
    divisor: &BigInt,
    divisor_scale: i32,
    scale_max: i32,
) -> Option<(BigInt, i32)> {
    if divisor.sign() == Sign::NoSign {
        return None;
    }
    let (a, b) = (dividend.magnitude(), divisor.magnitude());
    let wanted = quotient_scale(
        Leading::of_big(a, dividend_scale),
        Leading::of_big(b, divisor_scale),
        dividend_scale,
        divisor_scale,
    );
    let scale = wanted.min(scale_max);
    let shift = scale + divisor_scale - dividend_scale;
    let power = BigUint::from(10_u32).pow(shift.unsigned_abs());
    let (a, b) = if shift >= 0 { (a * power, b.clone()) } else { (a.clone(), b * power) };
    let (mut quotient, rest) = (&a / &b, &a % &b);
    if rest.clone() + rest >= b {
        quotient += 1_u32;
    }
    let sign = if dividend.sign() == divisor.sign() { Sign::Plus } else { Sign::Minus };
    Some((BigInt::from_biguint(sign, quotient), scale))
}

/// `value` with `to` instead of `from` digits after the point, rounded half away from zero; `None` when it does not
/// fit.
pub fn rescale(value: i128, from: i32, to: i32) -> Option<i128> {
    let power = 10_i128.checked_pow((to - from).unsigned_abs());
    if to >= from {
        return value.checked_mul(power?);
    }
    let Some(power) = power else { return Some(0) };
    let magnitude = i128::try_from(rounded(value.unsigned_abs(), power.unsigned_abs())).ok()?;
    Some(if value < 0 { -magnitude } else { magnitude })
}

/// As [`rescale`], for numbers of any size.
pub fn rescale_big(value: &BigInt, from: i32, to: i32) -> BigInt {
    let power = BigUint::from(10_u32).pow((to - from).unsigned_abs());
    if to >= from {
        return value * BigInt::from(power);
    }
    let (mut quotient, rest) = (value.magnitude() / &power, value.magnitude() % &power);
    if rest.clone() + rest >= power {
        quotient += 1_u32;
    }
    BigInt::from_biguint(value.sign(), quotient)
}

/// The root of a number with `scale` digits after the point, with as many; rounded to the nearest.
pub fn square_root(value: &BigInt, scale: i32) -> BigInt {
    let widened = value.magnitude() * BigUint::from(10_u32).pow(scale.unsigned_abs());
    let root = widened.sqrt();
    // (root + ½)² is root² + root + ¼.
    let rest = widened - &root * &root;
    BigInt::from(if rest > root { root + 1_u32 } else { root })
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A number as written: its digits, and how many of them stand after the point.
    pub(in crate::numeric) fn number(text: &str) -> (BigInt, i32) {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        (format!("{whole}{fraction}").parse().unwrap(), fraction.len() as i32)
    }

    /// A number as it is written.
    pub(in crate::numeric) fn shown((value, scale): (BigInt, i32)) -> String {
        let digits = format!("{:0>width$}", value.magnitude().to_string(), width = scale as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
        format!("{}{whole}.{fraction}", if value.sign() == Sign::Minus { "-" } else { "" })
    }

    fn text(dividend: i128, dividend_scale: i32, divisor: i128, divisor_scale: i32) -> String {
        let (value, scale) = divide(dividend, dividend_scale, divisor, divisor_scale, 38).unwrap();
        shown((BigInt::from(value), scale))
    }

    // The results are PostgreSQL 15's.
    #[test]
    fn quotients_have_postgresqls_digits() {
        assert_eq!(text(100, 1, 3, 0), "3.3333333333333333");
        assert_eq!(text(10, 1, 30, 1), "0.33333333333333333333");
        assert_eq!(text(1000, 1, 3, 0), "33.3333333333333333");
        assert_eq!(text(10_000_000, 1, 3, 0), "333333.333333333333");
        assert_eq!(text(10, 1, 10, 1), "1.00000000000000000000");
        assert_eq!(text(-151, 2, 350, 2), "-0.43142857142857142857");
        assert_eq!(text(0, 1, 5, 0), "0.00000000000000000000");
    }

    #[test]
    fn a_limit_on_the_scale_rounds_once() {
        assert_eq!(divide(2, 0, 3, 0, 4), Some((6667, 4)));
        assert_eq!(divide(1, 0, 0, 0, 4), None);
    }

    #[test]
    fn rescaling_rounds_half_away_from_zero() {
        assert_eq!(rescale(25, 1, 0), Some(3));
        assert_eq!(rescale(-25, 1, 0), Some(-3));
        assert_eq!(rescale(-24, 1, 0), Some(-2));
        assert_eq!(rescale(5, 0, 3), Some(5000));
        assert_eq!(rescale(i128::MAX, 0, 1), None);
    }

    #[test]
    fn roots_are_rounded_to_the_nearest() {
        assert_eq!(square_root(&BigInt::from(20_000), 4), BigInt::from(14_142));
        assert_eq!(square_root(&BigInt::from(30_000), 4), BigInt::from(17_321));
        assert_eq!(square_root(&BigInt::from(0), 4), BigInt::from(0));
    }

    proptest! {
        #[test]
        fn both_widths_agree(
            a in -(10_i128.pow(14))..10_i128.pow(14),
            a_scale in 0..6_i32,
            b in 1..10_i128.pow(12),
            b_scale in 0..6_i32,
        ) {
            let big = divide_big(&BigInt::from(a), a_scale, &BigInt::from(b), b_scale, 28).unwrap();
            if let Some((quotient, scale)) = divide(a, a_scale, b, b_scale, 28) {
                prop_assert_eq!((BigInt::from(quotient), scale), big);
            }
            prop_assert_eq!(
                rescale(a, a_scale, b_scale).map(BigInt::from),
                Some(rescale_big(&BigInt::from(a), a_scale, b_scale))
            );
        }
    }
}
