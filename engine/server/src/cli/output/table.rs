//! Aligned columns for people: numbers to the right, NULL spelled out, nothing that moves the cursor.
//!
//! Widths are measured over the first rows alone, so that a long result streams; a later value that
//! is wider pushes its own line out.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bellwether::Result;
use console::measure_text_width;

use super::{ResultWriter, Sink, encoding_failed};
use crate::cli::report::write_failed;

/// Rows whose widths are measured before the first is shown.
const MEASURED_ROWS: usize = 1000;

pub(super) struct Table {
    sink: Sink,
    columns: Vec<Column>,
    /// Rows not shown yet; `None` once the header is written.
    measured: Option<Vec<Vec<String>>>,
}

struct Column {
    name: String,
    is_numeric: bool,
    width: usize,
}

impl Table {
    pub(super) fn new(sink: Sink, schema: &Schema) -> Self {
        let columns = schema.fields().iter().map(|field| {
            let name = printable(field.name());
            Column { is_numeric: field.data_type().is_numeric(), width: measure_text_width(&name), name }
        });
        Self { columns: columns.collect(), sink, measured: Some(Vec::new()) }
    }

    fn show_measured(&mut self) -> Result<()> {
        let Some(rows) = self.measured.take() else { return Ok(()) };
        for row in &rows {
            for (column, value) in self.columns.iter_mut().zip(row) {
                column.width = column.width.max(measure_text_width(value));
            }
        }
        self.show_header()?;
        rows.iter().try_for_each(|row| self.show_row(row))
    }

    fn show_header(&mut self) -> Result<()> {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        self.show_row(&names)?;
        let rules: Vec<String> = self.columns.iter().map(|column| "─".repeat(column.width + 2)).collect();
        writeln!(self.sink, "{}", rules.join("┼")).map_err(write_failed)
    }

    fn show_row(&mut self, row: &[String]) -> Result<()> {
        let mut line = String::new();
        for (index, (column, value)) in self.columns.iter().zip(row).enumerate() {
            if index > 0 {
                line.push('│');
            }
            // Not the padding of `write!`, which panics beyond 65,535 columns.
            let padding = " ".repeat(column.width.saturating_sub(measure_text_width(value)));
            let parts: [&str; 4] =
                if column.is_numeric { [" ", &padding, value, " "] } else { [" ", value, &padding, " "] };
            line.extend(parts);
        }
        writeln!(self.sink, "{}", line.trim_end()).map_err(write_failed)
    }
}

impl ResultWriter for Table {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let options = FormatOptions::default()
            .with_null("NULL")
            .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
            .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.f%:z"));
        let formatters = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options))
            .collect::<Result<Vec<_>, ArrowError>>()
            .map_err(encoding_failed)?;
        for index in 0..batch.num_rows() {
            let row = formatters
                .iter()
                .map(|formatter| Ok(printable(&formatter.value(index).try_to_string()?)))
                .collect::<Result<Vec<_>, ArrowError>>()
                .map_err(encoding_failed)?;
            match &mut self.measured {
                Some(rows) if rows.len() < MEASURED_ROWS => rows.push(row),
                _ => {
                    self.show_measured()?;
                    self.show_row(&row)?;
                }
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.show_measured()?;
        self.sink.flush().map_err(write_failed)
    }
}

/// The text with line ends and other control characters written as escapes: a stored value must
/// not break the table or command the terminal.
fn printable(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::super::tests::{sample, written};
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_null_is_spelled_out() {
        let batch = sample();
        let text = written(|sink| Box::new(Table::new(sink, &batch.schema())), &[&batch]);
        let expected = [
            " name      │    n │ amount",
            "───────────┼──────┼────────",
            " say \"a,b\" │    1 │  12.50",
            "           │ NULL │  -3.00",
            " NULL      │   30 │   NULL",
            "",
        ];
        assert_eq!(text, expected.join("\n"));
    }

    #[test]
    fn a_column_of_any_width_is_shown() {
        let column: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(70_000), "y".to_owned()]));
        let batch = RecordBatch::try_from_iter([("wide", column)]).unwrap();
        let text = written(|sink| Box::new(Table::new(sink, &batch.schema())), &[&batch]);
        assert_eq!(text.lines().last(), Some(" y"));
        assert_eq!(text.lines().nth(2).map(str::len), Some(70_001));
    }

    #[test]
    fn control_characters_cannot_reach_the_terminal() {
        assert_eq!(printable("a\tb\x1b[2J"), "a\\tb\\u{1b}[2J");
    }

    #[test]
    fn wide_letters_count_twice() {
        let values = StringArray::from(vec!["日本", "ab"]);
        let batch = RecordBatch::try_from_iter([
            ("x", Arc::new(values) as _),
            ("y", Arc::new(Int64Array::from(vec![1, 2])) as _),
        ])
        .unwrap();
        let text = written(|sink| Box::new(Table::new(sink, &batch.schema())), &[&batch]);
        assert!(text.contains(" 日本 │ 1\n ab   │ 2\n"), "{text}");
    }

    #[test]
    fn rows_beyond_the_measured_ones_follow_in_order() {
        let numbers = Int64Array::from_iter_values(0..3 * MEASURED_ROWS as i64);
        let batch = RecordBatch::try_from_iter([("n", Arc::new(numbers) as _)]).unwrap();
        let text = written(|sink| Box::new(Table::new(sink, &batch.schema())), &[&batch]);
        let shown: Vec<i64> = text.lines().skip(2).map(|line| line.trim().parse().unwrap()).collect();
        assert_eq!(shown, (0..3 * MEASURED_ROWS as i64).collect::<Vec<_>>());
    }
}
