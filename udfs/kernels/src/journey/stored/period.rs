//! Periods of the calendar, in UTC.

const DAY: i64 = 86_400_000_000;

/// The days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// The days of 400 years.
const ERA: i64 = 146_097;

/// A length of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday.
    Week,
    /// From the first of a month.
    Month,
}

impl Period {
    /// The period of that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            _ => None,
        }
    }

    /// The number of the period that a moment, in microseconds since 1970, lies in.
    pub fn of(self, micros: i64) -> i64 {
        let day = micros.div_euclid(DAY);
        match self {
            Self::Day => day,
            // 1970-01-01 was a Thursday.
            Self::Week => (day + 3).div_euclid(7),
            Self::Month => month(day),
        }
    }

    /// The first day of a period, in days since 1970.
    pub fn first_day(self, period: i64) -> i64 {
        match self {
            Self::Day => period,
            Self::Week => period * 7 - 3,
            Self::Month => first_of_month(period),
        }
    }

    /// The first moment after a period, in microseconds since 1970: as late as there is if it is out of range.
    pub fn end(self, period: i64) -> i64 {
        self.first_day(period + 1).saturating_mul(DAY)
    }
}

/// The month of a day, counted from January of year 0: Hinnant's algorithm over years that begin in March.
fn month(day: i64) -> i64 {
    let day = day + EPOCH;
    let era = day.div_euclid(ERA);
    let day = day.rem_euclid(ERA);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    (era * 400 + year) * 12 + march_month + 2
}

/// The first day of a month that [`month`] gave.
fn first_of_month(month: i64) -> i64 {
    let (march_year, march_month) = ((month - 2).div_euclid(12), (month - 2).rem_euclid(12));
    let (era, year) = (march_year.div_euclid(400), march_year.rem_euclid(400));
    era * ERA + 365 * year + year / 4 - year / 100 + (153 * march_month + 2) / 5 - EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_lies_in_its_period() {
        for period in [Period::Day, Period::Week, Period::Month] {
            for day in -800_000..800_000 {
                let number = period.of(day * DAY);
                assert!(period.first_day(number) <= day && day < period.first_day(number + 1), "{period:?} {day}");
            }
        }
    }

    #[test]
    fn known_days_begin_their_periods() {
        // 2024-02-29 is day 19782, a Thursday.
        let leap_day = 19_782 * DAY + 5;
        assert_eq!(Period::Month.first_day(Period::Month.of(leap_day)), 19_754, "2024-02-01");
        assert_eq!(Period::Week.first_day(Period::Week.of(leap_day)), 19_779, "Monday 2024-02-26");
        assert_eq!(Period::Day.end(Period::Day.of(leap_day)), 19_783 * DAY);
        assert_eq!(Period::Month.of(leap_day), 2024 * 12 + 1);
    }

    #[test]
    fn the_ends_of_time_have_periods() {
        for period in [Period::Day, Period::Week, Period::Month] {
            for micros in [i64::MIN, i64::MAX] {
                assert!(period.end(period.of(micros)) >= micros);
            }
        }
    }
}
