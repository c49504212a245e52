//! Arrow values in PostgreSQL's text form.
//!
//! Two of the three doors hand out Arrow batches, one hands out text. The specifications are
//! written once, in the text PostgreSQL would print, so the values of the other two are written
//! here in the same form: booleans `t` and `f`, shortest floats, decimals with their scale,
//! timestamps with a space and without trailing zeros, lists in braces, NULL as `NULL` and the
//! empty text as `(empty)`.

use arrow::array::timezone::Tz;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, DurationMicrosecondType, Float32Type, Float64Type, IntervalDayTimeType, IntervalMonthDayNanoType,
    IntervalUnit, IntervalYearMonthType, TimeUnit, TimestampMicrosecondType,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// Every row of a batch, each value as PostgreSQL prints it.
pub fn rows(batch: &RecordBatch) -> Vec<Vec<String>> {
    (0..batch.num_rows())
        .map(|row| batch.columns().iter().map(|column| or_marker(value(column, row))).collect())
        .collect()
}

/// What the specifications write for a value: `NULL`, `(empty)`, or the text.
pub fn or_marker(value: Option<String>) -> String {
    match value {
        None => "NULL".into(),
        Some(text) if text.is_empty() => "(empty)".into(),
        Some(text) => text,
    }
}

/// One value as PostgreSQL prints it, `None` for NULL.
pub fn value(array: &ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) || array.data_type() == &DataType::Null {
        return None;
    }
    let text = match array.data_type() {
        DataType::Boolean => if array.as_boolean().value(row) { "t" } else { "f" }.into(),
        DataType::Float32 => float32(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => float64(array.as_primitive::<Float64Type>().value(row)),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            let bytes = cast(array, &DataType::Binary).expect("binary types cast to binary");
            let hex: String = bytes.as_binary::<i32>().value(row).iter().map(|byte| format!("{byte:02x}")).collect();
            format!("\\x{hex}")
        }
        DataType::Timestamp(_, zone) => timestamp(array, row, zone.as_deref()),
        DataType::Time32(_) | DataType::Time64(_) => trim_fraction(&plain(array, row)),
        DataType::Interval(unit) => interval(array, row, *unit),
        DataType::Duration(_) => duration(array, row),
        DataType::Dictionary(_, values) => {
            let flat = cast(array, values).expect("a dictionary casts to its values");
            return value(&flat, row);
        }
        DataType::List(_) => list(&array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(_, _) => list(&array.as_fixed_size_list().value(row)),
        _ => plain(array, row),
    };
    Some(text)
}

fn plain(array: &ArrayRef, row: usize) -> String {
    let options = FormatOptions::default().with_null("NULL");
    let formatter = ArrayFormatter::try_new(array, &options).expect("every type of the engine can be displayed");
    formatter.value(row).to_string()
}

fn timestamp(array: &ArrayRef, row: usize, zone: Option<&str>) -> String {
    let micros = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, zone.map(Into::into)))
        .expect("timestamps cast to microseconds");
    let micros = micros.as_primitive::<TimestampMicrosecondType>();
    match zone {
        None => {
            let at = micros.value_as_datetime(row).expect("a timestamp within the calendar");
            trim_fraction(&at.format("%Y-%m-%d %H:%M:%S%.6f").to_string())
        }
        Some(zone) => {
            let zone: Tz = zone.parse().expect("a time zone of the schema");
            let at = micros.value_as_datetime_with_tz(row, zone).expect("a timestamp within the calendar");
            let offset = at.format("%:z").to_string();
            let offset = offset.strip_suffix(":00").unwrap_or(&offset);
            format!("{}{offset}", trim_fraction(&at.format("%Y-%m-%d %H:%M:%S%.6f").to_string()))
        }
    }
}

fn trim_fraction(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text.into() }
}

fn interval(array: &ArrayRef, row: usize, unit: IntervalUnit) -> String {
    match unit {
        IntervalUnit::YearMonth => interval_text(array.as_primitive::<IntervalYearMonthType>().value(row), 0, 0),
        IntervalUnit::DayTime => {
            let value = array.as_primitive::<IntervalDayTimeType>().value(row);
            interval_text(0, value.days, i64::from(value.milliseconds) * 1_000)
        }
        IntervalUnit::MonthDayNano => {
            let value = array.as_primitive::<IntervalMonthDayNanoType>().value(row);
            interval_text(value.months, value.days, value.nanoseconds / 1_000)
        }
    }
}

fn duration(array: &ArrayRef, row: usize) -> String {
    let micros = cast(array, &DataType::Duration(TimeUnit::Microsecond)).expect("durations cast to microseconds");
    interval_text(0, 0, micros.as_primitive::<DurationMicrosecondType>().value(row))
}

