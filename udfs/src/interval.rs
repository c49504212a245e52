//! Intervals: months, days and time, as PostgreSQL reckons with them.
//!
//! The parts are kept apart, because a month has no fixed number of days and a day no fixed number of hours. Only
//! where PostgreSQL has to bring them together, a month has 30 days and a day 24 hours.

use datafusion::arrow::datatypes::IntervalMonthDayNano;
use datafusion::error::Result;

use crate::value_error::{ValueError, ValueErrorKind};

pub(crate) const MICROS_PER_SECOND: i64 = 1_000_000;
pub(crate) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
const DAYS_PER_MONTH: f64 = 30.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// The error of an interval that has no place in its type.
pub(crate) fn out_of_range() -> ValueError {
    ValueError::new(ValueErrorKind::DatetimeOutOfRange, "interval out of range")
}

/// An interval of whole months, days and microseconds.
pub(crate) fn of_parts(months: i32, days: i32, micros: i64) -> Result<IntervalMonthDayNano, ValueError> {
    let nanos = micros.checked_mul(1000).ok_or_else(out_of_range)?;
    Ok(IntervalMonthDayNano::new(months, days, nanos))
}

/// Microseconds of the time part; what is below is cut off.
pub(crate) fn micros(interval: IntervalMonthDayNano) -> i64 {
    interval.nanoseconds / 1000
}

/// The interval between two moments that are so many microseconds apart: whole days and the rest.
pub(crate) fn between(micros: i64) -> Result<IntervalMonthDayNano, ValueError> {
    let days = i32::try_from(micros / MICROS_PER_DAY).map_err(|_| out_of_range())?;
    of_parts(0, days, micros % MICROS_PER_DAY)
}

/// `interval * factor`. What does not fill a month or a day goes down to the next part, as in `interval_mul` of
/// PostgreSQL's `timestamp.c`.
pub(crate) fn multiply(interval: IntervalMonthDayNano, factor: f64) -> Result<IntervalMonthDayNano, ValueError> {
    scale(interval, factor, |part| part * factor)
}

/// `interval / divisor`.
pub(crate) fn divide(interval: IntervalMonthDayNano, divisor: f64) -> Result<IntervalMonthDayNano, ValueError> {
    if divisor == 0.0 {
        return Err(ValueError::division_by_zero());
    }
    scale(interval, divisor, |part| part / divisor)
}

fn scale(
    interval: IntervalMonthDayNano,
    factor: f64,
    part: impl Fn(f64) -> f64,
) -> Result<IntervalMonthDayNano, ValueError> {
    if !factor.is_finite() {
        return Err(out_of_range());
    }
    let (months, days) = (part(f64::from(interval.months)), part(f64::from(interval.days)));
    let (whole_months, whole_days) = (in_i32(months)?, in_i32(days)?);
    // The fraction of a month in days, and its fraction in seconds.
    let month_days = to_microsecond((months - f64::from(whole_months)) * DAYS_PER_MONTH);
    let mut seconds =
        to_microsecond((days - f64::from(whole_days) + month_days - month_days.trunc()) * SECONDS_PER_DAY);
    let mut more_days = 0;
    if seconds.abs() >= SECONDS_PER_DAY {
        more_days = in_i32(seconds / SECONDS_PER_DAY)?;
        seconds -= f64::from(more_days) * SECONDS_PER_DAY;
    }
    let days = whole_days
        .checked_add(in_i32(month_days)?)
        .and_then(|days| days.checked_add(more_days))
        .ok_or_else(out_of_range)?;
    let micros = (part(micros(interval) as f64) + seconds * MICROS_PER_SECOND as f64).round_ties_even();
    if micros.abs() >= i64::MAX as f64 {
        return Err(out_of_range());
    }
    of_parts(whole_months, days, micros as i64)
}

/// Rounded to six digits after the point, so that 0.1 of a day has no stray digits.
fn to_microsecond(value: f64) -> f64 {
    (value * 1e6).round_ties_even() / 1e6
}

/// The whole part, in 32 bits.
fn in_i32(value: f64) -> Result<i32, ValueError> {
    if value.abs() >= f64::from(i32::MAX) {
        return Err(out_of_range());
    }
    Ok(value as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(interval: IntervalMonthDayNano) -> (i32, i32, i64) {
        (interval.months, interval.days, micros(interval))
    }

    // The results are PostgreSQL 15's.
    #[test]
    fn fractions_go_down_to_the_next_part() {
        let month = of_parts(1, 0, 0).unwrap();
        assert_eq!(parts(multiply(month, 1.5).unwrap()), (1, 15, 0));
        assert_eq!(parts(divide(month, 7.0).unwrap()), (0, 4, 24_685_689_600));
        let day = of_parts(0, 1, 0).unwrap();
        assert_eq!(parts(multiply(day, 0.1).unwrap()), (0, 0, 8_640_000_000));
        assert_eq!(parts(divide(of_parts(0, 10, 0).unwrap(), 3.0).unwrap()), (0, 3, 28_800_000_000));
        assert_eq!(parts(multiply(of_parts(0, 0, 900_000_000).unwrap(), 3.0).unwrap()), (0, 0, 2_700_000_000));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let month = of_parts(i32::MAX, 0, 0).unwrap();
        assert!(multiply(month, 2.0).is_err());
        assert!(multiply(month, f64::NAN).is_err());
        assert!(divide(month, 0.0).is_err());
    }

    #[test]
    fn the_time_between_moments_has_days() {
        assert_eq!(parts(between(MICROS_PER_DAY + 5).unwrap()), (0, 1, 5));
        assert_eq!(parts(between(-MICROS_PER_DAY - 5).unwrap()), (0, -1, -5));
    }
}
