//! Dates, times and timestamps as clients write them: ISO 8601 and PostgreSQL's relatives of it.
//!
//! `2024-02-29`, `13:05`, `2024-02-29 13:05:00.25+01`, `2024-02-29T12:05:00Z`,
//! `0044-03-15 BC`, `infinity`. Orders that need guessing, like `01/02/2024`, are refused.

use crate::pgwire::calendar::{DAY_MICROS, SECOND_MICROS, day_of};
use crate::pgwire::zone::Zone;

/// Days since 1970. A time or offset behind the date is ignored: PgJDBC sends `2024-02-29 +01`.
pub(super) fn date(text: &str) -> Option<i32> {
    let (text, bc) = split_era(text);
    let mut scanner = Scanner { rest: text };
    let days = scanner.date(bc)?;
    if !scanner.rest.is_empty() && !scanner.eat(" ") && !scanner.eat("T") {
        return None;
    }
    i32::try_from(days).ok()
}

/// Microseconds since midnight; an offset behind the time is ignored.
pub(super) fn time(text: &str) -> Option<i64> {
    let mut scanner = Scanner { rest: text };
    let micros = scanner.time()?;
    scanner.offset(None)?;
    Some(micros)
}

/// Microseconds since 1970. With a zone the text is an instant, read in that zone unless it names
/// its own; without one it is a local time, and an offset in the text is ignored.
pub(super) fn timestamp(text: &str, zone: Option<Zone>) -> Option<i64> {
    match text {
        "infinity" => return Some(i64::MAX),
        "-infinity" => return Some(i64::MIN),
        _ => {}
    }
    let (text, bc) = split_era(text);
    let mut scanner = Scanner { rest: text };
    let days = scanner.date(bc)?;
    let mut local = days.checked_mul(DAY_MICROS)?;
    if scanner.eat("T") || scanner.eat("t") || scanner.eat(" ") {
        scanner.rest = scanner.rest.trim_ascii_start();
        if scanner.rest.starts_with(|first: char| first.is_ascii_digit()) {
            local = local.checked_add(scanner.time()?)?;
        }
    }
    let seconds = local.div_euclid(SECOND_MICROS);
    let written = scanner.offset(Some(seconds))?;
    let offset = match zone {
        None => 0,
        Some(zone) => written.unwrap_or_else(|| zone.offset_of_local(seconds)),
    };
    local.checked_sub(offset * SECOND_MICROS)
}

fn split_era(text: &str) -> (&str, bool) {
    match text.strip_suffix("BC") {
        Some(rest) => (rest.trim_ascii_end(), true),
        None => (text, false),
    }
}

/// What is left of a text.
pub(super) struct Scanner<'a> {
    pub(super) rest: &'a str,
}

impl Scanner<'_> {
    fn eat(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A number of at least one and at most `digits_max` digits.
    fn number(&mut self, digits_max: usize) -> Option<i64> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count().min(digits_max);
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        number.parse().ok()
    }

    fn date(&mut self, bc: bool) -> Option<i64> {
        let year = self.number(7)?;
        let month = self.eat("-").then(|| self.number(2))??;
        let day = self.eat("-").then(|| self.number(2))??;
        // There is no year 0; 1 BC is the year before 1.
        let year = match (year, bc) {
            (0, _) => return None,
            (year, true) => 1 - year,
            (year, false) => year,
        };
        day_of(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
    }

    /// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff` in microseconds; `24:00:00` is the end of the day.
    pub(super) fn time(&mut self) -> Option<i64> {
        let hours = self.number(2)?;
        let minutes = self.eat(":").then(|| self.number(2))??;
        let seconds = if self.eat(":") { self.number(2)? } else { 0 };
        let fraction = if self.eat(".") { self.fraction()? } else { 0 };
        let micros = ((hours * 60 + minutes) * 60 + seconds) * SECOND_MICROS + fraction;
        (minutes < 60 && seconds <= 60 && micros <= DAY_MICROS).then_some(micros)
    }

    /// Digits after a point as microseconds, rounded.
    pub(super) fn fraction(&mut self) -> Option<i64> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        if digits.is_empty() {
            return None;
        }
        let mut micros = 0;
        let mut place = 100_000;
        for digit in digits.bytes().take(6) {
            micros += i64::from(digit - b'0') * place;
            place /= 10;
        }
        let rounds_up = digits.as_bytes().get(6).is_some_and(|&digit| digit >= b'5');
        Some(micros + i64::from(rounds_up))
    }

    /// The end of the text: nothing (`Some(None)`), or an offset in seconds. A zone's name has an
    /// offset only at a local time.
    fn offset(&mut self, local: Option<i64>) -> Option<Option<i64>> {
        let text = self.rest.trim_ascii();
        if text.is_empty() {
            return Some(None);
        }
        let sign = match text.as_bytes().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => {
                let zone = Zone::parse(text)?;
                return Some(local.map(|local| zone.offset_of_local(local)));
            }
        };
        let mut scanner = Scanner { rest: text.get(1..)? };
        let hours = scanner.number(2)?;
        let separated = scanner.eat(":");
        let minutes = if separated || !scanner.rest.is_empty() { scanner.number(2)? } else { 0 };
        let seconds = if scanner.eat(":") { scanner.number(2)? } else { 0 };
        if !scanner.rest.is_empty() || hours > 15 || minutes > 59 || seconds > 59 {
            return None;
        }
        Some(Some(sign * ((hours * 60 + minutes) * 60 + seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_709_208_000_000_000; // 2024-02-29 12:00:00 UTC

    #[test]
    fn dates_are_iso_and_need_no_guessing() {
        assert_eq!(date("2024-02-29"), Some(19_782));
        assert_eq!(date("2024-2-9"), Some(19_762));
        assert_eq!(date("2024-02-29 +01"), Some(19_782));
        assert_eq!(date("0001-12-31 BC"), Some(-719_163));
        assert_eq!(date("10000-01-01"), Some(2_932_897));
        for text in ["", "2024", "2024-02-30", "01/02/2024", "29.02.2024", "0000-01-01", "2024-02-29x"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn times_end_with_the_day() {
        assert_eq!(time("13:05"), Some(47_100_000_000));
        assert_eq!(time("13:05:00.2500004"), Some(47_100_250_000));
        assert_eq!(time("24:00:00"), Some(DAY_MICROS));
        assert_eq!(time("13:05:00+01"), Some(47_100_000_000));
        for text in ["24:00:01", "12", "12:60", "12:00:61", "12:00:00.", "noon"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn an_instant_is_read_in_its_own_zone_or_the_sessions() {
        let paris = Some(Zone::named("Europe/Paris"));
        for text in [
            "2024-02-29 13:00:00",
            "2024-02-29T12:00:00Z",
            "2024-02-29 12:00:00+00",
            "2024-02-29 17:30:00+05:30",
            "2024-02-29 17:30:00.000+0530",
            "2024-02-29 12:00:00 UTC",
            "2024-02-29 21:00:00 Asia/Tokyo",
        ] {
            assert_eq!(timestamp(text, paris), Some(NOON), "{text}");
        }
        assert_eq!(timestamp("2024-02-29 12:00:00+05", None), Some(NOON));
        assert_eq!(timestamp("infinity", None), Some(i64::MAX));
        for text in ["2024-02-29 12:00:00 Mars", "2024-02-29 12", "2024-02-29 12:00:00+99", "9999999-01-01", "ä"] {
            assert_eq!(timestamp(text, paris), None, "{text}");
        }
    }
}
