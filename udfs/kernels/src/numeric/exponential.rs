//! Powers of e and of any number, with as many digits as PostgreSQL keeps.
//!
//! PostgreSQL estimates how large the result is and computes at least sixteen digits that count, and never fewer after
//! the point than the numbers show; a whole power has sixteen digits after the point at least. Source: `numeric_exp`,
//! `power_var` and `power_var_int` in PostgreSQL's `numeric.c`.

use std::f64::consts::LOG10_E;

use num_bigint::{BigInt, Sign};

use super::binary::{bits_of, exp as binary_exp, ln as binary_ln, of_decimal, power_of_ten, to_decimal};
use super::division::{SIGNIFICANT_DIGITS, rescale_big};
use super::logarithm::{SPARE_DIGITS, ln_weight, place_of, rounded_ln};
use super::undefined::Undefined;

/// Digits after the point that PostgreSQL shows at most.
const SCALE_MAX: i32 = 1000;
/// A number beyond which PostgreSQL takes e to its power for infinite, or for zero.
const EXPONENT_MAX: f64 = 6000.0;
/// How far that may be missed in an estimate.
const ESTIMATED_EXPONENT_MAX: f64 = 6020.0;
/// Digits before the point of the largest number there is.
const WHOLE_DIGITS_MAX: i32 = 80;
/// Bits of a whole power that is multiplied out.
const EXACT_BITS_MAX: u64 = 16_384;

/// e to the power of a number with `scale` digits after the point: its value and the digits after its point,
/// `scale_max` at most.
pub fn exp(value: &BigInt, scale: i32, scale_max: i32) -> Result<(BigInt, i32), Undefined> {
    let exponent = to_double(value, scale);
    let weight = (exponent * LOG10_E).clamp(-2000.0, 2000.0) as i32;
    let wanted = (SIGNIFICANT_DIGITS - weight).max(scale).clamp(0, SCALE_MAX).min(scale_max);
    if weight > WHOLE_DIGITS_MAX {
        return Err(Undefined::TooLarge);
    }
    if exponent < -EXPONENT_MAX {
        return Ok((BigInt::ZERO, wanted));
    }
    let bits = bits_of(wanted + weight.max(0) + SPARE_DIGITS);
    Ok((decimal_exp(&of_decimal(value, scale, bits), bits, wanted), wanted))
}

/// A number to the power of another, as [`exp`].
pub fn power(
    base: &BigInt,
    base_scale: i32,
    exponent: &BigInt,
    exponent_scale: i32,
    scale_max: i32,
) -> Result<(BigInt, i32), Undefined> {
    if base.sign() == Sign::NoSign && exponent.sign() == Sign::Minus {
        return Err(Undefined::ZeroToNegative);
    }
    let unit = power_of_ten(exponent_scale);
    let is_whole = (exponent % &unit).sign() == Sign::NoSign;
    let whole = exponent / &unit;
    if is_whole && let Ok(exponent) = i32::try_from(&whole) {
        let wanted = whole_power_scale(base_scale).min(scale_max);
        return Ok((whole_power(base, base_scale, exponent, wanted)?, wanted));
    }
    if base.sign() == Sign::NoSign {
        return Ok((BigInt::ZERO, SIGNIFICANT_DIGITS.min(scale_max)));
    }
    if base.sign() == Sign::Minus && !is_whole {
        return Err(Undefined::NegativeToFraction);
    }
    let magnitude = BigInt::from(base.magnitude().clone());
    let estimated = estimated_exponent(&magnitude, base_scale, exponent, exponent_scale);
    if estimated > ESTIMATED_EXPONENT_MAX {
        return Err(Undefined::TooLarge);
    }
    if estimated < -ESTIMATED_EXPONENT_MAX {
        return Ok((BigInt::ZERO, SCALE_MAX.min(scale_max)));
    }
    let weight = (estimated * LOG10_E) as i32;
    if weight > WHOLE_DIGITS_MAX {
        return Err(Undefined::TooLarge);
    }
    let wanted = (SIGNIFICANT_DIGITS - weight).max(base_scale).max(exponent_scale).clamp(0, SCALE_MAX).min(scale_max);
    let result = by_logarithm(&magnitude, base_scale, exponent, exponent_scale, weight, wanted);
    let is_negative = base.sign() == Sign::Minus && whole.bit(0);
    Ok((if is_negative { -result } else { result }, wanted))
}

/// Digits after the point of a whole power, before any limit.
pub fn whole_power_scale(base_scale: i32) -> i32 {
    base_scale.clamp(SIGNIFICANT_DIGITS, SCALE_MAX)
}

fn whole_power(base: &BigInt, base_scale: i32, exponent: i32, wanted: i32) -> Result<BigInt, Undefined> {
    if exponent == 0 {
        return Ok(power_of_ten(wanted));
    }
    if base.sign() == Sign::NoSign {
        return Ok(BigInt::ZERO);
    }
    let times = exponent.unsigned_abs();
    let weight = f64::from(exponent) * log10(base, base_scale);
    if weight > f64::from(WHOLE_DIGITS_MAX) {
        return Err(Undefined::TooLarge);
    }
    if weight < -f64::from(wanted + 1) {
        return Ok(BigInt::ZERO);
    }
    if base.bits() * u64::from(times) > EXACT_BITS_MAX {
        let magnitude = BigInt::from(base.magnitude().clone());
        let power = by_logarithm(&magnitude, base_scale, &BigInt::from(exponent), 0, weight as i32, wanted);
        let is_negative = base.sign() == Sign::Minus && times % 2 == 1;
        return Ok(if is_negative { -power } else { power });
    }
    // base^times = power / unit
    let (power, unit) = (base.pow(times), power_of_ten(base_scale).pow(times));
    let (dividend, divisor) = if exponent > 0 { (power, unit) } else { (unit, power) };
    Ok(rounded_quotient(&dividend, &divisor, wanted))
}

