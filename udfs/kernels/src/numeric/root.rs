//! Square roots with as many digits as PostgreSQL keeps.
//!
//! PostgreSQL computes at least sixteen digits that count, in groups of four, and never fewer after the point than the
//! number shows. Source: `numeric_sqrt` in PostgreSQL's `numeric.c`.

use num_bigint::{BigInt, Sign};

use super::division::{GROUP_DIGITS, SIGNIFICANT_DIGITS, rescale_big, square_root};
use super::logarithm::place_of;
use super::undefined::Undefined;

/// The square root of a number with `scale` digits after the point: its value and the digits after its point,
/// `scale_max` at most.
pub fn sqrt(value: &BigInt, scale: i32, scale_max: i32) -> Result<(BigInt, i32), Undefined> {
    if value.sign() == Sign::Minus {
        return Err(Undefined::RootOfNegative);
    }
    let wanted = sqrt_scale(value, scale);
    let root = square_root(&rescale_big(value, scale, wanted), wanted);
    let held = wanted.min(scale_max);
    Ok((rescale_big(&root, wanted, held), held))
}

/// Digits after the point of a root, before any limit.
pub fn sqrt_scale(value: &BigInt, scale: i32) -> i32 {
    let place = if value.sign() == Sign::NoSign { 0 } else { place_of(value.magnitude(), scale) };
    let weight = place.div_euclid(GROUP_DIGITS);
    let whole = weight * GROUP_DIGITS / 2 + 1;
    (SIGNIFICANT_DIGITS - whole).max(scale).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::division::tests::{number, shown};

    // The results are PostgreSQL 15's.
    #[test]
    fn roots_have_postgresqls_digits() {
        for (text, expected) in [
            ("2.0", "1.414213562373095"),
            ("0.0001", "0.01000000000000000"),
            ("0.0", "0.000000000000000"),
            ("10000.0", "100.0000000000000"),
            ("99999999.99", "9999.9999995000000"),
            ("0.00000001", "0.0001000000000000000"),
        ] {
            let (value, scale) = number(text);
            assert_eq!(shown(sqrt(&value, scale, 76).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn a_limit_on_the_scale_shortens_the_root() {
        assert_eq!(sqrt(&BigInt::from(2), 0, 3), Ok((BigInt::from(1414), 3)));
        assert_eq!(sqrt(&BigInt::from(-1), 0, 3), Err(Undefined::RootOfNegative));
    }
}
