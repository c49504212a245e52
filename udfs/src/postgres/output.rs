//! Values as text, as PostgreSQL writes them.

use std::fmt::Write as _;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, IntervalMonthDayNano,
    IntervalMonthDayNanoType, Time64MicrosecondType, TimestampMicrosecondType,
};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::Result;

use super::calendar::{Date, HOUR, MINUTE, Moment, SECOND};
use super::call::integer;
use super::interval::Interval;
use super::zone::{Zone, is_infinite};

/// Appends the text of a value that is no NULL.
pub(super) fn write(values: &ArrayRef, row: usize, zone: Zone, out: &mut String) -> Result<()> {
    match values.data_type() {
        DataType::Utf8 => out.push_str(values.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => out.push_str(values.as_string::<i64>().value(row)),
        DataType::Utf8View => out.push_str(values.as_string_view().value(row)),
        DataType::Boolean => out.push(if values.as_boolean().value(row) { 't' } else { 'f' }),
        DataType::Float64 => double(values.as_primitive::<Float64Type>().value(row), out),
        DataType::Float32 => float(values.as_primitive::<Float32Type>().value(row), out),
        DataType::Decimal128(_, _) => out.push_str(&values.as_primitive::<Decimal128Type>().value_as_string(row)),
        DataType::Decimal256(_, _) => out.push_str(&values.as_primitive::<Decimal256Type>().value_as_string(row)),
        DataType::Date32 => date(values.as_primitive::<Date32Type>().value(row), out),
        DataType::Time64(_) if values.as_primitive_opt::<Time64MicrosecondType>().is_some() => {
            time(values.as_primitive::<Time64MicrosecondType>().value(row), out);
        }
        DataType::Timestamp(_, own) if values.as_primitive_opt::<TimestampMicrosecondType>().is_some() => {
            let value = values.as_primitive::<TimestampMicrosecondType>().value(row);
            timestamp(value, own.as_ref().map(|_| zone), ' ', out);
        }
        DataType::Interval(_) if values.as_primitive_opt::<IntervalMonthDayNanoType>().is_some() => {
            interval(Interval::of(values.as_primitive::<IntervalMonthDayNanoType>().value(row)), out);
        }
        DataType::Binary => bytes(values.as_binary::<i32>().value(row), out),
        DataType::List(_) => list(&values.as_list::<i32>().value(row), zone, out)?,
        _ => match integer(values.as_ref(), row) {
            // Writing to a text cannot fail.
            Some(number) => _ = write!(out, "{number}"),
            None => out.push_str(&array_value_to_string(values, row)?),
        },
    }
    Ok(())
}

/// The text of a value that is no NULL.
pub(super) fn text(values: &ArrayRef, row: usize, zone: Zone) -> Result<String> {
    let mut out = String::new();
    write(values, row, zone, &mut out)?;
    Ok(out)
}

/// A double in the fewest digits that give it back.
pub(super) fn double(value: f64, out: &mut String) {
    if value.is_finite() {
        shortest(&format!("{value:e}"), 15, out);
    } else {
        not_finite(value, out);
    }
}

fn float(value: f32, out: &mut String) {
    if value.is_finite() {
        shortest(&format!("{value:e}"), 6, out);
    } else {
        not_finite(value.into(), out);
    }
}

fn not_finite(value: f64, out: &mut String) {
    out.push_str(match value {
        _ if value.is_nan() => "NaN",
        _ if value > 0.0 => "Infinity",
        _ => "-Infinity",
    });
}

/// Digits and exponent as a plain number, or with the exponent where it is below −4 or beyond `most`.
fn shortest(scientific: &str, most: i32, out: &mut String) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    out.push_str(sign);
    if exponent < -4 || exponent >= most {
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "{mantissa}e{sign}{:02}", exponent.abs());
        return;
    }
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let whole = usize::try_from(exponent + 1).unwrap_or(0);
    if exponent < 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', exponent.unsigned_abs() as usize - 1));
        out.push_str(&digits);
    } else if digits.len() <= whole {
        out.push_str(&digits);
        out.extend(std::iter::repeat_n('0', whole - digits.len()));
    } else {
        let _ = write!(out, "{}.{}", &digits[..whole], &digits[whole..]);
    }
}

/// A date as `2024-03-05`, before Christ with ` BC`.
pub(super) fn date(days: i32, out: &mut String) {
    match days {
        i32::MAX => out.push_str("infinity"),
        i32::MIN => out.push_str("-infinity"),
        _ => {
            let date = Date::of(days.into());
            ymd(date, out);
            era(date, out);
        }
    }
}

fn ymd(date: Date, out: &mut String) {
    let year = if date.year > 0 { date.year } else { 1 - date.year };
    let _ = write!(out, "{year:04}-{:02}-{:02}", date.month, date.day);
}

fn era(date: Date, out: &mut String) {
    if date.year <= 0 {
        out.push_str(" BC");
    }
}

fn time(micros: i64, out: &mut String) {
    let _ = write!(out, "{:02}:{:02}:{:02}", micros / HOUR, micros % HOUR / MINUTE, micros % MINUTE / SECOND);
    fraction(micros % SECOND, out);
}