/// A quotient with `scale` digits after the point, rounded half away from zero.
fn rounded_quotient(dividend: &BigInt, divisor: &BigInt, scale: i32) -> BigInt {
    let widened = dividend.magnitude() * power_of_ten(scale).magnitude() * 2_u32;
    let quotient = (widened + divisor.magnitude()) / (divisor.magnitude() * 2_u32);
    let is_negative = (dividend.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    BigInt::from_biguint(if is_negative { Sign::Minus } else { Sign::Plus }, quotient)
}

/// `e^(exponent · ln base)`, whose first digit is at about the place `weight`.
fn by_logarithm(
    base: &BigInt,
    base_scale: i32,
    exponent: &BigInt,
    exponent_scale: i32,
    weight: i32,
    wanted: i32,
) -> BigInt {
    let exponent_digits = place_of(exponent.magnitude(), exponent_scale).max(0);
    let bits = bits_of(wanted + weight.max(0) + exponent_digits + SPARE_DIGITS);
    let product = binary_ln(base, base_scale, bits) * exponent / power_of_ten(exponent_scale);
    decimal_exp(&product, bits, wanted)
}

/// e to a power of `bits` binary places, as a decimal.
fn decimal_exp(exponent: &BigInt, bits: u64, wanted: i32) -> BigInt {
    let (power, doublings) = binary_exp(exponent, bits);
    match u64::try_from(doublings) {
        Ok(doublings) => to_decimal(&(power << doublings), bits, wanted),
        Err(_) => to_decimal(&power, bits + doublings.unsigned_abs(), wanted),
    }
}

/// `exponent · ln base` with about eight digits that count, which decide how many the result has.
fn estimated_exponent(base: &BigInt, base_scale: i32, exponent: &BigInt, exponent_scale: i32) -> f64 {
    let scale = (8 - ln_weight(base, base_scale)).max(0);
    let ln = rounded_ln(base, base_scale, scale);
    to_double(&rescale_big(&(ln * exponent), scale + exponent_scale, scale), scale)
}

/// The decimal logarithm of a magnitude, nearly.
fn log10(value: &BigInt, scale: i32) -> f64 {
    let digits = value.magnitude().to_str_radix(10);
    let first: f64 = digits.get(..17).unwrap_or(&digits).parse().unwrap_or(1.0);
    first.log10() + (digits.len() as f64 - digits.len().min(17) as f64) - f64::from(scale)
}

/// The double nearest to a decimal.
fn to_double(value: &BigInt, scale: i32) -> f64 {
    format!("{value}e-{scale}").parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::division::tests::{number, shown};

    // The results are PostgreSQL 15's.
    #[test]
    fn powers_of_e_have_postgresqls_digits() {
        for (text, expected) in [
            ("1.0", "2.7182818284590452"),
            ("0.0", "1.0000000000000000"),
            ("-50.0", "0.0000000000000000000001928749847963918"),
            ("50.0", "5184705528587072464087.5"),
        ] {
            let (value, scale) = number(text);
            assert_eq!(shown(exp(&value, scale, 76).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn powers_have_postgresqls_digits() {
        for (base, exponent, expected) in [
            ("2.0", "10", "1024.0000000000000000"),
            ("2.0", "0.5", "1.4142135623730950"),
            ("0.001", "10", "0.0000000000000000"),
            ("100.0", "1.5", "1000.0000000000000"),
            ("1.05", "-3", "0.8638375985314761"),
            ("0.0", "0", "1.0000000000000000"),
            ("0.0", "0.5", "0.0000000000000000"),
            ("1.000001", "1000000", "2.7182804693193769"),
            ("-2.0", "-3", "-0.1250000000000000"),
            ("10.0", "-20", "0.0000000000000000"),
            ("0.5", "17", "0.0000076293945313"),
            ("-1.0", "3000000001", "-1.0000000000000000"),
            ("0.00001", "1.5", "0.00000003162277660168379"),
            ("12345.678", "2", "152415765.2796840000000000"),
            ("99.99", "0.01", "1.0471275008705152"),
        ] {
            let ((base, base_scale), (value, scale)) = (number(base), number(exponent));
            assert_eq!(shown(power(&base, base_scale, &value, scale, 76).unwrap()), expected, "{exponent}");
        }
    }

    #[test]
    fn powers_that_are_no_numbers_are_refused() {
        let power = |base, exponent| {
            let ((base, base_scale), (value, scale)) = (number(base), number(exponent));
            power(&base, base_scale, &value, scale, 76)
        };
        assert_eq!(power("0.0", "-1"), Err(Undefined::ZeroToNegative));
        assert_eq!(power("-8.0", "0.5"), Err(Undefined::NegativeToFraction));
        assert_eq!(power("10.0", "81"), Err(Undefined::TooLarge));
        assert_eq!(power("1.5", "3000000000.5"), Err(Undefined::TooLarge));
        assert_eq!(exp(&BigInt::from(10_000), 0, 76), Err(Undefined::TooLarge));
    }
}
