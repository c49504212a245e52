//! Intervals as people write them: `1 year 2 mons -3 days 04:05:06.7`, `90 minutes ago`, `1-2`, `P1Y2M3DT4H`.

use datafusion::arrow::datatypes::IntervalMonthDayNano;

use crate::interval::{MICROS_PER_DAY, MICROS_PER_SECOND, of_parts, out_of_range};
use crate::value_error::{ValueError, ValueErrorKind};

const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;

/// Months, days and time of an interval's text.
pub(super) fn read(text: &str) -> Result<IntervalMonthDayNano, ValueError> {
    let invalid = || {
        ValueError::new(ValueErrorKind::InvalidDatetime, format!("invalid input syntax for type interval: \"{text}\""))
    };
    let lower = text.trim().to_ascii_lowercase();
    let mut sum = Sum::default();
    let parsed = match lower
        .strip_prefix('p')
        .filter(|rest| rest.starts_with(|next: char| !next.is_ascii_alphabetic() || next == 't'))
    {
        Some(iso) => sum.iso(iso),
        None => sum.words(&lower),
    };
    parsed.ok_or_else(invalid)?;
    let (months, days) = (i32::try_from(sum.months), i32::try_from(sum.days));
    match (months, days) {
        (Ok(months), Ok(days)) => of_parts(months, days, sum.micros),
        _ => Err(out_of_range()),
    }
}

/// Sums of an interval's parts.
#[derive(Debug, Default)]
struct Sum {
    months: i64,
    days: i64,
    micros: i64,
}

impl Sum {
    fn words(&mut self, text: &str) -> Option<()> {
        let (body, is_ago) = match text.strip_suffix("ago") {
            Some(body) => (body.trim_end(), true),
            None => (text, false),
        };
        let mut rest = body.trim_start().trim_start_matches('@').trim_start();
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            rest = self.part(rest)?.trim_start();
        }
        if is_ago {
            self.months = self.months.checked_neg()?;
            self.days = self.days.checked_neg()?;
            self.micros = self.micros.checked_neg()?;
        }
        Some(())
    }

    /// Adds the first part, a time of day, `years-months` or a number with its unit, and gives the rest.
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
        if let Some(months) = after.strip_prefix('-') {
            let count = months.bytes().take_while(u8::is_ascii_digit).count();
            let (months, rest) = months.split_at(count);
            let total = whole.parse::<i64>().ok()?.checked_mul(12)?.checked_add(months.parse().ok()?)?;
            self.months = self.months.checked_add(total.checked_mul(sign)?)?;
            // `2024-01-01` is a date and no interval.
            return (rest.is_empty() || rest.starts_with(' ')).then_some(rest);
        }
        let (millionths, after) = match after.strip_prefix('.') {
            Some(decimals) => {
                let count = decimals.bytes().take_while(u8::is_ascii_digit).count();
                let (decimals, rest) = decimals.split_at(count);
                (millionths(decimals), rest)
            }
            None if digits == 0 => return None,
            None => (0, after),
        };
        let whole: i64 = if digits == 0 { 0 } else { whole.parse().ok()? };
        let named = after.trim_start();
        let letters = named.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (mut unit, rest) = named.split_at(letters);
        // `3 04:05:06`: a number before a time counts days.
        if unit.is_empty() && rest.split_whitespace().next().is_some_and(|next| next.contains(':')) {
            unit = "day";
        }
        self.add(unit, whole.checked_mul(sign)?, millionths * sign)?;
        Some(rest)
    }

    /// Adds `hours` and the `:MM:SS` that follows; hours may exceed a day's.
    fn time<'a>(&mut self, sign: i64, hours: i64, after: &'a str) -> Option<&'a str> {
        let end = after
            .find(|letter: char| !letter.is_ascii_digit() && letter != ':' && letter != '.')
            .unwrap_or(after.len());
        let (clock, rest) = after.split_at(end);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut parts = clock.split(':').skip(1);
        let minutes: i64 = parts.next()?.parse().ok()?;
        let seconds: i64 = match parts.next() {
            Some(seconds) => seconds.parse().ok()?,
            None => 0,
        };
        if parts.next().is_some() || minutes > 59 || seconds > 59 {
            return None;
        }
        let micros = hours
            .checked_mul(MICROS_PER_HOUR)?
            .checked_add(minutes * MICROS_PER_MINUTE + seconds * MICROS_PER_SECOND + millionths(fraction))?;
        self.micros = self.micros.checked_add(micros.checked_mul(sign)?)?;
        Some(rest)
    }

    /// `1Y2M3DT4H5M6.7S` and `2W`.
    fn iso(&mut self, text: &str) -> Option<()> {
        let mut rest = text;
        let mut is_time = false;
        let mut is_empty = true;
        while !rest.is_empty() {
            if let Some(time) = rest.strip_prefix('t') {
                is_time = true;
                rest = time;
                continue;
            }
            let end = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
            let (number, after) = rest.split_at(end);
            let (unit, after) = after.split_at(1);
            let (sign, unsigned) = match number.strip_prefix('-') {
                Some(unsigned) => (-1, unsigned),
                None => (1, number),
            };
            let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
            if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let unit = match (unit, is_time) {
                ("y", false) => "year",
                ("m", false) => "month",
                ("w", false) => "week",
                ("d", false) => "day",
                ("h", true) => "hour",
                ("m", true) => "minute",
                ("s", true) => "second",
                _ => return None,
            };
            self.add(unit, whole.parse::<i64>().ok()? * sign, millionths(fraction) * sign)?;
            is_empty = false;
            rest = after;
        }
        (!is_empty).then_some(())
    }

    /// Adds whole units and millionths of one; fractions go down to the next smaller part.
    fn add(&mut self, unit: &str, whole: i64, millionths: i64) -> Option<()> {
        let micros_of = |unit: i64| whole.checked_mul(unit)?.checked_add(millionths * (unit / 1000) / 1000);
        match unit {
            "microsecond" | "microseconds" | "usec" | "usecs" | "us" => self.add_micros(whole),
            "millisecond" | "milliseconds" | "msec" | "msecs" | "ms" => {
                self.add_micros(whole.checked_mul(1000)?.checked_add(millionths / 1000)?)
            }
            "second" | "seconds" | "sec" | "secs" | "s" | "" => self.add_micros(micros_of(MICROS_PER_SECOND)?),
            "minute" | "minutes" | "min" | "mins" | "m" => self.add_micros(micros_of(MICROS_PER_MINUTE)?),
            "hour" | "hours" | "hr" | "hrs" | "h" => self.add_micros(micros_of(MICROS_PER_HOUR)?),
            "day" | "days" | "d" => self.add_days(whole, millionths),
            "week" | "weeks" | "w" => self.add_days(whole.checked_mul(7)?, millionths * 7),
            "month" | "months" | "mon" | "mons" => {
                self.months = self.months.checked_add(whole)?;
                // A month is thirty days where it has to be divided.
                self.add_days(0, millionths * 30)
            }
            "quarter" | "quarters" => self.add_months(whole, millionths, 3),
            "year" | "years" | "yr" | "yrs" | "y" => self.add_months(whole, millionths, 12),
            "decade" | "decades" | "dec" | "decs" => self.add_months(whole, millionths, 120),
            "century" | "centuries" | "cent" | "c" => self.add_months(whole, millionths, 1200),
            "millennium" | "millennia" | "mil" | "mils" => self.add_months(whole, millionths, 12_000),
            _ => None,
        }
    }

    fn add_micros(&mut self, micros: i64) -> Option<()> {
        self.micros = self.micros.checked_add(micros)?;
        Some(())
    }

    fn add_days(&mut self, whole: i64, millionths: i64) -> Option<()> {
        self.days = self.days.checked_add(whole)?.checked_add(millionths / 1_000_000)?;
        self.add_micros(millionths % 1_000_000 * (MICROS_PER_DAY / 1_000_000))
    }

    fn add_months(&mut self, whole: i64, millionths: i64, months: i64) -> Option<()> {
        let parts = millionths * months;
        self.months = self.months.checked_add(whole.checked_mul(months)?)?.checked_add(parts / 1_000_000)?;
        Some(())
    }
}

