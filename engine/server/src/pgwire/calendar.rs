//! The proleptic Gregorian calendar over the whole range of days that Arrow can hold.
//!
//! Howard Hinnant's algorithms (<https://howardhinnant.github.io/date_algorithms.html>): years are
//! counted from March, so that the leap day is the last of its year.

/// Days between 1970-01-01, Arrow's day 0, and 2000-01-01, PostgreSQL's.
pub(super) const POSTGRES_EPOCH_DAYS: i64 = 10_957;
/// The same in microseconds.
pub(super) const POSTGRES_EPOCH_MICROS: i64 = POSTGRES_EPOCH_DAYS * DAY_MICROS;
/// Microseconds of a day.
pub(super) const DAY_MICROS: i64 = 86_400 * SECOND_MICROS;
/// Microseconds of a second.
pub(super) const SECOND_MICROS: i64 = 1_000_000;

/// Days of 400 years, after which the calendar repeats itself.
const ERA_DAYS: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_SHIFT: i64 = 719_468;

/// Year, month and day of a day counted from 1970-01-01; the year before 1 is 0.
pub(super) fn date_of(days: i64) -> (i64, u32, u32) {
    let days = days.saturating_add(EPOCH_SHIFT);
    let era = days.div_euclid(ERA_DAYS);
    let day_of_era = days.rem_euclid(ERA_DAYS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

/// The day of a date, `None` if the calendar has no such date or the year is absurd.
pub(super) fn day_of(year: i64, month: u32, day: u32) -> Option<i64> {
    if !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) || year.abs() > 10_000_000 {
        return None;
    }
    let shifted_year = year - i64::from(month <= 2);
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let shifted_month = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * ERA_DAYS + day_of_era - EPOCH_SHIFT)
}

fn days_in(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_are_known_dates() {
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(date_of(POSTGRES_EPOCH_DAYS), (2000, 1, 1));
        assert_eq!(date_of(19_782), (2024, 2, 29));
        assert_eq!(date_of(-719_529), (-1, 12, 31));
        assert_eq!(day_of(2024, 2, 29), Some(19_782));
        assert_eq!(day_of(2023, 2, 29), None);
        assert_eq!(day_of(1900, 2, 29), None);
        assert_eq!(day_of(2000, 13, 1), None);
    }

    #[test]
    fn days_and_dates_are_inverse_over_the_whole_range() {
        for days in (-4_000_000..4_000_000).step_by(997) {
            let (year, month, day) = date_of(days);
            assert_eq!(day_of(year, month, day), Some(days));
        }
        for days in [i64::MIN, i64::from(i32::MIN), i64::from(i32::MAX), i64::MAX] {
            let (_, month, day) = date_of(days);
            assert!((1..=12).contains(&month) && (1..=31).contains(&day));
        }
    }
}
