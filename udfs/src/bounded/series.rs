//! How large `range` is.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Date64Type, IntervalMonthDayNanoType, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::argument::Arguments;

/// A number, date or time in a list.
const ITEM_BYTES: i128 = 8;

const SECOND_NS: i128 = 1_000_000_000;
const DAY_NS: i128 = 86_400 * SECOND_NS;
/// The day on which clocks go forward has an hour less.
const SHORTEST_DAY_NS: i128 = DAY_NS - 3_600 * SECOND_NS;
const SHORTEST_MONTH_DAYS: i128 = 28;

/// `range([start,] stop [, step])`, with one item more at most.
pub(super) fn size(args: &Arguments, row: usize) -> Result<u64> {
    let items = match interval(args, row) {
        Some(step) => items_of_times(args, row, step)?,
        None => items_of_numbers(args, row),
    };
    Ok(u64::try_from(items.saturating_mul(ITEM_BYTES)).unwrap_or(u64::MAX))
}

fn items_of_numbers(args: &Arguments, row: usize) -> i128 {
    let number = |index| args.integer(index, row).map(i128::from);
    let (start, stop, step) = match args.len() {
        1 => (Some(0), number(0), Some(1)),
        2 => (number(0), number(1), Some(1)),
        _ => (number(0), number(1), number(2)),
    };
    match (start, stop, step) {
        (Some(start), Some(stop), Some(step)) => items(start, stop, step),
        _ => 0,
    }
}

/// A step of `1 month -30 days` can come back to where it was, and the series would have no end.
fn items_of_times(args: &Arguments, row: usize, step: Step) -> Result<i128> {
    let parts = [step.months, step.days, step.nanoseconds];
    let forward = parts.iter().any(|part| *part > 0);
    let backward = parts.iter().any(|part| *part < 0);
    if forward && backward {
        return exec_err!("a series needs a step in one direction, but its months, days and time have different signs");
    }
    let (Some(start), Some(stop)) = (instant(args, 0, row), instant(args, 1, row)) else {
        return Ok(0);
    };
    let days = step.months * SHORTEST_MONTH_DAYS + step.days;
    Ok(items(start, stop, days * SHORTEST_DAY_NS + step.nanoseconds))
}

/// How many steps lead from `start` to `stop`, with both ends. A step of zero is the function's to
/// refuse.
fn items(start: i128, stop: i128, step: i128) -> i128 {
    let leads_away = (stop - start).signum() * step.signum() < 0;
    if step == 0 || leads_away { 0 } else { (stop - start) / step + 1 }
}

struct Step {
    months: i128,
    days: i128,
    nanoseconds: i128,
}

fn interval(args: &Arguments, row: usize) -> Option<Step> {
    let (values, row) = args.value(2, row)?;
    let step = values.as_primitive_opt::<IntervalMonthDayNanoType>()?.value(row);
    Some(Step { months: step.months.into(), days: step.days.into(), nanoseconds: step.nanoseconds.into() })
}

/// A date or time in nanoseconds.
fn instant(args: &Arguments, index: usize, row: usize) -> Option<i128> {
    let (values, row) = args.value(index, row)?;
    let nanoseconds = match values.data_type() {
        DataType::Date32 => i128::from(values.as_primitive::<Date32Type>().value(row)) * DAY_NS,
        DataType::Date64 => i128::from(values.as_primitive::<Date64Type>().value(row)) * 1_000_000,
        DataType::Timestamp(TimeUnit::Second, _) => {
            i128::from(values.as_primitive::<TimestampSecondType>().value(row)) * SECOND_NS
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            i128::from(values.as_primitive::<TimestampMillisecondType>().value(row)) * 1_000_000
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            i128::from(values.as_primitive::<TimestampMicrosecondType>().value(row)) * 1_000
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            i128::from(values.as_primitive::<TimestampNanosecondType>().value(row))
        }
        _ => return None,
    };
    Some(nanoseconds)
}
