//! Dates, times and intervals by a pattern.

use std::fmt::Write as _;

use super::datetime::{Case, Field, Ordinal, Part};
use super::{DAYS, MONTHS, ROMAN_MONTHS, ordinal};
use crate::postgres::calendar::{
    Date, HOUR, JULIAN_OF_1970, MINUTE, Moment, SECOND, iso_week, iso_week_start, weekday,
};
use crate::postgres::interval::Interval;
use crate::postgres::zone::Zone;
use crate::value_error::{ValueError, ValueErrorKind};

/// What a pattern shows: the numbers of a moment, or those of an interval.
#[derive(Debug, Clone, Copy)]
pub(in crate::postgres) struct Shown {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
    day_of_year: i64,
    /// The day itself; an interval has none.
    days: Option<i64>,
    /// Where the moment is; nowhere for a local timestamp.
    place: Option<(Zone, i64)>,
}

impl Shown {
    /// A local timestamp.
    pub(in crate::postgres) fn local(timestamp: i64) -> Self {
        let Moment { date, time } = Moment::of(timestamp);
        Self {
            year: date.year,
            month: date.month,
            day: date.day,
            hour: time / HOUR,
            minute: time % HOUR / MINUTE,
            second: time % MINUTE / SECOND,
            micros: time % SECOND,
            day_of_year: date.day_of_year(),
            days: Some(date.days()),
            place: None,
        }
    }

    /// An instant in a zone.
    pub(in crate::postgres) fn instant(instant: i64, zone: Zone) -> Self {
        Self { place: Some((zone, instant)), ..Self::local(zone.local(instant)) }
    }

    /// An interval; its days never become months, nor its hours days.
    pub(in crate::postgres) fn interval(interval: Interval) -> Self {
        let Interval { months, days, time } = interval;
        Self {
            year: months / 12,
            month: months % 12,
            day: days,
            hour: time / HOUR,
            minute: time % HOUR / MINUTE,
            second: time % MINUTE / SECOND,
            micros: time % SECOND,
            day_of_year: months * 30 + days,
            days: None,
            place: None,
        }
    }

    fn is_interval(&self) -> bool {
        self.days.is_none()
    }

    fn date(&self) -> Date {
        Date { year: self.year, month: self.month, day: self.day }
    }

    /// The day, real or as if the interval's parts were a date.
    fn as_days(&self) -> i64 {
        self.days.unwrap_or_else(|| {
            // Months out of range would leave the calendar.
            let date = self.date();
            Date { month: date.month.clamp(1, 12), ..date }.days()
        })
    }

    /// The year as it is written: without the sign that the era has.
    fn written_year(&self, year: i64) -> i64 {
        if self.is_interval() || year > 0 { year } else { 1 - year }
    }

    fn offset(&self) -> i64 {
        self.place.map_or(0, |(zone, instant)| zone.offset_at(instant))
    }
}

/// Appends what the pattern shows.
pub(in crate::postgres) fn write(parts: &[Part], shown: &Shown, out: &mut String) -> Result<(), ValueError> {
    for part in parts {
        match part {
            Part::Space(char) | Part::Separator(char) | Part::Text(char) => out.push(*char),
            Part::Field { field, case, fill, local, ordinal: ending, .. } => {
                if shown.is_interval() && needs_a_day(*field) {
                    return Err(ValueError::new(
                        ValueErrorKind::InvalidDatetime,
                        "invalid format specification for an interval value",
                    ));
                }
                let start = out.len();
                let is_number = write_field(*field, *case, *fill, *local, shown, out);
                if is_number && let Some(ending) = ending {
                    let ending = ordinal(&out[start..], *ending == Ordinal::Upper);
                    out.push_str(ending);
                }
            }
        }
    }
    Ok(())
}

/// Whether an interval, which is on no day and in no place, has no such field.
fn needs_a_day(field: Field) -> bool {
    matches!(
        field,
        Field::Zone
            | Field::ZoneHours
            | Field::ZoneMinutes
            | Field::Offset
            | Field::Era { .. }
            | Field::MonthName
            | Field::MonthNameShort
            | Field::DayName
            | Field::DayNameShort
            | Field::DayOfWeek
            | Field::DayOfIsoWeek
    )
}

