//! A file's rows, minima, maxima and NULL counts, between Parquet's footer, Delta's JSON and DataFusion.
//!
//! Delta's per-file statistics (protocol, "Per-file Statistics") let a scan skip files, and answer
//! `count(*)`, `min` and `max` without reading any. Floats are left out: a NaN is larger than every
//! maximum a footer states. Text longer than [`EXACT_TEXT_BYTES`] may be cut and is marked inexact.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::kernels::aggregate::sum;
use datafusion::arrow::datatypes::{DataType, Schema, TimeUnit};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::file::metadata::ParquetMetaData;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{Error, Result};

/// Parquet cuts text statistics at 64 bytes, at a character boundary: anything shorter than this is whole.
const EXACT_TEXT_BYTES: usize = 60;

/// The years 1 to 9999, in days and in microseconds since 1970.
const YEARS_DAYS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;
const YEARS_MICROS: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// Columns with statistics in the log; wide tables keep the log small.
const COLUMNS_MAX: usize = 128;

/// The statistics of a file just written, as Delta keeps them.
pub(super) fn to_json(schema: &Schema, metadata: &ParquetMetaData) -> Result<String> {
    let mut minima = serde_json::Map::new();
    let mut maxima = serde_json::Map::new();
    let mut nulls = serde_json::Map::new();
    for field in schema.fields().iter().take(COLUMNS_MAX) {
        if !has_bounds(field.data_type()) {
            continue;
        }
        let converter = StatisticsConverter::try_new(field.name(), schema, metadata.file_metadata().schema_descr())
            .map_err(|source| {
                Error::internal(format!("no statistics for column `{}`", field.name())).with_source(source)
            })?;
        let groups = || metadata.row_groups().iter();
        let count = converter.row_group_null_counts(groups()).ok().and_then(|counts| all_known_sum(&counts));
        if let Some(count) = count {
            nulls.insert(field.name().clone(), count.into());
        }
        let bounds = converter.row_group_mins(groups()).ok().zip(converter.row_group_maxes(groups()).ok());
        if let Some((lows, highs)) = bounds {
            if let Some(low) = extreme(&lows, std::cmp::Ordering::Less).filter(has_end) {
                minima.insert(field.name().clone(), to_json_value(&low)?);
            }
            if let Some(high) = extreme(&highs, std::cmp::Ordering::Greater).filter(has_end) {
                maxima.insert(field.name().clone(), to_json_value(&high)?);
            }
        }
    }
    let statistics = serde_json::json!({
        "numRecords": metadata.file_metadata().num_rows(),
        "minValues": minima,
        "maxValues": maxima,
        "nullCount": nulls,
    });
    Ok(statistics.to_string())
}

/// Whether minima and maxima of a type are worth keeping and safe to prune by.
fn has_bounds(data_type: &DataType) -> bool {
    data_type.is_integer()
        || matches!(
            data_type,
            DataType::Utf8
                | DataType::Utf8View
                | DataType::Date32
                | DataType::Timestamp(TimeUnit::Microsecond, _)
                | DataType::Boolean
        )
        || matches!(data_type, DataType::Decimal128(precision, _) if *precision <= 38)
}

fn all_known_sum(counts: &datafusion::arrow::array::UInt64Array) -> Option<u64> {
    if counts.null_count() > 0 { None } else { Some(sum(counts).unwrap_or(0)) }
}

/// The smallest or largest of the row groups' values; `None` when no row group has one.
fn extreme(values: &ArrayRef, wanted: std::cmp::Ordering) -> Option<ScalarValue> {
    let mut best: Option<ScalarValue> = None;
    for index in 0..values.len() {
        if values.is_null(index) {
            continue;
        }
        let value = ScalarValue::try_from_array(values, index).ok()?;
        let better = match &best {
            None => true,
            Some(known) => value.partial_cmp(known) == Some(wanted),
        };
        if better {
            best = Some(value);
        }
    }
    best
}

