//! Dates and times out of a text by a pattern.

use super::datetime::{Field, Part, is_separator};
use super::{DAYS, MONTHS, ROMAN_MONTHS};
use crate::postgres::calendar::{
    Date, HOUR, JULIAN_OF_1970, MINUTE, Moment, SECOND, is_leap, iso_week_start, month_length,
};
use crate::value_error::{ValueError, ValueErrorKind};

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::postgres) struct Reading {
    pub(in crate::postgres) date: Date,
    /// Microseconds since midnight.
    pub(in crate::postgres) time: i64,
    /// Seconds ahead of UTC, if the text said so.
    pub(in crate::postgres) offset: Option<i64>,
}

impl Reading {
    /// The local timestamp.
    pub(in crate::postgres) fn timestamp(&self) -> Result<i64, ValueError> {
        Moment { date: self.date, time: self.time }
            .timestamp()
            .ok_or_else(|| ValueError::new(ValueErrorKind::DatetimeOutOfRange, "timestamp out of range"))
    }
}

/// Which calendar the fields of a pattern belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calendar {
    Gregorian,
    IsoWeek,
}

/// The numbers read so far; 0 is as good as none, as in PostgreSQL.
#[derive(Debug, Default)]
struct Numbers {
    calendar: Option<Calendar>,
    hour: i64,
    is_12_hours: bool,
    is_after_noon: i64,
    minute: i64,
    second: i64,
    second_of_day: i64,
    millis: i64,
    micros: i64,
    fraction_digits: Option<u32>,
    weekday: i64,
    day: i64,
    day_of_year: i64,
    month: i64,
    year: i64,
    year_digits: u32,
    is_before_christ: i64,
    week: i64,
    week_of_month: i64,
    century: i64,
    julian: i64,
    zone_sign: i64,
    zone_hours: i64,
    zone_minutes: i64,
}

/// Reads a text by a pattern.
pub(in crate::postgres) fn read(parts: &[Part], text: &str) -> Result<Reading, ValueError> {
    let mut reader = Reader { rest: text, before: None, numbers: Numbers::default(), is_fixed: false, skipped: 0 };
    for (index, part) in parts.iter().enumerate() {
        if reader.rest.is_empty() {
            break;
        }
        reader.part(part, index == 0, parts.get(index + 1))?;
    }
    reader.numbers.assemble(text)
}

struct Reader<'a> {
    rest: &'a str,
    /// The character before `rest`.
    before: Option<char>,
    numbers: Numbers,
    is_fixed: bool,
    /// Characters skipped beyond those that the pattern asked to skip.
    skipped: i64,
}

