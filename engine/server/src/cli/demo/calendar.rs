//! The demo's three years: days and seconds since 1970-01-01, the business's clock, and how the year moves business.

use std::f64::consts::TAU;
use std::ops::Range;

/// Seconds of an hour and of a day.
pub(super) const HOUR: i64 = 3600;
pub(super) const DAY: i64 = 24 * HOUR;

/// 2023-01-01 to 2025-12-31: fixed, so that a seed gives the same tables whenever it is used.
pub(super) const FIRST_DAY: i64 = 19_358;
pub(super) const LAST_DAY: i64 = 20_453;
/// How many days that is.
pub(super) const DAYS: usize = (LAST_DAY - FIRST_DAY + 1) as usize;

/// The first second after the last day, in the business's time zone.
pub(super) const END: i64 = (LAST_DAY + 1) * DAY + 5 * HOUR;

/// Hours of the day in which people order and telephone.
pub(super) const OPEN: Range<i64> = 8..20;

const DAYS_PER_YEAR: f64 = 365.25;

/// Demand is highest in the middle of July and lowest half a year later, by this share of the average.
pub(super) const SEASONAL_SWING: f64 = 0.2;
const HIGH_SEASON_DAY: f64 = 196.0;

/// Demand of the days of the week, Monday first; it averages to one.
pub(super) const WEEKDAYS: [f64; 7] = [1.28, 1.12, 1.05, 1.02, 1.08, 0.85, 0.6];

/// All days, numbered since 1970.
pub(super) fn days() -> Range<i64> {
    FIRST_DAY..LAST_DAY + 1
}

/// A day given as year, month and day of the month.
/// After <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>.
pub(super) const fn date(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let year_of_era = year.rem_euclid(400);
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The first days of the months, one more than there are.
pub(super) fn months() -> Vec<i64> {
    (0..=36).map(|month| date(2023 + month / 12, month % 12 + 1, 1)).collect()
}

/// Demand of a moment in the year, where 1 is the average.
pub(super) fn season(day: f64) -> f64 {
    1.0 + SEASONAL_SWING * phase(day).cos()
}

fn phase(day: f64) -> f64 {
    TAU * (day - FIRST_DAY as f64 - HIGH_SEASON_DAY) / DAYS_PER_YEAR
}

/// Demand that has passed since the first day: the integral of [`season`].
pub(super) fn demand_until(day: f64) -> f64 {
    day + SEASONAL_SWING * DAYS_PER_YEAR / TAU * phase(day).sin()
}

/// The day at which so much demand has passed: the inverse of [`demand_until`].
pub(super) fn day_of_demand(demand: f64) -> f64 {
    let mut day = demand;
    for _ in 0..12 {
        // The error shrinks by the swing each time.
        day += demand - demand_until(day);
    }
    day
}

/// The day of the week, 0 Monday to 6 Sunday.
pub(super) fn weekday(day: i64) -> usize {
    // 1970-01-01 was a Thursday.
    (day + 3).rem_euclid(7) as usize
}

/// The moment, UTC, at which the business's clock shows `second` of `day`: New York's.
pub(super) fn instant(day: i64, second: i64) -> i64 {
    day * DAY + second + if is_summer_time(day) { 4 * HOUR } else { 5 * HOUR }
}

/// The business's day of a moment, exact in opening hours: clocks change at night.
pub(super) fn local_day(instant: i64) -> i64 {
    let standard = (instant - 5 * HOUR).div_euclid(DAY);
    (instant - if is_summer_time(standard) { 4 * HOUR } else { 5 * HOUR }).div_euclid(DAY)
}

/// Summer time lasts from the second Sunday of March to the first of November.
fn is_summer_time(day: i64) -> bool {
    (2023..=2026).any(|year| {
        let (march, november) = (date(year, 3, 1), date(year, 11, 1));
        let first_sunday = |month: i64| month + (6 - weekday(month) as i64);
        (first_sunday(march) + 7..first_sunday(november)).contains(&day)
    })
}

/// As ISO 8601.
pub(super) fn iso(day: i64) -> String {
    arrow::temporal_conversions::date32_to_datetime(day as i32)
        .map_or_else(String::new, |moment| moment.date().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_is_that_of_2023_to_2025() {
        assert_eq!((iso(FIRST_DAY), iso(LAST_DAY)), ("2023-01-01".into(), "2025-12-31".into()));
        assert_eq!((date(2023, 1, 1), date(2025, 12, 31)), (FIRST_DAY, LAST_DAY));
        assert_eq!((weekday(FIRST_DAY), weekday(LAST_DAY), DAYS), (6, 2, 1096));
        assert_eq!((months()[0], months()[36]), (FIRST_DAY, LAST_DAY + 1));
    }

    #[test]
    fn demand_and_its_inverse_agree() {
        for day in [19_400.5, 19_900.0, 20_400.25] {
            assert!((day_of_demand(demand_until(day)) - day).abs() < 1e-6);
        }
        assert!((WEEKDAYS.iter().sum::<f64>() - 7.0).abs() < 1e-9);
    }

    #[test]
    fn the_business_keeps_new_york_time() {
        let (winter, summer) = (date(2024, 3, 9), date(2024, 3, 10));
        assert_eq!(instant(winter, 0), winter * DAY + 5 * HOUR);
        assert_eq!(instant(summer, 0), summer * DAY + 4 * HOUR);
        assert!(is_summer_time(date(2025, 11, 1)) && !is_summer_time(date(2025, 11, 2)));
        for day in [winter, summer, date(2025, 7, 1)] {
            let (opens, closes) = (instant(day, OPEN.start * HOUR), instant(day, OPEN.end * HOUR - 1));
            assert_eq!((local_day(opens), local_day(closes)), (day, day));
        }
    }
}
