//! Intervals and durations as PostgreSQL's interval: months, days and microseconds apart.

use std::io::Write;

use arrow::datatypes::{IntervalDayTime, IntervalMonthDayNano, TimeUnit};
use bellwether::Result;

use super::datetime::{micros, write_time};
use super::out_of_range;

/// An interval's three parts, which PostgreSQL never mixes.
pub(super) struct Interval {
    months: i32,
    days: i32,
    micros: i64,
}

impl Interval {
    pub(super) fn of_months(months: i32) -> Self {
        Self { months, days: 0, micros: 0 }
    }

    pub(super) fn of_day_time(value: IntervalDayTime) -> Self {
        Self { months: 0, days: value.days, micros: i64::from(value.milliseconds) * 1000 }
    }

    pub(super) fn of_month_day_nano(value: IntervalMonthDayNano) -> Self {
        Self { months: value.months, days: value.days, micros: value.nanoseconds.div_euclid(1000) }
    }

    pub(super) fn of_duration(count: i64, unit: TimeUnit) -> Result<Self> {
        let micros = micros(count, unit).ok_or_else(|| out_of_range("interval"))?;
        Ok(Self { months: 0, days: 0, micros })
    }

    pub(super) fn binary(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.micros.to_be_bytes());
        out.extend_from_slice(&self.days.to_be_bytes());
        out.extend_from_slice(&self.months.to_be_bytes());
    }

    /// The style `postgres`: `1 year 2 mons -3 days +04:05:06.7`. A part after a negative one shows
    /// its sign even when that is plus.
    pub(super) fn text(&self, out: &mut Vec<u8>) {
        let parts = [(self.months / 12, "year"), (self.months % 12, "mon"), (self.days, "day")];
        let mut first = true;
        let mut after_negative = false;
        for (value, unit) in parts {
            if value == 0 {
                continue;
            }
            let space = if first { "" } else { " " };
            let plus = if after_negative && value > 0 { "+" } else { "" };
            let plural = if value == 1 { "" } else { "s" };
            // Writing to memory cannot fail.
            let _ = write!(out, "{space}{plus}{value} {unit}{plural}");
            first = false;
            after_negative = value < 0;
        }
        if first || self.micros != 0 {
            if !first {
                out.push(b' ');
            }
            if self.micros < 0 {
                out.push(b'-');
            } else if after_negative {
                out.push(b'+');
            }
            write_time(self.micros, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(months: i32, days: i32, micros: i64) -> String {
        let mut out = Vec::new();
        Interval { months, days, micros }.text(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn intervals_look_as_in_postgresql() {
        assert_eq!(text(0, 0, 0), "00:00:00");
        assert_eq!(text(14, 3, 14_706_789_000), "1 year 2 mons 3 days 04:05:06.789");
        assert_eq!(text(1, 1, 0), "1 mon 1 day");
        assert_eq!(text(-14, 3, -14_706_000_000), "-1 years -2 mons +3 days -04:05:06");
        assert_eq!(text(0, -1, 3_600_000_000), "-1 days +01:00:00");
        assert_eq!(text(0, 0, -1), "-00:00:00.000001");
        assert_eq!(text(0, 0, 360_000_000_000), "100:00:00");
    }

    #[test]
    fn the_extremes_do_not_panic() {
        assert_eq!(text(i32::MIN, i32::MIN, i64::MIN).split(' ').count(), 7);
        assert!(Interval::of_duration(i64::MAX, TimeUnit::Second).is_err());
    }

    #[test]
    fn the_binary_form_puts_time_first_and_months_last() {
        let mut out = Vec::new();
        Interval::of_month_day_nano(IntervalMonthDayNano::new(1, 2, 3_500)).binary(&mut out);
        assert_eq!(out, [0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1]);
    }
}
