//! `TimeZone`: names of the IANA database and fixed offsets, with PostgreSQL's signs.
//!
//! | written | means | shown as |
//! |---|---|---|
//! | `europe/paris` | the zone of that name, in any case | `Europe/Paris` |
//! | `local`, `default` | the server's zone | `UTC` |
//! | `+02`, `2`, `-3.5` | hours *east* of Greenwich | `<+02>-02`, `<-03:30>+03:30` |
//! | `-05:30`, `GMT-05:30`, `<+0530>-05:30` | POSIX: hours *west* of Greenwich, so this is India | `<+05:30>-05:30` |
//!
//! The two signs contradict each other; they are PostgreSQL's, and its drivers count on them (PgJDBC
//! sends `GMT-02:00` for a Java zone two hours east). An offset is therefore shown in POSIX form
//! with the usual sign in brackets, as PostgreSQL shows it, and reads back as what it is.

use super::kind::invalid;
use crate::Result;

/// The zone of a server, and what a name that is no longer known falls back to.
const DEFAULT: &str = "UTC";

/// `value` in its usual form.
pub(super) fn check(name: &str, value: &str) -> Result<String> {
    let text = value.trim();
    if text.eq_ignore_ascii_case("local") || text.eq_ignore_ascii_case("default") {
        return Ok(DEFAULT.into());
    }
    if let Some(zone) = chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(text)) {
        return Ok(zone.name().into());
    }
    match offset_minutes(text) {
        Some(0) => Ok(DEFAULT.into()),
        Some(minutes) => Ok(format!("<{}>{}", signed(minutes, false), signed(-minutes, false))),
        None => Err(invalid(name, value)
            .with_hint("a name such as Europe/Paris or UTC, or hours east of Greenwich such as +02")),
    }
}

/// A zone in its usual form, as Arrow reads it: offsets as `+hh:mm` east of Greenwich.
pub(super) fn for_arrow(zone: &str) -> String {
    match offset_minutes(zone) {
        Some(minutes) => signed(minutes, true),
        None => zone.into(),
    }
}

/// Minutes east of Greenwich, less than a day.
fn offset_minutes(text: &str) -> Option<i32> {
    let minutes = match text.parse::<f64>() {
        Ok(hours) if hours.is_finite() => {
            let minutes = hours * 60.0;
            if minutes.fract() != 0.0 || minutes.abs() > 10_000.0 {
                return None;
            }
            minutes as i32
        }
        _ => -posix_minutes(without_abbreviation(text)?)?,
    };
    (minutes.abs() < 24 * 60).then_some(minutes)
}

/// The offset of a POSIX zone after its abbreviation: letters, anything in angle brackets, or nothing.
fn without_abbreviation(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('<') {
        return rest.split_once('>').map(|(_, offset)| offset);
    }
    let offset = text.trim_start_matches(|char: char| char.is_ascii_alphabetic());
    let letters = text.len() - offset.len();
    // The standard asks for three letters at least; with one or two it is a typing error.
    (letters == 0 || letters >= 3).then_some(offset)
}

/// `5`, `+5`, `-05:30` in minutes.
fn posix_minutes(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("-", digits) => (-1, digits),
        ("+", digits) => (1, digits),
        _ => (1, text),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "00"));
    let number = |digits: &str| {
        let is_number = matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { digits.parse::<i32>().ok() } else { None }
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// `+02`, `-03:30`; with `in_full` always with minutes.
fn signed(minutes: i32, in_full: bool) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    if rest == 0 && !in_full { format!("{sign}{hours:02}") } else { format!("{sign}{hours:02}:{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_and_used(text: &str) -> (String, String) {
        let shown = check("TimeZone", text).unwrap();
        let used = for_arrow(&shown);
        (shown, used)
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(shown_and_used("europe/PARIS"), ("Europe/Paris".into(), "Europe/Paris".into()));
        assert_eq!(shown_and_used(" utc "), ("UTC".into(), "UTC".into()));
        assert_eq!(shown_and_used("est5edt"), ("EST5EDT".into(), "EST5EDT".into()));
        assert_eq!(shown_and_used("LOCAL").0, "UTC");
        assert_eq!(shown_and_used("Default").0, "UTC");
    }

    #[test]
    fn plain_hours_count_to_the_east() {
        assert_eq!(shown_and_used("+02"), ("<+02>-02".into(), "+02:00".into()));
        assert_eq!(shown_and_used("-7"), ("<-07>+07".into(), "-07:00".into()));
        assert_eq!(shown_and_used("-3.5"), ("<-03:30>+03:30".into(), "-03:30".into()));
        assert_eq!(shown_and_used("0").0, "UTC");
    }

    #[test]
    fn posix_hours_count_to_the_west() {
        assert_eq!(shown_and_used("-05:30"), ("<+05:30>-05:30".into(), "+05:30".into()));
        assert_eq!(shown_and_used("GMT-02:00"), ("<+02>-02".into(), "+02:00".into()));
        assert_eq!(shown_and_used("UTC+3"), ("<-03>+03".into(), "-03:00".into()));
    }

    #[test]
    fn an_offset_reads_back_as_what_it_is() {
        for text in ["+02", "-05:30", "<-03:30>+03:30"] {
            let (shown, used) = shown_and_used(text);
            assert_eq!(shown_and_used(&shown), (shown, used));
        }
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        for text in [
            "",
            "Europe/Atlantis",
            "+25",
            "24:00",
            "+1:75",
            "X+1",
            "+",
            "<+02",
            "<>",
            "1e300",
            "NaN",
            "é",
            "GMT+2;",
            "+02:00:30",
        ] {
            assert!(check("TimeZone", text).is_err(), "{text}");
        }
    }
}
