//! `make_date`, `make_time`, `make_timestamp`, `make_timestamptz`, `make_interval`: dates and times of their numbers.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{
    DataType, Date32Type, IntervalMonthDayNanoType, Time64MicrosecondType, TimestampMicrosecondType,
};
use datafusion::error::Result;
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::argument::{INTERVAL, TIME, TIMESTAMP, Type, timestamptz};
use super::calendar::{DAY, Date, HOUR, MINUTE, Moment, SECOND, month_length};
use super::call::Call;
use super::function::{Function, Gives};
use super::interval::{Interval, out_of_range};
use super::zone::Zone;
use crate::value_error::{ValueError, ValueErrorKind};

const DATE_PARTS: &[Type] = &[Type::Int4, Type::Int4, Type::Int4];
const TIME_PARTS: &[Type] = &[Type::Int4, Type::Int4, Type::Float8];
const TIMESTAMP_PARTS: &[Type] = &[Type::Int4, Type::Int4, Type::Int4, Type::Int4, Type::Int4, Type::Float8];
const TIMESTAMP_AND_ZONE: &[Type] =
    &[Type::Int4, Type::Int4, Type::Int4, Type::Int4, Type::Int4, Type::Float8, Type::Text];
/// Years, months, weeks, days, hours, minutes, seconds; those left out at the end are 0.
const INTERVAL_PARTS: &[Type] = &[Type::Int4, Type::Int4, Type::Int4, Type::Int4, Type::Int4, Type::Int4, Type::Float8];

pub(super) fn functions() -> [Arc<ScalarUDF>; 5] {
    let mut interval = Function::new(
        "make_interval",
        "make_interval([years, months, weeks, days, hours, mins, secs])",
        "Returns the interval of so many years, months and so on; what is left out is 0. **Nulls** NULL gives NULL. \
         **Errors** an interval that does not fit.",
    )
    .named(&["years", "months", "weeks", "days", "hours", "mins", "secs"]);
    for count in 0..=INTERVAL_PARTS.len() {
        interval = interval.takes(&INTERVAL_PARTS[..count], Gives::One(|| INTERVAL), make_interval);
    }
    [
        Function::new(
            "make_date",
            "make_date(year, month, day)",
            "Returns the date of a year (negative before Christ), month and day. **Nulls** NULL gives NULL. \
             **Errors** a date that does not exist.",
        )
        .takes(DATE_PARTS, Gives::One(|| DataType::Date32), make_date)
        .build(),
        Function::new(
            "make_time",
            "make_time(hour, minute, second)",
            "Returns the time of day of an hour, minute and second. **Nulls** NULL gives NULL. **Errors** a time that \
             does not exist.",
        )
        .takes(TIME_PARTS, Gives::One(|| TIME), make_time)
        .build(),
        Function::new(
            "make_timestamp",
            "make_timestamp(year, month, day, hour, minute, second)",
            "Returns the local timestamp of its numbers. **Nulls** NULL gives NULL. **Errors** a date or time that \
             does not exist.",
        )
        .takes(TIMESTAMP_PARTS, Gives::One(|| TIMESTAMP), make_timestamp)
        .build(),
        Function::new(
            "make_timestamptz",
            "make_timestamptz(year, month, day, hour, minute, second [, zone])",
            "Returns the instant of its numbers in the session's time zone or in `zone`. **Nulls** NULL gives NULL. \
             **Errors** a date or time that does not exist, a zone that there is not.",
        )
        .takes(TIMESTAMP_PARTS, Gives::One(timestamptz), make_timestamptz)
        .takes(TIMESTAMP_AND_ZONE, Gives::One(timestamptz), make_timestamptz)
        .volatility(Volatility::Stable)
        .build(),
        interval.build(),
    ]
}

fn make_date(call: &Call) -> Result<ArrayRef> {
    call.each::<Date32Type>(|row| {
        let Some(date) = date(call, row)? else { return Ok(None) };
        let days = i32::try_from(date.days())
            .map_err(|_| ValueError::new(ValueErrorKind::DatetimeOutOfRange, "date out of range"))?;
        Ok(Some(days))
    })
}