/// Whether a value has a text form that other readers know: not a time without end, nor one outside of their calendars.
fn has_end(value: &ScalarValue) -> bool {
    match value {
        ScalarValue::TimestampMicrosecond(Some(micros), _) => YEARS_MICROS.contains(micros),
        ScalarValue::Date32(Some(days)) => YEARS_DAYS.contains(days),
        _ => true,
    }
}

fn to_json_value(value: &ScalarValue) -> Result<serde_json::Value> {
    let json = match value {
        ScalarValue::Boolean(Some(flag)) => (*flag).into(),
        ScalarValue::Int8(Some(number)) => (*number).into(),
        ScalarValue::Int16(Some(number)) => (*number).into(),
        ScalarValue::Int32(Some(number)) => (*number).into(),
        ScalarValue::Int64(Some(number)) => (*number).into(),
        ScalarValue::Decimal128(Some(_), _, _) => {
            let text = text_of(value)?;
            serde_json::from_str(&text)
                .map_err(|source| Error::internal(format!("`{text}` is not a number")).with_source(source))?
        }
        other => text_of(other)?.into(),
    };
    Ok(json)
}

fn text_of(value: &ScalarValue) -> Result<String> {
    let text = value
        .cast_to(&DataType::Utf8)
        .map_err(|source| Error::internal("a statistic has no text form").with_source(source))?;
    match text {
        ScalarValue::Utf8(Some(text)) => Ok(text),
        _ => Err(Error::internal("a statistic has no text form")),
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Stored<'a> {
    num_records: Option<usize>,
    #[serde(borrow)]
    min_values: HashMap<String, &'a RawValue>,
    #[serde(borrow)]
    max_values: HashMap<String, &'a RawValue>,
    #[serde(borrow)]
    null_count: HashMap<String, &'a RawValue>,
}

/// The statistics of a listed file for `schema`, whose first `file_columns` columns are stored in the file.
///
/// Writers other than `ours` cut timestamps to milliseconds, so theirs are inexact.
pub(super) fn from_json(
    json: Option<&str>,
    schema: &Schema,
    file_columns: usize,
    partitions: &HashMap<String, Option<String>>,
    ours: bool,
) -> Result<Statistics> {
    let stored: Stored<'_> = match json {
        None => Stored::default(),
        Some(json) => serde_json::from_str(json)
            .map_err(|source| Error::corrupt("a file's statistics are not JSON").with_source(source))?,
    };
    let rows = stored.num_records.map_or(Precision::Absent, Precision::Exact);
    let mut columns = Vec::with_capacity(schema.fields().len());
    for (index, field) in schema.fields().iter().enumerate() {
        if index >= file_columns {
            columns.push(of_partition(field.data_type(), rows, partitions.get(field.name())));
            continue;
        }
        let bound = |values: &HashMap<String, &RawValue>| match values.get(field.name()) {
            Some(raw) => parse_bound(raw.get(), field.data_type(), ours),
            None => Precision::Absent,
        };
        let null_count = stored.null_count.get(field.name()).and_then(|raw| raw.get().parse().ok());
        columns.push(ColumnStatistics {
            null_count: null_count.map_or(Precision::Absent, Precision::Exact),
            min_value: bound(&stored.min_values),
            max_value: bound(&stored.max_values),
            ..ColumnStatistics::new_unknown()
        });
    }
    Ok(Statistics { num_rows: rows, total_byte_size: Precision::Absent, column_statistics: columns })
}

/// Every row of a file has the same partition value.
fn of_partition(data_type: &DataType, rows: Precision<usize>, value: Option<&Option<String>>) -> ColumnStatistics {
    match value {
        Some(Some(text)) => {
            let value =
                ScalarValue::try_from_string(text.clone(), data_type).map_or(Precision::Absent, Precision::Exact);
            ColumnStatistics {
                null_count: Precision::Exact(0),
                min_value: value.clone(),
                max_value: value,
                ..ColumnStatistics::new_unknown()
            }
        }
        _ => ColumnStatistics { null_count: rows, ..ColumnStatistics::new_unknown() },
    }
}

