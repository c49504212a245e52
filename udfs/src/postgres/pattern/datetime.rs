//! Patterns of dates and times: the fields they name and the text between.

/// A field of a date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::postgres) enum Field {
    /// `AM`, `a.m.`: half of the day, with dots or without.
    Meridiem {
        dots: bool,
    },
    /// `AD`, `b.c.`: the era, with dots or without.
    Era {
        dots: bool,
    },
    Century,
    DayName,
    DayNameShort,
    DayOfYear,
    DayOfIsoYear,
    DayOfMonth,
    DayOfWeek,
    DayOfIsoWeek,
    /// Digits of the second's fraction.
    Fraction(u32),
    Milliseconds,
    Microseconds,
    FixedMode,
    Hour24,
    Hour12,
    IsoWeek,
    /// The ISO year's last digits.
    IsoYear(u32),
    Julian,
    Minute,
    Month,
    MonthName,
    MonthNameShort,
    Offset,
    Quarter,
    RomanMonth,
    SecondOfDay,
    Second,
    ZoneHours,
    ZoneMinutes,
    Zone,
    Week,
    WeekOfMonth,
    /// `Y,YYY`.
    YearWithComma,
    /// The year's last digits.
    Year(u32),
}

/// How the letters of a name are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::postgres) enum Case {
    Upper,
    Lower,
    Capital,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::postgres) enum Part {
    /// A field, with what stands around its name.
    Field { field: Field, name: &'static str, case: Case, fill: bool, local: bool, ordinal: Option<Ordinal> },
    /// A white space.
    Space(char),
    /// A punctuation mark.
    Separator(char),
    /// Any other character, and all in quotes.
    Text(char),
}

/// `TH` or `th` after a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::postgres) enum Ordinal {
    Upper,
    Lower,
}

use Case::{Capital, Lower, Upper};

/// The names of fields; of two that begin alike the longer one comes first.
const NAMES: &[(&str, Field, Case)] = &[
    ("A.D.", Field::Era { dots: true }, Upper),
    ("A.M.", Field::Meridiem { dots: true }, Upper),
    ("AD", Field::Era { dots: false }, Upper),
    ("AM", Field::Meridiem { dots: false }, Upper),
    ("B.C.", Field::Era { dots: true }, Upper),
    ("BC", Field::Era { dots: false }, Upper),
    ("CC", Field::Century, Upper),
    ("DAY", Field::DayName, Upper),
    ("DDD", Field::DayOfYear, Upper),
    ("DD", Field::DayOfMonth, Upper),
    ("DY", Field::DayNameShort, Upper),
    ("Day", Field::DayName, Capital),
    ("Dy", Field::DayNameShort, Capital),
    ("D", Field::DayOfWeek, Upper),
    ("FF1", Field::Fraction(1), Upper),
    ("FF2", Field::Fraction(2), Upper),
    ("FF3", Field::Fraction(3), Upper),
    ("FF4", Field::Fraction(4), Upper),
    ("FF5", Field::Fraction(5), Upper),
    ("FF6", Field::Fraction(6), Upper),
    ("FX", Field::FixedMode, Upper),
    ("HH24", Field::Hour24, Upper),
    ("HH12", Field::Hour12, Upper),
    ("HH", Field::Hour12, Upper),
    ("IDDD", Field::DayOfIsoYear, Upper),
    ("ID", Field::DayOfIsoWeek, Upper),
    ("IW", Field::IsoWeek, Upper),
    ("IYYY", Field::IsoYear(4), Upper),
    ("IYY", Field::IsoYear(3), Upper),
    ("IY", Field::IsoYear(2), Upper),
    ("I", Field::IsoYear(1), Upper),
    ("J", Field::Julian, Upper),
    ("MI", Field::Minute, Upper),
    ("MM", Field::Month, Upper),
    ("MONTH", Field::MonthName, Upper),
    ("MON", Field::MonthNameShort, Upper),
    ("MS", Field::Milliseconds, Upper),
    ("Month", Field::MonthName, Capital),
    ("Mon", Field::MonthNameShort, Capital),
    ("OF", Field::Offset, Upper),
    ("P.M.", Field::Meridiem { dots: true }, Upper),
    ("PM", Field::Meridiem { dots: false }, Upper),
    ("Q", Field::Quarter, Upper),
    ("RM", Field::RomanMonth, Upper),
    ("SSSSS", Field::SecondOfDay, Upper),
    ("SSSS", Field::SecondOfDay, Upper),
    ("SS", Field::Second, Upper),
    ("TZH", Field::ZoneHours, Upper),
    ("TZM", Field::ZoneMinutes, Upper),
    ("TZ", Field::Zone, Upper),
    ("US", Field::Microseconds, Upper),
    ("WW", Field::Week, Upper),
    ("W", Field::WeekOfMonth, Upper),
    ("Y,YYY", Field::YearWithComma, Upper),
    ("YYYY", Field::Year(4), Upper),
    ("YYY", Field::Year(3), Upper),
    ("YY", Field::Year(2), Upper),
    ("Y", Field::Year(1), Upper),
];

