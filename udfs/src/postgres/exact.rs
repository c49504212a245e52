//! Roots, logarithms and powers of decimals, with the digits that PostgreSQL gives each of them.
//!
//! A column's type has room for the digits that any of its results may need; the planner computes what is asked of
//! constants at once, with its own digits.

use bellwether_kernels::numeric::division::rescale_big;
use bellwether_kernels::numeric::{BigInt, exponential, logarithm, root};
use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DECIMAL256_MAX_PRECISION, DataType, Decimal128Type, Decimal256Type};
use datafusion::error::Result;
use datafusion::logical_expr::ReturnFieldArgs;
use datafusion::scalar::ScalarValue;

use super::call::{Call, integer};
use crate::numeric::{Results, Shape, big, decimal, digits, shown_big};
use crate::value_error::{ValueError, ValueErrorKind};

pub(super) use bellwether_kernels::numeric::Undefined;

/// A number: its digits, and how many of them stand after the point.
type Number = (BigInt, i32);
/// The type of a result.
pub(super) type Gives = fn(&ReturnFieldArgs) -> Result<DataType>;

/// The base of a logarithm that names none.
const TEN: i64 = 10;

/// The error for a result that is not there.
pub(super) fn refusal(undefined: Undefined) -> ValueError {
    let (kind, message) = match undefined {
        Undefined::RootOfNegative => (ValueErrorKind::InvalidPower, "cannot take square root of a negative number"),
        Undefined::LogarithmOfZero => (ValueErrorKind::InvalidLogarithm, "cannot take logarithm of zero"),
        Undefined::LogarithmOfNegative => {
            (ValueErrorKind::InvalidLogarithm, "cannot take logarithm of a negative number")
        }
        Undefined::ZeroToNegative => (ValueErrorKind::InvalidPower, "zero raised to a negative power is undefined"),
        Undefined::NegativeToFraction => {
            (ValueErrorKind::InvalidPower, "a negative number raised to a non-integer power yields a complex result")
        }
        Undefined::DivisionByZero => return ValueError::division_by_zero(),
        Undefined::TooLarge => return ValueError::numeric_overflow(),
    };
    ValueError::new(kind, message)
}

pub(super) fn sqrt_type(args: &ReturnFieldArgs) -> Result<DataType> {
    Ok(shape(args, 0).root().data_type())
}

pub(super) fn sqrt(call: &Call) -> Result<ArrayRef> {
    each(call, root::sqrt)
}

pub(super) fn ln_type(args: &ReturnFieldArgs) -> Result<DataType> {
    Ok(shape(args, 0).logarithm().data_type())
}

pub(super) fn ln(call: &Call) -> Result<ArrayRef> {
    each(call, logarithm::ln)
}

pub(super) fn log10(call: &Call) -> Result<ArrayRef> {
    each(call, decimal_logarithm)
}

pub(super) fn exp_type(args: &ReturnFieldArgs) -> Result<DataType> {
    Ok(shape(args, 0).power(Shape::new(1, 0)).data_type())
}

pub(super) fn exp(call: &Call) -> Result<ArrayRef> {
    each(call, exponential::exp)
}

/// The logarithm of floats is a double here, where PostgreSQL has none to a base.
pub(super) fn log_type(args: &ReturnFieldArgs) -> Result<DataType> {
    if args.arg_fields.iter().any(|field| field.data_type().is_floating()) {
        return Ok(DataType::Float64);
    }
    Ok(shape(args, 1).logarithm_to(shape(args, 0)).data_type())
}

pub(super) fn log(call: &Call) -> Result<ArrayRef> {
    each_two(call, logarithm::log)
}

pub(super) fn power_type(args: &ReturnFieldArgs) -> Result<DataType> {
    let (base, exponent) = (shape(args, 0), shape(args, 1));
    let is_whole = args.arg_fields.get(1).is_some_and(|field| field.data_type().is_integer());
    Ok(if is_whole { base.whole_power() } else { base.power(exponent) }.data_type())
}

pub(super) fn power(call: &Call) -> Result<ArrayRef> {
    each_two(call, exponential::power)
}