/// Appends a field; tells whether it is a number, which may have an ordinal ending.
fn write_field(field: Field, case: Case, fill: bool, local: bool, shown: &Shown, out: &mut String) -> bool {
    let width = |digits: usize| if fill { 0 } else { digits };
    let day = shown.as_days();
    match field {
        Field::Meridiem { dots } => {
            let is_after_noon = shown.hour % 24 >= 12;
            let name = match (dots, is_after_noon) {
                (true, true) => "P.M.",
                (true, false) => "A.M.",
                (false, true) => "PM",
                (false, false) => "AM",
            };
            return name_in(name, case, out);
        }
        Field::Era { dots } => {
            let name = match (dots, shown.year <= 0) {
                (true, true) => "B.C.",
                (true, false) => "A.D.",
                (false, true) => "BC",
                (false, false) => "AD",
            };
            return name_in(name, case, out);
        }
        Field::MonthName => return padded(month_name(shown), case, fill || local, out),
        Field::MonthNameShort => return name_in(&month_name(shown)[..3], case, out),
        Field::DayName => return padded(day_name(day), case, fill || local, out),
        Field::DayNameShort => return name_in(&day_name(day)[..3], case, out),
        Field::RomanMonth => {
            roman_month(shown, case, fill, out);
            return false;
        }
        Field::Zone => {
            if let Some((zone, instant)) = shown.place {
                return name_in(&zone.abbreviation_at(instant), case, out);
            }
            return false;
        }
        Field::ZoneHours => {
            let offset = shown.offset();
            out.push(if offset < 0 { '-' } else { '+' });
            padded_number(offset.abs() / 3600, 2, out);
            return false;
        }
        Field::ZoneMinutes => {
            padded_number(shown.offset().abs() % 3600 / 60, 2, out);
            return false;
        }
        Field::Offset => {
            let offset = shown.offset();
            out.push(if offset < 0 { '-' } else { '+' });
            padded_number(offset.abs() / 3600, width(2), out);
            if offset % 3600 != 0 {
                out.push(':');
                padded_number(offset.abs() % 3600 / 60, 2, out);
            }
            return false;
        }
        Field::FixedMode => return false,
        Field::Quarter if shown.month == 0 => return false,
        Field::YearWithComma => {
            let year = shown.written_year(shown.year);
            padded_number(year / 1000, 0, out);
            out.push(',');
            padded_number(year % 1000, 3, out);
            return true;
        }
        _ => {}
    }
    let (number, digits) = match field {
        Field::Hour12 => (if shown.hour % 12 == 0 { 12 } else { shown.hour % 12 }, width(2)),
        Field::Hour24 => (shown.hour, width(2)),
        Field::Minute => (shown.minute, width(2)),
        Field::Second => (shown.second, width(2)),
        Field::Fraction(digits) => (shown.micros / 10_i64.pow(6 - digits.min(6)), digits as usize),
        Field::Milliseconds => (shown.micros / 1000, 3),
        Field::Microseconds => (shown.micros, 6),
        Field::SecondOfDay => (shown.hour * 3600 + shown.minute * 60 + shown.second, 0),
        Field::Month => (shown.month, width(2)),
        Field::DayOfYear => (shown.day_of_year, width(3)),
        Field::DayOfIsoYear => (day - iso_week_start(iso_week(day).0, 1) + 1, width(3)),
        Field::DayOfMonth => (shown.day, width(2)),
        Field::DayOfWeek => (weekday(day) + 1, 0),
        Field::DayOfIsoWeek => (if weekday(day) == 0 { 7 } else { weekday(day) }, 0),
        Field::Week => ((shown.day_of_year - 1) / 7 + 1, width(2)),
        Field::IsoWeek => (iso_week(day).1, width(2)),
        Field::Quarter => ((shown.month - 1) / 3 + 1, 0),
        Field::Century => {
            let century = if shown.is_interval() {
                shown.year / 100
            } else if shown.year > 0 {
                (shown.year - 1) / 100 + 1
            } else {
                shown.year / 100 - 1
            };
            (century, if century.abs() <= 99 { width(2) } else { 0 })
        }
        Field::Year(digits) => last_digits(shown.written_year(shown.year), digits, fill),
        Field::IsoYear(digits) => last_digits(shown.written_year(iso_week(day).0), digits, fill),
        Field::WeekOfMonth => ((shown.day - 1) / 7 + 1, 0),
        Field::Julian => (day + JULIAN_OF_1970, 0),
        _ => return false,
    };
    // Most fields give the sign of a negative number a place of its own.
    let has_place = !matches!(
        field,
        Field::DayOfYear
            | Field::DayOfIsoYear
            | Field::DayOfMonth
            | Field::Week
            | Field::IsoWeek
            | Field::Fraction(_)
            | Field::Milliseconds
            | Field::Microseconds
    );
    let digits = if has_place && number < 0 && digits > 0 { digits + 1 } else { digits };
    padded_number(number, digits, out);
    true
}

