//! Nested values as JSON, the way PostgreSQL's `to_json` writes them.
//!
//! Numbers and truth values stand as they are, timestamps in ISO 8601 with a `T`, everything else
//! as a string of its text form.

use arrow::array::{MapArray, StructArray};
use bellwether::{Error, Result};

use super::values::{Column, List, Values};
use crate::pgwire::zone::Zone;

/// Values that PostgreSQL has no type of its own for.
pub(super) enum Nested<'a> {
    /// Lists of lists.
    List(List<'a>),
    Struct(Vec<(&'a str, Column<'a>)>),
    Map {
        offsets: &'a [i32],
        keys: Box<Column<'a>>,
        values: Box<Column<'a>>,
    },
}

impl<'a> Nested<'a> {
    pub(super) fn of_struct(array: &'a StructArray) -> Result<Self> {
        let fields = array.fields().iter().zip(array.columns());
        let fields = fields.map(|(field, column)| Ok((field.name().as_str(), Column::new(column.as_ref())?)));
        Ok(Self::Struct(fields.collect::<Result<_>>()?))
    }

    pub(super) fn of_map(array: &'a MapArray) -> Result<Self> {
        Ok(Self::Map {
            offsets: array.value_offsets(),
            keys: Box::new(Column::new(array.keys().as_ref())?),
            values: Box::new(Column::new(array.values().as_ref())?),
        })
    }

    /// Appends the JSON of a row that is not NULL.
    pub(super) fn json(&self, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::List(list) => write_list(list, row, zone, out),
            Self::Struct(fields) => {
                out.push(b'{');
                for (place, (name, column)) in fields.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    write_string(name.as_bytes(), out)?;
                    out.push(b':');
                    write_value(column, row, zone, out)?;
                }
                out.push(b'}');
                Ok(())
            }
            Self::Map { offsets, keys, values } => {
                out.push(b'{');
                for (place, index) in (offsets[row] as usize..offsets[row + 1] as usize).enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    // A key of JSON is a string, whatever type it has here.
                    let mut key = Vec::new();
                    keys.values.text(index, zone, &mut key)?;
                    write_string(&key, out)?;
                    out.push(b':');
                    write_value(values, index, zone, out)?;
                }
                out.push(b'}');
                Ok(())
            }
        }
    }
}

fn write_list(list: &List<'_>, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
    out.push(b'[');
    for (place, index) in list.range(row).enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write_value(&list.element, index, zone, out)?;
    }
    out.push(b']');
    Ok(())
}

fn write_value(column: &Column<'_>, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
    if column.is_null(row) {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    match &column.values {
        Values::Bool(values) => {
            out.extend_from_slice(if values.value(row) { b"true" } else { b"false" });
            Ok(())
        }
        Values::Float16(values) if !values.value(row).is_finite() => write_text(column, row, zone, out),
        Values::Float32(values) if !values[row].is_finite() => write_text(column, row, zone, out),
        Values::Float64(values) | Values::Special(values) if !values[row].is_finite() => {
            write_text(column, row, zone, out)
        }
        Values::Int8(_)
        | Values::Int16(_)
        | Values::Int32(_)
        | Values::Int64(_)
        | Values::UInt8(_)
        | Values::UInt16(_)
        | Values::UInt32(_)
        | Values::UInt64(_)
        | Values::Float16(_)
        | Values::Float32(_)
        | Values::Float64(_)
        | Values::Special(_)
        | Values::Decimal32(..)
        | Values::Decimal64(..)
        | Values::Decimal128(..)
        | Values::Decimal256(..) => column.values.text(row, zone, out),
        Values::List(list) => write_list(list, row, zone, out),
        Values::Nested(nested) => nested.json(row, zone, out),
        Values::Dictionary(keys, values) => write_value(values, keys[row], zone, out),
        Values::Timestamp(..) | Values::TimestampTz(..) => {
            let mut text = Vec::new();
            column.values.text(row, zone, &mut text)?;
            if let Some(space) = text.iter_mut().find(|byte| **byte == b' ') {
                *space = b'T';
            }
            write_string(&text, out)
        }
        _ => write_text(column, row, zone, out),
    }
}

fn write_text(column: &Column<'_>, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
    let mut text = Vec::new();
    column.values.text(row, zone, &mut text)?;
    write_string(&text, out)
}

fn write_string(text: &[u8], out: &mut Vec<u8>) -> Result<()> {
    serde_json::to_writer(out, &String::from_utf8_lossy(text))
        .map_err(|error| Error::internal("a text could not be written as JSON").with_source(error))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, Int32Builder, ListArray, MapBuilder,
        StringArray, StringBuilder, StructArray, TimestampMicrosecondArray,
    };
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::{DataType, Field, Int32Type};

    use super::super::tests::text;

    #[test]
    fn a_struct_is_an_object_with_typed_values() {
        let columns: [(&str, ArrayRef); 6] = [
            ("n", Arc::new(Int32Array::from(vec![None]))),
            ("amount", Arc::new(Decimal128Array::from(vec![1250]).with_precision_and_scale(18, 2).unwrap())),
            ("ok", Arc::new(BooleanArray::from(vec![true]))),
            ("x", Arc::new(Float64Array::from(vec![f64::NAN]))),
            ("say \"s\"", Arc::new(StringArray::from(vec!["a\n\"b\""]))),
            ("at", Arc::new(TimestampMicrosecondArray::from(vec![0]))),
        ];
        let array = StructArray::try_from(columns.to_vec()).unwrap();
        assert_eq!(
            text(&array),
            r#"{"n":null,"amount":12.50,"ok":true,"x":"NaN","say \"s\"":"a\n\"b\"","at":"1970-01-01T00:00:00"}"#
        );
    }

    #[test]
    fn a_map_is_an_object_and_a_list_of_lists_an_array() {
        let mut map = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
        map.keys().append_value("a");
        map.values().append_value(1);
        map.keys().append_value("b");
        map.values().append_null();
        map.append(true).unwrap();
        assert_eq!(text(&map.finish()), r#"{"a":1,"b":null}"#);

        let inner = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), Some(vec![])]);
        let field = Field::new_list_field(DataType::new_list(DataType::Int32, true), true);
        let outer = ListArray::new(field.into(), OffsetBuffer::from_lengths([2]), Arc::new(inner), None);
        assert_eq!(text(&outer), "[[1,null],[]]");
    }
}
