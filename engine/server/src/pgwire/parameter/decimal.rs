//! Numeric parameters: any number of digits in, a decimal of the plan's precision and scale out.

use arrow::datatypes::DataType;
use bellwether::{Error, ErrorKind, Result};
use datafusion::scalar::ScalarValue;

use super::{invalid, out_of_range};
use crate::pgwire::body::Body;
use crate::pgwire::types::oid;

/// The sign in the binary header; every other sign is NaN or an infinity.
const NEGATIVE: u16 = 0x4000;
/// The most digits a decimal can hold.
const PRECISION_MAX: u8 = 38;
/// The scale when the plan expects no decimal.
const SCALE_UNPLANNED: i8 = 18;
/// No exponent beyond this leaves a digit of a decimal.
const EXPONENT_MAX: i32 = 1000;

/// `-12.50`, `1e3`, `.5`.
pub(super) fn text(text: &str, target: &DataType) -> Result<ScalarValue> {
    let malformed = || invalid(oid::NUMERIC, text);
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| malformed())?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
        return Err(malformed());
    }
    let exponent = exponent.clamp(-EXPONENT_MAX, EXPONENT_MAX);
    let whole_digits = i32::try_from(whole.len()).map_err(|_| out_of_range(oid::NUMERIC, text))?;
    let digits = digits().map(|byte| byte - b'0');
    build(negative, digits, whole_digits.saturating_add(exponent), target)
        .ok_or_else(|| out_of_range(oid::NUMERIC, text))
}

/// Groups of four digits with the weight of the first.
pub(super) fn binary(body: &mut Body<'_>, target: &DataType) -> Result<ScalarValue> {
    let groups = body.u16()?;
    let weight = body.i16()?;
    let sign = body.u16()?;
    let _display_scale = body.u16()?;
    if sign != 0 && sign != NEGATIVE {
        return Err(Error::new(ErrorKind::NumericOutOfRange, "NaN and infinite numerics are not offered")
            .with_hint("send the parameter as double precision"));
    }
    let mut digits = Vec::new();
    for _ in 0..groups {
        let group = body.u16()?;
        if group > 9999 {
            return Err(Error::new(ErrorKind::Protocol, format!("a numeric has the digit {group} to the base 10000")));
        }
        digits.extend([group / 1000, group / 100 % 10, group / 10 % 10, group % 10].map(|digit| digit as u8));
    }
    let whole_digits = (i32::from(weight) + 1) * 4;
    build(sign == NEGATIVE, digits.into_iter(), whole_digits, target)
        .ok_or_else(|| Error::new(ErrorKind::NumericOutOfRange, "value is out of range for type numeric"))
}

/// The decimal of `digits`, of which the first `whole` stand before the point (zeros follow where
/// there are fewer, and precede where `whole` is negative). Halves are rounded away from zero.
fn build(negative: bool, digits: impl Iterator<Item = u8>, whole: i32, target: &DataType) -> Option<ScalarValue> {
    let (precision, scale) = match target {
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => ((*precision).min(PRECISION_MAX), *scale),
        _ => (PRECISION_MAX, SCALE_UNPLANNED),
    };
    let mut kept = whole.saturating_add(i32::from(scale));
    let mut value = 0_i128;
    let mut round_up = false;
    for digit in digits {
        if kept > 0 {
            value = value.checked_mul(10)?.checked_add(i128::from(digit))?;
        } else if kept == 0 {
            round_up = digit >= 5;
        } else {
            break;
        }
        kept -= 1;
    }
    while kept > 0 && value != 0 {
        value = value.checked_mul(10)?;
        kept -= 1;
    }
    if round_up {
        value = value.checked_add(1)?;
    }
    if value >= 10_i128.checked_pow(u32::from(precision))? {
        return None;
    }
    Some(ScalarValue::Decimal128(Some(if negative { -value } else { value }), precision, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONEY: DataType = DataType::Decimal128(18, 4);

    fn unscaled(value: Result<ScalarValue>) -> Option<i128> {
        match value {
            Ok(ScalarValue::Decimal128(value, _, _)) => value,
            _ => None,
        }
    }

    #[test]
    fn texts_take_the_scale_of_the_plan() {
        let cases = [
            ("12.5", 125_000),
            ("-0.00005", -1),
            ("0.00004", 0),
            (".5", 5_000),
            ("7.", 70_000),
            ("1e3", 10_000_000),
            ("125e-2", 12_500),
            ("0e1000000", 0),
            ("1e-1000000", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(unscaled(super::text(text, &MONEY)), Some(expected), "{text}");
        }
        for text in ["", ".", "-", "1.2.3", "1e", "e5", "NaN", "1e40", "100000000000000", "1 2"] {
            assert!(super::text(text, &MONEY).is_err(), "{text}");
        }
    }

    #[test]
    fn binary_groups_are_the_same_number() {
        let groups = |words: &[u16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>();
        let number = |words: &[u16]| unscaled(binary(&mut Body::new(&groups(words)), &MONEY));
        assert_eq!(number(&[2, 0, 0, 4, 12, 5000]), Some(125_000));
        assert_eq!(number(&[1, 0xffff, 0x4000, 2, 500]), Some(-500));
        assert_eq!(number(&[0, 0, 0, 0]), Some(0));
        assert_eq!(number(&[1, 1, 0, 0, 1]), Some(100_000_000));
        assert_eq!(number(&[0, 0, 0xc000, 0]), None);
        assert_eq!(number(&[1, 0x7fff, 0, 0, 1]), None);
        assert_eq!(number(&[1, 0, 0, 0, 10_000]), None);
        assert_eq!(number(&[2, 0, 0, 0, 1]), None);
    }
}
