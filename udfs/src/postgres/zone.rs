//! Time zones: names of the IANA database and fixed offsets.

use std::fmt::Write as _;

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{OffsetName, Tz};

use super::calendar::{DAY, Date, SECOND, is_leap, weekday};
use crate::value_error::ValueError;

/// The beginning of 2100, up to where the database has rules.
const YEAR_2100: i64 = 4_102_444_800 * SECOND;

/// A time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Always as many seconds ahead of UTC.
    Fixed(i64),
    /// With the rules of a place.
    Named(Tz),
}

impl Zone {
    pub(super) const UTC: Self = Self::Fixed(0);

    /// The zone of a name, `Europe/Paris`, or of hours east of Greenwich, `+05:30`, as sessions have it.
    pub(super) fn of_session(name: Option<&str>) -> Self {
        name.and_then(|name| offset(name, 1).map(Self::Fixed).or_else(|| named(name))).unwrap_or(Self::UTC)
    }

    /// The zone an argument names: a place, an abbreviation, or a POSIX offset, which counts to the west.
    pub(super) fn of_argument(name: &str) -> Result<Self, ValueError> {
        let name = name.trim();
        let found = named(name).or_else(|| abbreviation(name)).or_else(|| offset(name, -1).map(Self::Fixed));
        found
            .or_else(|| posix(name))
            .ok_or_else(|| ValueError::invalid_parameter(format!("time zone \"{name}\" not recognized")))
    }

    /// The zone an argument names, with offsets counted to the east as in ISO 8601.
    pub(super) fn of_iso_argument(name: &str) -> Result<Self, ValueError> {
        offset(name.trim(), 1).map_or_else(|| Self::of_argument(name), |offset| Ok(Self::Fixed(offset)))
    }

    /// Seconds that local time is ahead of UTC at an instant in microseconds since 1970.
    ///
    /// Outside the years ±262000, where no zone has rules, it is UTC.
    pub(super) fn offset_at(self, instant: i64) -> i64 {
        match self {
            Self::Fixed(offset) => offset,
            Self::Named(zone) => utc(known(instant)).map_or(0, |utc| seconds(&zone.offset_from_utc_datetime(&utc))),
        }
    }

    /// The local timestamp of an instant.
    pub(super) fn local(self, instant: i64) -> i64 {
        if is_infinite(instant) {
            return instant;
        }
        instant.saturating_add(self.offset_at(instant) * SECOND)
    }

    /// The instant of a local timestamp. As in PostgreSQL, of a time that occurs twice it is the later one
    /// (standard time), and a time that is skipped is read with the offset before the gap.
    pub(super) fn instant(self, local: i64) -> i64 {
        if is_infinite(local) {
            return local;
        }
        let offset = match self {
            Self::Fixed(offset) => offset,
            Self::Named(zone) => match utc(known(local)) {
                None => 0,
                Some(time) => match zone.offset_from_local_datetime(&time) {
                    LocalResult::Single(offset) | LocalResult::Ambiguous(_, offset) => seconds(&offset),
                    // No gap is longer than a day.
                    LocalResult::None => self.offset_at(local.saturating_sub(DAY)),
                },
            },
        };
        local.saturating_sub(offset * SECOND)
    }

    /// What the zone is called at an instant: `CET`, `+05:30`.
    pub(super) fn abbreviation_at(self, instant: i64) -> String {
        match self {
            Self::Fixed(0) => "UTC".to_owned(),
            Self::Fixed(offset) => signed(offset),
            Self::Named(zone) => match utc(known(instant)) {
                Some(utc) => {
                    let offset = zone.offset_from_utc_datetime(&utc);
                    offset.abbreviation().map_or_else(|| signed(seconds(&offset)), ToOwned::to_owned)
                }
                None => "UTC".to_owned(),
            },
        }
    }
}

/// The same moment of a year whose days are the same days of the week, for years beyond those the database has
/// rules for: the rules of the last ones go on.
fn known(timestamp: i64) -> i64 {
    if timestamp < YEAR_2100 {
        return timestamp;
    }
    let first_day = |year| Date { year, month: 1, day: 1 }.days();
    let year = Date::of(timestamp.div_euclid(DAY)).year;
    let is_alike =
        |other: &i64| is_leap(*other) == is_leap(year) && weekday(first_day(*other)) == weekday(first_day(year));
    // Within 28 years every kind of year occurs.
    let other = (2071..2099).find(is_alike).unwrap_or(2098);
    timestamp - (first_day(year) - first_day(other)) * DAY
}

/// Whether a timestamp is PostgreSQL's `infinity` or `-infinity`.
pub(super) fn is_infinite(timestamp: i64) -> bool {
    timestamp == i64::MAX || timestamp == i64::MIN
}

fn utc(instant: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_micros(instant).map(|instant| instant.naive_utc())
}

