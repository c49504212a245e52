//! Result formats: one writer each, fed batch by batch, so that memory stays flat.

mod columnar;
mod csv;
mod json;
mod table;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bellwether::{Error, ErrorKind, RecordStream, Result};
use clap::ValueEnum;
use futures::StreamExt;

use super::report;

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned columns for people.
    Table,
    /// Comma-separated with a header; NULL is empty, an empty text is "".
    Csv,
    /// One array of objects.
    Json,
    /// One object a line.
    Jsonl,
    /// Apache Parquet, compressed with zstd.
    Parquet,
    /// Arrow IPC: a file with --output, else a stream.
    Arrow,
}

impl Format {
    /// The format that a file's name promises.
    pub(super) fn of_file(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "txt" => Some(Self::Table),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "parquet" => Some(Self::Parquet),
            "arrow" | "feather" => Some(Self::Arrow),
            _ => None,
        }
    }

    /// Whether the format is bytes that a terminal cannot show.
    fn is_binary(self) -> bool {
        matches!(self, Self::Parquet | Self::Arrow)
    }
}

/// Writes one result, batch by batch.
trait ResultWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Writes what comes after the last row.
    fn finish(self: Box<Self>) -> Result<()>;
}

type Sink = Box<dyn Write + Send>;

/// Writes all rows to standard output and gives their number.
pub(super) async fn to_stdout(format: Format, rows: RecordStream) -> Result<u64> {
    if format.is_binary() && io::stdout().is_terminal() {
        return Err(Error::invalid_parameter("this format is binary and would garble the terminal")
            .with_hint("name a file with --output FILE, or pipe the output to a program"));
    }
    let sink: Sink = Box::new(BufWriter::new(io::stdout()));
    let writer = open(format, sink, rows.schema(), false)?;
    drain(rows, writer).await
}

/// Writes all rows to a file and gives their number. The file appears when it is complete.
pub(super) async fn to_file(format: Format, rows: RecordStream, path: &Path) -> Result<u64> {
    let unfinished = beside(path);
    let written = to_unfinished(format, rows, &unfinished).await;
    let count = match written {
        Ok(count) => count,
        Err(error) => {
            // The first error is the one to tell; a leftover is overwritten by the next attempt.
            let _ = std::fs::remove_file(&unfinished);
            return Err(error);
        }
    };
    std::fs::rename(&unfinished, path).map_err(|error| file_failed(path, error))?;
    Ok(count)
}

async fn to_unfinished(format: Format, rows: RecordStream, path: &Path) -> Result<u64> {
    let file = File::create(path).map_err(|error| file_failed(path, error))?;
    let sink: Sink = Box::new(BufWriter::new(file));
    let writer = open(format, sink, rows.schema(), true)?;
    drain(rows, writer).await
}

fn open(format: Format, sink: Sink, schema: SchemaRef, is_file: bool) -> Result<Box<dyn ResultWriter>> {
    Ok(match format {
        Format::Table => Box::new(table::Table::new(sink, &schema)),
        Format::Csv => Box::new(csv::Csv::new(sink, &schema)?),
        Format::Json => Box::new(json::Array::new(sink)),
        Format::Jsonl => Box::new(json::Lines::new(sink)),
        Format::Parquet => Box::new(columnar::Parquet::new(sink, schema)?),
        Format::Arrow if is_file => Box::new(columnar::ArrowFile::new(sink, &schema)?),
        Format::Arrow => Box::new(columnar::ArrowStream::new(sink, &schema)?),
    })
}

async fn drain(mut rows: RecordStream, mut writer: Box<dyn ResultWriter>) -> Result<u64> {
    let mut count = 0;
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        count += batch.num_rows() as u64;
        writer.write(&batch)?;
    }
    writer.finish()?;
    Ok(count)
}

/// `report.csv` → `report.csv.partial`.
fn beside(path: &Path) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(".partial");
    name.into()
}

fn file_failed(path: &Path, error: io::Error) -> Error {
    Error::io(format!("{} cannot be written: {error}", path.display())).with_source(error)
}

/// An error of Arrow's or Parquet's writers; those of the sink below keep their cause.
fn encoding_failed(error: impl Into<arrow::error::ArrowError>) -> Error {
    match error.into() {
        arrow::error::ArrowError::IoError(_, error) => report::write_failed(error),
        error => Error::new(ErrorKind::Unsupported, format!("the result cannot be written in this format: {error}"))
            .with_source(error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Decimal128Array, Int64Array, StringArray};
    use parking_lot::Mutex;

    use super::*;

    /// Three rows with every awkward thing: quotes, commas, empty text, NULL.
    pub(super) fn sample() -> RecordBatch {
        let name = StringArray::from(vec![Some("say \"a,b\""), Some(""), None]);
        let n = Int64Array::from(vec![Some(1), None, Some(30)]);
        let amount = Decimal128Array::from(vec![Some(1250), Some(-300), None]).with_precision_and_scale(18, 2).unwrap();
        RecordBatch::try_from_iter_with_nullable([
            ("name", Arc::new(name) as _, true),
            ("n", Arc::new(n) as _, true),
            ("amount", Arc::new(amount) as _, true),
        ])
        .unwrap()
    }

    /// What a writer makes of the batches.
    pub(super) fn written(writer: impl FnOnce(Sink) -> Box<dyn ResultWriter>, batches: &[&RecordBatch]) -> String {
        let memory = Memory::default();
        let mut writer = writer(Box::new(memory.clone()));
        for batch in batches {
            writer.write(batch).unwrap();
        }
        writer.finish().unwrap();
        String::from_utf8(std::mem::take(&mut *memory.0.lock())).unwrap()
    }

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_name_of_a_file_tells_its_format() {
        assert_eq!(Format::of_file(Path::new("a/b.parquet")), Some(Format::Parquet));
        assert_eq!(Format::of_file(Path::new("B.CSV")), Some(Format::Csv));
        assert_eq!(Format::of_file(Path::new("b")), None);
    }

    #[test]
    fn an_unfinished_file_stands_beside_the_finished_one() {
        assert_eq!(beside(Path::new("out/report.csv")), PathBuf::from("out/report.csv.partial"));
    }
}
