//! `date_trunc(unit, time [, zone])`: the beginning of the unit that a time is in.
//!
//! An instant is cut down in the session's zone, or in the one that is named, so that a day begins at its midnight;
//! a date is an instant at its midnight. Most times of a batch are in the unit of the time before them, which is
//! therefore looked at first.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{IntervalMonthDayNanoType, TimestampMicrosecondType};
use datafusion::error::Result;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::argument::{INTERVAL, TIMESTAMP, Type, timestamptz};
use super::calendar::{DAY, Date, HOUR, MINUTE, Moment, SECOND, add_months, iso_week};
use super::call::Call;
use super::function::{Function, Gives};
use super::interval::Interval;
use super::unit::{Unit, unsupported};
use super::zone::{Zone, is_infinite};
use crate::value_error::{ValueError, ValueErrorKind};

const LOCAL: &str = "timestamp without time zone";
const INSTANT: &str = "timestamp with time zone";

pub(super) fn function() -> Arc<ScalarUDF> {
    Function::new(
        "date_trunc",
        "date_trunc(unit, time [, zone])",
        "Returns the beginning of the unit (`second` to `millennium`) that a time is in; of an instant or a date in \
         the session's time zone, or in `zone`. **Nulls** NULL gives NULL. **Errors** a unit that there is not, or \
         that the type has not. **Source** PostgreSQL 16, section 9.9.2.",
    )
    .alias("datetrunc")
    .takes(&[Type::Text, Type::Timestamptz], Gives::One(timestamptz), of_instant)
    .takes(&[Type::Text, Type::Timestamp], Gives::One(|| TIMESTAMP), of_local)
    .takes(&[Type::Text, Type::Interval], Gives::One(|| INTERVAL), of_interval)
    .takes(&[Type::Text, Type::Timestamptz, Type::Text], Gives::One(timestamptz), of_instant)
    .ordered_by(ordering)
    .volatility(Volatility::Stable)
    .build()
}

/// What is in order stays in order when it is cut down, by one unit.
fn ordering(inputs: &[ExprProperties]) -> SortProperties {
    match inputs {
        [unit, time, ..] if unit.sort_properties == SortProperties::Singleton => time.sort_properties,
        _ => SortProperties::Unordered,
    }
}

fn of_local(call: &Call) -> Result<ArrayRef> {
    let mut units = call.compiled::<(Unit, String)>(0, |name| Ok((Unit::named(name, LOCAL)?, name.to_owned())));
    let mut last = Span::NONE;
    call.each::<TimestampMicrosecondType>(|row| {
        let (Some((unit, name)), Some(local)) = (units.at(row)?, call.timestamp(1, row)) else { return Ok(None) };
        if is_infinite(local) {
            return Ok(Some(local));
        }
        if !last.holds(local, *unit) {
            last = Span::of(local, *unit).map_err(|error| error.unwrap_or_else(|| unsupported(name, LOCAL)))?;
        }
        Ok(Some(last.start))
    })
}

fn of_instant(call: &Call) -> Result<ArrayRef> {
    let mut units = call.compiled::<(Unit, String)>(0, |name| Ok((Unit::named(name, INSTANT)?, name.to_owned())));
    let mut zones = call.compiled::<Zone>(2, |name| Ok(Zone::of_argument(name)?));
    let mut last = Span::NONE;
    call.each::<TimestampMicrosecondType>(|row| {
        let (Some((unit, name)), Some(instant)) = (units.at(row)?, call.instant(1, row)) else { return Ok(None) };
        if is_infinite(instant) {
            return Ok(Some(instant));
        }
        let zone = if call.len() > 2 { zones.at(row)?.copied().unwrap_or(Zone::UTC) } else { call.zone() };
        let offset = zone.offset_at(instant) * SECOND;
        let local = zone.local(instant);
        if !last.holds(local, *unit) {
            last = Span::of(local, *unit).map_err(|error| error.unwrap_or_else(|| unsupported(name, INSTANT)))?;
        }
        // An hour and less begins with the offset it is in, so that the hour that comes twice stays two.
        Ok(Some(if is_below_day(*unit) { last.start - offset } else { zone.instant(last.start) }))
    })
}