impl Field {
    /// Whether the field is made of digits alone, so that it may touch the next.
    pub(in crate::postgres) fn is_digits(self) -> bool {
        !matches!(
            self,
            Self::Meridiem { .. }
                | Self::Era { .. }
                | Self::DayName
                | Self::DayNameShort
                | Self::Fraction(_)
                | Self::FixedMode
                | Self::MonthName
                | Self::MonthNameShort
                | Self::Offset
                | Self::RomanMonth
                | Self::ZoneHours
                | Self::Zone
        )
    }
}

/// The parts of a pattern.
pub(in crate::postgres) fn parse(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while !rest.is_empty() {
        let (fill, local) = match rest.as_bytes() {
            [b'F', b'M', ..] | [b'f', b'm', ..] => (true, false),
            [b'T', b'M', ..] | [b't', b'm', ..] => (false, true),
            _ => (false, false),
        };
        if fill || local {
            rest = &rest[2..];
        }
        if let Some((name, field, case)) = field_at(rest) {
            rest = &rest[name.len()..];
            let ordinal = match rest.as_bytes() {
                [b'T', b'H', ..] => Some(Ordinal::Upper),
                [b't', b'h', ..] => Some(Ordinal::Lower),
                _ => None,
            };
            if ordinal.is_some() || rest.starts_with("SP") {
                rest = &rest[2..];
            }
            parts.push(Part::Field { field, name, case, fill, local, ordinal });
        } else if let Some(quoted) = rest.strip_prefix('"') {
            rest = quote(quoted, &mut parts);
        } else {
            if rest.starts_with("\\\"") {
                rest = &rest[1..];
            }
            let mut chars = rest.chars();
            if let Some(char) = chars.next() {
                parts.push(match char {
                    _ if is_separator(char) => Part::Separator(char),
                    _ if char.is_ascii_whitespace() || char == '\u{b}' => Part::Space(char),
                    _ => Part::Text(char),
                });
            }
            rest = chars.as_str();
        }
    }
    parts
}

/// A printing ASCII character that is neither letter nor digit.
pub(in crate::postgres) fn is_separator(char: char) -> bool {
    char.is_ascii_punctuation()
}

/// The field whose name the text begins with. Names are all capitals or all small; those of days and months may also
/// have one capital.
fn field_at(text: &str) -> Option<(&'static str, Field, Case)> {
    for &(name, field, case) in NAMES {
        if text.starts_with(name) {
            return Some((name, field, case));
        }
        let is_small = text.get(..name.len()).is_some_and(|start| {
            case == Upper && start.eq_ignore_ascii_case(name) && !start.bytes().any(|byte| byte.is_ascii_uppercase())
        });
        if is_small {
            return Some((name, field, Lower));
        }
    }
    None
}

/// The characters up to the closing quote, and what comes after it. A backslash takes the next one as it is.
fn quote<'a>(text: &'a str, parts: &mut Vec<Part>) -> &'a str {
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => parts.push(Part::Text(chars.next().unwrap_or('\\'))),
            _ => parts.push(Part::Text(char)),
        }
    }
    chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pattern: &str) -> Vec<String> {
        let name = |part: &Part| match part {
            Part::Field { name, case, .. } => format!("{name}:{case:?}"),
            Part::Space(char) | Part::Separator(char) | Part::Text(char) => format!("{char:?}"),
        };
        parse(pattern).iter().map(name).collect()
    }

    #[test]
    fn the_longest_name_is_the_field() {
        assert_eq!(names("HH24MI"), ["HH24:Upper", "MI:Upper"]);
        assert_eq!(names("dddDay"), ["DDD:Lower", "Day:Capital"]);
        assert_eq!(names("mOn"), ["'m'", "'O'", "'n'"]);
    }

    #[test]
    fn what_is_quoted_is_text() {
        assert_eq!(names("\"Y\\\"\"Y"), ["'Y'", "'\"'", "Y:Upper"]);
        assert_eq!(names("\\\"Y"), ["'\"'", "Y:Upper"]);
        assert_eq!(names("\"open"), ["'o'", "'p'", "'e'", "'n'"]);
        assert_eq!(names("é日\\"), ["'é'", "'日'", "'\\\\'"]);
    }
}