fn make_time(call: &Call) -> Result<ArrayRef> {
    call.each::<Time64MicrosecondType>(|row| time(call, 0, row))
}

fn make_timestamp(call: &Call) -> Result<ArrayRef> {
    call.each::<TimestampMicrosecondType>(|row| local(call, row))
}

fn make_timestamptz(call: &Call) -> Result<ArrayRef> {
    let mut zones = call.compiled::<Zone>(6, |name| Ok(Zone::of_iso_argument(name)?));
    call.each::<TimestampMicrosecondType>(|row| {
        let Some(local) = local(call, row)? else { return Ok(None) };
        let zone = if call.len() > 6 { zones.at(row)?.copied().unwrap_or(Zone::UTC) } else { call.zone() };
        Ok(Some(zone.instant(local)))
    })
}

fn make_interval(call: &Call) -> Result<ArrayRef> {
    call.each::<IntervalMonthDayNanoType>(|row| {
        let part = |index| i128::from(call.integer(index, row).unwrap_or(0));
        let seconds = call.double(6, row).unwrap_or(0.0);
        if !seconds.is_finite() || seconds.abs() > 1e16 {
            return Err(out_of_range().into());
        }
        let micros = (seconds * 1e6).round_ties_even() as i128;
        let time = part(4) * i128::from(HOUR) + part(5) * i128::from(MINUTE) + micros;
        let fit = |part: i128| i64::try_from(part).map_err(|_| out_of_range());
        let interval =
            Interval { months: fit(part(0) * 12 + part(1))?, days: fit(part(2) * 7 + part(3))?, time: fit(time)? };
        Ok(Some(interval.value()?))
    })
}

fn date(call: &Call, row: usize) -> Result<Option<Date>, ValueError> {
    let (Some(year), Some(month), Some(day)) = (call.integer(0, row), call.integer(1, row), call.integer(2, row))
    else {
        return Ok(None);
    };
    let exists = year != 0
        && year.abs() < 10_000_000
        && (1..=12).contains(&month)
        && (1..=month_length(if year < 0 { year + 1 } else { year }, month)).contains(&day);
    if !exists {
        let message = format!("date field value out of range: {year}-{month:02}-{day:02}");
        return Err(ValueError::new(ValueErrorKind::DatetimeOutOfRange, message));
    }
    // 1 BC is the year 0.
    Ok(Some(Date { year: if year < 0 { year + 1 } else { year }, month, day }))
}

/// Microseconds since midnight.
fn time(call: &Call, first: usize, row: usize) -> Result<Option<i64>> {
    let (Some(hour), Some(minute), Some(second)) =
        (call.integer(first, row), call.integer(first + 1, row), call.double(first + 2, row))
    else {
        return Ok(None);
    };
    let is_midnight = hour == 24 && minute == 0 && second == 0.0;
    let exists =
        is_midnight || ((0..24).contains(&hour) && (0..60).contains(&minute) && (0.0..=60.0).contains(&second));
    if !exists {
        let message = format!("time field value out of range: {hour}:{minute:02}:{second:02}");
        return Err(ValueError::new(ValueErrorKind::DatetimeOutOfRange, message).into());
    }
    let micros = (second * 1e6).round_ties_even() as i64;
    Ok(Some(hour * HOUR + minute * MINUTE + micros.min(60 * SECOND)))
}

fn local(call: &Call, row: usize) -> Result<Option<i64>> {
    let (Some(date), Some(time)) = (date(call, row)?, time(call, 3, row)?) else { return Ok(None) };
    let moment = Moment { date: Date::of(date.days() + time / DAY), time: time % DAY };
    match moment.timestamp() {
        Some(timestamp) => Ok(Some(timestamp)),
        None => Err(ValueError::new(ValueErrorKind::DatetimeOutOfRange, "timestamp out of range").into()),
    }
}
