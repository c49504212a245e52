//! SQL values as JSON.
//!
//! Numbers and truth values stand as they are, values of `json` and `jsonb` too, timestamps in ISO 8601 with a `T`,
//! everything else as a string of its text.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, Float32Type, Float64Type, TimestampMicrosecondType};
use datafusion::error::Result;

use super::tree::quote;
use super::{JSON, JSONB};
use crate::postgres::output;
use crate::postgres::zone::Zone;
use crate::postgres_type;

/// How a value becomes JSON.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// The zone in which instants are shown.
    pub(super) zone: Zone,
    /// Whether each member of the outermost object gets a line.
    pub(super) lines: bool,
}

/// Whether a field's values are JSON already.
pub(super) fn is_json(field: &Field) -> bool {
    matches!(postgres_type::of(field), Some(JSON | JSONB))
}

/// Appends a value as JSON; `is_json` says that a text is JSON already.
pub(super) fn write(values: &ArrayRef, row: usize, is_json: bool, style: Style, out: &mut String) -> Result<()> {
    if values.data_type().is_null() || values.is_null(row) {
        out.push_str("null");
        return Ok(());
    }
    let inner = Style { lines: false, ..style };
    match values.data_type() {
        _ if is_json => output::write(values, row, style.zone, out),
        DataType::Boolean => {
            out.push_str(if values.as_boolean().value(row) { "true" } else { "false" });
            Ok(())
        }
        DataType::Float64 if !values.as_primitive::<Float64Type>().value(row).is_finite() => {
            quoted(values, row, style, out)
        }
        DataType::Float32 if !values.as_primitive::<Float32Type>().value(row).is_finite() => {
            quoted(values, row, style, out)
        }
        data_type if data_type.is_numeric() => output::write(values, row, style.zone, out),
        DataType::Timestamp(_, zone) if values.as_primitive_opt::<TimestampMicrosecondType>().is_some() => {
            let value = values.as_primitive::<TimestampMicrosecondType>().value(row);
            out.push('"');
            output::timestamp(value, zone.as_ref().map(|_| style.zone), 'T', out);
            out.push('"');
            Ok(())
        }
        DataType::List(field) => items(&values.as_list::<i32>().value(row), self::is_json(field), inner, out),
        DataType::LargeList(field) => items(&values.as_list::<i64>().value(row), self::is_json(field), inner, out),
        DataType::FixedSizeList(field, _) => {
            items(&values.as_fixed_size_list().value(row), self::is_json(field), inner, out)
        }
        DataType::Struct(fields) => {
            let columns = values.as_struct();
            out.push('{');
            for (place, (field, column)) in fields.iter().zip(columns.columns()).enumerate() {
                if place > 0 {
                    out.push_str(if style.lines { ",\n " } else { "," });
                }
                quote(field.name(), out);
                out.push(':');
                write(column, row, self::is_json(field), inner, out)?;
            }
            out.push('}');
            Ok(())
        }
        DataType::Map(_, _) => {
            let map = values.as_map();
            let range = map.value_offsets()[row] as usize..map.value_offsets()[row + 1] as usize;
            out.push('{');
            for (place, index) in range.enumerate() {
                if place > 0 {
                    out.push(',');
                }
                quote(&output::text(map.keys(), index, style.zone)?, out);
                out.push(':');
                write(map.values(), index, false, inner, out)?;
            }
            out.push('}');
            Ok(())
        }
        _ => quoted(values, row, style, out),
    }
}

/// Appends all items of an array as JSON.
pub(super) fn items(items: &ArrayRef, is_json: bool, style: Style, out: &mut String) -> Result<()> {
    out.push('[');
    for row in 0..items.len() {
        if row > 0 {
            out.push(',');
        }
        write(items, row, is_json, style, out)?;
    }
    out.push(']');
    Ok(())
}

fn quoted(values: &ArrayRef, row: usize, style: Style, out: &mut String) -> Result<()> {
    quote(&output::text(values, row, style.zone)?, out);
    Ok(())
}
