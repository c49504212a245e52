//! Functions on numbers: `div`, `mod`, `gcd`, `lcm`, `factorial`, `sign`, `scale`, `min_scale`, `trim_scale`.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ReturnFieldArgs, ScalarUDF};

use super::argument::Type;
use super::call::Call;
use super::decimal::{Decimal, PRECISION_MAX, scale_left, scale_of};
use super::function::{Function, Gives};
use crate::value_error::ValueError;

const NUMBERS: &[Type] = &[Type::Numeric, Type::Numeric];

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let integer = Gives::One(|| DataType::Int32);
    vec![
        Function::new("div", "div(a, b)", "Returns the whole part of a quotient. **Errors** division by zero.")
            .takes(NUMBERS, Gives::One(|| DataType::Decimal128(PRECISION_MAX as u8, 0)), div)
            .build(),
        of_two(
            "mod",
            "mod(a, b)",
            "Returns the rest of a division, with the sign of `a`. **Errors** division by zero.",
            modulo,
        ),
        of_two("gcd", "gcd(a, b)", "Returns the greatest common divisor. **Errors** one that does not fit.", gcd),
        of_two("lcm", "lcm(a, b)", "Returns the least common multiple. **Errors** one that does not fit.", lcm),
        Function::new(
            "factorial",
            "factorial(n)",
            "Returns the product of 1 to n. **Errors** a negative n, one above 33.",
        )
        .takes(&[Type::Int8], Gives::One(|| DataType::Decimal128(PRECISION_MAX as u8, 0)), factorial)
        .build(),
        Function::new("sign", "sign(number)", "Returns −1, 0 or 1: the sign of a number.")
            .takes(&[Type::Float8], Gives::One(|| DataType::Float64), |call| {
                call.each::<Float64Type>(|row| {
                    Ok(call.double(0, row).map(|value| {
                        if value > 0.0 {
                            1.0
                        } else if value < 0.0 {
                            -1.0
                        } else {
                            value
                        }
                    }))
                })
            })
            .takes(&[Type::Numeric], Gives::One(|| DataType::Decimal128(1, 0)), |call| {
                call.each_decimal(|row| Ok(call.decimal(0, row).map(|value| Decimal::new(value.unscaled.signum(), 0))))
            })
            .build(),
        Function::new("scale", "scale(numeric)", "Returns the number of digits after the point.")
            .takes(&[Type::Numeric], integer, |call| {
                call.each::<Int32Type>(|row| Ok(call.decimal(0, row).map(|value| value.scale as i32)))
            })
            .build(),
        Function::new(
            "min_scale",
            "min_scale(numeric)",
            "Returns the number of digits after the point up to the last that is no zero.",
        )
        .takes(&[Type::Numeric], integer, |call| {
            call.each::<Int32Type>(|row| Ok(call.decimal(0, row).map(|value| value.min_scale() as i32)))
        })
        .build(),
        Function::new(
            "trim_scale",
            "trim_scale(numeric)",
            "Returns the number. A column has one scale, so its zeros are shown all the same.",
        )
        .takes(&[Type::Numeric], Gives::From(trimmed), |call| call.each_decimal(|row| Ok(call.decimal(0, row))))
        .build(),
    ]
}

/// What an operation on two numbers of one scale gives, if it fits.
type Operation = fn(i128, i128) -> Result<i128, ValueError>;

/// A function of two whole numbers, or of two decimals, that gives one of the same kind.
fn of_two(name: &'static str, syntax: &str, about: &str, compute: fn(&Call) -> Result<ArrayRef>) -> Arc<ScalarUDF> {
    Function::new(name, syntax, about).takes(&[Type::Any, Type::Any], Gives::From(wider), compute).build()
}

/// The wider integer, or a decimal with the digits of both.
fn wider(args: &ReturnFieldArgs) -> Result<DataType> {
    let types: Vec<&DataType> = args.arg_fields.iter().map(|field| field.data_type()).collect();
    let is_whole = types.iter().all(|data_type| data_type.is_integer() || data_type.is_null());
    if is_whole {
        let is_wide =
            types.iter().any(|data_type| matches!(data_type, DataType::Int64 | DataType::UInt32 | DataType::UInt64));
        return Ok(if is_wide { DataType::Int64 } else { DataType::Int32 });
    }
    let scale = types.iter().map(|data_type| match data_type {
        data_type if data_type.is_floating() => 15,
        data_type => scale_of(data_type).unwrap_or(0),
    });
    Ok(DataType::Decimal128(PRECISION_MAX as u8, scale.max().unwrap_or(0).max(0)))
}

