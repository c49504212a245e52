//! The demo's calendar: days and seconds since 1970-01-01 UTC, and how the year moves the business.

use std::f64::consts::TAU;
use std::ops::Range;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// The last day is fixed, so that a seed gives the same tables whenever it is used: 2025-12-31.
const LAST_DAY: i64 = 20_453;

/// The first and last hour in which people order and telephone.
const OPENING_HOURS: Range<i64> = 8..20;

/// Demand is lowest in the middle of January and highest half a year later.
const LOW_SEASON_DAY: f64 = 15.0;
const SEASONAL_SWING: f64 = 0.22;
const DAYS_PER_YEAR: f64 = 365.25;

/// The days the demo covers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    first_day: i64,
}

impl Calendar {
    pub(super) fn new(days: u32) -> Self {
        Self { first_day: LAST_DAY + 1 - i64::from(days) }
    }

    pub(super) fn days(self) -> Range<i64> {
        self.first_day..LAST_DAY + 1
    }

    /// The first second after the last day.
    pub(super) fn end(self) -> i64 {
        (LAST_DAY + 1) * DAY
    }
}

/// The seconds of a day in which the business is open.
pub(super) fn opening_seconds() -> Range<i64> {
    OPENING_HOURS.start * 3600..OPENING_HOURS.end * 3600
}

/// Demand of a day, where 1 is the average of the year.
pub(super) fn season(day: i64) -> f64 {
    1.0 - SEASONAL_SWING * (TAU * (day as f64 - LOW_SEASON_DAY) / DAYS_PER_YEAR).cos()
}

/// The day of the week of a day, Sunday being 0 as in SQL's `extract(dow …)`.
pub(super) fn weekday(day: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    (day + 4).rem_euclid(7)
}

pub(super) fn is_weekend(day: i64) -> bool {
    matches!(weekday(day), 0 | 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_the_last_of_2025_a_wednesday() {
        let last = arrow::temporal_conversions::date64_to_datetime(LAST_DAY * DAY * 1000).unwrap();
        assert_eq!(last.to_string(), "2025-12-31 00:00:00");
        assert_eq!(weekday(LAST_DAY), 3);
    }

    #[test]
    fn a_year_covers_365_days_up_to_the_last() {
        let days = Calendar::new(365).days();
        assert_eq!((days.end - days.start, days.end), (365, LAST_DAY + 1));
    }
}