/// A bound as stored; anything that does not parse is treated as unknown.
fn parse_bound(raw: &str, data_type: &DataType, ours: bool) -> Precision<ScalarValue> {
    if !has_bounds(data_type) {
        return Precision::Absent;
    }
    let text = match serde_json::from_str::<serde_json::Value>(raw) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(serde_json::Value::Null) | Err(_) => return Precision::Absent,
        Ok(_) => raw.to_owned(),
    };
    let whole = match data_type {
        DataType::Utf8 | DataType::Utf8View => text.len() < EXACT_TEXT_BYTES,
        DataType::Timestamp(..) => ours,
        _ => true,
    };
    match ScalarValue::try_from_string(text, data_type) {
        Ok(value) if value.is_null() => Precision::Absent,
        Ok(value) if whole => Precision::Exact(value),
        Ok(value) => Precision::Inexact(value),
        Err(_) => Precision::Absent,
    }
}

/// Statistics of several files together.
pub(crate) fn merged<'a>(files: impl Iterator<Item = &'a Arc<Statistics>>, schema: &Schema) -> Statistics {
    let mut files = files.peekable();
    if files.peek().is_none() {
        let columns = schema.fields().iter().map(|_| ColumnStatistics::new_unknown()).collect();
        return Statistics {
            num_rows: Precision::Exact(0),
            total_byte_size: Precision::Exact(0),
            column_statistics: columns,
        };
    }
    Statistics::try_merge_iter(files.map(AsRef::as_ref), schema).unwrap_or_else(|_| Statistics::new_unknown(schema))
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::datatypes::Field;

    fn read(json: &str, data_type: DataType) -> ColumnStatistics {
        let schema = Schema::new(vec![Field::new("x", data_type, true)]);
        from_json(Some(json), &schema, 1, &HashMap::new(), true).unwrap().column_statistics.remove(0)
    }

    #[test]
    fn a_decimal_bound_keeps_every_digit() {
        let column =
            read(r#"{"numRecords":1,"minValues":{"x":12345678901234567890.1234}}"#, DataType::Decimal128(38, 4));
        let expected = ScalarValue::Decimal128(Some(123_456_789_012_345_678_901_234), 38, 4);
        assert_eq!(column.min_value, Precision::Exact(expected));
    }

    #[test]
    fn times_without_end_are_no_bounds() {
        for (value, expected) in [
            (ScalarValue::TimestampMicrosecond(Some(i64::MAX), None), false),
            (ScalarValue::TimestampMicrosecond(Some(253_402_300_799_999_999), Some("UTC".into())), true),
            (ScalarValue::Date32(Some(i32::MIN)), false),
            (ScalarValue::Date32(Some(19_000)), true),
            (ScalarValue::Int64(Some(i64::MAX)), true),
        ] {
            assert_eq!(has_end(&value), expected, "{value}");
            assert!(!expected || to_json_value(&value).is_ok());
        }
    }

    #[test]
    fn long_text_may_have_been_cut_and_is_inexact() {
        let long = "a".repeat(64);
        let column = read(&format!(r#"{{"maxValues":{{"x":"{long}"}}}}"#), DataType::Utf8);
        assert!(matches!(column.max_value, Precision::Inexact(_)));
        let column = read(r#"{"maxValues":{"x":"short"}}"#, DataType::Utf8);
        assert!(matches!(column.max_value, Precision::Exact(_)));
    }

    #[test]
    fn floats_have_no_bounds_because_nan_is_above_all() {
        let column = read(r#"{"maxValues":{"x":1.5}}"#, DataType::Float64);
        assert_eq!(column.max_value, Precision::Absent);
    }

    #[test]
    fn a_bound_that_is_no_value_of_the_type_is_unknown() {
        let column = read(r#"{"minValues":{"x":"yesterday"}}"#, DataType::Date32);
        assert_eq!(column.min_value, Precision::Absent);
    }
}
