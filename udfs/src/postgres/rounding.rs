//! `round`, `trunc`, `ceil`, `floor`: whole numbers and shorter decimals near a number.
//!
//! Of a double, `round` takes the even one of two that are equally near; of a decimal the one farther from zero.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ReturnFieldArgs, ScalarUDF};

use super::argument::Type;
use super::call::Call;
use super::decimal::{Decimal, PRECISION_MAX, power_of_ten, scale_left};
use super::function::{Function, Gives};
use crate::value_error::ValueError;

/// Digits after the point where they differ from row to row.
const SCALE_OF_ANY: i8 = 18;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let double = Gives::One(|| DataType::Float64);
    let of_one = |name, about: &str, of_double, of_decimal| {
        Function::new(name, &format!("{name}(number)"), about).takes(&[Type::Float8], double, of_double).takes(
            &[Type::Numeric],
            Gives::From(whole),
            of_decimal,
        )
    };
    vec![
        of_one(
            "ceil",
            "Returns the smallest whole number that is not less.",
            |call| doubles(call, f64::ceil),
            |call| call.each_decimal(|row| Ok(call.decimal(0, row).map(|value| next(value, 1)).transpose()?)),
        )
        .alias("ceiling")
        .build(),
        of_one(
            "floor",
            "Returns the largest whole number that is not more.",
            |call| doubles(call, f64::floor),
            |call| call.each_decimal(|row| Ok(call.decimal(0, row).map(|value| next(value, -1)).transpose()?)),
        )
        .build(),
        of_one(
            "round",
            "Returns the nearest number with `digits` digits after the point, 0 if they are left out.",
            |call| doubles(call, f64::round_ties_even),
            |call| call.each_decimal(|row| Ok(call.decimal(0, row).map(|value| value.round(0)).transpose()?)),
        )
        .takes(&[Type::Numeric, Type::Int4], Gives::From(shorter), |call| to_digits(call, true))
        .build(),
        of_one(
            "trunc",
            "Returns a number without the digits behind the `digits`th after the point, 0 if they are left out.",
            |call| doubles(call, f64::trunc),
            |call| call.each_decimal(|row| Ok(call.decimal(0, row).map(|value| cut(value, 0)).transpose()?)),
        )
        .takes(&[Type::Numeric, Type::Int4], Gives::From(shorter), |call| to_digits(call, false))
        .build(),
    ]
}

fn doubles(call: &Call, of: fn(f64) -> f64) -> Result<ArrayRef> {
    call.each::<Float64Type>(|row| Ok(call.double(0, row).map(of)))
}

/// A decimal without digits after the point, with room for one digit more before it.
fn whole(args: &ReturnFieldArgs) -> Result<DataType> {
    Ok(match args.arg_fields.first().map(|field| field.data_type()) {
        Some(DataType::Decimal128(precision, scale)) if *scale >= 0 => {
            let before = precision.saturating_sub(scale.unsigned_abs());
            DataType::Decimal128((before + 1).min(PRECISION_MAX as u8), 0)
        }
        _ => DataType::Decimal128(PRECISION_MAX as u8, 0),
    })
}

/// A decimal with the digits that a constant asks for; what is asked of a column is not known beforehand.
fn shorter(args: &ReturnFieldArgs) -> Result<DataType> {
    let digits = args.scalar_arguments.get(1).and_then(|value| value.and_then(|value| value.to_array().ok()));
    let digits = digits.and_then(|array| super::call::integer(array.as_ref(), 0));
    let (precision, scale) = match args.arg_fields.first().map(|field| field.data_type()) {
        Some(DataType::Decimal128(precision, scale)) => (*precision, *scale),
        Some(DataType::Decimal256(precision, scale)) => (*precision, *scale),
        Some(data_type) if data_type.is_floating() => (PRECISION_MAX as u8, SCALE_OF_ANY),
        _ => (PRECISION_MAX as u8, 0),
    };
    let wanted = match digits {
        Some(digits) => digits.clamp(0, i64::from(SCALE_OF_ANY)) as i8,
        None => scale_left(precision, scale),
    };
    let before = precision.saturating_sub(scale.max(0).unsigned_abs());
    Ok(DataType::Decimal128((before + 1 + wanted.unsigned_abs()).min(PRECISION_MAX as u8), wanted))
}

fn to_digits(call: &Call, is_rounded: bool) -> Result<ArrayRef> {
    call.each_decimal(|row| {
        let (Some(value), Some(digits)) = (call.decimal(0, row), call.integer(1, row)) else { return Ok(None) };
        let shortened = match u32::try_from(digits) {
            Ok(digits) if digits >= value.scale => value,
            Ok(digits) if is_rounded => value.round(digits)?,
            Ok(digits) => cut(value, digits)?,
            Err(_) => left_of_point(value, digits.unsigned_abs(), is_rounded)?,
        };
        Ok(Some(shortened))
    })
}

/// The number without the digits behind the `digits`th after the point.
fn cut(value: Decimal, digits: u32) -> Result<Decimal, ValueError> {
    if digits >= value.scale {
        return Ok(value);
    }
    let factor = power_of_ten(value.scale - digits)?;
    Ok(Decimal::new(value.unscaled / factor, digits))
}

/// The number with zeros in its last places before the point.
fn left_of_point(value: Decimal, places: u64, is_rounded: bool) -> Result<Decimal, ValueError> {
    let places = u32::try_from(places).unwrap_or(PRECISION_MAX).min(PRECISION_MAX);
    let shifted = Decimal::new(value.unscaled, value.scale + places);
    let shifted = if is_rounded { shifted.round(0)? } else { cut(shifted, 0).unwrap_or(Decimal::new(0, 0)) };
    if shifted.unscaled == 0 {
        return Ok(shifted);
    }
    let unscaled = shifted.unscaled.checked_mul(power_of_ten(places)?).ok_or_else(ValueError::numeric_overflow)?;
    Ok(Decimal::new(unscaled, 0))
}

/// The nearest whole number in a direction.
fn next(value: Decimal, direction: i128) -> Result<Decimal, ValueError> {
    let whole = cut(value, 0)?;
    let back = Decimal::new(whole.unscaled, 0).round(value.scale)?;
    let is_beyond = (value.unscaled - back.unscaled).signum() == direction;
    Ok(Decimal::new(whole.unscaled + if is_beyond { direction } else { 0 }, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_up_and_down_to_whole_ones() {
        let up = |unscaled| next(Decimal::new(unscaled, 1), 1).unwrap().unscaled;
        let down = |unscaled| next(Decimal::new(unscaled, 1), -1).unwrap().unscaled;
        assert_eq!((up(421), up(-428), up(420)), (43, -42, 42));
        assert_eq!((down(421), down(-428), down(-420)), (42, -43, -42));
    }

    #[test]
    fn places_before_the_point_may_be_zeros() {
        let round = |unscaled, places| left_of_point(Decimal::new(unscaled, 2), places, true).unwrap().to_string();
        assert_eq!(round(123_456, 2), "1200");
        assert_eq!(round(125_000, 2), "1300");
        assert_eq!(round(123_456, 99), "0");
    }
}
