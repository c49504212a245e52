//! An interval as PostgreSQL has it: months, days and microseconds, which do not convert into each other.

use datafusion::arrow::datatypes::IntervalMonthDayNano;

use super::calendar::{Date, Moment, add_months};
use crate::value_error::{ValueError, ValueErrorKind};

/// Months, days and microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Interval {
    pub(super) months: i64,
    pub(super) days: i64,
    pub(super) time: i64,
}

impl Interval {
    pub(super) fn of(value: IntervalMonthDayNano) -> Self {
        Self { months: value.months.into(), days: value.days.into(), time: value.nanoseconds.div_euclid(1000) }
    }

    /// The value in a column, unless a part does not fit.
    pub(super) fn value(self) -> Result<IntervalMonthDayNano, ValueError> {
        let parts = (i32::try_from(self.months), i32::try_from(self.days), self.time.checked_mul(1000));
        match parts {
            (Ok(months), Ok(days), Some(nanoseconds)) => Ok(IntervalMonthDayNano::new(months, days, nanoseconds)),
            _ => Err(out_of_range()),
        }
    }

    /// The local timestamp that is this much after another.
    pub(super) fn after(self, timestamp: i64) -> Result<i64, ValueError> {
        let moment = Moment::of(timestamp);
        let date = if self.months == 0 { moment.date } else { add_months(moment.date, self.months) };
        let days = date.days() + self.days;
        let moment = Moment { date: Date::of(days), time: moment.time };
        moment
            .timestamp()
            .and_then(|timestamp| timestamp.checked_add(self.time))
            .ok_or_else(|| ValueError::new(ValueErrorKind::DatetimeOutOfRange, "timestamp out of range"))
    }
}

/// An interval does not fit its type.
pub(super) fn out_of_range() -> ValueError {
    ValueError::new(ValueErrorKind::DatetimeOutOfRange, "interval out of range")
}
