//! `extract(field FROM value)` and `date_part(field, value)`: a number out of a date, a time or an interval.
//!
//! They are the same but for the type: `extract` gives a decimal, with the digits that the field has, `date_part` a
//! double. Fields of an instant are those of its local time in the session's zone.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ReturnFieldArgs, ScalarUDF, Volatility};

use super::argument::Type;
use super::calendar::{DAY, HOUR, JULIAN_OF_1970, MINUTE, Moment, SECOND, iso_week, weekday};
use super::call::Call;
use super::decimal::{Decimal, PRECISION_MAX};
use super::function::{Function, Gives};
use super::interval::Interval;
use super::unit::{Unit, unsupported};
use super::zone::is_infinite;
use crate::value_error::ValueError;

/// Digits before the point; the years and seconds of any timestamp have fewer.
const WHOLE_DIGITS: i8 = 14;
/// Seconds that an interval's month has in its epoch: a year has 365.25 days.
const SECONDS_PER_MONTH: i64 = 30 * 86_400;
const SECONDS_PER_YEAR: i64 = 365 * 86_400 + 21_600;

pub(super) fn functions() -> [Arc<ScalarUDF>; 2] {
    let description = "Returns a field of a date, time, instant or interval: `year`, `month`, `dow`, `epoch` and all \
                       others of PostgreSQL. **Nulls** NULL gives NULL, and so do the fields of an infinite time that \
                       do not grow with it. **Errors** a field that there is not, or that the type has not. \
                       **Source** PostgreSQL 16, section 9.9.1.";
    let decimal = Gives::From(decimal_type);
    let double = Gives::One(|| DataType::Float64);
    let extract = Function::new("extract", "extract(field FROM value)", description)
        .takes(&[Type::Text, Type::Date], decimal, |call| decimals(call, of_date))
        .takes(&[Type::Text, Type::Time], decimal, |call| decimals(call, of_time))
        .takes(&[Type::Text, Type::Timestamp], decimal, |call| decimals(call, of_timestamp))
        .takes(&[Type::Text, Type::Timestamptz], decimal, |call| decimals(call, of_instant))
        .takes(&[Type::Text, Type::Interval], decimal, |call| decimals(call, of_interval))
        .volatility(Volatility::Stable);
    let date_part = Function::new("date_part", "date_part(field, value)", description)
        .alias("datepart")
        .takes(&[Type::Text, Type::Date], double, |call| doubles(call, of_date))
        .takes(&[Type::Text, Type::Time], double, |call| doubles(call, of_time))
        .takes(&[Type::Text, Type::Timestamp], double, |call| doubles(call, of_timestamp))
        .takes(&[Type::Text, Type::Timestamptz], double, |call| doubles(call, of_instant))
        .takes(&[Type::Text, Type::Interval], double, |call| doubles(call, of_interval))
        .volatility(Volatility::Stable);
    [extract.build(), date_part.build()]
}

/// A decimal with the digits of a field that is the same for all rows.
fn decimal_type(args: &ReturnFieldArgs) -> Result<DataType> {
    let name = args.scalar_arguments.first().and_then(|value| value.and_then(|value| value.try_as_str().flatten()));
    let is_date = args.arg_fields.get(1).is_some_and(|field| *field.data_type() == DataType::Date32);
    let scale = match name.map(|name| Unit::named(name, "")) {
        Some(Ok(_)) if is_date => 0,
        Some(Ok(unit)) => unit.scale(),
        _ => 6,
    };
    Ok(DataType::Decimal128((WHOLE_DIGITS + scale).unsigned_abs().min(PRECISION_MAX as u8), scale))
}

type Extract = fn(&Call, usize, &str) -> Result<Option<Decimal>>;

fn decimals(call: &Call, extract: Extract) -> Result<ArrayRef> {
    call.each_decimal(|row| call.text(0, row).map_or(Ok(None), |name| extract(call, row, name)))
}

fn doubles(call: &Call, extract: Extract) -> Result<ArrayRef> {
    call.each::<Float64Type>(|row| {
        let value = call.text(0, row).map_or(Ok(None), |name| extract(call, row, name))?;
        Ok(value.map(Decimal::to_double))
    })
}

fn whole(number: i64) -> Decimal {
    Decimal::new(number.into(), 0)
}

fn of_date(call: &Call, row: usize, name: &str) -> Result<Option<Decimal>> {
    let Some(days) = call.date(1, row) else { return Ok(None) };
    let unit = Unit::named(name, "date")?;
    Ok(Some(match unit {
        Unit::Epoch => whole(days * (DAY / SECOND)),
        Unit::Julian => whole(days + JULIAN_OF_1970),
        _ => of_day(unit, days).ok_or_else(|| unsupported(name, "date"))?,
    }))
}

