//! `exp`, `ln`, `log`, `log10`, `sqrt`, `power`: of doubles with errors where PostgreSQL has them, not infinities; of
//! decimals with PostgreSQL's digits.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::argument::Type;
use super::call::Call;
use super::exact;
use super::function::{Function, Gives};
use crate::value_error::{ValueError, ValueErrorKind};

const FLOAT: &[Type] = &[Type::Float8];
const NUMBER: &[Type] = &[Type::Number];

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let double = Gives::One(|| DataType::Float64);
    let of_one = |name, about: &str, of_double, gives: exact::Gives, of_number| {
        Function::new(name, &format!("{name}(number)"), about)
            .takes(FLOAT, double, of_double)
            .takes(NUMBER, Gives::From(gives), of_number)
            .of_no_declared_digits()
    };
    vec![
        of_one(
            "exp",
            "Returns e to the power of a number. **Errors** one that does not fit.",
            |call| each(call, exp),
            exact::exp_type,
            exact::exp,
        )
        .build(),
        of_one(
            "ln",
            "Returns the natural logarithm. **Errors** zero and less.",
            |call| each(call, |x| Ok(positive(x)?.ln())),
            exact::ln_type,
            exact::ln,
        )
        .build(),
        of_one(
            "log10",
            "Returns the decimal logarithm. **Errors** zero and less.",
            |call| each(call, |x| Ok(positive(x)?.log10())),
            exact::ln_type,
            exact::log10,
        )
        .build(),
        Function::new(
            "log",
            "log([base,] number)",
            "Returns the logarithm to a base, 10 if it is left out. **Errors** zero and less.",
        )
        .takes(FLOAT, double, |call| each(call, |x| Ok(positive(x)?.log10())))
        .takes(NUMBER, Gives::From(exact::ln_type), exact::log10)
        .takes(&[Type::Number, Type::Number], Gives::From(exact::log_type), |call| match call.result() {
            DataType::Float64 => each_two(call, log),
            _ => exact::log(call),
        })
        .of_no_declared_digits()
        .build(),
        of_one(
            "sqrt",
            "Returns the square root. **Errors** a negative number.",
            |call| each(call, sqrt),
            exact::sqrt_type,
            exact::sqrt,
        )
        .build(),
        Function::new("power", "power(base, exponent)", "Returns a power. **Errors** one that is no real number.")
            .alias("pow")
            .takes(&[Type::Float8, Type::Float8], double, |call| each_two(call, power))
            .takes(&[Type::Number, Type::Number], Gives::From(exact::power_type), exact::power)
            .of_no_declared_digits()
            .build(),
    ]
}

fn each(call: &Call, of: fn(f64) -> Result<f64, ValueError>) -> Result<ArrayRef> {
    call.each::<Float64Type>(|row| Ok(call.double(0, row).map(of).transpose()?))
}

fn each_two(call: &Call, of: fn(f64, f64) -> Result<f64, ValueError>) -> Result<ArrayRef> {
    call.each::<Float64Type>(|row| match (call.double(0, row), call.double(1, row)) {
        (Some(a), Some(b)) => Ok(Some(of(a, b)?)),
        _ => Ok(None),
    })
}

fn out_of_range(what: &str) -> ValueError {
    ValueError::new(ValueErrorKind::OutOfRange, format!("value out of range: {what}"))
}

fn exp(x: f64) -> Result<f64, ValueError> {
    let power = x.exp();
    if x.is_finite() && power.is_infinite() {
        return Err(out_of_range("overflow"));
    }
    if x.is_finite() && power == 0.0 {
        return Err(out_of_range("underflow"));
    }
    Ok(power)
}

fn positive(x: f64) -> Result<f64, ValueError> {
    if x == 0.0 {
        return Err(exact::refusal(exact::Undefined::LogarithmOfZero));
    }
    if x < 0.0 {
        return Err(exact::refusal(exact::Undefined::LogarithmOfNegative));
    }
    Ok(x)
}

fn log(base: f64, x: f64) -> Result<f64, ValueError> {
    let (base, x) = (positive(base)?.ln(), positive(x)?.ln());
    if base == 0.0 { Err(ValueError::division_by_zero()) } else { Ok(x / base) }
}

fn sqrt(x: f64) -> Result<f64, ValueError> {
    if x < 0.0 { Err(exact::refusal(exact::Undefined::RootOfNegative)) } else { Ok(x.sqrt()) }
}

fn power(base: f64, exponent: f64) -> Result<f64, ValueError> {
    if base == 0.0 && exponent < 0.0 {
        return Err(exact::refusal(exact::Undefined::ZeroToNegative));
    }
    if base < 0.0 && base.is_finite() && exponent.is_finite() && exponent.fract() != 0.0 {
        return Err(exact::refusal(exact::Undefined::NegativeToFraction));
    }
    let power = base.powf(exponent);
    if power.is_infinite() && base.is_finite() && exponent.is_finite() {
        return Err(out_of_range("overflow"));
    }
    if power == 0.0 && base != 0.0 && base.is_finite() && exponent.is_finite() {
        return Err(out_of_range("underflow"));
    }
    Ok(power)
}