fn seconds(offset: &impl Offset) -> i64 {
    i64::from(offset.fix().local_minus_utc())
}

fn named(name: &str) -> Option<Zone> {
    if ["UTC", "GMT", "Z", "ZULU"].iter().any(|utc| utc.eq_ignore_ascii_case(name)) {
        return Some(Zone::UTC);
    }
    if let Ok(zone) = name.parse::<Tz>() {
        return Some(Zone::Named(zone));
    }
    chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name)).map(|zone| Zone::Named(*zone))
}

/// Abbreviations that PostgreSQL knows by default and that mean one offset wherever they are used.
fn abbreviation(name: &str) -> Option<Zone> {
    const HOURS: &[(&str, i64)] = &[
        ("EST", -5),
        ("EDT", -4),
        ("CST", -6),
        ("CDT", -5),
        ("MST", -7),
        ("MDT", -6),
        ("PST", -8),
        ("PDT", -7),
        ("CET", 1),
        ("CEST", 2),
        ("EET", 2),
        ("EEST", 3),
        ("WET", 0),
        ("WEST", 1),
        ("BST", 1),
        ("MSK", 3),
        ("JST", 9),
        ("AEST", 10),
        ("AEDT", 11),
        ("AKST", -9),
        ("AKDT", -8),
        ("HST", -10),
    ];
    HOURS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, hours)| Zone::Fixed(hours * 3600))
}

/// `+05:30`, `-7`, `0530` in seconds, times `sign`.
fn offset(text: &str, sign: i64) -> Option<i64> {
    let (own, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        byte if byte.is_ascii_digit() => (1, text),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    (hours <= 167 && minutes < 60).then_some(sign * own * (hours * 3600 + minutes * 60))
}

/// `UTC+3`, `<+05:30>-05:30`: letters or a name in brackets, then hours to the west.
fn posix(name: &str) -> Option<Zone> {
    let rest = match name.strip_prefix('<') {
        Some(rest) => rest.split_once('>')?.1,
        None => name.trim_start_matches(|char: char| char.is_ascii_alphabetic()),
    };
    (rest.len() + 3 <= name.len()).then_some(())?;
    offset(rest, -1).map(Zone::Fixed)
}

fn signed(offset: i64) -> String {
    let (sign, distance) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
    let mut text = format!("{sign}{:02}", distance / 3600);
    if distance % 3600 != 0 {
        // Writing to a text cannot fail.
        let _ = write!(text, ":{:02}", distance % 3600 / 60);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-03-31 00:00:00 UTC; Paris moves its clocks from 02:00 to 03:00 an hour later.
    const SPRING: i64 = 1_711_843_200 * SECOND;
    const HOUR: i64 = 3600 * SECOND;

    #[test]
    fn local_time_follows_daylight_saving() {
        let paris = Zone::of_argument("europe/paris").unwrap();
        assert_eq!(paris.local(SPRING), SPRING + HOUR);
        assert_eq!(paris.local(SPRING + HOUR), SPRING + 3 * HOUR);
        assert_eq!(paris.instant(SPRING + 2 * HOUR + HOUR / 2), SPRING + HOUR + HOUR / 2);
        assert_eq!(paris.abbreviation_at(SPRING), "CET");
        assert_eq!(paris.abbreviation_at(SPRING + HOUR), "CEST");
    }

    #[test]
    fn offsets_of_sessions_count_to_the_east_and_of_arguments_to_the_west() {
        assert_eq!(Zone::of_session(Some("+05:30")), Zone::Fixed(19_800));
        assert_eq!(Zone::of_argument("+05:30").unwrap(), Zone::Fixed(-19_800));
        assert_eq!(Zone::of_argument("UTC+3").unwrap(), Zone::Fixed(-10_800));
        assert_eq!(Zone::of_argument("<+03>-03").unwrap(), Zone::Fixed(10_800));
        assert_eq!(Zone::Fixed(-12_600).abbreviation_at(0), "-03:30");
    }

    #[test]
    fn the_last_rules_go_on() {
        let paris = Zone::of_session(Some("Europe/Paris"));
        // 2889-04-21 and 2889-01-21, both at noon UTC.
        assert_eq!(paris.offset_at(29_010_484_800 * SECOND), 7200);
        assert_eq!(paris.offset_at((29_010_484_800 - 90 * 86_400) * SECOND), 3600);
    }

    #[test]
    fn what_is_no_zone_is_refused_and_extremes_are_not() {
        assert!(Zone::of_argument("Mars/Olympus").is_err());
        assert!(Zone::of_argument("").is_err());
        assert!(Zone::of_argument("é").is_err());
        let paris = Zone::of_session(Some("Europe/Paris"));
        assert_eq!(paris.local(i64::MAX), i64::MAX);
        assert_eq!(paris.instant(i64::MIN + 1), i64::MIN + 1);
    }
}
