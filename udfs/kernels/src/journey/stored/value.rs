//! What events are worth: numbers, and how exactly they are known.
//!
//! Of a journey whose values are decimals, each is written as a whole number of units of the last digit; of others as
//! double precision. What is written depends on all values of the journey and gives each of them back as it was.

use super::Damaged;
use super::read::{take, varint};
use crate::ordering::ascending_f64;

/// The most digits that decimals can have: more are kept as double precision.
const DIGITS_MAX: u8 = 18;

/// The byte that stands for double precision.
const FLOAT: u8 = u8::MAX;

/// Below so many units a decimal read as `f64` is nearer to its own units than to half of one.
const UNITS_END: f64 = (1_u64 << 51) as f64;

/// How exactly values are known; of two, the greater holds the values of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Digits {
    /// Decimals with so many digits after the point.
    Decimal(u8),
    /// Numbers of double precision.
    Float,
}

/// What an event is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// The number; not NaN.
    pub number: f64,
    /// How exactly it is known.
    pub digits: Digits,
}

impl Digits {
    /// Decimals with so many digits, as they are kept.
    pub fn decimal(digits: u8) -> Self {
        if digits <= DIGITS_MAX { Self::Decimal(digits) } else { Self::Float }
    }

    /// How many units of the last digit a number is, if it is a whole number of them.
    pub fn units(self, number: f64) -> Option<i64> {
        let Self::Decimal(digits) = self else { return None };
        let power = 10_f64.powi(digits.into());
        let units = (number * power).round();
        (units.abs() < UNITS_END && units / power == number).then_some(units as i64)
    }

    /// The digits as a byte.
    pub fn byte(self) -> u8 {
        match self {
            Self::Decimal(digits) => digits,
            Self::Float => FLOAT,
        }
    }

    /// The digits of a byte that [`Self::byte`] gave.
    pub fn of_byte(byte: u8) -> Result<Self, Damaged> {
        match byte {
            FLOAT => Ok(Self::Float),
            ..=DIGITS_MAX => Ok(Self::Decimal(byte)),
            _ => Err(Damaged),
        }
    }
}

/// A word that compares like the number, and is never zero; both zeros of floating point have the same.
pub fn word(number: f64) -> u64 {
    ascending_f64(number + 0.0)
}

/// The number of a [`word`].
pub fn number(word: u64) -> f64 {
    f64::from_bits(if word >> 63 == 1 { word ^ (1 << 63) } else { !word })
}

/// Appends the values of the entries whose word is not zero: the digits, and for each value how many entries without
/// one come before it, and the value.
pub(super) fn write(words: impl Iterator<Item = u64> + Clone, digits: Digits, bytes: &mut Vec<u8>) {
    let valued = || words.clone().filter(|&word| word != 0);
    let whole = valued().all(|word| digits.units(number(word)).is_some());
    let digits = if whole { digits } else { Digits::Float };
    bytes.push(digits.byte());
    let mut without = 0;
    for word in words {
        if word == 0 {
            without += 1;
            continue;
        }
        super::write::varint(without, bytes);
        without = 0;
        match digits.units(number(word)) {
            Some(units) => super::write::varint(((units << 1) ^ (units >> 63)).cast_unsigned(), bytes),
            None => bytes.extend(number(word).to_le_bytes()),
        }
    }
}

/// The values of a journey in the order of its events: the place of the event, and the number.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    pub(super) digits: Digits,
    rest: &'a [u8],
    /// The event after the last one that was given.
    next: usize,
}

impl<'a> Values<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let (&digits, rest) = bytes.split_first().ok_or(Damaged)?;
        Ok(Self { digits: Digits::of_byte(digits)?, rest, next: 0 })
    }

    /// The place and the number of the next event that has one.
    pub(super) fn advance(&mut self) -> Result<Option<(usize, f64)>, Damaged> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let without = usize::try_from(varint(&mut self.rest)?).map_err(|_| Damaged)?;
        let place = self.next.checked_add(without).ok_or(Damaged)?;
        self.next = place.checked_add(1).ok_or(Damaged)?;
        let number = match self.digits {
            Digits::Decimal(digits) => {
                let folded = varint(&mut self.rest)?;
                let units = (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed();
                units as f64 / 10_f64.powi(digits.into())
            }
            Digits::Float => {
                let bytes = take(&mut self.rest, 8)?;
                bytes.first_chunk().map_or(f64::NAN, |bytes| f64::from_le_bytes(*bytes))
            }
        };
        if number.is_nan() { Err(Damaged) } else { Ok(Some((place, number))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_decimal_read_as_a_double_is_its_units_again() {
        let mut random = Random::new(1);
        for _ in 0..20_000 {
            let digits = random.below(9) as u8;
            let units = random.bits().cast_signed() >> (14 + random.below(49));
            let read = units as f64 / 10_f64.powi(digits.into());
            assert_eq!(Digits::Decimal(digits).units(read), Some(units), "{units} of {digits}");
        }
        assert_eq!(Digits::Decimal(2).units(0.125), None);
        assert_eq!(Digits::Decimal(2).units(1e300), None);
        assert_eq!(Digits::Decimal(2).units(f64::INFINITY), None);
        assert_eq!(Digits::Float.units(1.0), None);
    }

    #[test]
    fn words_give_their_numbers_back() {
        for value in [0.0, 1.5, -1.5, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE] {
            assert_eq!(number(word(value)), value);
            assert_ne!(word(value), 0);
        }
        assert_eq!(word(-0.0), word(0.0));
    }

    #[test]
    fn the_greater_digits_hold_the_values_of_both() {
        assert!(Digits::Decimal(2) < Digits::Decimal(4) && Digits::Decimal(18) < Digits::Float);
        assert_eq!(Digits::decimal(19), Digits::Float);
        assert!(Digits::of_byte(19).is_err());
    }
}