impl Reader<'_> {
    fn advance(&mut self) {
        let mut chars = self.rest.chars();
        self.before = chars.next();
        self.rest = chars.as_str();
    }

    fn skip_spaces(&mut self) {
        while self.rest.starts_with(is_space) {
            self.advance();
            self.skipped += 1;
        }
    }

    fn part(&mut self, part: &Part, is_first: bool, next: Option<&Part>) -> Result<(), ValueError> {
        if !self.is_fixed && (is_first || matches!(part, Part::Field { .. })) {
            self.skip_spaces();
        }
        match part {
            Part::Space(_) | Part::Separator(_) if self.is_fixed => self.advance(),
            Part::Space(_) | Part::Separator(_) => {
                // One of the pattern stands for one of the text, or for none.
                self.skipped -= 1;
                if self.rest.starts_with(|char| is_space(char) || is_separator(char)) {
                    self.advance();
                    self.skipped += 1;
                }
            }
            Part::Text(_) if self.is_fixed || self.skipped <= 0 => self.advance(),
            // What was skipped before may have been this character's.
            Part::Text(_) => self.skipped -= 1,
            Part::Field { field, name, fill, ordinal, .. } => {
                let may_run_on = *fill || ordinal.is_some() || is_boundary(next);
                self.field(*field, name, may_run_on)?;
                if ordinal.is_some() && takes_ordinal(*field) {
                    self.advance();
                    self.advance();
                }
                if !self.is_fixed {
                    self.skipped = 0;
                    self.skip_spaces();
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: Field, name: &str, may_run_on: bool) -> Result<(), ValueError> {
        if let Some(calendar) = calendar_of(field) {
            if self.numbers.calendar.is_some_and(|before| before != calendar) {
                return Err(refused("invalid combination of date conventions"));
            }
            self.numbers.calendar = Some(calendar);
        }
        let number = |reader: &mut Self, width| reader.number(name, width, may_run_on).map(|(value, _)| value);
        match field {
            Field::FixedMode => self.is_fixed = true,
            Field::Meridiem { dots } => {
                let names: &[&str] = if dots { &["a.m.", "p.m."] } else { &["am", "pm"] };
                let index = self.one_of(name, names)?;
                set(&mut self.numbers.is_after_noon, index, name)?;
                self.numbers.is_12_hours = true;
            }
            Field::Era { dots } => {
                let names: &[&str] = if dots { &["a.d.", "b.c."] } else { &["ad", "bc"] };
                let index = self.one_of(name, names)?;
                set(&mut self.numbers.is_before_christ, index, name)?;
            }
            Field::Hour12 => {
                let value = number(self, 2)?;
                set(&mut self.numbers.hour, value, name)?;
                self.numbers.is_12_hours = true;
            }
            Field::Hour24 => {
                let value = number(self, 2)?;
                set(&mut self.numbers.hour, value, name)?;
            }
            Field::Minute => {
                let value = number(self, 2)?;
                set(&mut self.numbers.minute, value, name)?;
            }
            Field::Second => {
                let value = number(self, 2)?;
                set(&mut self.numbers.second, value, name)?;
            }
            Field::SecondOfDay => {
                let value = number(self, name.len())?;
                set(&mut self.numbers.second_of_day, value, name)?;
            }
            Field::Milliseconds => {
                let (value, digits) = self.number(name, 3, may_run_on)?;
                set(&mut self.numbers.millis, value, name)?;
                // 25 is a quarter of a second, and so is 250.
                self.numbers.millis *= 10_i64.pow(3_u32.saturating_sub(digits));
            }
            Field::Microseconds | Field::Fraction(_) => {
                let width = if let Field::Fraction(digits) = field { digits } else { 6 };
                let (value, digits) = self.number(name, width as usize, may_run_on)?;
                set(&mut self.numbers.micros, value, name)?;
                self.numbers.micros = self.numbers.micros.saturating_mul(10_i64.pow(6_u32.saturating_sub(digits)));
                if let Field::Fraction(digits) = field {
                    self.numbers.fraction_digits = Some(digits);
                }
            }
            Field::Zone | Field::Offset => {
                return Err(ValueError::new(
                    ValueErrorKind::InvalidDatetime,
                    format!("formatting field \"{name}\" is only supported in to_char"),
                ));
            }
            Field::ZoneHours => {
                self.numbers.zone_sign = match self.rest.chars().next() {
                    Some(sign @ ('+' | '-' | ' ')) => {
                        self.advance();
                        if sign == '-' { -1 } else { 1 }
                    }
                    // The sign may have been skipped as a separator.
                    _ if self.skipped > 0 && self.before == Some('-') => -1,
                    _ => 1,
                };
                let value = number(self, 2)?;
                set(&mut self.numbers.zone_hours, value, name)?;
            }
            Field::ZoneMinutes => {
                if self.numbers.zone_sign == 0 {
                    self.numbers.zone_sign = 1;
                }
                let value = number(self, 2)?;
                set(&mut self.numbers.zone_minutes, value, name)?;
            }
            Field::MonthName => {
                let index = self.one_of(name, &MONTHS)?;
                set(&mut self.numbers.month, index + 1, name)?;
            }
            Field::MonthNameShort => {
                let index = self.one_of(name, &MONTHS.map(|month| &month[..3]))?;
                set(&mut self.numbers.month, index + 1, name)?;
            }
            Field::RomanMonth => {
                let index = self.one_of(name, &ROMAN_MONTHS)?;
                set(&mut self.numbers.month, 12 - index, name)?;
            }
            Field::Month => {
                let value = number(self, 2)?;
                set(&mut self.numbers.month, value, name)?;
            }
            Field::DayName => {
                let index = self.one_of(name, &DAYS)?;
                set(&mut self.numbers.weekday, index, name)?;
                self.numbers.weekday += 1;
            }
            Field::DayNameShort => {
                let index = self.one_of(name, &DAYS.map(|day| &day[..3]))?;
                set(&mut self.numbers.weekday, index, name)?;
                self.numbers.weekday += 1;
            }
            Field::DayOfWeek => {
                let value = number(self, 1)?;
                set(&mut self.numbers.weekday, value, name)?;
            }
            Field::DayOfIsoWeek => {
                let value = number(self, 1)?;
                set(&mut self.numbers.weekday, value, name)?;
                // Here too Sunday is the first.
                self.numbers.weekday = if self.numbers.weekday >= 7 { 1 } else { self.numbers.weekday + 1 };
            }
            Field::DayOfYear | Field::DayOfIsoYear => {
                let value = number(self, 3)?;
                set(&mut self.numbers.day_of_year, value, name)?;
            }
            Field::DayOfMonth => {
                let value = number(self, 2)?;
                set(&mut self.numbers.day, value, name)?;
            }
            Field::Week | Field::IsoWeek => {
                let value = number(self, 2)?;
                set(&mut self.numbers.week, value, name)?;
            }
            Field::WeekOfMonth => {
                let value = number(self, 1)?;
                set(&mut self.numbers.week_of_month, value, name)?;
            }
            // A quarter is read and does not count: no day of it is meant.
            Field::Quarter => {
                number(self, 1)?;
            }
            Field::Century => {
                let value = number(self, 2)?;
                set(&mut self.numbers.century, value, name)?;
            }
            Field::Julian => {
                let value = number(self, 1)?;
                set(&mut self.numbers.julian, value, name)?;
            }
            Field::YearWithComma => {
                let value = self.year_with_comma()?;
                set(&mut self.numbers.year, value, name)?;
                self.numbers.year_digits = 4;
            }
            Field::Year(digits) | Field::IsoYear(digits) => {
                let (value, read) = self.number(name, digits as usize, may_run_on)?;
                set(&mut self.numbers.year, value, name)?;
                if digits < 4 && read < 4 {
                    self.numbers.year = near_2020(self.numbers.year);
                }
                self.numbers.year_digits = digits;
            }
        }
        Ok(())
    }

    /// A whole number: as long as digits come where something else must follow, of `width` digits otherwise.
    fn number(&mut self, name: &str, width: usize, may_run_on: bool) -> Result<(i64, u32), ValueError> {
        let start = self.rest.len();
        self.skip_spaces();
        let text = if may_run_on {
            self.rest
        } else {
            let end = self.rest.char_indices().nth(width).map_or(self.rest.len(), |(end, _)| end);
            if self.rest.chars().count() < width {
                return Err(refused(format!("source string too short for \"{name}\" formatting field")));
            }
            &self.rest[..end]
        };
        let sign = usize::from(text.starts_with(['-', '+']));
        let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
        let length = if digits == 0 { 0 } else { sign + digits };
        let is_partial = !may_run_on && length < text.len();
        if length == 0 || is_partial {
            let shown: String = text.chars().take(width).collect();
            return Err(refused(format!("invalid value \"{shown}\" for \"{name}\"")));
        }
        let value = text[..length].parse::<i32>().map_err(|_| {
            let message = format!("value for \"{name}\" in source string is out of range");
            ValueError::new(ValueErrorKind::DatetimeOutOfRange, message)
        })?;
        for _ in 0..length {
            self.advance();
        }
        let read = u32::try_from(start - self.rest.len()).unwrap_or(u32::MAX);
        Ok((value.into(), read))
    }

    /// `2,024`: a number, a comma, at most three digits.
    fn year_with_comma(&mut self) -> Result<i64, ValueError> {
        let error = || refused("invalid input string for \"Y,YYY\"");
        let (thousands, rest) = self.rest.split_once(',').ok_or_else(error)?;
        let digits = rest.bytes().take(3).take_while(u8::is_ascii_digit).count();
        let thousands: i32 = thousands.trim_start().parse().map_err(|_| error())?;
        let years: i64 = rest[..digits].parse().map_err(|_| error())?;
        self.before = rest[..digits].chars().next_back();
        self.rest = &rest[digits..];
        Ok(i64::from(thousands) * 1000 + years)
    }

    /// The name that the text begins with, in any case.
    fn one_of(&mut self, field: &str, names: &[&str]) -> Result<i64, ValueError> {
        for (index, name) in (0..).zip(names) {
            if self.rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
                for _ in 0..name.len() {
                    self.advance();
                }
                return Ok(index);
            }
        }
        let word = self.rest.split(is_space).next().unwrap_or(self.rest);
        let shown: String = word.chars().take(40).collect();
        Err(refused(format!("invalid value \"{shown}\" for \"{field}\"")))
    }
}

impl Numbers {
    /// The date and time that the numbers give together.
    fn assemble(mut self, text: &str) -> Result<Reading, ValueError> {
        let error = || {
            let shown: String = text.chars().take(100).collect();
            let message = format!("date/time field value out of range: \"{shown}\"");
            ValueError::new(ValueErrorKind::DatetimeOutOfRange, message)
        };
        let time = self.time()?.ok_or_else(error)?;
        let (mut date, mut has_year) = (Date { year: 0, month: 1, day: 1 }, false);
        if let Some(year) = self.full_year() {
            date.year = year;
            has_year = true;
        }
        let mut has_month = false;
        let mut has_day = false;
        if self.julian != 0 {
            date = Date::of(self.julian - JULIAN_OF_1970);
            (has_year, has_month, has_day) = (true, true, true);
        }
        if self.week != 0 {
            if self.calendar == Some(Calendar::IsoWeek) {
                let monday = iso_week_start(date.year, self.week);
                // Sunday, the first of the numbering, is the last of the week.
                let after = match self.weekday {
                    0 => 0,
                    1 => 6,
                    weekday => weekday - 2,
                };
                date = Date::of(monday + after);
                (has_year, has_month, has_day) = (true, true, true);
            } else {
                self.day_of_year = (self.week - 1) * 7 + 1;
            }
        }
        if self.week_of_month != 0 {
            self.day = (self.week_of_month - 1) * 7 + 1;
        }
        if self.day != 0 {
            date.day = self.day;
            has_day = true;
        }
        if self.month != 0 {
            date.month = self.month;
            has_month = true;
        }
        if self.day_of_year != 0 && (date.month <= 1 || date.day <= 1) {
            if date.year == 0 && self.is_before_christ == 0 {
                return Err(refused("cannot calculate day of year without year information"));
            }
            if self.calendar == Some(Calendar::IsoWeek) {
                date = Date::of(iso_week_start(date.year, 1) - 1 + self.day_of_year);
            } else {
                let found = self.of_year(date.year).ok_or_else(error)?;
                date.month = if date.month <= 1 { found.month } else { date.month };
                date.day = if date.day <= 1 { found.day } else { date.day };
            }
            (has_month, has_day) = (true, true);
        }
        let is_month_wrong = has_month && !(1..=12).contains(&date.month);
        let is_day_wrong = has_day && !(1..=31).contains(&date.day);
        if is_month_wrong || is_day_wrong {
            return Err(error());
        }
        if has_year && has_month && has_day && date.day > month_length(date.year, date.month) {
            return Err(error());
        }
        let offset = if self.zone_sign == 0 {
            None
        } else if (0..=15).contains(&self.zone_hours) && (0..60).contains(&self.zone_minutes) {
            Some(self.zone_sign * (self.zone_hours * 3600 + self.zone_minutes * 60))
        } else {
            return Err(error());
        };
        Ok(Reading { date, time, offset })
    }

    /// Microseconds since midnight; `None` if a number is beyond its place.
    fn time(&mut self) -> Result<Option<i64>, ValueError> {
        let (mut hour, mut minute, mut second) =
            (self.second_of_day / 3600, self.second_of_day % 3600 / 60, self.second_of_day % 60);
        if self.second != 0 {
            second = self.second;
        }
        if self.minute != 0 {
            minute = self.minute;
        }
        if self.hour != 0 {
            hour = self.hour;
        }
        if self.is_12_hours {
            if !(1..=12).contains(&hour) {
                return Err(refused(format!("hour \"{hour}\" is invalid for the 12-hour clock")));
            }
            if self.is_after_noon != 0 && hour < 12 {
                hour += 12;
            } else if self.is_after_noon == 0 && hour == 12 {
                hour = 0;
            }
        }
        let mut micros = self.millis * 1000 + self.micros;
        let fits = (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second)
            && (0..SECOND).contains(&micros);
        if let Some(digits) = self.fraction_digits {
            let unit = 10_i64.pow(6 - digits.min(6));
            micros = (micros + unit / 2) / unit * unit;
        }
        Ok(fits.then_some(hour * HOUR + minute * MINUTE + second * SECOND + micros))
    }

    /// The astronomical year of year, century and era.
    fn full_year(&self) -> Option<i64> {
        let is_before_christ = self.is_before_christ != 0;
        let century = if is_before_christ { -self.century } else { self.century };
        if self.year != 0 && self.century != 0 && self.year_digits <= 2 {
            // The 21st century runs from 2001 to 2100.
            let year = self.year % 100;
            return Some(match (year, century) {
                (0, century) => century * 100 + i64::from(century < 0),
                (year, century) if century >= 0 => year + (century - 1) * 100,
                (year, century) => (century + 1) * 100 - year + 1,
            });
        }
        if self.year != 0 {
            let year = if is_before_christ { -self.year } else { self.year };
            return Some(if year < 0 { year + 1 } else { year });
        }
        if self.century == 0 {
            return None;
        }
        Some(if century >= 0 { (century - 1) * 100 + 1 } else { century * 100 + 1 })
    }

    /// The date of the day of a year.
    fn of_year(&self, year: i64) -> Option<Date> {
        let length = if is_leap(year) { 366 } else { 365 };
        if !(1..=length).contains(&self.day_of_year) {
            return None;
        }
        Some(Date::of(Date { year, month: 1, day: 1 }.days() + self.day_of_year - 1))
    }
}

/// Two or three digits of a year mean the one nearest to 2020.
fn near_2020(year: i64) -> i64 {
    match year {
        ..70 => year + 2000,
        70..100 => year + 1900,
        100..520 => year + 2000,
        520..1000 => year + 1000,
        _ => year,
    }
}

fn calendar_of(field: Field) -> Option<Calendar> {
    Some(match field {
        Field::DayOfIsoYear | Field::DayOfIsoWeek | Field::IsoWeek | Field::IsoYear(_) => Calendar::IsoWeek,
        Field::DayOfYear
        | Field::DayOfMonth
        | Field::DayOfWeek
        | Field::Week
        | Field::WeekOfMonth
        | Field::Month
        | Field::MonthName
        | Field::MonthNameShort
        | Field::RomanMonth
        | Field::Year(_)
        | Field::YearWithComma => Calendar::Gregorian,
        _ => return None,
    })
}

fn takes_ordinal(field: Field) -> bool {
    field.is_digits() && field != Field::ZoneMinutes || matches!(field, Field::Fraction(_))
}

/// Whether what follows in the pattern cannot be taken for a digit.
fn is_boundary(next: Option<&Part>) -> bool {
    match next {
        None => true,
        Some(Part::Field { field, .. }) => !field.is_digits(),
        Some(Part::Space(_) | Part::Separator(_)) => true,
        Some(Part::Text(char)) => !char.is_ascii_digit(),
    }
}

fn is_space(char: char) -> bool {
    char.is_ascii_whitespace() || char == '\u{b}'
}

/// Sets a number, unless another value was read for it before.
fn set(number: &mut i64, value: i64, name: &str) -> Result<(), ValueError> {
    if *number != 0 && *number != value {
        return Err(refused(format!("conflicting values for \"{name}\" field in formatting string")));
    }
    *number = value;
    Ok(())
}

fn refused(message: impl Into<String>) -> ValueError {
    ValueError::new(ValueErrorKind::InvalidDatetime, message)
}

#[cfg(test)]
mod tests {
    use super::super::datetime::parse;
    use super::*;

    fn reading(text: &str, pattern: &str) -> Result<String, String> {
        let reading = read(&parse(pattern), text).map_err(|error| error.to_string())?;
        let Date { year, month, day } = reading.date;
        let seconds = reading.time / SECOND;
        Ok(format!("{year}-{month}-{day} {}:{}:{}", seconds / 3600, seconds % 3600 / 60, seconds % 60))
    }

    #[test]
    fn a_text_is_read_field_by_field() {
        assert_eq!(reading("2024-01-15 13:14:15.5", "YYYY-MM-DD HH24:MI:SS.US").unwrap(), "2024-1-15 13:14:15");
        assert_eq!(reading("20240115131415", "YYYYMMDDHH24MISS").unwrap(), "2024-1-15 13:14:15");
        assert_eq!(reading("5 december 2000", "DD MONTH YYYY").unwrap(), "2000-12-5 0:0:0");
        assert_eq!(reading("2024-10-1", "IYYY-IW-ID").unwrap(), "2024-3-4 0:0:0");
        assert_eq!(reading("", "YYYY").unwrap(), "0-1-1 0:0:0");
    }

    #[test]
    fn what_does_not_fit_is_an_error_in_postgresqls_words() {
        assert_eq!(reading("hello", "YYYY").unwrap_err(), "invalid value \"hell\" for \"YYYY\"");
        assert_eq!(
            reading("2024-13-01", "YYYY-MM-DD").unwrap_err(),
            "date/time field value out of range: \"2024-13-01\""
        );
        assert_eq!(reading("2024 10", "YYYY IW").unwrap_err(), "invalid combination of date conventions");
    }

    #[test]
    fn no_text_and_no_pattern_is_a_panic() {
        let pieces =
            ["YYYY", "J", "IW", "DDD", "Y,YYY", "TZH", "é", "\"", "FM", "FX", "th", "9", "-", "99999999999", " ", "WW"];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let _ = reading(&format!("{first}{second}{third}"), &format!("{third}{second}{first}"));
                    let _ = reading("-2147483648 99 é", &format!("{first}{second}{third}"));
                }
            }
        }
    }
}
