//! Dates, times and timestamps as people write them.
//!
//! `2024-02-29`, `2024-02-29T12:05:00Z`, `2024-02-29 13:05:00.25+01`, `Feb 29 2024 1:05 PM Europe/Paris`,
//! `20240229`, `0044-03-15 BC`, `infinity`, `epoch`. A date of three numbers of which none is a year comes in the
//! order month, day, year, PostgreSQL's default.

use crate::postgres::calendar::{DAY, Date, SECOND, month_length};
use crate::postgres::zone::Zone;
use crate::value_error::{ValueError, ValueErrorKind};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// The largest year of a timestamp in 64 bits of microseconds.
const YEAR_MAX: i64 = 294_276;

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is not written as a date or time.
    Syntax,
    /// There is no such date or time.
    Range,
    /// It names a time zone that is none.
    Zone,
}

impl Fault {
    fn of(self, type_name: &str, text: &str) -> ValueError {
        match self {
            Self::Syntax => ValueError::new(
                ValueErrorKind::InvalidDatetime,
                format!("invalid input syntax for type {type_name}: \"{text}\""),
            ),
            Self::Range => ValueError::new(
                ValueErrorKind::DatetimeOutOfRange,
                format!("date/time field value out of range: \"{text}\""),
            ),
            Self::Zone => ValueError::invalid_parameter(format!(
                "time zone \"{}\" not recognized",
                text.split_whitespace().next_back().unwrap_or(text).to_lowercase()
            )),
        }
    }
}

/// Days since 1970-01-01; of an instant those in `zone`.
pub(super) fn date(text: &str, zone: Zone) -> Result<i32, ValueError> {
    let fault = |fault: Fault| fault.of("date", text);
    let written = read(text).map_err(fault)?;
    let days = match written.special {
        Some(Special::Epoch) => 0,
        Some(Special::Infinity(_)) => {
            return Err(ValueError::new(ValueErrorKind::DatetimeOutOfRange, "dates without end are not supported"));
        }
        None => written.date.ok_or_else(|| fault(Fault::Syntax))?.days(),
    };
    // A time or a zone behind the date does not move it.
    let _ = zone;
    i32::try_from(days).map_err(|_| fault(Fault::Range))
}

/// Microseconds since midnight; a date or a zone beside the time does not matter.
pub(super) fn time(text: &str) -> Result<i64, ValueError> {
    let fault = |fault: Fault| fault.of("time", text);
    // `040506` would be a date among dates.
    let packed = text.trim();
    if packed.len() == 6 && packed.bytes().all(|byte| byte.is_ascii_digit()) {
        let clock = format!("{}:{}:{}", &packed[..2], &packed[2..4], &packed[4..]);
        return read(&clock).map_err(fault)?.time.ok_or_else(|| fault(Fault::Syntax));
    }
    let written = read(text).map_err(fault)?;
    written.time.ok_or_else(|| fault(Fault::Syntax))
}

/// Microseconds since 1970. With a zone the text is an instant, read in that zone unless it names its own; without
/// one it is a local time, and a zone in the text is ignored.
pub(super) fn timestamp(text: &str, zone: Option<Zone>) -> Result<i64, ValueError> {
    let type_name = if zone.is_some() { "timestamp with time zone" } else { "timestamp" };
    let fault = |fault: Fault| fault.of(type_name, text);
    let written = read(text).map_err(fault)?;
    match written.special {
        Some(Special::Epoch) => return Ok(0),
        Some(Special::Infinity(infinity)) => return Ok(infinity),
        None => {}
    }
    let date = written.date.ok_or_else(|| fault(Fault::Syntax))?;
    let local = date
        .days()
        .checked_mul(DAY)
        .and_then(|midnight| midnight.checked_add(written.time.unwrap_or(0)))
        .filter(|_| date.year <= YEAR_MAX && date.year > -4714)
        .ok_or_else(|| {
            ValueError::new(ValueErrorKind::DatetimeOutOfRange, format!("timestamp out of range: \"{text}\""))
        })?;
    Ok(match zone {
        None => local,
        Some(zone) => written.zone.unwrap_or(zone).instant(local),
    })
}

