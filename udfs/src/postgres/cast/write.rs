//! Values as PostgreSQL writes them.

use std::fmt::Write as _;
use std::sync::Arc;

use bellwether_kernels::numeric::float_text;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringBuilder};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, DurationMicrosecondType, Float32Type, Float64Type, IntervalMonthDayNano,
    IntervalMonthDayNanoType, IntervalUnit, Time64MicrosecondType, TimeUnit, TimestampMicrosecondType,
};
use datafusion::error::Result;

use super::{arrow, list};
use crate::interval::micros;
use crate::postgres::calendar::{DAY, Date, SECOND};
use crate::postgres::zone::{Zone, is_infinite};

/// The texts of values of any type.
pub(super) fn texts(values: &ArrayRef, zone: Zone) -> Result<ArrayRef> {
    match values.data_type() {
        DataType::Duration(unit) if *unit != TimeUnit::Microsecond => {
            return texts(&arrow(values, &DataType::Duration(TimeUnit::Microsecond))?, zone);
        }
        DataType::Interval(unit) if *unit != IntervalUnit::MonthDayNano => {
            return texts(&arrow(values, &DataType::Interval(IntervalUnit::MonthDayNano))?, zone);
        }
        DataType::List(_) => return list::texts(values, zone),
        _ => {}
    }
    let Some(write) = writer(values.as_ref(), zone) else { return arrow(values, &DataType::Utf8) };
    let mut texts = StringBuilder::with_capacity(values.len(), values.len() * 8);
    let mut text = String::new();
    for row in 0..values.len() {
        if values.is_null(row) {
            texts.append_null();
            continue;
        }
        text.clear();
        write(row, &mut text);
        texts.append_value(&text);
    }
    Ok(Arc::new(texts.finish()))
}

/// Appends the text of a row.
type Writer<'a> = Box<dyn Fn(usize, &mut String) + 'a>;

/// How values are written whose text is not Arrow's.
fn writer(values: &dyn Array, zone: Zone) -> Option<Writer<'_>> {
    Some(match values.data_type() {
        DataType::Boolean => {
            let values: &BooleanArray = values.as_boolean();
            Box::new(move |row, text| text.push_str(if values.value(row) { "true" } else { "false" }))
        }
        DataType::Float32 => {
            let values = values.as_primitive::<Float32Type>();
            Box::new(move |row, text| text.push_str(&float_text::float4_text(values.value(row))))
        }
        DataType::Float64 => {
            let values = values.as_primitive::<Float64Type>();
            Box::new(move |row, text| text.push_str(&float_text::float8_text(values.value(row))))
        }
        DataType::Binary => {
            let values = values.as_binary::<i32>();
            Box::new(move |row, text| {
                text.push_str("\\x");
                values.value(row).iter().for_each(|byte| push(text, format_args!("{byte:02x}")));
            })
        }
        DataType::Date32 => {
            let values = values.as_primitive::<Date32Type>();
            Box::new(move |row, text| {
                let date = Date::of(i64::from(values.value(row)));
                push_date(date, text);
                push_era(date, text);
            })
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            let values = values.as_primitive::<Time64MicrosecondType>();
            Box::new(move |row, text| push_time(values.value(row), text))
        }
        DataType::Timestamp(TimeUnit::Microsecond, name) => {
            let values = values.as_primitive::<TimestampMicrosecondType>();
            let zone = name.is_some().then_some(zone);
            Box::new(move |row, text| push_timestamp(values.value(row), zone, text))
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let values = values.as_primitive::<IntervalMonthDayNanoType>();
            Box::new(move |row, text| push_interval(values.value(row), text))
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            let values = values.as_primitive::<DurationMicrosecondType>();
            Box::new(move |row, text| {
                let nanos = values.value(row).saturating_mul(1000);
                push_interval(IntervalMonthDayNano::new(0, 0, nanos), text);
            })
        }
        _ => return None,
    })
}

/// Writing to a text cannot fail.
fn push(text: &mut String, arguments: std::fmt::Arguments) {
    let _ = text.write_fmt(arguments);
}

fn push_date(date: Date, text: &mut String) {
    // There is no year 0: the year before 1 is 1 BC.
    let year = if date.year > 0 { date.year } else { 1 - date.year };
    push(text, format_args!("{year:04}-{:02}-{:02}", date.month, date.day));
}

fn push_era(date: Date, text: &mut String) {
    if date.year <= 0 {
        text.push_str(" BC");
    }
}

/// The time of microseconds, whose sign the caller has written; hours may exceed a day's.
fn push_time(micros: i64, text: &mut String) {
    let micros = micros.unsigned_abs();
    let seconds = micros / SECOND as u64;
    push(text, format_args!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    let fraction = micros % SECOND as u64;
    if fraction > 0 {
        let digits = format!("{fraction:06}");
        text.push('.');
        text.push_str(digits.trim_end_matches('0'));
    }
}

fn push_timestamp(micros: i64, zone: Option<Zone>, text: &mut String) {
    if is_infinite(micros) {
        text.push_str(if micros > 0 { "infinity" } else { "-infinity" });
        return;
    }
    let local = zone.map_or(micros, |zone| zone.local(micros));
    let date = Date::of(local.div_euclid(DAY));
    push_date(date, text);
    text.push(' ');
    push_time(local.rem_euclid(DAY), text);
    if let Some(zone) = zone {
        let offset = zone.offset_at(micros);
        text.push(if offset < 0 { '-' } else { '+' });
        let offset = offset.unsigned_abs();
        push(text, format_args!("{:02}", offset / 3600));
        if offset % 3600 != 0 {
            push(text, format_args!(":{:02}", offset / 60 % 60));
        }
        if offset % 60 != 0 {
            push(text, format_args!(":{:02}", offset % 60));
        }
    }
    push_era(date, text);
}

/// The style `postgres`: `1 year 2 mons -3 days +04:05:06.7`. A part after a negative one shows its sign even when
/// that is plus.
fn push_interval(interval: IntervalMonthDayNano, text: &mut String) {
    let start = text.len();
    let mut after_negative = false;
    let parts = [(interval.months / 12, "year"), (interval.months % 12, "mon"), (interval.days, "day")];
    for (value, unit) in parts {
        if value == 0 {
            continue;
        }
        if text.len() > start {
            text.push(' ');
        }
        if after_negative && value > 0 {
            text.push('+');
        }
        push(text, format_args!("{value} {unit}{}", if value == 1 { "" } else { "s" }));
        after_negative = value < 0;
    }
    let time = micros(interval);
    if text.len() > start {
        if time == 0 {
            return;
        }
        text.push(' ');
    }
    if time < 0 {
        text.push('-');
    } else if after_negative {
        text.push('+');
    }
    push_time(time, text);
}
