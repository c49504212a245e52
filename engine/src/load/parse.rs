//! Texts as values of a type: exactly, or not at all.
//!
//! Nothing is rounded, wrapped or guessed. `None` means that the text is no value of the type or
//! does not fit it; [`super::reason`] says which.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime};

/// Days from the first day of the year 1 to 1970-01-01, plus one.
const EPOCH_DAYS_FROM_CE: i32 = 719_163;

/// The digits a 128-bit decimal holds.
const DECIMAL_DIGITS_MAX: u32 = 38;

/// A whole number.
pub(super) fn integer(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// A fixed decimal as its unscaled number. Digits beyond the scale must be zeros.
pub(super) fn decimal(text: &str, precision: u8, scale: u8) -> Option<i128> {
    let bytes = text.as_bytes();
    let (negative, bytes) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, bytes),
    };
    let mut unscaled: u128 = 0;
    let mut digits = 0;
    let mut decimals: Option<u8> = None;
    let mut any = false;
    for &byte in bytes {
        match byte {
            b'0'..=b'9' => {
                any = true;
                match &mut decimals {
                    Some(count) if *count == scale && byte == b'0' => continue,
                    Some(count) if *count == scale => return None,
                    Some(count) => *count += 1,
                    None => {}
                }
                if digits > 0 || byte != b'0' {
                    digits += 1;
                }
                if digits > DECIMAL_DIGITS_MAX {
                    return None;
                }
                unscaled = unscaled * 10 + u128::from(byte - b'0');
            }
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => return None,
        }
    }
    let missing = u32::from(scale - decimals.unwrap_or(0));
    if !any || (unscaled > 0 && digits + missing > u32::from(precision)) {
        return None;
    }
    let unscaled = i128::try_from(unscaled * 10_u128.pow(if unscaled > 0 { missing } else { 0 })).ok()?;
    Some(if negative { -unscaled } else { unscaled })
}

/// A double. `NaN` and `Infinity` are values by name only: a number too large for a double is refused.
pub(super) fn double(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    (value.is_finite() || is_named(text)).then_some(value)
}

/// A single-precision number, with the same rule.
pub(super) fn single(text: &str) -> Option<f32> {
    let value: f32 = text.parse().ok()?;
    (value.is_finite() || is_named(text)).then_some(value)
}

fn is_named(text: &str) -> bool {
    !text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The words PostgreSQL takes for true and false.
pub(super) fn boolean(text: &str) -> Option<bool> {
    const TRUE: [&str; 6] = ["true", "t", "yes", "y", "on", "1"];
    const FALSE: [&str; 6] = ["false", "f", "no", "n", "off", "0"];
    let is_one_of = |words: [&str; 6]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(TRUE) {
        return Some(true);
    }
    is_one_of(FALSE).then_some(false)
}

/// `YYYY-MM-DD` as days since 1970-01-01.
pub(super) fn iso_date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    day(digits(&bytes[..4])?, digits(&bytes[5..7])?, digits(&bytes[8..])?)
}

/// `YYYYMMDD` as days since 1970-01-01.
pub(super) fn compact_date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 8 {
        return None;
    }
    day(digits(&bytes[..4])?, digits(&bytes[4..6])?, digits(&bytes[6..])?)
}

/// A date in `strftime` letters as days since 1970-01-01.
pub(super) fn date(text: &str, pattern: &str) -> Option<i32> {
    NaiveDate::parse_from_str(text, pattern).ok().map(days)
}

fn day(year: u32, month: u32, day: u32) -> Option<i32> {
    if year == 0 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day).map(days)
}

fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - EPOCH_DAYS_FROM_CE
}

/// A moment, or a clock's reading without a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Since 1970-01-01, in UTC when there is a zone.
    pub(super) microseconds: i64,
    pub(super) zoned: bool,
}