#[derive(Debug, Clone, Copy)]
enum Special {
    Epoch,
    Infinity(i64),
}

/// What a text says.
#[derive(Debug, Default)]
struct Written {
    special: Option<Special>,
    date: Option<Date>,
    time: Option<i64>,
    zone: Option<Zone>,
}

fn read(text: &str) -> Result<Written, Fault> {
    let lower = text.trim().to_ascii_lowercase();
    match lower.as_str() {
        "epoch" => return Ok(Written { special: Some(Special::Epoch), ..Written::default() }),
        "infinity" | "+infinity" => {
            return Ok(Written { special: Some(Special::Infinity(i64::MAX)), ..Written::default() });
        }
        "-infinity" => return Ok(Written { special: Some(Special::Infinity(i64::MIN)), ..Written::default() }),
        "allballs" => return Ok(Written { time: Some(0), zone: Some(Zone::UTC), ..Written::default() }),
        "" => return Err(Fault::Syntax),
        _ => {}
    }
    let mut reader = Reader::default();
    for word in separated(&lower).split([' ', ',', '\t', '\n']).filter(|word| !word.is_empty()) {
        reader.word(word)?;
    }
    reader.finish()
}

/// The text with a blank instead of the `t` between an ISO date and its time.
fn separated(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let at = text
        .char_indices()
        .find(|&(at, letter)| letter == 't' && is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1)));
    match at {
        Some((at, _)) => format!("{} {}", &text[..at], &text[at + 1..]),
        None => text.to_owned(),
    }
}

/// The parts of a text, as they come.
#[derive(Debug, Default)]
struct Reader {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    is_bc: bool,
    time: Option<i64>,
    afternoon: Option<bool>,
    zone: Option<Zone>,
}

impl Reader {
    fn word(&mut self, word: &str) -> Result<(), Fault> {
        let first = word.chars().next().unwrap_or(' ');
        if first == '+' || first == '-' {
            return self.set_zone(word);
        }
        if first.is_ascii_digit() {
            return self.number(word);
        }
        match word {
            "bc" => self.is_bc = true,
            "ad" | "at" | "on" => {}
            "am" => self.afternoon = Some(false),
            "pm" => self.afternoon = Some(true),
            _ if index_of(&WEEKDAYS, word).is_some() => {}
            _ => match index_of(&MONTHS, word) {
                Some(month) if self.month.is_none() => self.month = Some(month),
                // `Jan 8` after a number that looked like a month.
                Some(month) if self.day.is_none() => {
                    self.day = self.month;
                    self.month = Some(month);
                }
                Some(_) => return Err(Fault::Syntax),
                None if word.contains('-') => self.date_with_name(word)?,
                None => self.set_zone(word)?,
            },
        }
        Ok(())
    }

    fn number(&mut self, word: &str) -> Result<(), Fault> {
        if word.contains(':') {
            return self.clock(word);
        }
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = word.split_at(digits);
        if rest.is_empty() {
            return self.bare_number(number);
        }
        // `3pm`
        if let Some(afternoon) = match rest {
            "am" => Some(false),
            "pm" => Some(true),
            _ => None,
        } {
            let hours = parsed(number)?;
            self.time = Some(hours * 3600 * SECOND);
            self.afternoon = Some(afternoon);
            return Ok(());
        }
        // `040506z`, `20240229z`
        if !rest.starts_with(['-', '/', '.']) {
            self.bare_number(number)?;
            return self.set_zone(rest);
        }
        if rest.contains(|letter: char| letter.is_ascii_alphabetic()) && !rest.contains(['+', 'z']) {
            return self.date_with_name(word);
        }
        self.date_of_numbers(word)
    }

