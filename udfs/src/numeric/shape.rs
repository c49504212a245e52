//! How many digits a decimal has: before the point, after it, and in the result of an operation.

use datafusion::arrow::datatypes::{DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION, DataType};

/// Digits a quotient keeps after the point where that costs nothing, and where it does.
const QUOTIENT_SCALE: i16 = 28;
const QUOTIENT_SCALE_MIN: i16 = 24;
const QUOTIENT_SCALE_WIDE: i16 = 36;
/// Digits that count in a root, logarithm or power.
const RESULT_DIGITS: i16 = 16;
/// Digits before the point of a logarithm: that of the largest number is 175.
const LOGARITHM_WHOLE: i16 = 3;
/// Digits before the point that a power is held with.
const POWER_WHOLE: i16 = 40;
/// PostgreSQL's numbers have the base 10,000.
const GROUP_DIGITS: i16 = 4;
/// Digits that a sum of 128 bits adds before the point.
const SUM_DIGITS: i16 = 10;

/// The digits of a decimal type: all of them, and those after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    precision: i16,
    scale: i16,
}

impl Shape {
    /// Digits of both kinds.
    pub fn new(precision: u8, scale: i8) -> Self {
        Self { precision: i16::from(precision), scale: i16::from(scale) }
    }

    /// The digits that hold every value of a type; `None` for what is neither an integer nor a decimal.
    pub fn of(data_type: &DataType) -> Option<Self> {
        Some(match data_type {
            DataType::Int8 | DataType::UInt8 => Self::new(3, 0),
            DataType::Int16 | DataType::UInt16 => Self::new(5, 0),
            DataType::Int32 | DataType::UInt32 => Self::new(10, 0),
            DataType::Int64 | DataType::UInt64 => Self::new(20, 0),
            DataType::Decimal32(precision, scale)
            | DataType::Decimal64(precision, scale)
            | DataType::Decimal128(precision, scale)
            | DataType::Decimal256(precision, scale) => Self::new(*precision, *scale),
            _ => return None,
        })
    }

    /// Digits after the point.
    pub fn scale(self) -> i8 {
        self.scale.clamp(0, i16::from(i8::MAX)) as i8
    }

    /// Digits before the point.
    fn whole(self) -> i16 {
        (self.precision - self.scale).max(0)
    }

    fn with(whole: i16, scale: i16) -> Self {
        Self { precision: (whole + scale).max(1), scale }
    }

    /// The narrowest Arrow type with these digits. Beyond 76 those before the point are fewer than asked for.
    pub fn data_type(self) -> DataType {
        let precision = self.precision.clamp(1, i16::from(DECIMAL256_MAX_PRECISION)) as u8;
        if precision <= DECIMAL128_MAX_PRECISION {
            DataType::Decimal128(precision, self.scale())
        } else {
            DataType::Decimal256(precision, self.scale())
        }
    }

    /// Whether every value of `other` has its place in these digits.
    pub fn holds(self, other: Self) -> bool {
        self.scale >= other.scale && self.whole() >= other.whole()
    }

    /// Digits that hold the values of both.
    pub fn union(self, other: Self) -> Self {
        Self::with(self.whole().max(other.whole()), self.scale.max(other.scale))
    }

    /// Digits of a product, without the one for a carry.
    pub fn product(self, other: Self) -> Self {
        Self::with(self.whole() + other.whole(), self.scale + other.scale)
    }

    /// Whether 128 bits hold all these digits.
    pub fn is_narrow(self) -> bool {
        self.precision <= i16::from(DECIMAL128_MAX_PRECISION)
    }

    /// Whether `digits` places before the point are left within 128 bits.
    pub fn leaves_narrow(self, digits: i16) -> bool {
        self.scale + digits <= i16::from(DECIMAL128_MAX_PRECISION)
    }

    /// Whether `digits` places before the point are left within 256 bits.
    pub fn leaves_wide(self, digits: i16) -> bool {
        self.scale + digits <= i16::from(DECIMAL256_MAX_PRECISION)
    }

    /// The same digits before the point, at most `scale` after it.
    pub fn at_most(self, scale: i16) -> Self {
        Self::with(self.whole(), self.scale.min(scale))
    }

