//! `ln`, `log`, `log10`, `sqrt`, `power`: with errors where PostgreSQL has them, not infinities.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use crate::value_error::ValueError;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let double = Gives::One(|| DataType::Float64);
    vec![
        Function::new("ln", "ln(number)", "Returns the natural logarithm. **Errors** zero and less.")
            .takes(&[Type::Float8], double, |call| each(call, |x| Ok(positive(x)?.ln())))
            .build(),
        Function::new("log10", "log10(number)", "Returns the decimal logarithm. **Errors** zero and less.")
            .takes(&[Type::Float8], double, |call| each(call, |x| Ok(positive(x)?.log10())))
            .build(),
        Function::new(
            "log",
            "log([base,] number)",
            "Returns the logarithm to a base, 10 if it is left out. **Errors** zero and less.",
        )
        .takes(&[Type::Float8], double, |call| each(call, |x| Ok(positive(x)?.log10())))
        .takes(&[Type::Float8, Type::Float8], double, |call| {
            each_two(call, |base, x| {
                let (base, x) = (positive(base)?.ln(), positive(x)?.ln());
                if base == 0.0 { Err(ValueError::division_by_zero()) } else { Ok(x / base) }
            })
        })
        .build(),
        Function::new("sqrt", "sqrt(number)", "Returns the square root. **Errors** a negative number.")
            .takes(&[Type::Float8], double, |call| {
                each(call, |x| {
                    if x < 0.0 {
                        return Err(ValueError::invalid_parameter("cannot take square root of a negative number"));
                    }
                    Ok(x.sqrt())
                })
            })
            .build(),
        Function::new("power", "power(base, exponent)", "Returns a power. **Errors** one that is no real number.")
            .alias("pow")
            .takes(&[Type::Float8, Type::Float8], double, |call| each_two(call, power))
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

fn positive(x: f64) -> Result<f64, ValueError> {
    if x == 0.0 {
        return Err(ValueError::invalid_parameter("cannot take logarithm of zero"));
    }
    if x < 0.0 {
        return Err(ValueError::invalid_parameter("cannot take logarithm of a negative number"));
    }
    Ok(x)
}

fn power(base: f64, exponent: f64) -> Result<f64, ValueError> {
    if base == 0.0 && exponent < 0.0 {
        return Err(ValueError::invalid_parameter("zero raised to a negative power is undefined"));
    }
    if base < 0.0 && base.is_finite() && exponent.is_finite() && exponent.fract() != 0.0 {
        let message = "a negative number raised to a non-integer power yields a complex result";
        return Err(ValueError::invalid_parameter(message));
    }
    let power = base.powf(exponent);
    if power.is_infinite() && base.is_finite() && exponent.is_finite() {
        return Err(ValueError::new(crate::value_error::ValueErrorKind::OutOfRange, "value out of range: overflow"));
    }
    Ok(power)
}
