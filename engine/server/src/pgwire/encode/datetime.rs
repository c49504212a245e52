//! Dates and times: Arrow's counts since 1970 as PostgreSQL's since 2000, and as ISO text.
//!
//! PostgreSQL counts microseconds; nanoseconds below are cut off downwards, so that a value keeps
//! its order. Years before 1 are marked `BC`, years beyond 9999 have as many digits as they need.

use arrow::datatypes::TimeUnit;
use bellwether::Result;

use super::out_of_range;
use crate::pgwire::calendar::{DAY_MICROS, POSTGRES_EPOCH_DAYS, POSTGRES_EPOCH_MICROS, SECOND_MICROS, date_of};
use crate::pgwire::zone::Zone;

/// A count of `unit` in microseconds, if they fit.
pub(super) fn micros(count: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Second => count.checked_mul(SECOND_MICROS),
        TimeUnit::Millisecond => count.checked_mul(1000),
        TimeUnit::Microsecond => Some(count),
        TimeUnit::Nanosecond => Some(count.div_euclid(1000)),
    }
}

/// Days since 2000-01-01.
pub(super) fn date_binary(days: i64, out: &mut Vec<u8>) -> Result<()> {
    let days = i32::try_from(days - POSTGRES_EPOCH_DAYS).map_err(|_| out_of_range("date"))?;
    out.extend_from_slice(&days.to_be_bytes());
    Ok(())
}

/// `2024-02-29`, `0044-03-15 BC`.
pub(super) fn date_text(days: i64, out: &mut Vec<u8>) {
    let (year, month, day) = date_of(days);
    write_date(year, month, day, out);
    write_era(year, out);
}

/// Microseconds since midnight.
pub(super) fn time_binary(count: i64, unit: TimeUnit, out: &mut Vec<u8>) -> Result<()> {
    let micros = micros(count, unit).ok_or_else(|| out_of_range("time"))?;
    out.extend_from_slice(&micros.to_be_bytes());
    Ok(())
}

/// `13:05:00`, `13:05:00.25`.
pub(super) fn time_text(count: i64, unit: TimeUnit, out: &mut Vec<u8>) -> Result<()> {
    let micros = micros(count, unit).filter(|micros| (0..=DAY_MICROS).contains(micros));
    write_time(micros.ok_or_else(|| out_of_range("time"))?, out);
    Ok(())
}

/// Microseconds since 2000-01-01; the largest and smallest counts are PostgreSQL's infinities.
pub(super) fn timestamp_binary(count: i64, unit: TimeUnit, out: &mut Vec<u8>) -> Result<()> {
    let micros = match micros(count, unit) {
        Some(infinity @ (i64::MIN | i64::MAX)) => Some(infinity),
        Some(micros) => micros.checked_sub(POSTGRES_EPOCH_MICROS),
        None => None,
    };
    out.extend_from_slice(&micros.ok_or_else(|| out_of_range("timestamp"))?.to_be_bytes());
    Ok(())
}

/// `2024-02-29 13:05:00.25`; with a zone the local time and its offset, `2024-02-29 14:05:00.25+01`.
pub(super) fn timestamp_text(count: i64, unit: TimeUnit, zone: Option<Zone>, out: &mut Vec<u8>) -> Result<()> {
    let micros = match micros(count, unit).ok_or_else(|| out_of_range("timestamp"))? {
        i64::MAX => {
            out.extend_from_slice(b"infinity");
            return Ok(());
        }
        i64::MIN => {
            out.extend_from_slice(b"-infinity");
            return Ok(());
        }
        micros => micros,
    };
    let offset = zone.map(|zone| zone.offset_at(micros.div_euclid(SECOND_MICROS)));
    let local = micros.checked_add(offset.unwrap_or(0) * SECOND_MICROS).ok_or_else(|| out_of_range("timestamp"))?;
    let (year, month, day) = date_of(local.div_euclid(DAY_MICROS));
    write_date(year, month, day, out);
    out.push(b' ');
    write_time(local.rem_euclid(DAY_MICROS), out);
    if let Some(offset) = offset {
        write_offset(offset, out);
    }
    write_era(year, out);
    Ok(())
}

fn write_date(year: i64, month: u32, day: u32, out: &mut Vec<u8>) {
    // There is no year 0: the year before 1 is 1 BC.
    let year = if year > 0 { year } else { 1 - year };
    if year < 10_000 {
        two_digits((year / 100) as u64, out);
        two_digits((year % 100) as u64, out);
    } else {
        out.extend_from_slice(itoa::Buffer::new().format(year).as_bytes());
    }
    out.push(b'-');
    two_digits(u64::from(month), out);
    out.push(b'-');
    two_digits(u64::from(day), out);
}

fn write_era(year: i64, out: &mut Vec<u8>) {
    if year <= 0 {
        out.extend_from_slice(b" BC");
    }
}