/// The constant's own digits; of a column its type's.
fn trimmed(args: &ReturnFieldArgs) -> Result<DataType> {
    if let Some(Some(value)) = args.scalar_arguments.first()
        && let Ok(array) = value.to_array()
        && let DataType::Decimal128(precision, scale) = *array.data_type()
        && let Ok(own) = u32::try_from(scale)
        && let Some(values) = array.as_primitive_opt::<datafusion::arrow::datatypes::Decimal128Type>()
    {
        let least = Decimal::new(values.value(0), own).min_scale() as i8;
        return Ok(DataType::Decimal128(precision, least));
    }
    Ok(match args.arg_fields.first().map(|field| field.data_type()) {
        Some(DataType::Decimal128(precision, scale)) => DataType::Decimal128(*precision, *scale),
        Some(DataType::Decimal256(precision, scale)) => {
            DataType::Decimal128(PRECISION_MAX as u8, scale_left(*precision, *scale))
        }
        Some(data_type) if data_type.is_floating() => DataType::Decimal128(PRECISION_MAX as u8, 15),
        _ => DataType::Decimal128(PRECISION_MAX as u8, 0),
    })
}

fn each_pair(call: &Call, name: &str, operation: Operation) -> Result<ArrayRef> {
    let fit = |row: usize| -> Result<Option<i128>> {
        match (call.integer(0, row), call.integer(1, row)) {
            (Some(a), Some(b)) => Ok(Some(operation(a.into(), b.into())?)),
            _ => Ok(None),
        }
    };
    let out_of_range = || ValueError::out_of_range(name);
    match call.result() {
        DataType::Int32 => {
            call.each::<Int32Type>(|row| Ok(fit(row)?.map(i32::try_from).transpose().map_err(|_| out_of_range())?))
        }
        DataType::Int64 => {
            call.each::<Int64Type>(|row| Ok(fit(row)?.map(i64::try_from).transpose().map_err(|_| out_of_range())?))
        }
        _ => call.each_decimal(|row| match (call.decimal(0, row), call.decimal(1, row)) {
            (Some(a), Some(b)) => {
                let (a, b, scale) = a.aligned(b)?;
                Ok(Some(Decimal::new(operation(a, b)?, scale)))
            }
            _ => Ok(None),
        }),
    }
}

fn integer_name(call: &Call) -> &'static str {
    match call.result() {
        DataType::Int32 => "integer",
        DataType::Int64 => "bigint",
        _ => "numeric",
    }
}

fn modulo(call: &Call) -> Result<ArrayRef> {
    each_pair(call, integer_name(call), |a, b| a.checked_rem(b).ok_or_else(ValueError::division_by_zero))
}

fn gcd(call: &Call) -> Result<ArrayRef> {
    each_pair(call, integer_name(call), |a, b| Ok(greatest_divisor(a, b)))
}

fn lcm(call: &Call) -> Result<ArrayRef> {
    each_pair(call, integer_name(call), |a, b| {
        if a == 0 || b == 0 {
            return Ok(0);
        }
        (a / greatest_divisor(a, b)).checked_mul(b).map(i128::saturating_abs).ok_or_else(ValueError::numeric_overflow)
    })
}

fn greatest_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.saturating_abs(), b.saturating_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn div(call: &Call) -> Result<ArrayRef> {
    call.each_decimal(|row| {
        let (Some(a), Some(b)) = (call.decimal(0, row), call.decimal(1, row)) else { return Ok(None) };
        let (a, b, _) = a.aligned(b)?;
        Ok(Some(Decimal::new(a.checked_div(b).ok_or_else(ValueError::division_by_zero)?, 0)))
    })
}

fn factorial(call: &Call) -> Result<ArrayRef> {
    call.each_decimal(|row| {
        let Some(n) = call.integer(0, row) else { return Ok(None) };
        if n < 0 {
            return Err(ValueError::out_of_range("factorial of a negative number").into());
        }
        if n > 33 {
            return Err(ValueError::numeric_overflow().into());
        }
        Ok(Some(Decimal::new((1..=i128::from(n)).product(), 0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisors_of_extremes_are_found() {
        assert_eq!(greatest_divisor(1071, 462), 21);
        assert_eq!(greatest_divisor(0, 0), 0);
        assert_eq!(greatest_divisor(-6, 4), 2);
        assert_eq!(greatest_divisor(i128::MIN, 2), 1);
    }
}
