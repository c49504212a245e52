//! When a materialized view is refreshed, as its `refresh` option says it.
//!
//! | written | means |
//! |---|---|
//! | `manual` | only when `REFRESH MATERIALIZED VIEW` says so |
//! | `on change` | soon after a table it reads has changed |
//! | `every 5 minutes` | at full multiples of the interval, counted in UTC from 1970 |
//! | `daily 03:00`, `daily 03:00 Europe/Paris` | every day at that local time |
//! | `0 3 * * 1-5`, `0 3 * * 1-5 Europe/Paris` | cron: minute, hour, day of month, month, day of week |
//!
//! Local times are UTC unless a zone of the IANA database is named. A local time that the clocks skip fires at
//! the first moment after the gap, together with all others in the gap; one that they pass twice fires the first
//! time only. Intervals know no local time and are not touched by either.

use std::fmt;

use bellwether_catalog::{Error, Result};
use chrono::offset::LocalResult;
use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds, Year};
use croner::{Cron, YEAR_UPPER_LIMIT};

const SECOND_US: i64 = 1_000_000;

/// The longest interval, a year: a longer one is a mistake.
const INTERVAL_SECONDS_MAX: i64 = 366 * 24 * 60 * 60;

/// Clocks never skip more: Samoa once left out a day.
const GAP_MINUTES_MAX: i64 = 2 * 24 * 60;

/// Units of an interval with their seconds.
const UNITS: [(&str, i64); 4] = [("second", 1), ("minute", 60), ("hour", 60 * 60), ("day", 24 * 60 * 60)];

const FORMS: &str = "'manual', 'on change', 'every 5 minutes', 'daily 03:00 [time zone]', or five fields of cron '0 3 * * 1-5 [time zone]'";

/// When a view is refreshed.
#[derive(Debug, Clone)]
pub(crate) enum Schedule {
    /// When somebody says so.
    Manual,
    /// When a table below has changed.
    OnChange,
    /// At full multiples of an interval.
    Every { seconds: i64 },
    /// At local times.
    At { cron: Box<Cron>, zone: Tz, text: String },
}

impl Schedule {
    /// Reads the option's text.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let lower: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        match lower.as_slice() {
            ["manual"] => Ok(Self::Manual),
            ["on", "change"] => Ok(Self::OnChange),
            ["every", unit] => interval(text, "1", unit),
            ["every", count, unit] => interval(text, count, unit),
            ["daily", time] => daily(text, time, None),
            ["daily", time, _] => daily(text, time, words.get(2).copied()),
            [_, _, _, _, _] => Self::cron(text, &words.join(" "), Tz::UTC),
            [_, _, _, _, _, _] => Self::cron(text, &words[..5].join(" "), zone(text, words[5])?),
            _ => Err(invalid(text)),
        }
    }

    fn cron(text: &str, fields: &str, zone: Tz) -> Result<Self> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(fields).map_err(|error| invalid(text).with_detail(format!("`{fields}`: {error}")))?;
        if !ever_comes(&cron) {
            return Err(invalid(text).with_detail(format!("`{fields}` is a date that never comes")));
        }
        let suffix = if zone == Tz::UTC { String::new() } else { format!(" {zone}") };
        Ok(Self::At { cron: Box::new(cron), zone, text: format!("{fields}{suffix}") })
    }

    /// Whether views are refreshed without being asked for.
    pub(crate) fn is_automatic(&self) -> bool {
        !matches!(self, Self::Manual)
    }

    /// The first moment after `after_us` (microseconds since 1970) at which the time has come; `None` when it
    /// is not time that decides.
    pub(crate) fn next_after(&self, after_us: i64) -> Option<i64> {
        match self {
            Self::Manual | Self::OnChange => None,
            Self::Every { seconds } => {
                let interval_us = seconds.checked_mul(SECOND_US)?;
                after_us.div_euclid(interval_us).checked_add(1)?.checked_mul(interval_us)
            }
            Self::At { cron, zone, .. } => next_local(cron, *zone, after_us),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manual => f.write_str("manual"),
            Self::OnChange => f.write_str("on change"),
            Self::Every { seconds } => {
                let (unit, size) =
                    UNITS.iter().rev().find(|(_, size)| seconds % size == 0).copied().unwrap_or(("second", 1));
                let count = seconds / size;
                write!(f, "every {count} {unit}{}", if count == 1 { "" } else { "s" })
            }
            Self::At { text, .. } => f.write_str(text),
        }
    }
}