fn of_time(call: &Call, row: usize, name: &str) -> Result<Option<Decimal>> {
    let Some(time) = call.time(1, row) else { return Ok(None) };
    let of = "time without time zone";
    let unit = Unit::named(name, of)?;
    Ok(Some(match unit {
        Unit::Epoch => Decimal::new(time.into(), 6),
        _ => of_clock(unit, time).ok_or_else(|| unsupported(name, of))?,
    }))
}

fn of_timestamp(call: &Call, row: usize, name: &str) -> Result<Option<Decimal>> {
    let Some(local) = call.timestamp(1, row) else { return Ok(None) };
    let of = "timestamp without time zone";
    let unit = Unit::named(name, of)?;
    if is_infinite(local) {
        return Ok(None);
    }
    if unit == Unit::Epoch {
        return Ok(Some(Decimal::new(local.into(), 6)));
    }
    Ok(Some(of_local(unit, local)?.ok_or_else(|| unsupported(name, of))?))
}

fn of_instant(call: &Call, row: usize, name: &str) -> Result<Option<Decimal>> {
    let Some(instant) = call.instant(1, row) else { return Ok(None) };
    let of = "timestamp with time zone";
    let unit = Unit::named(name, of)?;
    if is_infinite(instant) {
        return Ok(None);
    }
    let offset = call.zone().offset_at(instant);
    Ok(Some(match unit {
        Unit::Epoch => Decimal::new(instant.into(), 6),
        Unit::Timezone => whole(offset),
        Unit::TimezoneHour => whole(offset / 3600),
        Unit::TimezoneMinute => whole(offset % 3600 / 60),
        _ => of_local(unit, call.zone().local(instant))?.ok_or_else(|| unsupported(name, of))?,
    }))
}

fn of_local(unit: Unit, local: i64) -> Result<Option<Decimal>> {
    let days = local.div_euclid(DAY);
    let time = local.rem_euclid(DAY);
    if unit == Unit::Julian {
        return Ok(Some(julian(days, time)?));
    }
    Ok(of_clock(unit, time).or_else(|| of_day(unit, days)))
}

/// The Julian day with its fraction.
fn julian(days: i64, time: i64) -> Result<Decimal, ValueError> {
    let unscaled =
        i128::from(days + JULIAN_OF_1970) * 10_i128.pow(20) + i128::from(time) * 10_i128.pow(20) / i128::from(DAY);
    Ok(Decimal::new(unscaled, 20))
}

fn of_clock(unit: Unit, time: i64) -> Option<Decimal> {
    Some(match unit {
        Unit::Microseconds => whole(time % MINUTE),
        Unit::Milliseconds => Decimal::new((time % MINUTE).into(), 3),
        Unit::Second => Decimal::new((time % MINUTE).into(), 6),
        Unit::Minute => whole(time % HOUR / MINUTE),
        Unit::Hour => whole(time / HOUR),
        _ => return None,
    })
}

fn of_day(unit: Unit, days: i64) -> Option<Decimal> {
    let date = Moment::of(days.checked_mul(DAY)?).date;
    // There is no year 0: 1 BC comes before 1 AD.
    let year = if date.year > 0 { date.year } else { date.year - 1 };
    Some(whole(match unit {
        Unit::Day => date.day,
        Unit::Month => date.month,
        Unit::Quarter => (date.month - 1) / 3 + 1,
        Unit::Week => iso_week(days).1,
        Unit::Year => year,
        Unit::Decade => date.year.div_euclid(10),
        Unit::Century => eras(date.year, 100),
        Unit::Millennium => eras(date.year, 1000),
        Unit::DayOfWeek => weekday(days),
        Unit::IsoDayOfWeek => (weekday(days) + 6) % 7 + 1,
        Unit::DayOfYear => date.day_of_year(),
        Unit::IsoYear => {
            let year = iso_week(days).0;
            if year > 0 { year } else { year - 1 }
        }
        _ => return None,
    }))
}

/// The number of the century or millennium of a year: the 21st century is that of 2001 to 2100.
fn eras(year: i64, length: i64) -> i64 {
    if year > 0 { (year - 1) / length + 1 } else { -((length - 1 - (year - 1)) / length) }
}

fn of_interval(call: &Call, row: usize, name: &str) -> Result<Option<Decimal>> {
    let Some(Interval { months, days, time }) = call.interval(1, row) else { return Ok(None) };
    let unit = Unit::named(name, "interval")?;
    let years = months / 12;
    Ok(Some(match unit {
        Unit::Epoch => {
            let seconds = years * SECONDS_PER_YEAR + months % 12 * SECONDS_PER_MONTH + days * 86_400;
            Decimal::new(i128::from(seconds) * i128::from(SECOND) + i128::from(time), 6)
        }
        Unit::Day => whole(days),
        Unit::Month => whole(months % 12),
        Unit::Quarter => whole(months % 12 / 3 + 1),
        Unit::Year => whole(years),
        Unit::Decade => whole(years / 10),
        Unit::Century => whole(years / 100),
        Unit::Millennium => whole(years / 1000),
        _ => of_clock(unit, time).ok_or_else(|| unsupported(name, "interval"))?,
    }))
}
