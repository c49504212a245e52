//! The session's time zone, as far as values on the wire depend on it.

use arrow::array::timezone::Tz;
use bellwether::Session;
use chrono::{DateTime, LocalResult, Offset, TimeZone};

/// A time zone; UTC, the usual one, costs nothing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Zone {
    Utc,
    Other(Tz),
}

impl Zone {
    /// The zone in which a session reads and shows instants.
    pub(super) fn of(session: &Session) -> Self {
        session.setting("TimeZone").map_or(Self::Utc, |name| Self::named(&name))
    }

    /// The zone a setting names: `Europe/Paris`, `<+05:30>-05:30`. What is not a zone is UTC.
    pub(super) fn named(name: &str) -> Self {
        // An offset is shown in POSIX form, with the usual sign in brackets and the reverse behind.
        let offset = name.strip_prefix('<').and_then(|rest| rest.split_once('>')).map(|(offset, _)| offset);
        Self::parse(offset.unwrap_or(name)).unwrap_or(Self::Utc)
    }

    /// The zone of that name, if there is one.
    pub(super) fn parse(name: &str) -> Option<Self> {
        if ["UTC", "GMT", "Z", "Etc/UTC"].iter().any(|utc| utc.eq_ignore_ascii_case(name)) {
            return Some(Self::Utc);
        }
        name.is_ascii().then(|| name.parse().ok().map(Self::Other)).flatten()
    }

    /// Seconds that local time is ahead of UTC at an instant given in seconds since 1970.
    ///
    /// Outside the years ±262000, where no zone has rules, UTC is used.
    pub(super) fn offset_at(self, seconds: i64) -> i64 {
        let Self::Other(zone) = self else { return 0 };
        let Some(instant) = DateTime::from_timestamp(seconds, 0) else { return 0 };
        i64::from(zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc())
    }

    /// The offset of a local time given in seconds since 1970, the time zone left out.
    ///
    /// As in PostgreSQL, a time that occurs twice is the later one (standard time), and a time that
    /// is skipped is read with the offset before the gap.
    pub(super) fn offset_of_local(self, seconds: i64) -> i64 {
        let Self::Other(zone) = self else { return 0 };
        let Some(local) = DateTime::from_timestamp(seconds, 0) else { return 0 };
        match zone.offset_from_local_datetime(&local.naive_utc()) {
            LocalResult::Single(offset) | LocalResult::Ambiguous(_, offset) => {
                i64::from(offset.fix().local_minus_utc())
            }
            // No gap is longer than a day.
            LocalResult::None => self.offset_at(seconds.saturating_sub(86_400)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-03-31 00:00:00 as if UTC; Paris moves its clocks from 02:00 to 03:00.
    const SPRING: i64 = 1_711_843_200;

    #[test]
    fn offsets_follow_daylight_saving() {
        let paris = Zone::named("Europe/Paris");
        assert_eq!(paris.offset_at(SPRING), 3600);
        assert_eq!(paris.offset_at(SPRING + 2 * 3600), 7200);
        assert_eq!(paris.offset_of_local(SPRING + 2 * 3600 + 1800), 3600);
    }

    #[test]
    fn what_is_not_a_zone_is_utc() {
        assert_eq!(Zone::named("Mars/Olympus").offset_at(SPRING), 0);
        assert_eq!(Zone::named("<+05:30>-05:30").offset_at(SPRING), 19_800);
        assert_eq!(Zone::named("<-07>+07").offset_at(SPRING), -25_200);
        assert_eq!(Zone::named("Europe/Paris").offset_at(i64::MAX), 0);
    }
}