fn invalid(text: &str) -> Error {
    Error::invalid_parameter(format!("refresh takes a schedule, got '{text}'")).with_hint(format!("write {FORMS}"))
}

fn interval(text: &str, count: &str, unit: &str) -> Result<Schedule> {
    let count: i64 = count.parse().map_err(|_| invalid(text))?;
    let singular = unit.strip_suffix('s').unwrap_or(unit);
    let (_, size) = UNITS.iter().find(|(name, _)| *name == singular).ok_or_else(|| invalid(text))?;
    match count.checked_mul(*size) {
        Some(seconds) if (1..=INTERVAL_SECONDS_MAX).contains(&seconds) => Ok(Schedule::Every { seconds }),
        _ => Err(invalid(text).with_detail("an interval is from one second to a year")),
    }
}

fn daily(text: &str, time: &str, zone_name: Option<&str>) -> Result<Schedule> {
    let (hour, minute) = time.split_once(':').ok_or_else(|| invalid(text))?;
    let number = |digits: &str, limit: u32| {
        let is_number = matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|number| is_number && *number < limit)
    };
    let (Some(hour), Some(minute)) = (number(hour, 24), number(minute, 60)) else {
        return Err(invalid(text).with_detail(format!("`{time}` is no time of day")));
    };
    let zone = zone_name.map_or(Ok(Tz::UTC), |name| zone(text, name))?;
    let Schedule::At { cron, .. } = Schedule::cron(text, &format!("{minute} {hour} * * *"), zone)? else {
        return Err(invalid(text));
    };
    let suffix = if zone == Tz::UTC { String::new() } else { format!(" {zone}") };
    Ok(Schedule::At { cron, zone, text: format!("daily {hour:02}:{minute:02}{suffix}") })
}

fn zone(text: &str, name: &str) -> Result<Tz> {
    let found = chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name));
    found.copied().ok_or_else(|| invalid(text).with_detail(format!("`{name}` is no time zone such as Europe/Paris")))
}

/// Whether there is a date that an expression means. Whatever there is comes within 28 years, after which all days of
/// all years have been all days of the week; a search goes on to the last year there is.
fn ever_comes(cron: &Cron) -> bool {
    let start = Utc.with_ymd_and_hms(YEAR_UPPER_LIMIT - 40, 1, 1, 0, 0, 0).single();
    start.is_some_and(|start| cron.find_next_occurrence(&start, true).is_ok())
}

/// Local times are counted on the wall clock first, which has neither gaps nor repetitions, and only then looked
/// up in the zone.
fn next_local(cron: &Cron, zone: Tz, after_us: i64) -> Option<i64> {
    let after = DateTime::from_timestamp_micros(after_us)?;
    let mut wall = after.with_timezone(&zone).naive_local();
    loop {
        wall = cron.find_next_occurrence(&wall.and_utc(), false).ok()?.naive_utc();
        let moment = first_moment(zone, wall)?;
        // A repeated hour begins before it ends: times of its first pass may be over already.
        if moment > after {
            return Some(moment.timestamp_micros());
        }
    }
}

