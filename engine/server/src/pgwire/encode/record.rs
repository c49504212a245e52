//! Rows as values: PostgreSQL's `record`.

use arrow::array::StructArray;
use bellwether::Result;

use super::values::Column;
use crate::pgwire::frontend::Format;
use crate::pgwire::types::Type;
use crate::pgwire::zone::Zone;

/// The columns of rows that are values of one column.
pub(super) struct Record<'a> {
    columns: Vec<(u32, Column<'a>)>,
}

impl<'a> Record<'a> {
    pub(super) fn of(array: &'a StructArray) -> Result<Self> {
        let columns = array.fields().iter().zip(array.columns());
        let columns = columns.map(|(field, column)| Ok((Type::of(field).oid, Column::of(field, column.as_ref())?)));
        Ok(Self { columns: columns.collect::<Result<_>>()? })
    }

    /// `(1,"a b",)`: nothing between commas is NULL.
    pub(super) fn text(&self, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
        let mut value = Vec::new();
        out.push(b'(');
        for (place, (_, column)) in self.columns.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            if column.is_null(row) {
                continue;
            }
            value.clear();
            column.values.text(row, zone, &mut value)?;
            write_value(&value, out);
        }
        out.push(b')');
        Ok(())
    }

    /// How many values there are; then each with its type.
    pub(super) fn binary(&self, row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(&(self.columns.len() as u32).to_be_bytes());
        for (oid, column) in &self.columns {
            out.extend_from_slice(&oid.to_be_bytes());
            column.write(row, Format::Binary, zone, out)?;
        }
        Ok(())
    }
}

/// Quotes what could be read as something else; quotes and backslashes inside are doubled.
fn write_value(value: &[u8], out: &mut Vec<u8>) {
    let special = |&byte: &u8| matches!(byte, b'(' | b')' | b',' | b'"' | b'\\' | b' ' | b'\t'..=b'\r');
    if !value.is_empty() && !value.iter().any(|byte| special(byte)) {
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    for &byte in value {
        if matches!(byte, b'"' | b'\\') {
            out.push(byte);
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int32Array, StringArray};

    use super::*;

    fn rows() -> StructArray {
        let ids: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
        let names: ArrayRef = Arc::new(StringArray::from(vec![Some("a \"b\""), None]));
        StructArray::try_from(vec![("id", ids), ("name", names)]).unwrap()
    }

    #[test]
    fn a_row_looks_as_in_postgresql() {
        let rows = rows();
        let record = Record::of(&rows).unwrap();
        let mut out = Vec::new();
        record.text(0, Zone::Utc, &mut out).unwrap();
        record.text(1, Zone::Utc, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), r#"(1,"a ""b""")(2,)"#);
    }

    #[test]
    fn the_binary_form_is_that_of_record_send() {
        let rows = rows();
        let mut out = Vec::new();
        Record::of(&rows).unwrap().binary(1, Zone::Utc, &mut out).unwrap();
        assert_eq!(out, [2_i32, 23, 4, 2, 25, -1].map(i32::to_be_bytes).concat());
    }
}