/// ISO 8601: a date, `T` or a blank, hours and minutes, perhaps seconds with up to nine decimals
/// (cut to microseconds), perhaps a zone as `Z`, `UTC` or an offset. A date alone is its midnight.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let date = iso_date(text.get(..10)?)?;
    let midnight = i64::from(date) * 86_400_000_000;
    let rest = &text.as_bytes()[10..];
    let Some((separator, clock)) = rest.split_first() else {
        return Some(Moment { microseconds: midnight, zoned: false });
    };
    if !matches!(separator, b'T' | b't' | b' ') || clock.len() < 5 || clock[2] != b':' {
        return None;
    }
    let (hour, minute) = (digits(&clock[..2])?, digits(&clock[3..5])?);
    let mut rest = &clock[5..];
    let (mut second, mut micros) = (0, 0);
    if let Some((b':', after)) = rest.split_first() {
        second = digits(after.get(..2)?)?;
        rest = &after[2..];
        if let Some((b'.' | b',', after)) = rest.split_first() {
            let length = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if length == 0 || length > 9 {
                return None;
            }
            let kept = length.min(6);
            micros = digits(&after[..kept])? * 10_u32.pow(6 - kept as u32);
            rest = &after[length..];
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = hour * 3600 + minute * 60 + second;
    let clock = i64::from(seconds) * 1_000_000 + i64::from(micros);
    let offset = zone(rest)?;
    let microseconds = midnight + clock - offset.unwrap_or(0) * 1_000_000;
    Some(Moment { microseconds, zoned: offset.is_some() })
}

/// The zone's offset in seconds; `Some(None)` when no zone is given, `None` when it is no zone.
fn zone(bytes: &[u8]) -> Option<Option<i64>> {
    if bytes.is_empty() {
        return Some(None);
    }
    let bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
    if bytes.eq_ignore_ascii_case(b"z") || bytes.eq_ignore_ascii_case(b"utc") {
        return Some(Some(0));
    }
    let (sign, rest) = match bytes.split_first()? {
        (b'+', rest) => (1, rest),
        (b'-', rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (digits(rest)?, 0),
        4 => (digits(&rest[..2])?, digits(&rest[2..])?),
        5 if rest[2] == b':' => (digits(&rest[..2])?, digits(&rest[3..])?),
        _ => return None,
    };
    if hours > 15 || minutes > 59 {
        return None;
    }
    Some(Some(sign * i64::from(hours * 3600 + minutes * 60)))
}

/// A moment in `strftime` letters, with a zone if the pattern has one.
pub(super) fn patterned_moment(text: &str, pattern: &str) -> Option<Moment> {
    if let Ok(moment) = DateTime::parse_from_str(text, pattern) {
        return Some(Moment { microseconds: moment.timestamp_micros(), zoned: true });
    }
    let reading = NaiveDateTime::parse_from_str(text, pattern)
        .or_else(|_| NaiveDate::parse_from_str(text, pattern).map(|date| date.and_time(NaiveTime::MIN)))
        .ok()?;
    Some(Moment { microseconds: reading.and_utc().timestamp_micros(), zoned: false })
}

/// Bytes written as PostgreSQL does: `\x` and two hexadecimal digits a byte.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|value| value as u8);
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// A number of digits only, few enough to fit.
fn digits(bytes: &[u8]) -> Option<u32> {
    let mut value = 0;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u32::from(byte - b'0');
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_do_not_wrap() {
        assert_eq!(integer("9223372036854775807"), Some(i64::MAX));
        assert_eq!(integer("9223372036854775808"), None);
        assert_eq!(integer("1.0"), None);
        assert_eq!(integer(""), None);
    }

    #[test]
    fn decimals_are_exact_or_refused() {
        assert_eq!(decimal("11.77", 18, 4), Some(117_700));
        assert_eq!(decimal("-0.5", 18, 4), Some(-5_000));
        assert_eq!(decimal("+.25", 18, 4), Some(2_500));
        assert_eq!(decimal("7.", 18, 4), Some(70_000));
        assert_eq!(decimal("1.23450000", 18, 4), Some(12_345));
        assert_eq!(decimal("1.23456", 18, 4), None);
        assert_eq!(decimal("99999999999999.9999", 18, 4), Some(999_999_999_999_999_999));
        assert_eq!(decimal("100000000000000", 18, 4), None);
        assert_eq!(decimal("000000000000000000000000000000000000000000001", 18, 4), Some(10_000));
        assert_eq!(decimal(&"9".repeat(38), 38, 0), Some(10_i128.pow(38) - 1));
        assert_eq!(decimal(&"9".repeat(39), 38, 0), None);
        for text in ["", ".", "-", "1.2.3", "1,2", "1e3", "1.234,50", "NaN"] {
            assert_eq!(decimal(text, 18, 4), None, "{text}");
        }
    }

    #[test]
    fn infinite_doubles_are_so_by_name_only() {
        assert_eq!(double("1e308"), Some(1e308));
        assert_eq!(double("1e400"), None);
        assert_eq!(double("-Infinity"), Some(f64::NEG_INFINITY));
        assert!(double("NaN").is_some_and(f64::is_nan));
        assert_eq!(double("1,5"), None);
        assert_eq!(single("1e39"), None);
    }

    #[test]
    fn dates_exist_or_are_refused() {
        assert_eq!(iso_date("1970-01-01"), Some(0));
        assert_eq!(iso_date("2024-02-29"), Some(19_782));
        assert_eq!(compact_date("19970101"), iso_date("1997-01-01"));
        assert_eq!(date("31/12/1999", "%d/%m/%Y"), iso_date("1999-12-31"));
        for text in ["2024-02-30", "0000-00-00", "2024-2-3", "24-02-03", "2024/02/03", "+024-02-03"] {
            assert_eq!(iso_date(text), None, "{text}");
        }
        assert_eq!(date("12/31/1999", "%d/%m/%Y"), None);
    }

    #[test]
    fn moments_know_their_zone() {
        let micros = |text| moment(text).map(|moment| (moment.microseconds, moment.zoned));
        assert_eq!(micros("1970-01-01 00:00:01"), Some((1_000_000, false)));
        assert_eq!(micros("1970-01-01T00:00:00.5"), Some((500_000, false)));
        assert_eq!(micros("1970-01-01T00:00:00.123456789Z"), Some((123_456, true)));
        assert_eq!(micros("1970-01-01 02:00:00+02:00"), Some((0, true)));
        assert_eq!(micros("1970-01-01 00:00:00 UTC"), Some((0, true)));
        assert_eq!(micros("1969-12-31 19:00-05"), Some((0, true)));
        assert_eq!(micros("1970-01-02"), Some((86_400_000_000, false)));
        for text in [
            "2024-01-01 24:00:00",
            "2024-01-01 00:00:60",
            "2024-01-01T00:00:00+25:00",
            "2024-01-01 1:00",
            "2024-01-01 00:00:00 CET",
        ] {
            assert_eq!(micros(text), None, "{text}");
        }
    }

    #[test]
    fn declared_patterns_are_followed() {
        let micros = |text, pattern| patterned_moment(text, pattern).map(|moment| (moment.microseconds, moment.zoned));
        assert_eq!(micros("01.01.1970 00:01", "%d.%m.%Y %H:%M"), Some((60_000_000, false)));
        assert_eq!(micros("01.01.1970 00:01 +0001", "%d.%m.%Y %H:%M %z"), Some((0, true)));
        assert_eq!(micros("13/01/1970", "%m/%d/%Y"), None);
    }

    #[test]
    fn bytes_are_hexadecimal() {
        assert_eq!(bytes("\\x00fF"), Some(vec![0, 255]));
        assert_eq!(bytes("\\x0"), None);
        assert_eq!(bytes("00"), None);
    }

    #[test]
    fn booleans_are_words() {
        assert_eq!(boolean("TRUE"), Some(true));
        assert_eq!(boolean("n"), Some(false));
        assert_eq!(boolean("2"), None);
    }
}