/// The time of day of microseconds that are not negative; hours may exceed a day's.
pub(super) fn write_time(micros: i64, out: &mut Vec<u8>) {
    let micros = micros.unsigned_abs();
    let seconds = micros / 1_000_000;
    let hours = seconds / 3600;
    if hours < 100 {
        two_digits(hours, out);
    } else {
        out.extend_from_slice(itoa::Buffer::new().format(hours).as_bytes());
    }
    out.push(b':');
    two_digits(seconds / 60 % 60, out);
    out.push(b':');
    two_digits(seconds % 60, out);
    let mut fraction = micros % 1_000_000;
    if fraction > 0 {
        out.push(b'.');
        let mut place = 100_000;
        while fraction > 0 {
            out.push(b'0' + (fraction / place) as u8);
            fraction %= place;
            place /= 10;
        }
    }
}

/// `+00`, `-03:30`; some zones of the past had seconds.
fn write_offset(seconds: i64, out: &mut Vec<u8>) {
    out.push(if seconds < 0 { b'-' } else { b'+' });
    let seconds = seconds.unsigned_abs();
    two_digits(seconds / 3600, out);
    if seconds % 3600 != 0 {
        out.push(b':');
        two_digits(seconds / 60 % 60, out);
    }
    if seconds % 60 != 0 {
        out.push(b':');
        two_digits(seconds % 60, out);
    }
}

fn two_digits(value: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8]);
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        Date32Array, Date64Array, Time64NanosecondArray, TimestampMicrosecondArray, TimestampNanosecondArray,
        TimestampSecondArray,
    };

    use super::super::tests::{binary, encoded, text};
    use super::*;
    use crate::pgwire::frontend::Format;

    #[test]
    fn dates_reach_from_bc_to_beyond_9999() {
        assert_eq!(text(&Date32Array::from(vec![19_782])), "2024-02-29");
        assert_eq!(text(&Date32Array::from(vec![-719_163])), "0001-12-31 BC");
        assert_eq!(text(&Date32Array::from(vec![2_932_897])), "10000-01-01");
        assert_eq!(text(&Date64Array::from(vec![-1])), "1969-12-31");
        assert_eq!(binary(&Date32Array::from(vec![0])), (-10_957_i32).to_be_bytes());
        let mut out = Vec::new();
        assert!(date_binary(i64::from(i32::MIN), &mut out).is_err());
    }

    #[test]
    fn times_show_no_more_digits_than_they_have() {
        let nanos = (13 * 3600 + 5 * 60) * 1_000_000_000 + 250_000_999;
        assert_eq!(text(&Time64NanosecondArray::from(vec![nanos])), "13:05:00.25");
        assert_eq!(text(&Time64NanosecondArray::from(vec![0])), "00:00:00");
    }

    #[test]
    fn timestamps_have_no_offset_and_timestamptz_the_sessions() {
        let instant = 1_709_211_900_250_000;
        assert_eq!(text(&TimestampMicrosecondArray::from(vec![instant])), "2024-02-29 13:05:00.25");
        let zoned = TimestampMicrosecondArray::from(vec![instant]).with_timezone("America/New_York");
        assert_eq!(text(&zoned), "2024-02-29 13:05:00.25+00");
        let paris = encoded(&zoned, Format::Text, Zone::named("Europe/Paris"));
        assert_eq!(paris, b"2024-02-29 14:05:00.25+01");
        let india = encoded(&zoned, Format::Text, Zone::named("Asia/Kolkata"));
        assert_eq!(india, b"2024-02-29 18:35:00.25+05:30");
        let newfoundland = encoded(&zoned, Format::Text, Zone::named("America/St_Johns"));
        assert_eq!(newfoundland, b"2024-02-29 09:35:00.25-03:30");
    }

    #[test]
    fn binary_timestamps_count_microseconds_from_2000() {
        let second = TimestampSecondArray::from(vec![946_684_801]);
        assert_eq!(binary(&second), 1_000_000_i64.to_be_bytes());
        let nanosecond = TimestampNanosecondArray::from(vec![946_684_800_000_000_000 - 1]);
        assert_eq!(binary(&nanosecond), (-1_i64).to_be_bytes());
    }

    #[test]
    fn what_does_not_fit_is_an_error_and_no_panic() {
        let mut out = Vec::new();
        assert!(timestamp_binary(i64::MAX, TimeUnit::Second, &mut out).is_err());
        assert!(timestamp_binary(i64::MIN + 1, TimeUnit::Microsecond, &mut out).is_err());
        assert!(time_text(-1, TimeUnit::Microsecond, &mut out).is_err());
        timestamp_text(i64::MAX, TimeUnit::Microsecond, None, &mut out).unwrap();
        assert_eq!(out, b"infinity");
        out.clear();
        timestamp_text(i64::MIN + 1, TimeUnit::Microsecond, Some(Zone::Utc), &mut out).unwrap();
        assert!(out.ends_with(b" BC"));
    }
}
