//! Single decimals: as written, with no more digits than they need, and divided by one another.

use bellwether_kernels::numeric::BigInt;
use bellwether_kernels::numeric::division::divide_big;
use datafusion::arrow::datatypes::{DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION};
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::operand::{big, digits_of, wide};
use crate::value_error::ValueError;

/// Exponents beyond this make numbers with more digits than any type has.
const EXPONENT_MAX: i32 = 1000;

/// A number as written: digits with a sign, a point and an exponent. `None` when it is none.
pub fn parse(text: &str) -> Result<Option<ScalarValue>> {
    match parts(text) {
        Some((value, scale)) => decimal(&value, scale).map(Some),
        None => Ok(None),
    }
}

/// The digits of a number and how many of them stand after the point, never less than none.
pub(crate) fn parts(text: &str) -> Option<(BigInt, i32)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    if exponent.abs() > EXPONENT_MAX {
        return None;
    }
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut value: BigInt = digits.parse().ok()?;
    if mantissa.starts_with('-') {
        value = -value;
    }
    let scale = i32::try_from(fraction.len()).ok()? - exponent;
    if scale < 0 {
        return Some((value * BigInt::from(10).pow(scale.unsigned_abs()), 0));
    }
    Some((value, scale))
}

/// The decimal with these digits, in the narrowest type.
pub(crate) fn decimal(value: &BigInt, scale: i32) -> Result<ScalarValue> {
    let digits = digits_of(value);
    let precision = u8::try_from(digits.max(usize::try_from(scale).unwrap_or(0)).max(1)).unwrap_or(u8::MAX);
    let (Ok(scale), true) = (i8::try_from(scale), precision <= DECIMAL256_MAX_PRECISION) else {
        return Err(ValueError::numeric_overflow().into());
    };
    if precision <= DECIMAL128_MAX_PRECISION
        && let Ok(value) = i128::try_from(value)
    {
        return Ok(ScalarValue::Decimal128(Some(value), precision, scale));
    }
    let value = wide(value).ok_or_else(ValueError::numeric_overflow)?;
    Ok(ScalarValue::Decimal256(Some(value), precision, scale))
}

/// An integer or decimal as a decimal of no more digits than it needs.
pub fn shortest(value: &ScalarValue) -> Option<ScalarValue> {
    let (value, scale) = digits(value)?;
    decimal(&value, scale).ok()
}

/// The digits of an integer or decimal, and how many of them stand after the point.
pub(crate) fn digits(value: &ScalarValue) -> Option<(BigInt, i32)> {
    Some(match value {
        ScalarValue::Int8(Some(value)) => (BigInt::from(*value), 0),
        ScalarValue::Int16(Some(value)) => (BigInt::from(*value), 0),
        ScalarValue::Int32(Some(value)) => (BigInt::from(*value), 0),
        ScalarValue::Int64(Some(value)) => (BigInt::from(*value), 0),
        ScalarValue::Decimal128(Some(value), _, scale) => (BigInt::from(*value), i32::from(*scale)),
        ScalarValue::Decimal256(Some(value), _, scale) => (big(*value), i32::from(*scale)),
        _ => return None,
    })
}

/// The quotient of two decimals or integers, with its own digits only; `None` when one is NULL or something else.
pub fn divide_constants(dividend: &ScalarValue, divisor: &ScalarValue) -> Result<Option<ScalarValue>> {
    let (Some((dividend, dividend_scale)), Some((divisor, divisor_scale))) = (digits(dividend), digits(divisor)) else {
        return Ok(None);
    };
    let (value, scale) =
        divide_big(&dividend, dividend_scale, &divisor, divisor_scale, i32::from(DECIMAL256_MAX_PRECISION))
            .ok_or_else(ValueError::division_by_zero)?;
    decimal(&value, scale).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_its_digits() {
        assert_eq!(parts("1.50"), Some((BigInt::from(150), 2)));
        assert_eq!(parts("-.5e1"), Some((BigInt::from(-5), 0)));
        assert_eq!(parts("2e3"), Some((BigInt::from(2000), 0)));
        for text in ["", ".", "-", "1e", "1.2.3", "abc", "1e99999"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn constants_are_divided_with_postgresqls_digits() {
        let one = ScalarValue::Decimal128(Some(10), 2, 1);
        let quotient = divide_constants(&one, &ScalarValue::Int32(Some(3))).unwrap().unwrap();
        assert_eq!(quotient, ScalarValue::Decimal128(Some(33_333_333_333_333_333_333), 20, 20));
        assert!(divide_constants(&one, &ScalarValue::Int32(Some(0))).is_err());
    }
}
