//! The Gregorian calendar over the whole range of a timestamp, which is wider than date libraries go.
//!
//! Years are astronomical: 0 is 1 BC. Days count from 1970-01-01.

/// Microseconds of a second.
pub(super) const SECOND: i64 = 1_000_000;
/// Microseconds of a minute.
pub(super) const MINUTE: i64 = 60 * SECOND;
/// Microseconds of an hour.
pub(super) const HOUR: i64 = 60 * MINUTE;
/// Microseconds of a day.
pub(super) const DAY: i64 = 24 * HOUR;
/// The Julian day of 1970-01-01.
pub(super) const JULIAN_OF_1970: i64 = 2_440_588;

/// A day by year, month and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

impl Date {
    /// The date of a day.
    pub(super) fn of(days: i64) -> Self {
        // Years start in March here, so that the leap day is the last of its year.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self { year: year_of_era + era * 400 + i64::from(month <= 2), month, day }
    }

    /// The day of a date; days past the end of a month run on into the next.
    pub(super) fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = if self.month > 2 { self.month - 3 } else { self.month + 9 };
        let day_of_year = (153 * month + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The day of the year, from 1.
    pub(super) fn day_of_year(self) -> i64 {
        self.days() - Self { year: self.year, month: 1, day: 1 }.days() + 1
    }
}

/// A time of a day of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) date: Date,
    /// Microseconds since midnight.
    pub(super) time: i64,
}

impl Moment {
    /// The moment of a local timestamp.
    pub(super) fn of(timestamp: i64) -> Self {
        Self { date: Date::of(timestamp.div_euclid(DAY)), time: timestamp.rem_euclid(DAY) }
    }

    /// The local timestamp of a moment, if it fits.
    pub(super) fn timestamp(self) -> Option<i64> {
        self.date.days().checked_mul(DAY)?.checked_add(self.time)
    }
}

pub(super) fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// Days of a month, 1 to 12.
pub(super) fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day of the week from 0, a Sunday.
pub(super) fn weekday(days: i64) -> i64 {
    (days + 4).rem_euclid(7)
}

/// The Monday with which a week of the ISO year begins.
pub(super) fn iso_week_start(year: i64, week: i64) -> i64 {
    // The fourth of January is always in the first week.
    let fourth = Date { year, month: 1, day: 4 }.days();
    fourth - (weekday(fourth) + 6) % 7 + (week - 1) * 7
}

/// The ISO year and week of a day.
pub(super) fn iso_week(days: i64) -> (i64, i64) {
    let year = Date::of(days).year;
    let year = if days >= iso_week_start(year + 1, 1) {
        year + 1
    } else if days >= iso_week_start(year, 1) {
        year
    } else {
        year - 1
    };
    (year, (days - iso_week_start(year, 1)) / 7 + 1)
}

/// A date `months` later; the last day of the month where the day does not exist.
pub(super) fn add_months(date: Date, months: i64) -> Date {
    let total = date.year * 12 + date.month - 1 + months;
    let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
    Date { year, month, day: date.day.min(month_length(year, month)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_six_centuries_comes_back_from_its_date() {
        let mut before = Date::of(-300 * 365);
        for days in -300 * 365 + 1..300 * 365 {
            let date = Date::of(days);
            assert_eq!(date.days(), days);
            let follows = if date.day == 1 {
                before.day == month_length(before.year, before.month)
            } else {
                before == Date { day: date.day - 1, ..date }
            };
            assert!(follows, "{before:?} {date:?}");
            before = date;
        }
    }

    #[test]
    fn the_ends_of_the_range_have_dates() {
        assert_eq!(Date::of(0), Date { year: 1970, month: 1, day: 1 });
        for timestamp in [i64::MIN, i64::MAX] {
            let moment = Moment::of(timestamp);
            assert_eq!(moment.date.days(), timestamp.div_euclid(DAY));
        }
        assert_eq!(Moment { date: Date { year: 400_000, month: 1, day: 1 }, time: 0 }.timestamp(), None);
    }

    #[test]
    fn weeks_are_those_of_iso_8601() {
        let days = |year, month, day| Date { year, month, day }.days();
        assert_eq!(iso_week(days(2024, 12, 30)), (2025, 1));
        assert_eq!(iso_week(days(2021, 1, 3)), (2020, 53));
        assert_eq!(iso_week(days(2016, 1, 1)), (2015, 53));
        assert_eq!(weekday(days(2024, 3, 5)), 2);
    }

    #[test]
    fn a_month_later_is_the_last_day_of_a_shorter_month() {
        let date = Date { year: 2024, month: 1, day: 31 };
        assert_eq!(add_months(date, 1), Date { year: 2024, month: 2, day: 29 });
        assert_eq!(add_months(date, -2), Date { year: 2023, month: 11, day: 30 });
    }
}