    /// Digits of a quotient.
    pub fn quotient(self, divisor: Self) -> Self {
        Self::fraction(self.whole() + divisor.scale, self.scale.max(divisor.scale))
    }

    /// Digits of the average of values whose sum has these digits.
    pub fn average(self) -> Self {
        let grown =
            if self.is_narrow() && self.precision < i16::from(DECIMAL128_MAX_PRECISION) { SUM_DIGITS } else { 0 };
        Self::fraction((self.whole() - grown).max(1), self.scale)
    }

    /// Digits of the variance of values with these digits, or of its root.
    pub fn deviation(self, is_root: bool) -> Self {
        let whole = if is_root { self.whole() + 1 } else { 2 * self.whole() };
        Self::fraction(whole.max(1), self.scale.min(QUOTIENT_SCALE))
    }

    /// Digits of a square root: half of those before the point, and after it those that the root of the smallest
    /// number needs for [`RESULT_DIGITS`] that count.
    pub fn root(self) -> Self {
        Self::fraction((self.whole() + 1) / 2 + 1, self.scale.max(RESULT_DIGITS - 1 + 2 * groups(self.scale)))
    }

    /// Digits of a natural logarithm: that of the number nearest to 1 has as many zeros after the point as the number.
    pub fn logarithm(self) -> Self {
        Self::fraction(LOGARITHM_WHOLE, self.scale.max(RESULT_DIGITS + self.scale.max(1)))
    }

    /// Digits of a logarithm to a base with these digits, which is far from zero where the base is near 1.
    pub fn logarithm_to(self, base: Self) -> Self {
        let scale = RESULT_DIGITS + self.scale.max(1) + 2;
        Self::fraction(LOGARITHM_WHOLE + 1 + base.scale, scale.max(base.scale))
    }

    /// Digits of a power, of which a number tells little.
    pub fn power(self, exponent: Self) -> Self {
        Self::fraction(POWER_WHOLE, self.scale.max(exponent.scale))
    }

    /// Digits of a power whose exponent is a whole number: all have as many after the point.
    pub fn whole_power(self) -> Self {
        let scale = self.scale.max(RESULT_DIGITS);
        Self::with(i16::from(DECIMAL256_MAX_PRECISION) - scale, scale)
    }

    /// At least so many digits before the point, and after it as many as a quotient should have.
    pub fn fraction(whole: i16, scale_min: i16) -> Self {
        let narrow = i16::from(DECIMAL128_MAX_PRECISION) - whole;
        if narrow >= QUOTIENT_SCALE_MIN.max(scale_min) {
            let scale = narrow.min(QUOTIENT_SCALE).max(scale_min);
            return Self::with(i16::from(DECIMAL128_MAX_PRECISION) - scale, scale);
        }
        let wide = i16::from(DECIMAL256_MAX_PRECISION) - whole;
        let scale = wide.clamp(QUOTIENT_SCALE_MIN, QUOTIENT_SCALE_WIDE);
        Self::with(whole.min(i16::from(DECIMAL256_MAX_PRECISION) - scale), scale)
    }
}

/// Groups that hold so many digits after the point.
fn groups(scale: i16) -> i16 {
    (scale.max(0) + GROUP_DIGITS - 1) / GROUP_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotient(a: (u8, i8), b: (u8, i8)) -> DataType {
        Shape::new(a.0, a.1).quotient(Shape::new(b.0, b.1)).data_type()
    }

    #[test]
    fn a_quotient_of_amounts_stays_narrow() {
        assert_eq!(quotient((12, 2), (12, 2)), DataType::Decimal128(38, 26));
        assert_eq!(quotient((10, 0), (10, 0)), DataType::Decimal128(38, 28));
    }

    #[test]
    fn a_quotient_of_sums_is_wide() {
        assert_eq!(quotient((22, 2), (22, 2)), DataType::Decimal256(58, 36));
        assert_eq!(quotient((76, 36), (12, 2)), DataType::Decimal256(76, 34));
    }

    #[test]
    fn an_average_has_the_digits_of_its_values_before_the_point() {
        assert_eq!(Shape::new(22, 2).average().data_type(), DataType::Decimal128(38, 28));
        assert_eq!(Shape::new(30, 0).average().data_type(), DataType::Decimal256(56, 36));
    }
}
