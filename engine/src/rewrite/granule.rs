//! Parts of time: which follow from which.
//!
//! A view that keeps days apart knows months, years and days of the week, and can tell times from before a midnight
//! apart from those after it. All of this is about times without a zone, where a day is the same for everybody.

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, Timelike};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{Cast, Expr};

use super::canonical::literal;

/// The type of a time without a zone.
pub(super) const TIME: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

/// A part of time that times can be cut down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Granule {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
}

impl Granule {
    fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.strip_suffix('s').unwrap_or(&name) {
            "microsecond" => Self::Microsecond,
            "millisecond" => Self::Millisecond,
            "second" => Self::Second,
            "minute" => Self::Minute,
            "hour" => Self::Hour,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            "decade" => Self::Decade,
            "century" => Self::Century,
            "millennium" => Self::Millennium,
            _ => return None,
        })
    }

    /// The part of time within which a field has one value.
    fn of_field(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.as_str() {
            "minute" => Self::Minute,
            "hour" => Self::Hour,
            "day" | "dow" | "isodow" | "doy" => Self::Day,
            "week" | "isoyear" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            "decade" => Self::Decade,
            "century" => Self::Century,
            "millennium" => Self::Millennium,
            _ => return None,
        })
    }

    /// Whether every `coarse` part consists of whole parts of this kind. Weeks cross all borders but their own.
    pub(super) fn divides(self, coarse: Self) -> bool {
        match (self, coarse) {
            (Self::Week, _) => coarse == Self::Week,
            (_, Self::Week) => self <= Self::Day,
            _ => self <= coarse,
        }
    }

    /// Whether a time, in microseconds since 1970, is the beginning of such a part.
    fn begins_at(self, us: i64) -> bool {
        let Some(time) = DateTime::from_timestamp_micros(us).map(|time| time.naive_utc()) else { return false };
        self.begins(time)
    }

    fn begins(self, time: NaiveDateTime) -> bool {
        let (date, clock) = (time.date(), time.time());
        let whole = |us: i64| time.and_utc().timestamp_micros().rem_euclid(us) == 0;
        let midnight = clock == NaiveTime::MIN;
        let year =
            |length: i32, first: i32| midnight && date.ordinal() == 1 && (date.year() - first).rem_euclid(length) == 0;
        match self {
            Self::Microsecond => true,
            Self::Millisecond => whole(1_000),
            Self::Second => whole(1_000_000),
            Self::Minute => whole(60_000_000),
            Self::Hour => clock.minute() == 0 && whole(60_000_000),
            Self::Day => midnight,
            Self::Week => midnight && date.weekday() == chrono::Weekday::Mon,
            Self::Month => midnight && date.day() == 1,
            Self::Quarter => midnight && date.day() == 1 && date.month0() % 3 == 0,
            Self::Year => year(1, 0),
            Self::Decade => year(10, 0),
            Self::Century => year(100, 1),
            Self::Millennium => year(1000, 1),
        }
    }
}

/// A time cut down to a part of it, as an expression says it.
#[derive(Debug)]
pub(crate) struct Cut<'a> {
    pub time: &'a Expr,
    pub granule: Granule,
}

impl<'a> Cut<'a> {
    /// What `date_trunc('month', time)` and `time::date` cut, for the caller to find out that it has no zone.
    pub(crate) fn of(expr: &'a Expr) -> Option<Self> {
        match expr {
            Expr::Cast(Cast { expr: time, field }) if *field.data_type() == DataType::Date32 => {
                Some(Self { time: time.as_ref(), granule: Granule::Day })
            }
            Expr::ScalarFunction(call) if call.func.name() == "date_trunc" => {
                let (name, time) = named_time(call)?;
                Some(Self { time, granule: Granule::named(name)? })
            }
            _ => None,
        }
    }

    /// The part of time within which `expr` has one value, when it is a field of a time: `extract(month from time)`.
    pub(super) fn of_field(expr: &'a Expr) -> Option<Self> {
        match expr {
            Expr::ScalarFunction(call) if matches!(call.func.name(), "extract" | "date_part") => {
                let (name, time) = named_time(call)?;
                Some(Self { time, granule: Granule::of_field(name)? })
            }
            _ => None,
        }
    }
}

fn named_time(call: &ScalarFunction) -> Option<(&str, &Expr)> {
    let [name, time] = call.args.as_slice() else { return None };
    Some((literal(name)?.try_as_str()??, time))
}

/// A time's literal in microseconds since 1970, for one without a zone or a date.
pub(super) fn moment(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::TimestampMicrosecond(us, None) => *us,
        ScalarValue::Date32(Some(days)) => i64::from(*days).checked_mul(86_400_000_000),
        _ => None,
    }
}

/// Where times are divided by a comparison with a literal: `time < border` on one side, `time >= border` on the
/// other. Times are whole microseconds, so `time <= t` is the same as `time < t + 1 µs`.
pub(super) fn border(granule: Granule, us: i64, is_inclusive_above: bool) -> Option<bool> {
    let border = if is_inclusive_above { us } else { us.checked_add(1)? };
    Some(granule.begins_at(border))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(text: &str) -> i64 {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap().and_utc().timestamp_micros()
    }

    #[test]
    fn days_make_up_everything_coarser_and_weeks_only_themselves() {
        use Granule::*;
        for coarse in [Day, Week, Month, Quarter, Year, Decade, Century, Millennium] {
            assert!(Day.divides(coarse), "{coarse:?}");
        }
        assert!(!Day.divides(Hour));
        assert!(Week.divides(Week));
        assert!(!Week.divides(Month));
        assert!(!Month.divides(Week));
        assert!(Hour.divides(Week));
        assert!(Month.divides(Quarter));
    }

    #[test]
    fn parts_of_time_begin_where_they_begin() {
        for (granule, begins, does_not) in [
            (Granule::Second, "1969-12-31 23:59:59", "1969-12-31 23:59:59.5"),
            (Granule::Hour, "2026-02-03 04:00:00", "2026-02-03 04:30:00"),
            (Granule::Day, "2026-02-03 00:00:00", "2026-02-03 01:00:00"),
            (Granule::Week, "2026-02-02 00:00:00", "2026-02-03 00:00:00"),
            (Granule::Month, "2026-02-01 00:00:00", "2026-02-02 00:00:00"),
            (Granule::Quarter, "2026-04-01 00:00:00", "2026-05-01 00:00:00"),
            (Granule::Year, "2026-01-01 00:00:00", "2026-02-01 00:00:00"),
            (Granule::Decade, "2020-01-01 00:00:00", "2026-01-01 00:00:00"),
            (Granule::Century, "2001-01-01 00:00:00", "2000-01-01 00:00:00"),
            (Granule::Millennium, "2001-01-01 00:00:00", "1901-01-01 00:00:00"),
        ] {
            assert!(granule.begins_at(us(begins)), "{granule:?} {begins}");
            assert!(!granule.begins_at(us(does_not)), "{granule:?} {does_not}");
        }
    }

    #[test]
    fn the_last_microsecond_of_a_day_divides_like_the_next_midnight() {
        assert_eq!(border(Granule::Day, us("2026-02-03 23:59:59.999999"), false), Some(true));
        assert_eq!(border(Granule::Day, us("2026-02-03 23:59:59.999"), false), Some(false));
        assert_eq!(border(Granule::Day, us("2026-02-03 00:00:00"), true), Some(true));
        assert_eq!(border(Granule::Day, us("2026-02-03 00:00:00"), false), Some(false));
    }
}
