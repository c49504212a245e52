//! Record batches as the rows of `COPY … TO STDOUT`: a message a row, in text, csv or binary.

mod line;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use bellwether::{CopyFormat, Result};

use self::line::Line;
use super::values::Column;
use super::write_length;
use crate::pgwire::backend::column_count;
use crate::pgwire::copy::{BINARY_SIGNATURE, NO_MORE_ROWS};
use crate::pgwire::frontend::Format;
use crate::pgwire::socket::FLUSH_BYTES;
use crate::pgwire::zone::Zone;

/// Writes the rows of one copy.
pub(in crate::pgwire) struct CopyRows {
    style: Style,
    zone: Zone,
    /// The text of a value before it is escaped.
    value: Vec<u8>,
}

enum Style {
    Lines {
        line: Line,
        header: bool,
    },
    Binary {
        /// What goes before the first row, in the same message: that is where clients look for it.
        head: Vec<u8>,
    },
}

impl CopyRows {
    /// Rows of so many columns in a format, with times in a zone.
    pub(in crate::pgwire) fn new(format: &CopyFormat, columns: usize, zone: Zone) -> Self {
        let style = match format {
            CopyFormat::Text { delimiter, null, header } => {
                Style::Lines { line: Line::text(*delimiter, null), header: *header }
            }
            CopyFormat::Csv { delimiter, null, header, quote, escape } => {
                Style::Lines { line: Line::csv(*delimiter, null, *quote, *escape, columns), header: *header }
            }
            // No flags and no extension follow the signature.
            CopyFormat::Binary => Style::Binary { head: [BINARY_SIGNATURE, &[0; 8]].concat() },
        };
        Self { style, zone, value: Vec::new() }
    }

    /// Appends what comes before the rows.
    pub(in crate::pgwire) fn begin(&self, schema: &Schema, out: &mut Vec<u8>) -> Result<()> {
        let Style::Lines { line, header: true } = &self.style else { return Ok(()) };
        message(out, |out| {
            for (index, field) in schema.fields().iter().enumerate() {
                line.separate(index, out);
                line.value(field.name().as_bytes(), out);
            }
            out.push(b'\n');
            Ok(())
        })
    }

    /// Appends rows `from..to` of a batch, as many as fit before the output should be flushed, and gives their number.
    pub(in crate::pgwire) fn rows(
        &mut self,
        batch: &RecordBatch,
        from: usize,
        to: usize,
        out: &mut Vec<u8>,
    ) -> Result<usize> {
        let schema = batch.schema();
        let columns = batch.columns().iter().zip(schema.fields());
        let columns = columns.map(|(array, field)| Column::of(field, array.as_ref())).collect::<Result<Vec<_>>>()?;
        let count = column_count(columns.len())?;
        for row in from..to {
            if out.len() >= FLUSH_BYTES {
                return Ok(row - from);
            }
            message(out, |out| match &mut self.style {
                Style::Lines { line, .. } => write_line(line, &columns, row, self.zone, &mut self.value, out),
                Style::Binary { head } => {
                    out.append(head);
                    out.extend_from_slice(&count.to_be_bytes());
                    columns.iter().try_for_each(|column| column.write(row, Format::Binary, self.zone, out))
                }
            })?;
        }
        Ok(to.saturating_sub(from))
    }

    /// Appends what comes after the rows.
    pub(in crate::pgwire) fn end(mut self, out: &mut Vec<u8>) -> Result<()> {
        let Style::Binary { head } = &mut self.style else { return Ok(()) };
        message(out, |out| {
            out.append(head);
            out.extend_from_slice(&NO_MORE_ROWS.to_be_bytes());
            Ok(())
        })
    }
}

fn write_line(
    line: &Line,
    columns: &[Column<'_>],
    row: usize,
    zone: Zone,
    value: &mut Vec<u8>,
    out: &mut Vec<u8>,
) -> Result<()> {
    for (index, column) in columns.iter().enumerate() {
        line.separate(index, out);
        if column.is_null(row) {
            line.null(out);
            continue;
        }
        value.clear();
        column.values.text(row, zone, value)?;
        line.value(value, out);
    }
    out.push(b'\n');
    Ok(())
}

/// Appends a CopyData message, or nothing when its contents cannot be written.
fn message(out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
    let start = out.len();
    out.push(b'd');
    out.extend_from_slice(&[0; 4]);
    let written = body(out).and_then(|()| write_length(start + 1, out.len() - start - 1, out));
    if written.is_err() {
        out.truncate(start);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int32Array, StringArray};

    use super::*;

    fn batch() -> RecordBatch {
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
        let names: ArrayRef = Arc::new(StringArray::from(vec![Some("a,\t\"b\""), Some("")]));
        RecordBatch::try_from_iter_with_nullable([("n", numbers, true), ("s", names, true)]).unwrap()
    }

    /// The bodies of the messages of a whole copy.
    fn copied(format: &CopyFormat, batch: &RecordBatch) -> Vec<Vec<u8>> {
        let mut rows = CopyRows::new(format, batch.num_columns(), Zone::Utc);
        let mut out = Vec::new();
        rows.begin(&batch.schema(), &mut out).unwrap();
        assert_eq!(rows.rows(batch, 0, batch.num_rows(), &mut out).unwrap(), batch.num_rows());
        rows.end(&mut out).unwrap();
        let mut messages = Vec::new();
        let mut rest = &out[..];
        while let Some((tag, after)) = rest.split_first() {
            assert_eq!(*tag, b'd');
            let length = u32::from_be_bytes(*after.first_chunk().unwrap()) as usize;
            messages.push(after[4..length].to_vec());
            rest = &after[length..];
        }
        messages
    }

    #[test]
    fn text_is_a_line_a_message() {
        let format = CopyFormat::Text { delimiter: b'\t', null: "\\N".into(), header: true };
        assert_eq!(copied(&format, &batch()), [&b"n\ts\n"[..], b"1\ta,\\t\"b\"\n", b"\\N\t\n"]);
    }

    #[test]
    fn csv_tells_null_from_an_empty_text() {
        let format = CopyFormat::Csv { delimiter: b',', null: String::new(), header: true, quote: b'"', escape: b'"' };
        assert_eq!(copied(&format, &batch()), [&b"n,s\n"[..], b"1,\"a,\t\"\"b\"\"\"\n", b",\"\"\n"]);
    }

    #[test]
    fn binary_has_its_signature_with_the_first_row_and_an_end() {
        // What PostgreSQL 15 sends for: copy (values (1, 'ab')) to stdout (format binary).
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![1]));
        let names: ArrayRef = Arc::new(StringArray::from(vec!["ab"]));
        let batch = RecordBatch::try_from_iter([("column1", numbers), ("column2", names)]).unwrap();
        let head = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
        let first = [&head[..], b"\0\x02\0\0\0\x04\0\0\0\x01\0\0\0\x02ab"].concat();
        assert_eq!(copied(&CopyFormat::Binary, &batch), [first, b"\xff\xff".to_vec()]);
        let nothing = [&head[..], b"\xff\xff"].concat();
        assert_eq!(copied(&CopyFormat::Binary, &batch.slice(0, 0)), [nothing]);
    }
}
