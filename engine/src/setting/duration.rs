//! Times as settings are written: `250ms`, `5s`, `1min`, or plain milliseconds.

use std::time::Duration;

use super::kind::invalid;
use crate::Result;

/// PostgreSQL keeps such a setting as a 32-bit number of milliseconds.
const MILLISECONDS_MAX: f64 = i32::MAX as f64;

/// Units with their milliseconds, largest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads `text`, or says why `name` does not take it.
pub(super) fn check(name: &str, text: &str) -> Result<Duration> {
    parse(text).ok_or_else(|| {
        invalid(name, text).with_hint("a number of milliseconds up to 2147483647, or with a unit: ms, s, min, h, d")
    })
}

/// Reads `text`; `None` if it is no time.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let number_ends = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(number_ends);
    let number: f64 = number.parse().ok()?;
    let milliseconds = match unit.trim() {
        "" => number,
        "us" => number / 1_000.0,
        unit => {
            let (_, milliseconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
            number * *milliseconds as f64
        }
    };
    if milliseconds > MILLISECONDS_MAX {
        return None;
    }
    Some(Duration::from_millis(milliseconds.round() as u64))
}

/// Writes a time in the largest unit that keeps it whole.
pub(super) fn show(duration: Duration) -> String {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if milliseconds == 0 {
        return "0".into();
    }
    for (unit, size) in UNITS {
        if milliseconds.is_multiple_of(size) {
            return format!("{}{unit}", milliseconds / size);
        }
    }
    format!("{milliseconds}ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_a_unit() {
        for (text, milliseconds) in [
            ("0", 0),
            ("250", 250),
            ("250ms", 250),
            ("5s", 5_000),
            ("1.5 s", 1_500),
            (" 1min ", 60_000),
            ("1d", 86_400_000),
            ("1500us", 2),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "s", "-1", "5 weeks", "1.2.3", "2147483648", "99999999999999999999999d", "1e3", "NaN", "inf"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_shown_in_the_largest_whole_unit() {
        for (milliseconds, text) in [
            (0, "0"),
            (250, "250ms"),
            (1_500, "1500ms"),
            (5_000, "5s"),
            (300_000, "5min"),
            (7_200_000, "2h"),
            (86_400_000, "1d"),
        ] {
            assert_eq!(show(Duration::from_millis(milliseconds)), text);
        }
    }

    #[test]
    fn a_time_read_again_is_the_same() {
        for milliseconds in [0, 1, 999, 1_000, 61_000, 3_600_000, 2_147_483_647] {
            let duration = Duration::from_millis(milliseconds);
            assert_eq!(parse(&show(duration)), Some(duration));
        }
    }
}
