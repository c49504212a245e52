//! Record batches as rows of the protocol.
//!
//! Each column is downcast once a batch; a row then visits the columns in turn and writes straight
//! into the output. Nothing is cast or copied in between.

mod array;
mod binary;
mod copy;
mod datetime;
mod declared;
mod interval;
mod json;
mod numeric;
mod record;
mod text;
mod values;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use bellwether::{Error, ErrorKind, Result};

pub(super) use self::copy::CopyRows;
use self::values::Column;
use super::backend::column_count;
use super::frontend::Format;
use super::socket::FLUSH_BYTES;
use super::zone::Zone;

/// The largest value the protocol's clients take, PostgreSQL's own limit.
const VALUE_BYTES_MAX: usize = 1 << 30;

/// Appends rows `from..to` of a batch with the columns of `schema`, as many as fit before the output should be
/// flushed, and gives their number.
pub(super) fn rows(
    batch: &RecordBatch,
    schema: &Schema,
    formats: &[Format],
    zone: Zone,
    from: usize,
    to: usize,
    out: &mut Vec<u8>,
) -> Result<usize> {
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .zip(formats)
        .map(|((array, field), &format)| Ok((Column::of(field, array.as_ref())?, format)))
        .collect::<Result<Vec<_>>>()?;
    let count = column_count(columns.len())?;
    for row in from..to {
        if out.len() >= FLUSH_BYTES {
            return Ok(row - from);
        }
        let start = out.len();
        if let Err(error) = write_row(count, &columns, row, zone, out) {
            // Half a row would make the client misread everything after it.
            out.truncate(start);
            return Err(error);
        }
    }
    Ok(to.saturating_sub(from))
}

fn write_row(count: i16, columns: &[(Column<'_>, Format)], row: usize, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
    out.push(b'D');
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&count.to_be_bytes());
    for (column, format) in columns {
        column.write(row, *format, zone, out)?;
    }
    write_length(start, out.len() - start, out)
}

impl Column<'_> {
    /// Appends one value after its length; NULL is the length −1.
    fn write(&self, row: usize, format: Format, zone: Zone, out: &mut Vec<u8>) -> Result<()> {
        if self.is_null(row) {
            out.extend_from_slice(&(-1_i32).to_be_bytes());
            return Ok(());
        }
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        match format {
            Format::Text => self.values.text(row, zone, out)?,
            Format::Binary => self.values.binary(row, zone, out)?,
        }
        write_length(start, out.len() - start - 4, out)
    }
}

/// Fills in a length for which four bytes were left at `at`.
fn write_length(at: usize, length: usize, out: &mut [u8]) -> Result<()> {
    if length > VALUE_BYTES_MAX {
        return Err(Error::new(ErrorKind::LimitExceeded, format!("a row or value has {length} bytes"))
            .with_hint("the Postgres protocol carries at most 1 GiB at a time"));
    }
    if let Some(place) = out.get_mut(at..at + 4) {
        place.copy_from_slice(&(length as u32).to_be_bytes());
    }
    Ok(())
}

/// A value that PostgreSQL's type cannot hold.
fn out_of_range(type_name: &str) -> Error {
    Error::new(ErrorKind::NumericOutOfRange, format!("{type_name} out of range"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, Int32Array, StringArray};

    use super::*;

    /// The value of row 0 of `array`, without its length.
    pub(super) fn encoded(array: &dyn Array, format: Format, zone: Zone) -> Vec<u8> {
        let mut out = Vec::new();
        Column::new(array).unwrap().write(0, format, zone, &mut out).unwrap();
        out.split_off(4)
    }

    /// The text of row 0 of `array` in UTC.
    pub(super) fn text(array: &dyn Array) -> String {
        String::from_utf8(encoded(array, Format::Text, Zone::Utc)).unwrap()
    }

    /// The bytes of row 0 of `array` in UTC.
    pub(super) fn binary(array: &dyn Array) -> Vec<u8> {
        encoded(array, Format::Binary, Zone::Utc)
    }

    fn batch(rows: i32) -> RecordBatch {
        let numbers: ArrayRef = Arc::new(Int32Array::from_iter((0..rows).map(|n| (n != 1).then_some(n))));
        let names: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|n| format!("row {n}"))));
        RecordBatch::try_from_iter_with_nullable([("n", numbers, true), ("s", names, false)]).unwrap()
    }

    #[test]
    fn a_row_is_a_count_and_values_with_their_lengths() {
        let mut out = Vec::new();
        let batch = batch(2);
        let formats = [Format::Binary, Format::Text];
        let written = rows(&batch, &batch.schema(), &formats, Zone::Utc, 0, 2, &mut out).unwrap();
        assert_eq!(written, 2);
        let first = b"D\0\0\0\x17\0\x02\0\0\0\x04\0\0\0\0\0\0\0\x05row 0";
        let second = b"D\0\0\0\x13\0\x02\xff\xff\xff\xff\0\0\0\x05row 1";
        assert_eq!(out, [&first[..], second].concat());
    }

    #[test]
    fn output_is_bounded_and_rows_go_on_where_they_stopped() {
        let batch = batch(20_000);
        let (mut out, mut row, mut pieces) = (Vec::new(), 0, 0);
        while row < batch.num_rows() {
            let formats = [Format::Text; 2];
            row += rows(&batch, &batch.schema(), &formats, Zone::Utc, row, batch.num_rows(), &mut out).unwrap();
            assert!(out.len() < FLUSH_BYTES + 100);
            out.clear();
            pieces += 1;
        }
        assert!(pieces > 1);
    }
}
