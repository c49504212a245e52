//! Numbers as other numbers, rounded as PostgreSQL rounds.

use std::sync::Arc;

use bellwether_kernels::numeric::BigInt;
use bellwether_kernels::numeric::division::{rescale, rescale_big};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Decimal256Array, Float64Array, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, Float32Type, Float64Type, i256};
use datafusion::error::Result;

use super::{arrow, type_name};
use crate::numeric::{big, digits_of, wide};
use crate::value_error::{ValueError, ValueErrorKind};

/// To the nearest integer, halves to the even one.
pub(super) fn floats_to_integers(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let values = cast(values, &DataType::Float64)?;
    let out_of_range = || ValueError::out_of_range(&type_name(to));
    // 2⁶³ is the first number that does not fit; it has a double of its own.
    let limit = i64::MAX as f64;
    let integers = values
        .as_primitive::<Float64Type>()
        .iter()
        .map(|value| match value.map(f64::round_ties_even) {
            None => Ok(None),
            Some(value) if value >= -limit && value < limit => Ok(Some(value as i64)),
            Some(_) => Err(out_of_range()),
        })
        .collect::<Result<Int64Array, _>>()?;
    narrowed(integers, to)
}

fn narrowed(integers: Int64Array, to: &DataType) -> Result<ArrayRef> {
    let (low, high) = match to {
        DataType::Int8 => (i64::from(i8::MIN), i64::from(i8::MAX)),
        DataType::Int16 => (i64::from(i16::MIN), i64::from(i16::MAX)),
        DataType::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    if integers.iter().flatten().any(|value| value < low || value > high) {
        return Err(ValueError::out_of_range(&type_name(to)).into());
    }
    let integers: ArrayRef = Arc::new(integers);
    arrow(&integers, to)
}

/// To the nearest integer, halves away from zero.
pub(super) fn decimals_to_integers(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let out_of_range = || ValueError::out_of_range(&type_name(to));
    let integer =
        |value: &BigInt, scale: i8| i64::try_from(rescale_big(value, i32::from(scale), 0)).map_err(|_| out_of_range());
    let integers = match values.data_type() {
        DataType::Decimal128(_, scale) => values
            .as_primitive::<Decimal128Type>()
            .iter()
            .map(|value| {
                let Some(value) = value else { return Ok(None) };
                let rounded = rescale(value, i32::from(*scale), 0).ok_or_else(out_of_range)?;
                i64::try_from(rounded).map(Some).map_err(|_| out_of_range())
            })
            .collect::<Result<Int64Array, _>>()?,
        DataType::Decimal256(_, scale) => values
            .as_primitive::<Decimal256Type>()
            .iter()
            .map(|value| value.map(|value| integer(&big(value), *scale)).transpose())
            .collect::<Result<Int64Array, _>>()?,
        _ => return arrow(values, to),
    };
    narrowed(integers, to)
}

fn field_overflow() -> ValueError {
    ValueError::new(ValueErrorKind::OutOfRange, "numeric field overflow")
}

/// To another precision and scale, halves away from zero.
pub(super) fn decimals(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let from_scale = match values.data_type() {
        DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => i32::from(*scale),
        _ => return arrow(values, to),
    };
    match (values.data_type(), to) {
        (DataType::Decimal128(from, _), DataType::Decimal128(precision, scale)) => {
            let to_scale = i32::from(*scale);
            let values = values.as_primitive::<Decimal128Type>();
            let limit = 10_u128.pow(u32::from(*precision));
            let always_fits =
                to_scale >= from_scale && i32::from(*precision) - to_scale >= i32::from(*from) - from_scale;
            if always_fits {
                let factor = 10_i128.pow((to_scale - from_scale).unsigned_abs());
                return Ok(Arc::new(
                    values.unary::<_, Decimal128Type>(|value| value.wrapping_mul(factor)).with_data_type(to.clone()),
                ));
            }
            let converted = values.try_unary::<_, Decimal128Type, ValueError>(|value| {
                rescale(value, from_scale, to_scale)
                    .filter(|value| value.unsigned_abs() < limit)
                    .ok_or_else(field_overflow)
            })?;
            Ok(Arc::new(converted.with_data_type(to.clone())))
        }
        _ => wide_decimals(values, from_scale, to),
    }
}

fn wide_decimals(values: &ArrayRef, from_scale: i32, to: &DataType) -> Result<ArrayRef> {
    let (DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale)) = to else {
        return arrow(values, to);
    };
    let numbers: Vec<Option<BigInt>> = match values.data_type() {
        DataType::Decimal128(..) => {
            values.as_primitive::<Decimal128Type>().iter().map(|value| value.map(BigInt::from)).collect()
        }
        _ => values.as_primitive::<Decimal256Type>().iter().map(|value| value.map(big)).collect(),
    };
    let scaled = numbers.into_iter().map(|value| {
        let Some(value) = value else { return Ok(None) };
        let value = rescale_big(&value, from_scale, i32::from(*scale));
        if digits_of(&value) > usize::from(*precision) { Err(field_overflow()) } else { Ok(Some(value)) }
    });
    collected(scaled.collect::<Result<Vec<_>, _>>()?, to)
}