    /// A number by itself is part of a date written with the month's name, or a whole date or time.
    fn bare_number(&mut self, number: &str) -> Result<(), Fault> {
        let value = parsed(number)?;
        match number.len() {
            8 if self.year.is_none() && self.month.is_none() => {
                self.set_date(value / 10_000, value / 100 % 100, value % 100);
            }
            6 if self.year.is_some() && self.time.is_none() => {
                self.set_time(value / 10_000, value / 100 % 100, value % 100, 0)?;
            }
            6 if self.month.is_none() => {
                self.set_date(full_year(value / 10_000, 2), value / 100 % 100, value % 100);
            }
            4 if self.year.is_some() && self.month.is_some() && self.time.is_none() => {
                self.set_time(value / 100, value % 100, 0, 0)?;
            }
            1 | 2 if self.day.is_none() => self.day = Some(value),
            _ if self.year.is_none() && self.month.is_some() => self.year = Some(full_year(value, number.len())),
            _ => return Err(Fault::Syntax),
        }
        Ok(())
    }

    /// `2024-02-29`, `2/29/2024`, `2024.060`, with perhaps a zone behind.
    fn date_of_numbers(&mut self, word: &str) -> Result<(), Fault> {
        if self.year.is_some() {
            return Err(Fault::Syntax);
        }
        let separator = word.chars().find(|letter| !letter.is_ascii_digit()).unwrap_or('-');
        let end = word
            .char_indices()
            .find(|&(_, letter)| !letter.is_ascii_digit() && letter != separator)
            .map_or(word.len(), |(at, _)| at);
        let (date, zone) = word.split_at(end);
        let mut parts = date.splitn(4, separator);
        let (Some(first), Some(second), third) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Fault::Syntax);
        };
        let zone = match (parts.next(), zone) {
            // `2024-02-29-05`: the offset starts with the same sign.
            (Some(offset), rest) if separator == '-' => format!("-{offset}{rest}"),
            (Some(_), _) => return Err(Fault::Syntax),
            (None, zone) => zone.to_owned(),
        };
        match third {
            // `2024.060`: the day of the year.
            None if first.len() >= 4 && second.len() == 3 => {
                let start = Date { year: parsed(first)?, month: 1, day: 1 }.days();
                let date = Date::of(start + parsed(second)? - 1);
                self.set_date(date.year, date.month, date.day);
            }
            None => return Err(Fault::Syntax),
            Some(third) if first.len() >= 3 => self.set_date(parsed(first)?, parsed(second)?, parsed(third)?),
            Some(third) => {
                self.set_date(full_year(parsed(third)?, third.len()), parsed(first)?, parsed(second)?);
            }
        }
        if zone.is_empty() { Ok(()) } else { self.set_zone(&zone) }
    }

    /// `8-Jan-1999`, `Jan-8-1999`, `1999-Jan-08`.
    fn date_with_name(&mut self, word: &str) -> Result<(), Fault> {
        let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
        let [first, second, third] = parts.as_slice() else { return Err(Fault::Syntax) };
        if let Some(month) = index_of(&MONTHS, first) {
            self.set_date(full_year(parsed(third)?, third.len()), month, parsed(second)?);
            return Ok(());
        }
        let month = index_of(&MONTHS, second).ok_or(Fault::Syntax)?;
        if first.len() >= 3 {
            self.set_date(parsed(first)?, month, parsed(third)?);
        } else {
            self.set_date(full_year(parsed(third)?, third.len()), month, parsed(first)?);
        }
        Ok(())
    }

    /// `13:05`, `13:05:00.25`, with `am`, `pm` or a zone behind.
    fn clock(&mut self, word: &str) -> Result<(), Fault> {
        let end = word
            .char_indices()
            .find(|&(_, letter)| !letter.is_ascii_digit() && letter != ':' && letter != '.')
            .map_or(word.len(), |(at, _)| at);
        let (clock, rest) = word.split_at(end);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let parts: Vec<&str> = clock.split(':').collect();
        let (hours, minutes, seconds) = match parts.as_slice() {
            [hours, minutes] => (parsed(hours)?, parsed(minutes)?, 0),
            [hours, minutes, seconds] => (parsed(hours)?, parsed(minutes)?, parsed(seconds)?),
            _ => return Err(Fault::Syntax),
        };
        self.set_time(hours, minutes, seconds, micros(fraction)?)?;
        match rest {
            "" => Ok(()),
            "am" => {
                self.afternoon = Some(false);
                Ok(())
            }
            "pm" => {
                self.afternoon = Some(true);
                Ok(())
            }
            zone => self.set_zone(zone),
        }
    }

    fn set_date(&mut self, year: i64, month: i64, day: i64) {
        self.year = Some(year);
        self.month = Some(month);
        self.day = Some(day);
    }

    fn set_time(&mut self, hours: i64, minutes: i64, seconds: i64, micros: i64) -> Result<(), Fault> {
        if self.time.is_some() {
            return Err(Fault::Syntax);
        }
        let time = ((hours * 60 + minutes) * 60 + seconds) * SECOND + micros;
        if hours > 24 || minutes > 59 || seconds > 60 || time > DAY {
            return Err(Fault::Range);
        }
        self.time = Some(time);
        Ok(())
    }

    fn set_zone(&mut self, text: &str) -> Result<(), Fault> {
        if self.zone.is_some() {
            return Err(Fault::Syntax);
        }
        if !text.starts_with(['+', '-']) {
            if !text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
                return Err(Fault::Syntax);
            }
            let is_name = text.contains('/') || text.contains('_');
            let found = Zone::of_argument(text);
            self.zone = Some(found.map_err(|_| if is_name { Fault::Zone } else { Fault::Syntax })?);
            return Ok(());
        }
        let digits = &text[1..];
        let parts: Vec<&str> = digits.split(':').collect();
        let (hours, minutes, seconds) = match parts.as_slice() {
            [hours] if hours.len() <= 2 => (parsed(hours)?, 0, 0),
            [packed] => (parsed(packed)? / 100, parsed(packed)? % 100, 0),
            [hours, minutes] => (parsed(hours)?, parsed(minutes)?, 0),
            [hours, minutes, seconds] => (parsed(hours)?, parsed(minutes)?, parsed(seconds)?),
            _ => return Err(Fault::Syntax),
        };
        if hours > 15 || minutes > 59 || seconds > 59 {
            return Err(Fault::Range);
        }
        let sign = if text.starts_with('-') { -1 } else { 1 };
        self.zone = Some(Zone::Fixed(sign * ((hours * 60 + minutes) * 60 + seconds)));
        Ok(())
    }

    fn finish(self) -> Result<Written, Fault> {
        let date = match (self.year, self.month, self.day) {
            (None, None, None) => None,
            (Some(year), Some(month), Some(day)) => {
                // There is no year 0; 1 BC is the year before 1.
                let year = match (year, self.is_bc) {
                    (0, _) => return Err(Fault::Range),
                    (year, true) => 1 - year,
                    (year, false) => year,
                };
                if !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) || year.abs() > 6_000_000 {
                    return Err(Fault::Range);
                }
                Some(Date { year, month, day })
            }
            _ => return Err(Fault::Syntax),
        };
        let time = match (self.time, self.afternoon) {
            (Some(time), Some(afternoon)) => {
                let hours = time / (3600 * SECOND);
                if hours > 12 {
                    return Err(Fault::Range);
                }
                let below = time % (3600 * SECOND);
                Some((hours % 12 + if afternoon { 12 } else { 0 }) * 3600 * SECOND + below)
            }
            (time, None) => time,
            (None, Some(_)) => return Err(Fault::Syntax),
        };
        Ok(Written { special: None, date, time, zone: self.zone })
    }
}

