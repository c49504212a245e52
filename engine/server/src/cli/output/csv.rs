//! Comma-separated values as PostgreSQL's `COPY … CSV HEADER` writes them.
//!
//! Unlike Arrow's writer this one keeps NULL (nothing) apart from an empty text (`""`), and writes
//! lists and structs.

use std::fmt::Write as _;
use std::io::Write;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::Schema;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bellwether::Result;

use super::{ResultWriter, Sink, encoding_failed};
use crate::cli::report::write_failed;

pub(super) struct Csv {
    sink: Sink,
    /// The row being put together, and the value being formatted; kept for their memory.
    row: String,
    value: String,
}

impl Csv {
    pub(super) fn new(mut sink: Sink, schema: &Schema) -> Result<Self> {
        let mut row = String::new();
        for (index, field) in schema.fields().iter().enumerate() {
            push_value(&mut row, index, field.name());
        }
        row.push('\n');
        sink.write_all(row.as_bytes()).map_err(write_failed)?;
        Ok(Self { sink, row, value: String::new() })
    }
}

impl ResultWriter for Csv {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let options = FormatOptions::default();
        let columns = batch
            .columns()
            .iter()
            .map(|column| Ok((column.logical_nulls(), ArrayFormatter::try_new(column, &options)?)))
            .collect::<Result<Vec<_>, arrow::error::ArrowError>>()
            .map_err(encoding_failed)?;
        for row in 0..batch.num_rows() {
            self.row.clear();
            for (index, (nulls, formatter)) in columns.iter().enumerate() {
                if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                    if index > 0 {
                        self.row.push(',');
                    }
                    continue;
                }
                self.value.clear();
                formatter.value(row).write(&mut self.value).map_err(encoding_failed)?;
                push_value(&mut self.row, index, &self.value);
            }
            self.row.push('\n');
            self.sink.write_all(self.row.as_bytes()).map_err(write_failed)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.sink.flush().map_err(write_failed)
    }
}

/// Appends a value that is not NULL, quoted where a reader would misunderstand it otherwise.
fn push_value(row: &mut String, index: usize, value: &str) {
    if index > 0 {
        row.push(',');
    }
    let needs_quotes = value.is_empty() || value.contains([',', '"', '\n', '\r']) || value == "\\.";
    if needs_quotes {
        // Writing to a String cannot fail.
        let _ = write!(row, "\"{}\"", value.replace('"', "\"\""));
    } else {
        row.push_str(value);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{sample, written};
    use super::*;

    #[test]
    fn null_stays_apart_from_the_empty_text_and_quotes_are_doubled() {
        let batch = sample();
        let text = written(|sink| Box::new(Csv::new(sink, &batch.schema()).unwrap()), &[&batch]);
        assert_eq!(text, "name,n,amount\n\"say \"\"a,b\"\"\",1,12.50\n\"\",,-3.00\n,30,\n");
    }

    #[test]
    fn a_result_without_rows_is_its_header() {
        let batch = sample();
        let text = written(|sink| Box::new(Csv::new(sink, &batch.schema()).unwrap()), &[]);
        assert_eq!(text, "name,n,amount\n");
    }
}