fn is_below_day(unit: Unit) -> bool {
    matches!(unit, Unit::Microseconds | Unit::Milliseconds | Unit::Second | Unit::Minute | Unit::Hour)
}

/// From the beginning of a unit to that of the next, in local time.
#[derive(Clone, Copy)]
struct Span {
    unit: Option<Unit>,
    start: i64,
    end: i64,
}

impl Span {
    const NONE: Self = Self { unit: None, start: 0, end: 0 };

    fn holds(&self, local: i64, unit: Unit) -> bool {
        self.unit == Some(unit) && self.start <= local && local < self.end
    }

    /// The span that a local time is in; no error of its own if times have no such unit.
    fn of(local: i64, unit: Unit) -> Result<Self, Option<ValueError>> {
        let fixed = |length: i64| {
            let start = local.saturating_sub(local.rem_euclid(length));
            Ok(Self { unit: Some(unit), start, end: start.saturating_add(length) })
        };
        let date = Moment::of(local).date;
        let (start, months) = match unit {
            Unit::Microseconds => return fixed(1),
            Unit::Milliseconds => return fixed(1000),
            Unit::Second => return fixed(SECOND),
            Unit::Minute => return fixed(MINUTE),
            Unit::Hour => return fixed(HOUR),
            Unit::Day => return fixed(DAY),
            Unit::Week => {
                let days = local.div_euclid(DAY);
                let (year, week) = iso_week(days);
                let start = super::calendar::iso_week_start(year, week);
                return Self::between(unit, start, start + 7);
            }
            Unit::Month => (date.month, 1),
            Unit::Quarter => ((date.month - 1) / 3 * 3 + 1, 3),
            Unit::Year => (1, 12),
            Unit::Decade | Unit::Century | Unit::Millennium => {
                let (length, first) = match unit {
                    Unit::Decade => (10, 0),
                    Unit::Century => (100, 1),
                    _ => (1000, 1),
                };
                let year = (date.year - first).div_euclid(length) * length + first;
                let start = Date { year, month: 1, day: 1 };
                return Self::between(unit, start.days(), add_months(start, length * 12).days());
            }
            _ => return Err(None),
        };
        let start = Date { year: date.year, month: start, day: 1 };
        Self::between(unit, start.days(), add_months(start, months).days())
    }

    fn between(unit: Unit, start: i64, end: i64) -> Result<Self, Option<ValueError>> {
        let error = || Some(ValueError::new(ValueErrorKind::DatetimeOutOfRange, "timestamp out of range"));
        let start = start.checked_mul(DAY).ok_or_else(error)?;
        Ok(Self { unit: Some(unit), start, end: end.checked_mul(DAY).unwrap_or(i64::MAX) })
    }
}

fn of_interval(call: &Call) -> Result<ArrayRef> {
    let mut units = call.compiled::<(Unit, String)>(0, |name| Ok((Unit::named(name, "interval")?, name.to_owned())));
    call.each::<IntervalMonthDayNanoType>(|row| {
        let (Some((unit, name)), Some(interval)) = (units.at(row)?, call.interval(1, row)) else { return Ok(None) };
        let Interval { months, days, time } = interval;
        let of_months = |length: i64| Interval { months: months / length * length, days: 0, time: 0 };
        let of_time = |length: i64| Interval { months, days, time: time / length * length };
        let cut = match unit {
            Unit::Microseconds => of_time(1),
            Unit::Milliseconds => of_time(1000),
            Unit::Second => of_time(SECOND),
            Unit::Minute => of_time(MINUTE),
            Unit::Hour => of_time(HOUR),
            Unit::Day => Interval { months, days, time: 0 },
            Unit::Month => of_months(1),
            Unit::Quarter => of_months(3),
            Unit::Year => of_months(12),
            Unit::Decade => of_months(120),
            Unit::Century => of_months(1200),
            Unit::Millennium => of_months(12_000),
            _ => return Err(unsupported(name, "interval").into()),
        };
        Ok(Some(cut.value()?))
    })
}