fn last_digits(year: i64, digits: u32, fill: bool) -> (i64, usize) {
    let number = if digits < 4 { year % 10_i64.pow(digits) } else { year };
    (number, if fill || digits == 1 { 0 } else { digits as usize })
}

fn padded_number(number: i64, width: usize, out: &mut String) {
    // Writing to a text cannot fail.
    let _ = write!(out, "{number:0width$}");
}

fn month_name(shown: &Shown) -> &'static str {
    usize::try_from(shown.month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or("         ")
}

fn day_name(days: i64) -> &'static str {
    usize::try_from(weekday(days)).ok().and_then(|index| DAYS.get(index)).copied().unwrap_or("         ")
}

fn name_in(name: &str, case: Case, out: &mut String) -> bool {
    match case {
        Case::Upper => out.extend(name.chars().map(|char| char.to_ascii_uppercase())),
        Case::Lower => out.extend(name.chars().map(|char| char.to_ascii_lowercase())),
        Case::Capital => out.push_str(name),
    }
    false
}

/// A name, with blanks up to the longest one's nine letters.
fn padded(name: &str, case: Case, fill: bool, out: &mut String) -> bool {
    name_in(name, case, out);
    if !fill {
        out.extend(std::iter::repeat_n(' ', 9_usize.saturating_sub(name.len())));
    }
    false
}

fn roman_month(shown: &Shown, case: Case, fill: bool, out: &mut String) {
    if shown.month == 0 && shown.year == 0 {
        return;
    }
    // An interval's months run from 0 to 11, or backwards.
    let index = match shown.month {
        0 if shown.year >= 0 => 0,
        0 => 11,
        month if month < 0 => -month - 1,
        month => 12 - month,
    };
    let Some(name) = usize::try_from(index).ok().and_then(|index| ROMAN_MONTHS.get(index)) else { return };
    name_in(name, case, out);
    if !fill {
        out.extend(std::iter::repeat_n(' ', 4_usize.saturating_sub(name.len())));
    }
}

#[cfg(test)]
mod tests {
    use super::super::datetime::parse;
    use super::*;

    fn shown(shown: Shown, pattern: &str) -> String {
        let mut out = String::new();
        write(&parse(pattern), &shown, &mut out).unwrap();
        out
    }

    /// 2024-03-05 14:07:09.123456
    const AFTERNOON: i64 = 1_709_647_629_123_456;

    #[test]
    fn a_moment_is_shown_field_by_field() {
        let at = |pattern| shown(Shown::local(AFTERNOON), pattern);
        assert_eq!(at("YYYY-MM-DD HH24:MI:SS.US"), "2024-03-05 14:07:09.123456");
        assert_eq!(at("Day, DD Month YYYY"), "Tuesday  , 05 March     2024");
        assert_eq!(at("FMDay, FMDDth FMMonth"), "Tuesday, 5th March");
        assert_eq!(at("IYYY IW ID Q J CC RM"), "2024 10 2 1 2460375 21 III ");
    }

    #[test]
    fn extremes_are_shown_too() {
        for timestamp in [i64::MIN + 1, i64::MAX - 1, 0] {
            for pattern in ["YYYY Y,YYY YY Y BC IYYY IDDD IW J CC WW Month RM TZ OF", "FMYYYYth"] {
                assert!(!shown(Shown::instant(timestamp, Zone::UTC), pattern).is_empty());
            }
        }
        let interval = Interval { months: i64::from(i32::MIN), days: i64::from(i32::MIN), time: i64::MIN };
        assert!(!shown(Shown::interval(interval), "YYYY MM DD HH24 HH12 MI SS US IW IYYY J CC Q RM W").is_empty());
    }

    #[test]
    fn an_interval_has_no_name_of_a_day() {
        let mut out = String::new();
        assert!(write(&parse("Day"), &Shown::interval(Interval::default()), &mut out).is_err());
    }
}