/// Microseconds without their trailing zeros.
fn fraction(micros: i64, out: &mut String) {
    if micros != 0 {
        let digits = format!("{micros:06}");
        let _ = write!(out, ".{}", digits.trim_end_matches('0'));
    }
}

/// A timestamp with `between` date and time; an instant is shown in its zone, with `T` as between in ISO 8601.
pub(super) fn timestamp(value: i64, zone: Option<Zone>, between: char, out: &mut String) {
    if is_infinite(value) {
        out.push_str(if value > 0 { "infinity" } else { "-infinity" });
        return;
    }
    let Moment { date, time: micros } = Moment::of(zone.map_or(value, |zone| zone.local(value)));
    ymd(date, out);
    out.push(between);
    time(micros, out);
    if let Some(zone) = zone {
        let offset = zone.offset_at(value);
        let (sign, distance) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
        let _ = write!(out, "{sign}{:02}", distance / 3600);
        if distance % 3600 != 0 || between == 'T' {
            let _ = write!(out, ":{:02}", distance % 3600 / 60);
        }
        if distance % 60 != 0 {
            let _ = write!(out, ":{:02}", distance % 60);
        }
    }
    era(date, out);
}

/// The text of an interval.
pub(crate) fn interval_text(value: IntervalMonthDayNano) -> String {
    let mut out = String::new();
    interval(Interval::of(value), &mut out);
    out
}

/// An interval as `1 year 2 mons 3 days 04:05:06.789`.
pub(super) fn interval(interval: Interval, out: &mut String) {
    let Interval { months, days, time: micros } = interval;
    let start = out.len();
    let mut is_negative = false;
    for (number, one, many) in [(months / 12, "year", "years"), (months % 12, "mon", "mons"), (days, "day", "days")] {
        if number == 0 {
            continue;
        }
        let space = if out.len() > start { " " } else { "" };
        // A positive part after a negative one shows its sign.
        let sign = if is_negative && number > 0 { "+" } else { "" };
        let _ = write!(out, "{space}{sign}{number} {}", if number == 1 { one } else { many });
        is_negative = number < 0;
    }
    if micros != 0 || out.len() == start {
        let space = if out.len() > start { " " } else { "" };
        let sign = match micros {
            ..0 => "-",
            _ if is_negative => "+",
            _ => "",
        };
        let _ = write!(out, "{space}{sign}");
        time(micros.saturating_abs(), out);
    }
}

fn bytes(bytes: &[u8], out: &mut String) {
    out.push_str("\\x");
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
}

/// An array as `{1,NULL,"a b"}`.
fn list(items: &ArrayRef, zone: Zone, out: &mut String) -> Result<()> {
    out.push('{');
    for row in 0..items.len() {
        if row > 0 {
            out.push(',');
        }
        if items.is_null(row) {
            out.push_str("NULL");
            continue;
        }
        if matches!(items.data_type(), DataType::List(_)) {
            write(items, row, zone, out)?;
            continue;
        }
        let item = text(items, row, zone)?;
        let is_plain = !item.is_empty()
            && !item.eq_ignore_ascii_case("null")
            && !item.contains(|char: char| "{}\",\\".contains(char) || char.is_whitespace());
        if is_plain {
            out.push_str(&item);
            continue;
        }
        out.push('"');
        for char in item.chars() {
            if matches!(char, '"' | '\\') {
                out.push('\\');
            }
            out.push(char);
        }
        out.push('"');
    }
    out.push('}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(write: impl Fn(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn doubles_are_written_as_postgresql_does() {
        for (value, text) in [
            (1e15, "1e+15"),
            (1e14, "100000000000000"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-1234.5, "-1234.5"),
            (0.1, "0.1"),
            (-0.0, "-0"),
            (1e300, "1e+300"),
        ] {
            assert_eq!(of(|out| double(value, out)), text);
        }
        assert_eq!(of(|out| float(1_234_567.0, out)), "1.234567e+06");
    }

    #[test]
    fn intervals_are_written_as_postgresql_does() {
        let text = |months, days, time| of(|out| interval(Interval { months, days, time }, out));
        assert_eq!(text(14, 3, 14_706_789_000), "1 year 2 mons 3 days 04:05:06.789");
        assert_eq!(text(-1, 1, -1_000_000), "-1 mons +1 day -00:00:01");
        assert_eq!(text(0, 0, 0), "00:00:00");
        assert!(!text(0, 0, i64::MIN).is_empty());
    }

    #[test]
    fn timestamps_are_written_with_their_offset() {
        assert_eq!(of(|out| timestamp(0, Some(Zone::Fixed(19_800)), ' ', out)), "1970-01-01 05:30:00+05:30");
        assert_eq!(of(|out| timestamp(1, None, 'T', out)), "1970-01-01T00:00:00.000001");
        assert_eq!(of(|out| timestamp(-62_167_219_200_000_000, None, ' ', out)), "0001-01-01 00:00:00 BC");
    }
}