fn decimal_logarithm(x: &BigInt, scale: i32, scale_max: i32) -> Result<Number, Undefined> {
    logarithm::log(&BigInt::from(TEN), 0, x, scale, scale_max)
}

/// What one of these functions gives for constants, with its own digits; nothing of another function, of numbers that
/// PostgreSQL would take for floats, and of what is refused.
pub fn exact_constant(function: &str, arguments: &[&ScalarValue]) -> Option<ScalarValue> {
    let has_decimal = arguments.iter().any(|argument| argument.data_type().is_decimal());
    let result = match (function, arguments) {
        (_, [x]) if has_decimal => {
            let (x, scale) = digits(x)?;
            match function {
                "sqrt" => root::sqrt(&x, scale, SCALE_MAX),
                "ln" => logarithm::ln(&x, scale, SCALE_MAX),
                "log" | "log10" => decimal_logarithm(&x, scale, SCALE_MAX),
                "exp" => exponential::exp(&x, scale, SCALE_MAX),
                _ => return None,
            }
        }
        ("log", [base, x]) => {
            let ((base, base_scale), (x, scale)) = (digits(base)?, digits(x)?);
            logarithm::log(&base, base_scale, &x, scale, SCALE_MAX)
        }
        ("power", [base, exponent]) if has_decimal => {
            let ((base, base_scale), (exponent, scale)) = (digits(base)?, digits(exponent)?);
            exponential::power(&base, base_scale, &exponent, scale, SCALE_MAX)
        }
        _ => return None,
    };
    let (value, scale) = result.ok()?;
    decimal(&value, scale).ok()
}

type OfOne = fn(&BigInt, i32, i32) -> Result<Number, Undefined>;
type OfTwo = fn(&BigInt, i32, &BigInt, i32, i32) -> Result<Number, Undefined>;

/// Digits after the point of any decimal.
const SCALE_MAX: i32 = DECIMAL256_MAX_PRECISION as i32;

/// The digits of an argument.
fn shape(args: &ReturnFieldArgs, index: usize) -> Shape {
    let of_type = args.arg_fields.get(index).and_then(|field| Shape::of(field.data_type()));
    of_type.unwrap_or(Shape::new(38, 0))
}

fn each(call: &Call, function: OfOne) -> Result<ArrayRef> {
    collect(call, |row, scale_max| {
        let Some((x, scale)) = number(call, 0, row) else { return Ok(None) };
        function(&x, scale, scale_max).map(Some)
    })
}

fn each_two(call: &Call, function: OfTwo) -> Result<ArrayRef> {
    collect(call, |row, scale_max| match (number(call, 0, row), number(call, 1, row)) {
        (Some((a, a_scale)), Some((b, b_scale))) => function(&a, a_scale, &b, b_scale, scale_max).map(Some),
        _ => Ok(None),
    })
}

fn collect(call: &Call, of: impl Fn(usize, i32) -> Result<Option<Number>, Undefined>) -> Result<ArrayRef> {
    let scale_max = i32::from(Shape::of(call.result()).map_or(0, Shape::scale));
    let mut results = Results::new(call.result(), call.rows());
    for row in 0..call.rows() {
        match of(row, scale_max).map_err(refusal)? {
            Some((value, scale)) => results.push_big(&rescale_big(&value, scale, scale_max))?,
            None => results.push_null(),
        }
    }
    results.finish()
}

/// A number of any width, without the zeros that a quotient is held with.
fn number(call: &Call, index: usize, row: usize) -> Option<Number> {
    let (values, at) = call.value(index, row)?;
    let (value, scale) = match values.data_type() {
        DataType::Decimal128(_, scale) => (BigInt::from(values.as_primitive::<Decimal128Type>().value(at)), *scale),
        DataType::Decimal256(_, scale) => (big(values.as_primitive::<Decimal256Type>().value(at)), *scale),
        _ => (BigInt::from(integer(values.as_ref(), at)?), 0),
    };
    match u32::try_from(scale) {
        Ok(_) => Some(shown_big(value, i32::from(scale))),
        Err(_) => Some((value * BigInt::from(10).pow(u32::from(scale.unsigned_abs())), 0)),
    }
}
