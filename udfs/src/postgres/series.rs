//! `generate_series(start, stop [, step])`: numbers or times, as a list that a query takes apart into rows.
//!
//! Steps of an instant are taken in the session's time zone, so that days begin at midnight and months on their
//! first. Each value is `start` and so many steps together; a month from the 31st may be shorter, as in PostgreSQL,
//! which adds one step to the value before.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListArray, new_null_array};
use datafusion::arrow::array::{Decimal128Array, Int32Array, Int64Array, PrimitiveArray, TimestampMicrosecondArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, Field};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{ReturnFieldArgs, ScalarUDF, Volatility};

use super::argument::{TIMESTAMP, Type, timestamptz};
use super::call::Call;
use super::decimal::{Decimal, PRECISION_MAX, scale_of};
use super::function::{Function, Gives};
use super::interval::Interval;
use super::zone::{Zone, is_infinite};
use crate::bounded::VALUE_BYTES_MAX;
use crate::value_error::ValueError;

pub(super) fn function() -> Arc<ScalarUDF> {
    let local = Gives::One(|| DataType::new_list(TIMESTAMP, true));
    let instant = Gives::One(|| DataType::new_list(timestamptz(), true));
    Function::new(
        "generate_series",
        "generate_series(start, stop [, step])",
        "Returns the values from `start` to `stop`, `step` apart (1 for numbers). **Nulls** NULL gives no values. \
         **Errors** a step of zero, more values than a value may have bytes.",
    )
    .takes(&[Type::Int4, Type::Int4], Gives::From(integers), of_integers)
    .takes(&[Type::Int4, Type::Int4, Type::Int4], Gives::From(integers), of_integers)
    .takes(&[Type::Numeric, Type::Numeric], Gives::From(decimals), of_decimals)
    .takes(&[Type::Numeric, Type::Numeric, Type::Numeric], Gives::From(decimals), of_decimals)
    .takes(&[Type::Timestamptz, Type::Timestamptz, Type::Interval], instant, |call| of_times(call, call.zone()))
    .takes(&[Type::Timestamp, Type::Timestamp, Type::Interval], local, |call| of_times(call, Zone::UTC))
    .volatility(Volatility::Stable)
    .build()
}

/// A list of the widest integer of the arguments.
fn integers(args: &ReturnFieldArgs) -> Result<DataType> {
    let is_wide = args.arg_fields.iter().any(|field| *field.data_type() == DataType::Int64);
    Ok(DataType::new_list(if is_wide { DataType::Int64 } else { DataType::Int32 }, true))
}

/// A list of decimals with the most digits after the point of the arguments.
fn decimals(args: &ReturnFieldArgs) -> Result<DataType> {
    let scale = args.arg_fields.iter().map(|field| match field.data_type() {
        data_type if data_type.is_floating() => 15,
        data_type => scale_of(data_type).unwrap_or(0).max(0),
    });
    Ok(DataType::new_list(DataType::Decimal128(PRECISION_MAX as u8, scale.max().unwrap_or(0)), true))
}

fn item(call: &Call) -> Result<DataType> {
    match call.result() {
        DataType::List(field) => Ok(field.data_type().clone()),
        other => internal_err!("a series is a list, not {other}"),
    }
}

fn no_step() -> ValueError {
    ValueError::invalid_parameter("step size cannot equal zero")
}

/// Collects the series of all rows, each of which is bounded.
fn collect<T: Copy>(
    call: &Call,
    width: usize,
    mut of: impl FnMut(usize, &mut Vec<T>) -> Result<bool>,
) -> Result<(Vec<T>, Vec<usize>, Vec<bool>)> {
    let (mut items, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    let mut total = 0;
    for row in 0..call.rows() {
        let before = items.len();
        valid.push(of(row, &mut items)?);
        lengths.push(items.len() - before);
        call.bound((items.len() - before) * width, &mut total)?;
    }
    Ok((items, lengths, valid))
}

/// The most values of one series.
fn most(width: usize) -> usize {
    // One more than fits, so that a series which is too long is refused and not cut off.
    VALUE_BYTES_MAX as usize / width + 1
}

fn list(item: &DataType, values: ArrayRef, lengths: Vec<usize>, valid: Vec<bool>) -> Result<ArrayRef> {
    let field = Arc::new(Field::new_list_field(item.clone(), true));
    let nulls = NullBuffer::from(valid);
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), values, Some(nulls))?))
}

