//! A decimal number with its own scale, as PostgreSQL's numeric has it.

use datafusion::arrow::datatypes::{DataType, i256};

use crate::value_error::ValueError;

/// Digits of the largest decimal.
pub(super) const PRECISION_MAX: u32 = 38;

/// `unscaled` / 10^`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) unscaled: i128,
    pub(super) scale: u32,
}

impl Decimal {
    pub(super) fn new(unscaled: i128, scale: u32) -> Self {
        Self { unscaled, scale }
    }

    /// The decimal of 256 bits; nothing for what is too large. Digits after the point that have no place are left out,
    /// and the last one kept then tells that there were some: the rest rounds as the whole number would.
    pub(super) fn of_wide(value: i256, scale: i8) -> Option<Self> {
        let ten = i256::from_i128(10);
        let (mut left, mut scale, mut is_cut) = (value, u32::try_from(scale).ok()?, false);
        loop {
            if let Some(unscaled) = left.to_i128().filter(|unscaled| *unscaled != i128::MIN) {
                let is_lost = is_cut && unscaled % 10 == 0;
                return Some(Self { unscaled: unscaled + if is_lost { unscaled.signum() } else { 0 }, scale });
            }
            scale = scale.checked_sub(1)?;
            is_cut |= left.checked_rem(ten)? != i256::ZERO;
            left = left.checked_div(ten)?;
        }
    }

    /// The decimal that a double's shortest text spells; nothing for what is no number or too large.
    pub(super) fn of_double(value: f64) -> Option<Self> {
        if !value.is_finite() || value.abs() >= 1e37 {
            return None;
        }
        let text = format!("{value}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let kept = &fraction[..fraction.len().min(PRECISION_MAX as usize - 1)];
        let digits: i128 = format!("{whole}{kept}").parse().ok()?;
        Some(Self { unscaled: digits, scale: u32::try_from(kept.len()).ok()? })
    }

    /// The nearest decimal with `scale` digits after the point, ties away from zero.
    pub(super) fn round(self, scale: u32) -> Result<Self, ValueError> {
        if scale >= self.scale {
            let factor = power_of_ten(scale - self.scale)?;
            let unscaled = self.unscaled.checked_mul(factor).ok_or_else(out_of_range)?;
            return Ok(Self { unscaled, scale });
        }
        let Ok(factor) = power_of_ten(self.scale - scale) else { return Ok(Self { unscaled: 0, scale }) };
        let (quotient, rest) = (self.unscaled / factor, self.unscaled % factor);
        let up = if rest.unsigned_abs() >= factor.unsigned_abs().div_ceil(2) { rest.signum() } else { 0 };
        Ok(Self { unscaled: quotient + up, scale })
    }

    /// Both decimals with the larger of their scales.
    pub(super) fn aligned(self, other: Self) -> Result<(i128, i128, u32), ValueError> {
        let scale = self.scale.max(other.scale);
        Ok((self.round(scale)?.unscaled, other.round(scale)?.unscaled, scale))
    }

    pub(super) fn to_double(self) -> f64 {
        // Through the text, because dividing would round twice.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Digits after the point that are not trailing zeros.
    pub(super) fn min_scale(self) -> u32 {
        let mut number = self;
        while number.scale > 0 && number.unscaled % 10 == 0 {
            number = Self { unscaled: number.unscaled / 10, scale: number.scale - 1 };
        }
        number.scale
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scale = self.scale as usize;
        let digits = format!("{:0>1$}", self.unscaled.unsigned_abs(), scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if self.unscaled < 0 { "-" } else { "" };
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

/// The digits after the point that are left beside those that a decimal of 256 bits may have before it.
pub(super) fn scale_left(precision: u8, scale: i8) -> i8 {
    let whole = i32::from(precision) - i32::from(scale);
    let left = PRECISION_MAX as i32 - whole.clamp(0, PRECISION_MAX as i32);
    i32::from(scale).clamp(0, left) as i8
}

/// The same of any type of decimals; none of another type.
pub(super) fn scale_of(data_type: &DataType) -> Option<i8> {
    match data_type {
        DataType::Decimal128(_, scale) => Some(*scale),
        DataType::Decimal256(precision, scale) => Some(scale_left(*precision, *scale)),
        _ => None,
    }
}

/// 10^`exponent`, unless it has more digits than any decimal.
pub(super) fn power_of_ten(exponent: u32) -> Result<i128, ValueError> {
    10_i128.checked_pow(exponent).ok_or_else(out_of_range)
}

/// A decimal that does not fit.
pub(super) fn out_of_range() -> ValueError {
    ValueError::numeric_overflow()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_round_away_from_zero() {
        let round = |unscaled, scale, to| Decimal::new(unscaled, scale).round(to).unwrap().to_string();
        assert_eq!(round(25, 1, 0), "3");
        assert_eq!(round(-25, 1, 0), "-3");
        assert_eq!(round(24, 1, 0), "2");
        assert_eq!(round(5, 3, 2), "0.01");
        assert_eq!(round(125, 2, 4), "1.2500");
        assert!(Decimal::new(i128::MAX, 0).round(2).is_err());
    }

    #[test]
    fn a_double_is_the_decimal_it_is_written_as() {
        assert_eq!(Decimal::of_double(0.1).unwrap().to_string(), "0.1");
        assert_eq!(Decimal::of_double(-12345.678).unwrap().to_string(), "-12345.678");
        assert_eq!(Decimal::of_double(f64::NAN), None);
        assert_eq!(Decimal::of_double(1e300), None);
        assert!(Decimal::of_double(1e-300).unwrap().unscaled == 0);
    }

    #[test]
    fn a_wide_decimal_keeps_the_digits_that_have_a_place() {
        let wide = |text: &str, scale| Decimal::of_wide(i256::from_string(text).unwrap(), scale).unwrap();
        assert_eq!(wide("24975", 2).to_string(), "249.75");
        // 249.75 with 36 digits after the point has 39 digits.
        let average = wide("249750000000000000000000000000000000000", 36);
        assert_eq!(average.round(2).unwrap().to_string(), "249.75");
        // What lies a little above the middle between two numbers goes up, and above a whole number it is not whole.
        let above = wide("249755000000000000000000000000000000001", 36);
        assert_eq!(above.round(2).unwrap().to_string(), "249.76");
        assert_eq!(wide("-249000000000000000000000000000000000001", 36).unscaled % 10, -1);
        assert_eq!(Decimal::of_wide(i256::MAX, 0), None);
        assert_eq!((scale_left(52, 36), scale_left(76, 0), scale_left(40, 40)), (22, 0, 38));
    }

    #[test]
    fn the_text_has_as_many_digits_as_the_scale() {
        assert_eq!(Decimal::new(-5, 2).to_string(), "-0.05");
        assert_eq!(Decimal::new(0, 2).to_string(), "0.00");
        assert_eq!(Decimal::new(12_300, 2).min_scale(), 0);
        assert_eq!(Decimal::new(12_310, 2).min_scale(), 1);
    }
}
