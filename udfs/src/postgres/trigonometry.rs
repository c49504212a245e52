//! Angles in degrees, and the domains of functions of doubles.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::argument::Type;
use super::call::Call;
use super::function::{Compute, Function, Gives};
use crate::value_error::ValueError;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let one: [(&'static str, Compute); 9] = [
        ("acosd", |call| each(call, |x| domain(x).map(|x| exact(x.acos().to_degrees())))),
        ("asind", |call| each(call, |x| domain(x).map(|x| exact(x.asin().to_degrees())))),
        ("atand", |call| each(call, |x| Ok(exact(x.atan().to_degrees())))),
        ("cosd", |call| each(call, |x| Ok(cosine(x)))),
        ("cotd", |call| each(call, |x| Ok(exact(cosine(x) / sine(x))))),
        ("sind", |call| each(call, |x| Ok(sine(x)))),
        ("tand", |call| each(call, |x| Ok(exact(sine(x) / cosine(x))))),
        ("acos", |call| each(call, |x| domain(x).map(f64::acos))),
        ("asin", |call| each(call, |x| domain(x).map(f64::asin))),
    ];
    let mut functions: Vec<Arc<ScalarUDF>> = one
        .into_iter()
        .map(|(name, compute)| {
            let about = "Returns a trigonometric function; names that end in d count angles in degrees. **Errors** an \
                         inverse of what is beyond −1 to 1.";
            Function::new(name, &format!("{name}(number)"), about)
                .takes(&[Type::Float8], Gives::One(|| DataType::Float64), compute)
                .build()
        })
        .collect();
    let about = "Returns the angle of a point from its coordinates, in degrees.";
    functions.push(
        Function::new("atan2d", "atan2d(y, x)", about)
            .takes(&[Type::Float8, Type::Float8], Gives::One(|| DataType::Float64), |call| {
                call.each::<Float64Type>(|row| match (call.double(0, row), call.double(1, row)) {
                    (Some(y), Some(x)) => Ok(Some(exact(y.atan2(x).to_degrees()))),
                    _ => Ok(None),
                })
            })
            .build(),
    );
    functions
}

fn each(call: &Call, of: fn(f64) -> Result<f64, ValueError>) -> Result<ArrayRef> {
    call.each::<Float64Type>(|row| Ok(call.double(0, row).map(of).transpose()?))
}

fn domain(x: f64) -> Result<f64, ValueError> {
    if x.is_nan() || (-1.0..=1.0).contains(&x) { Ok(x) } else { Err(ValueError::out_of_range("input is")) }
}

/// A whole number where only the last bits speak against it.
fn exact(number: f64) -> f64 {
    let whole = number.round();
    if (number - whole).abs() < 1e-12 * whole.abs().max(1.0) { whole } else { number }
}

/// The sine of an angle in degrees, exact where it is 0, ½ or 1.
fn sine(degrees: f64) -> f64 {
    let turn = degrees % 360.0;
    let half = turn % 180.0;
    let sign = if (turn >= 180.0) != (turn <= -180.0) { -half.signum().abs() } else { 1.0 };
    let value = match half.abs() {
        0.0 => return 0.0,
        30.0 | 150.0 => 0.5,
        90.0 => 1.0,
        angle => angle.to_radians().sin(),
    };
    value * half.signum() * sign
}

fn cosine(degrees: f64) -> f64 {
    sine(degrees + 90.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_angles_are_exact() {
        assert_eq!(
            (sine(30.0), sine(90.0), sine(180.0), sine(210.0), sine(-30.0), sine(-270.0)),
            (0.5, 1.0, 0.0, -0.5, -0.5, 1.0)
        );
        assert_eq!((cosine(60.0), cosine(90.0), cosine(0.0)), (0.5, 0.0, 1.0));
        assert!(sine(f64::NAN).is_nan() && sine(f64::INFINITY).is_nan());
    }
}