fn parsed(digits: &str) -> Result<i64, Fault> {
    if digits.is_empty() || digits.len() > 7 && digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Syntax);
    }
    digits.parse().map_err(|_| Fault::Syntax)
}

/// A year of two digits is the one between 1970 and 2069.
fn full_year(year: i64, digits: usize) -> i64 {
    match (digits, year) {
        (1 | 2, 0..=69) => 2000 + year,
        (1 | 2, _) => 1900 + year,
        _ => year,
    }
}

/// Digits after a point as microseconds, rounded.
fn micros(fraction: &str) -> Result<i64, Fault> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Syntax);
    }
    let mut micros = 0;
    let mut place = 100_000;
    for digit in fraction.bytes().take(6) {
        micros += i64::from(digit - b'0') * place;
        place /= 10;
    }
    Ok(micros + i64::from(fraction.as_bytes().get(6).is_some_and(|&digit| digit >= b'5')))
}

/// The place, from 1, of a name among others, written out or with its first three letters.
fn index_of(names: &[&str], word: &str) -> Option<i64> {
    let word = word.strip_suffix('.').unwrap_or(word);
    let is_name = |name: &&str| {
        *name == word
            || word.len() >= 3 && word.len() <= 4 && name.starts_with(word) && (word.len() == 3 || word == "sept")
    };
    names.iter().position(|name| is_name(name)).and_then(|index| i64::try_from(index + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_709_208_000_000_000; // 2024-02-29 12:00:00 UTC

    fn paris() -> Zone {
        Zone::of_argument("Europe/Paris").unwrap()
    }

    #[test]
    fn dates_come_in_many_forms() {
        for text in [
            "2024-02-29",
            "2024-2-29",
            "20240229",
            "2024/02/29",
            "2/29/2024",
            "Feb 29, 2024",
            "29 February 2024",
            "29-Feb-2024",
            "2024-Feb-29",
            "Thu Feb 29 2024",
            "2024.060",
            "2024-02-29 13:05",
            "02-29-24",
        ] {
            assert_eq!(date(text, Zone::UTC), Ok(19_782), "{text}");
        }
        assert_eq!(date("0001-12-31 BC", Zone::UTC), Ok(-719_163));
        assert_eq!(date("10000-01-01", Zone::UTC), Ok(2_932_897));
    }

    #[test]
    fn what_is_no_date_is_told_from_what_is_out_of_range() {
        for text in ["", "2024", "abc", "2024-02-29x", "2024-02", "2024-02-29 2024-02-28"] {
            assert_eq!(
                date(text, Zone::UTC).map_err(|error| error.kind()),
                Err(ValueErrorKind::InvalidDatetime),
                "{text}"
            );
        }
        for text in ["2024-02-30", "2024-13-01", "29/2/2024", "0000-01-01"] {
            assert_eq!(
                date(text, Zone::UTC).map_err(|error| error.kind()),
                Err(ValueErrorKind::DatetimeOutOfRange),
                "{text}"
            );
        }
    }

    #[test]
    fn times_end_with_the_day() {
        assert_eq!(time("13:05"), Ok(47_100_000_000));
        assert_eq!(time("1:05 PM"), Ok(47_100_000_000));
        assert_eq!(time("13:05:00.2500004"), Ok(47_100_250_000));
        assert_eq!(time("24:00:00"), Ok(DAY));
        assert_eq!(time("12:00 am"), Ok(0));
        for text in ["24:00:01", "12", "12:60", "12:00:61", "noon"] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_instant_is_read_in_its_own_zone_or_the_sessions() {
        for text in [
            "2024-02-29 13:00:00",
            "2024-02-29T12:00:00Z",
            "2024-02-29 12:00:00+00",
            "2024-02-29 17:30:00+05:30",
            "2024-02-29 17:30:00.000+0530",
            "2024-02-29 12:00:00 UTC",
            "2024-02-29 21:00:00 Asia/Tokyo",
            "Feb 29 2024 1:00 PM",
        ] {
            assert_eq!(timestamp(text, Some(paris())), Ok(NOON), "{text}");
        }
        assert_eq!(timestamp("2024-02-29 12:00:00+05", None), Ok(NOON));
        assert_eq!(timestamp("infinity", None), Ok(i64::MAX));
        assert_eq!(timestamp("epoch", None), Ok(0));
        for text in ["2024-02-29 12:00:00 Mars", "2024-02-29 12:00:00+99", "9999999-01-01", "ä", "2024-02-29 25:00"] {
            assert!(timestamp(text, Some(paris())).is_err(), "{text}");
        }
    }
}