/// When a wall clock first shows `wall`, or jumps over it.
fn first_moment(zone: Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    for minutes in 0..=GAP_MINUTES_MAX {
        match zone.from_local_datetime(&(wall + Duration::minutes(minutes))) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => return Some(moment.to_utc()),
            LocalResult::None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros()
    }

    /// The next moments after `from`.
    fn fires(schedule: &str, from: &str, count: usize) -> Vec<String> {
        let schedule = Schedule::parse(schedule).unwrap();
        let mut after = us(from);
        let mut moments = Vec::new();
        for _ in 0..count {
            after = schedule.next_after(after).unwrap();
            moments.push(DateTime::from_timestamp_micros(after).unwrap().format("%m-%d %H:%M").to_string());
        }
        moments
    }

    #[test]
    fn every_form_is_read_and_shown() {
        for (text, shown) in [
            ("manual", "manual"),
            ("On Change", "on change"),
            ("every 5 minutes", "every 5 minutes"),
            ("every minute", "every 1 minute"),
            ("every 120 minutes", "every 2 hours"),
            ("every 90 seconds", "every 90 seconds"),
            ("daily 3:00", "daily 03:00"),
            ("daily 03:00 UTC", "daily 03:00"),
            ("daily 23:59 europe/paris", "daily 23:59 Europe/Paris"),
            ("0 3 * * 1-5", "0 3 * * 1-5"),
            ("*/15  8-18 * * mon-fri America/New_York", "*/15 8-18 * * mon-fri America/New_York"),
        ] {
            let schedule = Schedule::parse(text).unwrap();
            assert_eq!(schedule.to_string(), shown);
            assert_eq!(Schedule::parse(shown).unwrap().to_string(), shown, "{text} is read again");
        }
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_the_text_and_the_forms() {
        for text in [
            "",
            "never",
            "every 0 minutes",
            "every -1 hours",
            "every 9999999999999999999 days",
            "every 2 fortnights",
            "daily",
            "daily 24:00",
            "daily 03:60",
            "daily 3",
            "daily +3:00",
            "daily 03:00 Mars/Olympus",
            "61 * * * *",
            "* * * *",
            "0 3 * * 1-5 Nowhere/City",
            "a b c d e",
            "0 0 31 2 *",
        ] {
            let error = Schedule::parse(text).unwrap_err();
            assert_eq!(error.message(), format!("refresh takes a schedule, got '{text}'"));
            assert!(error.hint().unwrap().contains("'every 5 minutes'"), "{text}");
        }
    }

    #[test]
    fn intervals_fall_on_full_multiples() {
        assert_eq!(fires("every 5 minutes", "2026-03-01T10:02:17Z", 3), ["03-01 10:05", "03-01 10:10", "03-01 10:15"]);
    }

    #[test]
    fn a_local_time_follows_its_zone() {
        assert_eq!(fires("daily 03:00 Europe/Paris", "2026-01-10T00:00:00Z", 2), ["01-10 02:00", "01-11 02:00"]);
        assert_eq!(fires("0 6 * * 1 Asia/Tokyo", "2026-01-10T00:00:00Z", 2), ["01-11 21:00", "01-18 21:00"]);
    }

    #[test]
    fn a_skipped_local_time_fires_once_after_the_gap() {
        // On 2026-03-29 Paris goes from 02:00 to 03:00, at 01:00 UTC.
        assert_eq!(
            fires("daily 02:30 Europe/Paris", "2026-03-28T00:00:00Z", 3),
            ["03-28 01:30", "03-29 01:00", "03-30 00:30"]
        );
        assert_eq!(
            fires("*/20 * * * * Europe/Paris", "2026-03-29T00:30:00Z", 4),
            ["03-29 00:40", "03-29 01:00", "03-29 01:20", "03-29 01:40"]
        );
    }

    #[test]
    fn a_repeated_local_time_fires_the_first_time_only() {
        // On 2026-10-25 Paris passes 02:00 to 03:00 twice, from 00:00 to 02:00 UTC.
        assert_eq!(fires("daily 02:30 Europe/Paris", "2026-10-24T12:00:00Z", 2), ["10-25 00:30", "10-26 01:30"]);
        // Asked between the two passes, the time of this day is over.
        assert_eq!(fires("daily 02:30 Europe/Paris", "2026-10-25T01:10:00Z", 1), ["10-26 01:30"]);
    }

    #[test]
    fn a_day_left_out_does_not_stop_a_schedule() {
        // Samoa had no 2011-12-30.
        assert_eq!(fires("daily 12:00 Pacific/Apia", "2011-12-29T00:00:00Z", 2), ["12-29 22:00", "12-30 10:00"]);
    }

    #[test]
    fn a_date_that_never_comes_is_refused_and_one_that_is_rare_is_not() {
        for never in ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31 2 * Europe/Paris"] {
            let error = Schedule::parse(never).unwrap_err();
            assert!(error.detail().unwrap().ends_with("is a date that never comes"), "{never}");
        }
        assert_eq!(fires("0 0 29 2 *", "2026-01-01T00:00:00Z", 1), ["02-29 00:00"]);
        // Of a day of the month and a day of the week, either is enough.
        assert_eq!(fires("0 0 31 2 1", "2026-01-01T00:00:00Z", 1), ["02-02 00:00"]);
    }

    #[test]
    fn moments_only_ever_move_forward() {
        for text in ["daily 02:30 Europe/Paris", "*/7 * * * * America/New_York", "every 7 minutes"] {
            let schedule = Schedule::parse(text).unwrap();
            let mut after = us("2026-10-24T00:00:00Z");
            while after < us("2026-11-03T00:00:00Z") {
                let next = schedule.next_after(after).unwrap();
                assert!(next > after, "{text}");
                after += 17 * 60 * SECOND_US;
            }
        }
    }
}