fn primitive<T: ArrowPrimitiveType>(values: PrimitiveArray<T>, item: &DataType) -> ArrayRef {
    Arc::new(values.with_data_type(item.clone()))
}

fn of_integers(call: &Call) -> Result<ArrayRef> {
    let item = item(call)?;
    let (items, lengths, valid) = collect::<i64>(call, 8, |row, items| {
        let (Some(start), Some(stop)) = (call.integer(0, row), call.integer(1, row)) else { return Ok(false) };
        let step = match call.len() {
            3 => match call.integer(2, row) {
                Some(step) => step,
                None => return Ok(false),
            },
            _ => 1,
        };
        if step == 0 {
            return Err(no_step().into());
        }
        let mut next = Some(start);
        for _ in 0..most(8) {
            let Some(value) = next.filter(|value| if step > 0 { *value <= stop } else { *value >= stop }) else {
                break;
            };
            items.push(value);
            next = value.checked_add(step);
        }
        Ok(true)
    })?;
    let values: ArrayRef = match item {
        DataType::Int64 => Arc::new(Int64Array::from(items)),
        _ => Arc::new(items.into_iter().map(|value| i32::try_from(value).ok()).collect::<Int32Array>()),
    };
    list(&item, values, lengths, valid)
}

fn of_decimals(call: &Call) -> Result<ArrayRef> {
    let item = item(call)?;
    let scale = if let DataType::Decimal128(_, scale) = item { u32::try_from(scale).unwrap_or(0) } else { 0 };
    let (items, lengths, valid) = collect::<i128>(call, 16, |row, items| {
        let at = |index: usize| call.decimal(index, row).map(|value| value.round(scale)).transpose();
        let step = if call.len() == 3 { at(2)? } else { Some(Decimal::new(1, 0).round(scale)?) };
        let (Some(start), Some(stop), Some(step)) = (at(0)?, at(1)?, step) else { return Ok(false) };
        let (start, stop, step) = (start.unscaled, stop.unscaled, step.unscaled);
        if step == 0 {
            return Err(no_step().into());
        }
        let mut next = Some(start);
        for _ in 0..most(16) {
            let Some(value) = next.filter(|value| if step > 0 { *value <= stop } else { *value >= stop }) else {
                break;
            };
            items.push(value);
            next = value.checked_add(step);
        }
        Ok(true)
    })?;
    list(&item, primitive(Decimal128Array::from(items), &item), lengths, valid)
}

fn of_times(call: &Call, zone: Zone) -> Result<ArrayRef> {
    let item = item(call)?;
    let is_instant = matches!(item, DataType::Timestamp(_, Some(_)));
    if call.rows() == 0 {
        return Ok(new_null_array(call.result(), 0));
    }
    let (items, lengths, valid) = collect::<i64>(call, 8, |row, items| {
        let at = |index| if is_instant { call.instant(index, row) } else { call.timestamp(index, row) };
        let (Some(start), Some(stop), Some(step)) = (at(0), at(1), call.interval(2, row)) else { return Ok(false) };
        if is_infinite(start) || is_infinite(stop) {
            return Err(ValueError::invalid_parameter("a series of times needs a finite start and stop").into());
        }
        let direction = direction(step)?;
        let mut next = start;
        for _ in 0..most(8) {
            if if direction > 0 { next > stop } else { next < stop } {
                break;
            }
            items.push(next);
            next = zone.instant(step.after(zone.local(next))?);
        }
        Ok(true)
    })?;
    list(&item, primitive(TimestampMicrosecondArray::from(items), &item), lengths, valid)
}

/// Whether a step leads forward or back; one that could do either might never end.
fn direction(step: Interval) -> Result<i64, ValueError> {
    let parts = [step.months, step.days, step.time];
    let forward = parts.iter().any(|part| *part > 0);
    let backward = parts.iter().any(|part| *part < 0);
    match (forward, backward) {
        (true, false) => Ok(1),
        (false, true) => Ok(-1),
        (false, false) => Err(no_step()),
        (true, true) => Err(ValueError::invalid_parameter(
            "a series needs a step in one direction, but its months, days and time have different signs",
        )),
    }
}
