//! Intervals as clients write them: `1 year 2 mons -3 days 04:05:06.7`, `90 minutes ago`.

use arrow::datatypes::IntervalMonthDayNano;

use super::datetime::Scanner;
use crate::pgwire::calendar::{DAY_MICROS, SECOND_MICROS};

/// Sums of an interval's parts, in millionths of each unit's own base.
#[derive(Default)]
struct Sum {
    months: i64,
    days: i64,
    micros: i64,
}

/// Months, days and nanoseconds of an interval's text.
pub(super) fn parse(text: &str) -> Option<IntervalMonthDayNano> {
    let lower = text.to_ascii_lowercase();
    let (body, ago) = match lower.strip_suffix("ago") {
        Some(body) => (body.trim_ascii_end(), true),
        None => (&*lower, false),
    };
    let mut rest = body.trim_ascii_start();
    if rest.is_empty() {
        return None;
    }
    let mut sum = Sum::default();
    while !rest.is_empty() {
        rest = sum.part(rest)?.trim_ascii_start();
    }
    let sign = if ago { -1 } else { 1 };
    Some(IntervalMonthDayNano::new(
        i32::try_from(sum.months.checked_mul(sign)?).ok()?,
        i32::try_from(sum.days.checked_mul(sign)?).ok()?,
        sum.micros.checked_mul(1000 * sign)?,
    ))
}

impl Sum {
    /// Adds the first part, a time of day or a number with its unit, and gives the rest.
    fn part<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, after) = unsigned.split_at(digits);
        if after.starts_with(':') {
            return self.time(sign, whole.parse().ok()?, after);
        }
        let mut scanner = Scanner { rest: after };
        let fraction = match after.strip_prefix('.') {
            Some(decimals) => {
                scanner.rest = decimals;
                scanner.fraction()?
            }
            None if digits == 0 => return None,
            None => 0,
        };
        let whole: i64 = if digits == 0 { 0 } else { whole.parse().ok()? };
        let named = scanner.rest.trim_ascii_start();
        let letters = named.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, rest) = named.split_at(letters);
        self.add(unit, whole.checked_mul(sign)?, fraction * sign)?;
        Some(rest)
    }

    /// Adds `hours` and the `:MM:SS` that follows; hours may exceed a day's.
    fn time<'a>(&mut self, sign: i64, hours: i64, after: &'a str) -> Option<&'a str> {
        // With hours of its own the reader of times sees "00:MM:SS".
        let minutes = format!("00{after}");
        let mut scanner = Scanner { rest: &minutes };
        let below_hour = scanner.time()?;
        let rest = after.get(after.len() - scanner.rest.len()..)?;
        let micros = hours.checked_mul(3600 * SECOND_MICROS)?.checked_add(below_hour)?;
        self.micros = self.micros.checked_add(micros.checked_mul(sign)?)?;
        Some(rest)
    }

    /// Adds whole units and millionths of one; fractions go down to the next smaller part.
    fn add(&mut self, unit: &str, whole: i64, millionths: i64) -> Option<()> {
        let micros_of = |unit: i64| whole.checked_mul(unit)?.checked_add(millionths * unit / 1_000_000);
        match unit {
            "microsecond" | "microseconds" | "usec" | "usecs" | "us" => self.add_micros(whole),
            "millisecond" | "milliseconds" | "msec" | "msecs" | "ms" => self.add_micros(micros_of(1000)?),
            "second" | "seconds" | "sec" | "secs" | "s" | "" => self.add_micros(micros_of(SECOND_MICROS)?),
            "minute" | "minutes" | "min" | "mins" | "m" => self.add_micros(micros_of(60 * SECOND_MICROS)?),
            "hour" | "hours" | "hr" | "hrs" | "h" => self.add_micros(micros_of(3600 * SECOND_MICROS)?),
            "day" | "days" | "d" => self.add_days(whole, millionths),
            "week" | "weeks" | "w" => self.add_days(whole.checked_mul(7)?, millionths * 7),
            "month" | "months" | "mon" | "mons" => {
                self.months = self.months.checked_add(whole)?;
                // A month is thirty days where it has to be divided.
                self.add_days(0, millionths * 30)
            }
            "year" | "years" | "yr" | "yrs" | "y" => self.add_months(whole, millionths, 12),
            "decade" | "decades" => self.add_months(whole, millionths, 120),
            "century" | "centuries" => self.add_months(whole, millionths, 1200),
            _ => None,
        }
    }

    fn add_micros(&mut self, micros: i64) -> Option<()> {
        self.micros = self.micros.checked_add(micros)?;
        Some(())
    }

    fn add_days(&mut self, whole: i64, millionths: i64) -> Option<()> {
        self.days = self.days.checked_add(whole)?.checked_add(millionths / 1_000_000)?;
        self.add_micros(millionths % 1_000_000 * (DAY_MICROS / 1_000_000))
    }

    fn add_months(&mut self, whole: i64, millionths: i64, months: i64) -> Option<()> {
        let parts = millionths * months;
        self.months = self.months.checked_add(whole.checked_mul(months)?)?.checked_add(parts / 1_000_000)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(i32, i32, i64)> {
        parse(text).map(|interval| (interval.months, interval.days, interval.nanoseconds / 1000))
    }

    #[test]
    fn units_and_times_add_up() {
        assert_eq!(parts("1 year 2 mons -3 days 04:05:06.7"), Some((14, -3, 14_706_700_000)));
        assert_eq!(parts("90 minutes"), Some((0, 0, 5_400_000_000)));
        assert_eq!(parts("1 day ago"), Some((0, -1, 0)));
        assert_eq!(parts("-100:00:01"), Some((0, 0, -360_001_000_000)));
        assert_eq!(parts("1.5 months"), Some((1, 15, 0)));
        assert_eq!(parts("0.5 day"), Some((0, 0, 43_200_000_000)));
        assert_eq!(parts("1d12h"), Some((0, 1, 43_200_000_000)));
        assert_eq!(parts("1 days 2 second 3 microsecond"), Some((0, 1, 2_000_003)));
        assert_eq!(parts("00:00:00"), Some((0, 0, 0)));
    }

    #[test]
    fn what_is_not_an_interval_is_refused() {
        for text in ["", "ago", "day", "1 fortnight", "1:99", "--1 day", "999999999999999999999 days", "1 year ä"] {
            assert_eq!(parts(text), None, "{text}");
        }
        assert_eq!(parts("9223372036854775807 hours"), None);
    }
}
