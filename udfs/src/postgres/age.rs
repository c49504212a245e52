//! `age(end, start)`: the time between two moments in years, months and days as people count them.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::IntervalMonthDayNanoType;
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{Expr, ScalarUDF, Volatility};
use datafusion::scalar::ScalarValue;

use super::argument::{INTERVAL, Type};
use super::calendar::{DAY, Moment, month_length};
use super::call::Call;
use super::function::{Function, Gives};
use super::interval::{Interval, out_of_range};
use super::zone::{Zone, is_infinite};
use crate::value_error::ValueError;

pub(super) fn function() -> Arc<ScalarUDF> {
    let interval = Gives::One(|| INTERVAL);
    Function::new(
        "age",
        "age(end, start) or age(start)",
        "Returns the years, months, days and time from `start` to `end`, to the beginning of the current day if there \
         is no `end`. **Nulls** NULL gives NULL. **Errors** an infinite time. **Source** PostgreSQL 16, section 9.9.",
    )
    .takes(&[Type::Timestamptz, Type::Timestamptz], interval, of_two)
    .takes(&[Type::Timestamp, Type::Timestamp], interval, of_two)
    .takes(&[Type::Timestamptz], interval, without_end)
    .takes(&[Type::Timestamp], interval, without_end)
    .simplifies(to_today)
    .volatility(Volatility::Stable)
    .build()
}

/// `age(start)` ends with the beginning of the day on which the statement started.
fn to_today(mut args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
    if args.len() != 1 {
        return Ok(ExprSimplifyResult::Original(args));
    }
    let Some(now) = info.query_execution_start_time() else { return Ok(ExprSimplifyResult::Original(args)) };
    let zone = Zone::of_session(info.config_options().execution.time_zone.as_deref());
    let local = zone.local(now.timestamp_micros());
    let today = ScalarValue::TimestampMicrosecond(Some(local.div_euclid(DAY) * DAY), None);
    args.insert(0, Expr::Literal(today, None));
    Ok(ExprSimplifyResult::Simplified(function().call(args)))
}

fn without_end(_call: &Call) -> Result<ArrayRef> {
    exec_err!("age of one argument is only known while a statement is planned")
}

fn of_two(call: &Call) -> Result<ArrayRef> {
    call.each::<IntervalMonthDayNanoType>(|row| {
        let (Some(end), Some(start)) = (call.timestamp(0, row), call.timestamp(1, row)) else { return Ok(None) };
        Ok(Some(between(end, start)?.value()?))
    })
}

/// The interval from one local timestamp to another.
pub(super) fn between(end: i64, start: i64) -> Result<Interval, ValueError> {
    if is_infinite(end) || is_infinite(start) {
        return Err(out_of_range());
    }
    let (late, early, sign) = if end >= start { (end, start, 1) } else { (start, end, -1) };
    let (late, early) = (Moment::of(late), Moment::of(early));
    let mut months = (late.date.year - early.date.year) * 12 + late.date.month - early.date.month;
    let mut days = late.date.day - early.date.day;
    let mut time = late.time - early.time;
    if time < 0 {
        time += DAY;
        days -= 1;
    }
    while days < 0 {
        // The days of a month that is not full count as in the month in which they began.
        days += month_length(early.date.year, early.date.month);
        months -= 1;
    }
    Ok(Interval { months: months * sign, days: days * sign, time: time * sign })
}
