//! Logarithms and powers of e as binary fractions of any precision.
//!
//! A number is a whole number of units of `2^-bits`. Results are a few units off at most; who needs digits asks for
//! more bits than they have.

use std::f64::consts::LOG2_10;
use std::sync::LazyLock;

use num_bigint::{BigInt, BigUint, Sign};

/// Bits beyond those of the digits, for what rounding in between adds up to.
const SPARE_BITS: u64 = 24;
/// Bits that ln 2 is known with, more than any function here asks for.
const LN_2_BITS: u64 = 2048;
/// By how many binary places an exponent is shortened before its series, which then needs few terms.
const HALVINGS: u64 = 8;

/// ln 2 = 2 · artanh(1/3).
static LN_2: LazyLock<BigInt> = LazyLock::new(|| {
    let third = (BigInt::from(1) << (LN_2_BITS + SPARE_BITS)) / 3;
    (artanh(&third, LN_2_BITS + SPARE_BITS) * 2) >> SPARE_BITS
});

/// The bits that `digits` after the point need.
pub(super) fn bits_of(digits: i32) -> u64 {
    (f64::from(digits.max(0)) * LOG2_10) as u64 + SPARE_BITS
}

/// A decimal of `scale` digits after the point.
pub(super) fn of_decimal(value: &BigInt, scale: i32, bits: u64) -> BigInt {
    (value << bits) / power_of_ten(scale)
}

/// The decimal with `scale` digits after the point, rounded half away from zero.
pub(super) fn to_decimal(value: &BigInt, bits: u64, scale: i32) -> BigInt {
    let widened = value.magnitude() * power_of_ten(scale).magnitude();
    let half = BigUint::from(1_u32) << bits.saturating_sub(1);
    BigInt::from_biguint(value.sign(), (widened + half) >> bits)
}

pub(super) fn power_of_ten(exponent: i32) -> BigInt {
    BigInt::from(10).pow(exponent.unsigned_abs())
}

/// The natural logarithm of a decimal above zero.
pub(super) fn ln(value: &BigInt, scale: i32, bits: u64) -> BigInt {
    let unit = power_of_ten(scale);
    // value = 2^doublings · rest, with the rest between ½ and 2.
    let mut doublings = value.bits() as i64 - unit.bits() as i64;
    let shifted = match u64::try_from(doublings) {
        Ok(doublings) => (value << bits) / (unit << doublings),
        Err(_) => (value << (bits + doublings.unsigned_abs())) / unit,
    };
    let one = BigInt::from(1) << bits;
    // Nearer to 1 the series is shorter, and the logarithm of a value near 1 is no difference of two others.
    let rest = if &shifted * 2 > &one * 3 {
        doublings += 1;
        shifted >> 1
    } else if &shifted * 4 < &one * 3 {
        doublings -= 1;
        shifted << 1
    } else {
        shifted
    };
    let ratio = ((&rest - &one) << bits) / (&rest + &one);
    artanh(&ratio, bits) * 2 + ln_2(bits) * doublings
}

/// e to a power: the result is the number returned times `2^doublings`.
pub(super) fn exp(exponent: &BigInt, bits: u64) -> (BigInt, i64) {
    let ln_2 = ln_2(bits);
    let doublings = rounded_quotient(exponent, &ln_2);
    let rest = exponent - &ln_2 * doublings;
    let wide = bits + HALVINGS + SPARE_BITS;
    let small = (rest << (wide - bits)) >> HALVINGS;
    let one = BigInt::from(1) << wide;
    let (mut sum, mut term) = (&one + &small, small.clone());
    for place in 2_u32.. {
        term = ((&term * &small) >> wide) / place;
        if is_nothing(&term) {
            break;
        }
        sum += &term;
    }
    for _ in 0..HALVINGS {
        sum = (&sum * &sum) >> wide;
    }
    (sum >> (wide - bits), doublings)
}

fn ln_2(bits: u64) -> BigInt {
    &*LN_2 >> (LN_2_BITS - bits.min(LN_2_BITS))
}

/// The whole number nearest to a quotient that is known to be small.
fn rounded_quotient(a: &BigInt, b: &BigInt) -> i64 {
    let quotient = (a * 2 + b) / (b * 2);
    i64::try_from(quotient).unwrap_or(0)
}

/// artanh(x) = x + x³/3 + x⁵/5 + …
fn artanh(x: &BigInt, bits: u64) -> BigInt {
    let square = (x * x) >> bits;
    let (mut sum, mut power) = (x.clone(), x.clone());
    for place in 1_u32.. {
        power = (&power * &square) >> bits;
        if is_nothing(&power) {
            break;
        }
        sum += &power / (2 * place + 1);
    }
    sum
}

/// Whether a term adds nothing any more; shifted to the right, a negative one ends at −1.
fn is_nothing(term: &BigInt) -> bool {
    term.sign() == Sign::NoSign || (term.sign() == Sign::Minus && term.bits() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &BigInt, bits: u64, scale: i32) -> String {
        to_decimal(value, bits, scale).to_string()
    }

    // The digits are those of any table.
    #[test]
    fn logarithms_have_their_digits() {
        let bits = bits_of(40);
        assert_eq!(text(&ln_2(bits), bits, 40), "6931471805599453094172321214581765680755");
        let ln = |value: i64, scale| text(&ln(&BigInt::from(value), scale, bits), bits, 30);
        assert_eq!(ln(10, 0), "2302585092994045684017991454684");
        assert_eq!(ln(1, 1), "-2302585092994045684017991454684");
        assert_eq!(ln(1, 0), "0");
        assert_eq!(ln(1_000_001, 6), "999999500000333333083334");
    }

    #[test]
    fn powers_of_e_have_their_digits() {
        let bits = bits_of(40);
        let e = |value: i64, scale: i32| {
            let (power, doublings) = exp(&of_decimal(&BigInt::from(value), scale, bits), bits);
            let power =
                if doublings < 0 { power >> doublings.unsigned_abs() } else { power << doublings.unsigned_abs() };
            text(&power, bits, 30)
        };
        assert_eq!(e(1, 0), "2718281828459045235360287471353");
        assert_eq!(e(-1, 0), "367879441171442321595523770161");
        assert_eq!(e(0, 0), "1000000000000000000000000000000");
        assert_eq!(e(-5, 1), "606530659712633423603799534991");
    }
}
