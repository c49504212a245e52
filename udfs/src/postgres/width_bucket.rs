//! `width_bucket`: the number of the bucket that a value falls into.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, make_comparator};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int32Type};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use crate::value_error::{ValueError, ValueErrorKind};

pub(super) fn function() -> Arc<ScalarUDF> {
    let integer = Gives::One(|| DataType::Int32);
    Function::new(
        "width_bucket",
        "width_bucket(value, low, high, count) or width_bucket(value, thresholds)",
        "Returns which of `count` buckets of equal width from `low` to `high` a value falls into: 0 below, `count` + 1 \
         from `high` on; or how many thresholds of a sorted array it reaches. **Nulls** NULL gives NULL. **Errors** no \
         buckets, bounds that are equal or no numbers.",
    )
    .takes(&[Type::Float8, Type::Float8, Type::Float8, Type::Int4], integer, of_doubles)
    .takes(&[Type::Numeric, Type::Numeric, Type::Numeric, Type::Int4], integer, of_decimals)
    .takes(&[Type::Any, Type::Array], integer, of_thresholds)
    .build()
}

fn refused(message: &str) -> ValueError {
    ValueError::new(ValueErrorKind::InvalidParameter, message)
}

fn count_of(call: &Call, row: usize) -> Result<Option<i64>, ValueError> {
    match call.integer(3, row) {
        Some(count) if count <= 0 => Err(refused("count must be greater than zero")),
        count => Ok(count),
    }
}

fn bucket(number: i64) -> Result<Option<i32>> {
    match i32::try_from(number) {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(ValueError::out_of_range("integer").into()),
    }
}

fn of_doubles(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let (Some(value), Some(low), Some(high)) = (call.double(0, row), call.double(1, row), call.double(2, row))
        else {
            return Ok(None);
        };
        let Some(count) = count_of(call, row)? else { return Ok(None) };
        if value.is_nan() || low.is_nan() || high.is_nan() {
            return Err(refused("operand, lower bound, and upper bound cannot be NaN").into());
        }
        if low.is_infinite() || high.is_infinite() {
            return Err(refused("lower and upper bounds must be finite").into());
        }
        if low == high {
            return Err(refused("lower bound cannot equal upper bound").into());
        }
        let (value, low, high) = if low < high { (value, low, high) } else { (-value, -low, -high) };
        if value < low {
            return bucket(0);
        }
        if value >= high {
            return bucket(count + 1);
        }
        // Halves, because the width may be larger than any double.
        let part = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
        bucket(((part * count as f64).floor() as i64).min(count - 1) + 1)
    })
}

fn of_decimals(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let (Some(value), Some(low), Some(high)) = (call.decimal(0, row), call.decimal(1, row), call.decimal(2, row))
        else {
            return Ok(None);
        };
        let Some(count) = count_of(call, row)? else { return Ok(None) };
        let (value, low, scale) = value.aligned(low)?;
        let high = high.round(scale.max(high.scale))?;
        let factor = high.scale - scale;
        let up = super::decimal::power_of_ten(factor)?;
        let widened = |number: i128| number.checked_mul(up).ok_or_else(ValueError::numeric_overflow);
        let (value, low, high) = (widened(value)?, widened(low)?, high.unscaled);
        if low == high {
            return Err(refused("lower bound cannot equal upper bound").into());
        }
        let (value, low, high) = if low < high { (value, low, high) } else { (-value, -low, -high) };
        if value < low {
            return bucket(0);
        }
        if value >= high {
            return bucket(count + 1);
        }
        let distance = value.checked_sub(low).and_then(|distance| distance.checked_mul(count.into()));
        let width = high.checked_sub(low);
        let (Some(distance), Some(width)) = (distance, width) else {
            return Err(ValueError::numeric_overflow().into());
        };
        bucket((distance / width) as i64 + 1)
    })
}

fn of_thresholds(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let (Some((values, at)), Some(thresholds)) = (call.value(0, row), call.array(1, row)) else { return Ok(None) };
        if thresholds.null_count() > 0 {
            return Err(refused("thresholds array must not contain NULLs").into());
        }
        let value = cast(&values.slice(at, 1), thresholds.data_type())?;
        let compare = make_comparator(&thresholds, &value, SortOptions::default())?;
        let (mut low, mut high) = (0, thresholds.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if compare(middle, 0).is_le() { low = middle + 1 } else { high = middle }
        }
        Ok(Some(i32::try_from(low).unwrap_or(i32::MAX)))
    })
}