/// PostgreSQL's `IntervalStyle = postgres`: `1 year 2 mons 3 days 04:05:06.7`.
fn interval_text(months: i32, days: i32, micros: i64) -> String {
    let mut parts = Vec::new();
    for (count, one, many) in [(months / 12, "year", "years"), (months % 12, "mon", "mons"), (days, "day", "days")] {
        if count != 0 {
            parts.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    }
    if micros != 0 || parts.is_empty() {
        let sign = if micros < 0 { "-" } else { "" };
        let micros = micros.unsigned_abs();
        let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
        let clock = format!("{sign}{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
        parts.push(if fraction == 0 { clock } else { trim_fraction(&format!("{clock}.{fraction:06}")) });
    }
    parts.join(" ")
}

fn list(items: &ArrayRef) -> String {
    let items: Vec<String> = (0..items.len())
        .map(|row| match value(items, row) {
            None => "NULL".into(),
            // An inner list is written as it is; only scalars are quoted.
            Some(text) if matches!(items.data_type(), DataType::List(_) | DataType::LargeList(_)) => text,
            Some(text) => quoted_item(&text),
        })
        .collect();
    format!("{{{}}}", items.join(","))
}

fn quoted_item(text: &str) -> String {
    let special = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',' | '"' | '\\');
    if text.is_empty() || text.eq_ignore_ascii_case("null") || text.contains(special) {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        text.into()
    }
}

fn float64(value: f64) -> String {
    // PostgreSQL changes to the exponent form where 15 digits end.
    float(value.is_nan(), value.is_infinite().then_some(value > 0.0), format!("{value:e}"), 15)
}

fn float32(value: f32) -> String {
    float(value.is_nan(), value.is_infinite().then_some(value > 0.0), format!("{value:e}"), 6)
}

/// Lays shortest round-trip digits out as PostgreSQL does: plainly from 1e-4 up to `10^plain_below`.
fn float(nan: bool, infinite: Option<bool>, scientific: String, plain_below: i32) -> String {
    match infinite {
        _ if nan => return "NaN".into(),
        Some(positive) => return if positive { "Infinity" } else { "-Infinity" }.into(),
        None => {}
    }
    let (mantissa, exponent) = scientific.split_once('e').expect("{:e} writes an exponent");
    let exponent: i32 = exponent.parse().expect("{:e} writes a decimal exponent");
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    if !(-4..plain_below).contains(&exponent) {
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}e{direction}{:02}", exponent.unsigned_abs());
    }
    let count = i32::try_from(digits.len()).expect("a float has few digits");
    if exponent < 0 {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).expect("a small exponent"));
        format!("{sign}0.{zeros}{digits}")
    } else if exponent + 1 >= count {
        let zeros = "0".repeat(usize::try_from(exponent + 1 - count).expect("a small exponent"));
        format!("{sign}{digits}{zeros}")
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(exponent + 1).expect("a small exponent"));
        format!("{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float32Array, Float64Array, StringArray, TimestampMicrosecondArray};

    use super::*;

    fn texts(array: ArrayRef) -> Vec<String> {
        (0..array.len()).map(|row| or_marker(value(&array, row))).collect()
    }

    #[test]
    fn floats_are_written_as_postgresql_writes_them() {
        let doubles =
            Float64Array::from(vec![0.0, -0.5, 100.0, 1e-4, 1e-5, 1e14, 1e15, 1.5e300, f64::NAN, f64::NEG_INFINITY]);
        assert_eq!(
            texts(Arc::new(doubles)),
            ["0", "-0.5", "100", "0.0001", "1e-05", "100000000000000", "1e+15", "1.5e+300", "NaN", "-Infinity"]
        );
        assert_eq!(texts(Arc::new(Float32Array::from(vec![0.1, 123456.0, 1e6]))), ["0.1", "123456", "1e+06"]);
    }

    #[test]
    fn timestamps_lose_trailing_zeros_and_keep_their_offset() {
        let plain = TimestampMicrosecondArray::from(vec![Some(0), Some(1_500_000), None]);
        assert_eq!(texts(Arc::new(plain)), ["1970-01-01 00:00:00", "1970-01-01 00:00:01.5", "NULL"]);
        let zoned = TimestampMicrosecondArray::from(vec![0]).with_timezone("Asia/Kolkata");
        assert_eq!(texts(Arc::new(zoned)), ["1970-01-01 05:30:00+05:30"]);
    }

    #[test]
    fn an_empty_text_and_a_null_are_told_apart() {
        assert_eq!(texts(Arc::new(StringArray::from(vec![Some(""), None]))), ["(empty)", "NULL"]);
    }

    #[test]
    fn intervals_name_their_parts() {
        assert_eq!(interval_text(14, 3, 3_723_500_000), "1 year 2 mons 3 days 01:02:03.5");
        assert_eq!(interval_text(0, 0, 0), "00:00:00");
    }

    #[test]
    fn list_items_are_quoted_only_where_they_must_be() {
        assert_eq!(quoted_item("plain"), "plain");
        assert_eq!(quoted_item("two words"), "\"two words\"");
        assert_eq!(quoted_item("null"), "\"null\"");
    }
}
