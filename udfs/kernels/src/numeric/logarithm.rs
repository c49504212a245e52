//! Logarithms with as many digits as PostgreSQL keeps.
//!
//! PostgreSQL estimates how large the logarithm is and computes at least sixteen digits that count, and never fewer
//! after the point than the number shows. Source: `numeric_ln`, `log_var` and `estimate_ln_dweight` in PostgreSQL's
//! `numeric.c`.

use std::f64::consts::LN_10;

use num_bigint::{BigInt, BigUint, Sign};

use super::binary::{bits_of, ln as binary_ln, power_of_ten, to_decimal};
use super::division::{GROUP_DIGITS, SIGNIFICANT_DIGITS};
use super::undefined::Undefined;

/// Digits beyond those asked for that round correctly what comes of them.
pub(super) const SPARE_DIGITS: i32 = 12;

/// The natural logarithm of a number with `scale` digits after the point: its value and the digits after its point,
/// `scale_max` at most.
pub fn ln(value: &BigInt, scale: i32, scale_max: i32) -> Result<(BigInt, i32), Undefined> {
    check(value)?;
    let wanted = ln_scale(value, scale).min(scale_max);
    Ok((rounded_ln(value, scale, wanted), wanted))
}

/// The logarithm of a number to a base, as [`ln`].
pub fn log(
    base: &BigInt,
    base_scale: i32,
    value: &BigInt,
    scale: i32,
    scale_max: i32,
) -> Result<(BigInt, i32), Undefined> {
    check(base)?;
    check(value)?;
    let (base_weight, weight) = (ln_weight(base, base_scale), ln_weight(value, scale));
    let wanted = log_scale(base, base_scale, value, scale).min(scale_max);
    let digits = wanted + SPARE_DIGITS + 2 * (-base_weight).max(0) + (weight - base_weight).max(0);
    let bits = bits_of(digits);
    let (base, value) = (binary_ln(base, base_scale, bits), binary_ln(value, scale, bits));
    if base.sign() == Sign::NoSign {
        return Err(Undefined::DivisionByZero);
    }
    Ok((to_decimal(&((value << bits) / base), bits, wanted), wanted))
}

/// Digits after the point of a natural logarithm, before any limit.
pub fn ln_scale(value: &BigInt, scale: i32) -> i32 {
    (SIGNIFICANT_DIGITS - ln_weight(value, scale)).max(scale).max(0)
}

/// Digits after the point of a logarithm to a base, before any limit.
pub fn log_scale(base: &BigInt, base_scale: i32, value: &BigInt, scale: i32) -> i32 {
    let weight = ln_weight(value, scale) - ln_weight(base, base_scale);
    (SIGNIFICANT_DIGITS - weight).max(base_scale).max(scale).max(0)
}

/// A natural logarithm with `wanted` digits after the point.
pub(super) fn rounded_ln(value: &BigInt, scale: i32, wanted: i32) -> BigInt {
    let bits = bits_of(wanted + SPARE_DIGITS);
    to_decimal(&binary_ln(value, scale, bits), bits, wanted)
}

fn check(value: &BigInt) -> Result<(), Undefined> {
    match value.sign() {
        Sign::Plus => Ok(()),
        Sign::NoSign => Err(Undefined::LogarithmOfZero),
        Sign::Minus => Err(Undefined::LogarithmOfNegative),
    }
}

/// The place of a logarithm's first digit, as PostgreSQL estimates it.
pub(super) fn ln_weight(value: &BigInt, scale: i32) -> i32 {
    let (Sign::Plus, value) = (value.sign(), value.magnitude()) else { return 0 };
    let one = power_of_ten(scale).magnitude().clone();
    let (nine_tenths, eleven_tenths, tenfold) = (&one * 9_u32, &one * 11_u32, value * 10_u32);
    if tenfold < nine_tenths || tenfold > eleven_tenths {
        let (digits, place) = leading(value, scale);
        let ln = f64::from(digits).ln() + f64::from(place) * LN_10;
        return ln.abs().log10() as i32;
    }
    // Near 1 the logarithm of 1 + x is x.
    let beside = if *value > one { value - &one } else { &one - value };
    if beside == BigUint::ZERO {
        return 0;
    }
    place_of(&beside, scale)
}

/// The first two groups of digits as one number, and the place of its last digit.
fn leading(value: &BigUint, scale: i32) -> (u32, i32) {
    let group = place_of(value, scale).div_euclid(GROUP_DIGITS);
    let place = (group - 1) * GROUP_DIGITS;
    let shift = place + scale;
    let power = power_of_ten(shift);
    let digits = if shift >= 0 { value / power.magnitude() } else { value * power.magnitude() };
    (u32::try_from(digits).unwrap_or(u32::MAX), place)
}

/// The place of a number's first digit: zero is the place before the point.
pub(super) fn place_of(value: &BigUint, scale: i32) -> i32 {
    value.to_str_radix(10).len() as i32 - 1 - scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::division::tests::{number, shown};

    // The results are PostgreSQL 15's.
    #[test]
    fn natural_logarithms_have_postgresqls_digits() {
        for (text, expected) in [
            ("2.0", "0.6931471805599453"),
            ("1.0", "0.0000000000000000"),
            ("0.5", "-0.6931471805599453"),
            ("1.0000001", "0.00000009999999500000033"),
            ("22026.47", "10.0000001909154615"),
            ("1.1052", "0.1000263140671244"),
        ] {
            let (value, scale) = number(text);
            assert_eq!(shown(ln(&value, scale, 76).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn logarithms_to_a_base_have_postgresqls_digits() {
        for (base, text, expected) in [
            ("2.0", "64.0", "6.0000000000000000"),
            ("10", "100.0", "2.0000000000000000"),
            ("2", "64", "6.0000000000000000"),
        ] {
            let ((base, base_scale), (value, scale)) = (number(base), number(text));
            assert_eq!(shown(log(&base, base_scale, &value, scale, 76).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_logarithm_is_refused() {
        for (text, refused) in [("0.0", Undefined::LogarithmOfZero), ("-1", Undefined::LogarithmOfNegative)] {
            let (value, scale) = number(text);
            assert_eq!(ln(&value, scale, 76), Err(refused));
        }
        let ((one, one_scale), (five, scale)) = (number("1.0"), number("5.0"));
        assert_eq!(log(&one, one_scale, &five, scale, 76), Err(Undefined::DivisionByZero));
    }
}