fn collected(values: Vec<Option<BigInt>>, to: &DataType) -> Result<ArrayRef> {
    Ok(match to {
        DataType::Decimal128(..) => {
            let values: Decimal128Array =
                values.iter().map(|value| value.as_ref().and_then(|value| i128::try_from(value).ok())).collect();
            Arc::new(values.with_data_type(to.clone()))
        }
        _ => {
            let values: Vec<Option<i256>> = values.iter().map(|value| value.as_ref().and_then(wide)).collect();
            Arc::new(Decimal256Array::from(values).with_data_type(to.clone()))
        }
    })
}

/// The nearest double. Dividing the digits by a power of ten is exact only while both are doubles themselves; beyond,
/// the text is read, because dividing would round twice.
pub(super) fn decimals_to_floats(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    const EXACT_DIGITS: u128 = 1 << 53;
    const EXACT_POWER: i32 = 22;
    let DataType::Decimal128(_, scale) = values.data_type() else {
        let texts = values.as_primitive_opt::<Decimal256Type>().map(|values| {
            let text = |row| (!values.is_null(row)).then(|| values.value_as_string(row));
            (0..values.len()).map(|row| text(row)?.parse::<f64>().ok()).collect::<Float64Array>()
        });
        return match texts {
            Some(doubles) => arrow(&(Arc::new(doubles) as ArrayRef), to),
            None => arrow(values, to),
        };
    };
    let scale = i32::from(*scale);
    let decimals = values.as_primitive::<Decimal128Type>();
    let is_exact = (0..=EXACT_POWER).contains(&scale);
    let power = 10_f64.powi(scale);
    let doubles = decimals.unary::<_, Float64Type>(|value| {
        if is_exact && value.unsigned_abs() <= EXACT_DIGITS {
            return value as f64 / power;
        }
        format!("{value}e{}", -scale).parse().unwrap_or(f64::NAN)
    });
    arrow(&(Arc::new(doubles) as ArrayRef), to)
}

/// The decimal that a float's significant digits spell: fifteen of a double, six of a real, as in PostgreSQL.
pub(super) fn floats_to_decimals(values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let (DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale)) = to else {
        return arrow(values, to);
    };
    let texts: Vec<Option<String>> = match values.data_type() {
        DataType::Float32 => {
            values.as_primitive::<Float32Type>().iter().map(|value| value.map(|value| format!("{value:.5e}"))).collect()
        }
        _ => values
            .as_primitive::<Float64Type>()
            .iter()
            .map(|value| value.map(|value| format!("{value:.14e}")))
            .collect(),
    };
    let scaled = texts.into_iter().map(|text| {
        let Some(text) = text else { return Ok(None) };
        let Some((value, own)) = crate::numeric::parts(&text) else {
            return Err(ValueError::new(ValueErrorKind::OutOfRange, format!("cannot convert {text} to numeric")));
        };
        let value = rescale_big(&value, own, i32::from(*scale));
        if digits_of(&value) > usize::from(*precision) { Err(field_overflow()) } else { Ok(Some(value)) }
    });
    collected(scaled.collect::<Result<Vec<_>, _>>()?, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(unscaled: i128, scale: i8) -> f64 {
        let decimal = Decimal128Array::from(vec![unscaled]).with_precision_and_scale(38, scale).unwrap();
        let doubles = decimals_to_floats(&(Arc::new(decimal) as ArrayRef), &DataType::Float64).unwrap();
        doubles.as_primitive::<Float64Type>().value(0)
    }

    #[test]
    fn a_decimal_is_the_double_its_text_is() {
        assert_eq!(double(15, 1), 1.5);
        assert_eq!(double(1_733_333_333_333_333_333, 16), 173.333_333_333_333_34);
        assert_eq!(double(-1_733_333_333_333_333_333, 16), -173.333_333_333_333_34);
        assert_eq!(double(1, 30), 1e-30);
    }
}