/// Digits after a point as millionths, rounded.
fn millionths(digits: &str) -> i64 {
    let mut sum = 0;
    let mut place = 100_000;
    for digit in digits.bytes().take(6) {
        sum += i64::from(digit.saturating_sub(b'0')) * place;
        place /= 10;
    }
    sum + i64::from(digits.as_bytes().get(6).is_some_and(|&digit| digit >= b'5'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(i32, i32, i64)> {
        read(text).ok().map(|interval| (interval.months, interval.days, interval.nanoseconds / 1000))
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
        assert_eq!(parts("3 04:05"), Some((0, 3, 14_700_000_000)));
        assert_eq!(parts("1-2"), Some((14, 0, 0)));
        assert_eq!(parts("00:00:00"), Some((0, 0, 0)));
        assert_eq!(parts("5"), Some((0, 0, 5_000_000)));
    }

    #[test]
    fn the_iso_form_is_known_too() {
        assert_eq!(parts("P1Y2M3DT4H5M6.5S"), Some((14, 3, 14_706_500_000)));
        assert_eq!(parts("P2W"), Some((0, 14, 0)));
        assert_eq!(parts("PT-1H"), Some((0, 0, -3_600_000_000)));
    }

    #[test]
    fn what_is_not_an_interval_is_refused() {
        for text in [
            "",
            "ago",
            "day",
            "2024-01-01",
            "1 fortnight",
            "1:99",
            "--1 day",
            "999999999999999999999 days",
            "1 year ä",
            "P",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
        assert_eq!(parts("9223372036854775807 hours"), None);
    }
}
