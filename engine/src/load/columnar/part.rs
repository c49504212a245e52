//! What of a typed file is decoded by itself: a row group of a Parquet file, or the whole of an Arrow file.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use super::super::adapt::Adapter;
use super::super::input::Input;
use super::super::{FileFormat, Progress};
use crate::{Error, ErrorKind, Result};

/// Rows of a batch: enough that a batch costs little, few enough that it stays in a core's cache on its way from
/// the decoder to the encoder.
const BATCH_ROWS: usize = 1 << 14;

/// The most values of a batch, for files of very many columns.
const BATCH_VALUES_MAX: usize = 4 << 20;

/// A part, and where it stands in its file.
pub(super) enum Part {
    RowGroup { metadata: ArrowReaderMetadata, index: usize, rows_before: u64 },
    Whole,
}

/// The columns a file says it has.
pub(super) fn schema(input: &Input) -> Result<SchemaRef> {
    contained(input, || match input.format {
        FileFormat::Parquet => Ok(SchemaRef::clone(metadata(input)?.schema())),
        _ => Ok(open_arrow(input)?.schema),
    })
}

/// The parts of a file in their order.
pub(super) fn parts(input: &Input) -> Result<Vec<Part>> {
    contained(input, || {
        if input.format != FileFormat::Parquet {
            return Ok(vec![Part::Whole]);
        }
        let metadata = metadata(input)?;
        let mut parts = Vec::with_capacity(metadata.metadata().num_row_groups());
        let mut rows_before = 0;
        for (index, group) in metadata.metadata().row_groups().iter().enumerate() {
            parts.push(Part::RowGroup { metadata: metadata.clone(), index, rows_before });
            rows_before += u64::try_from(group.num_rows()).unwrap_or(0);
        }
        Ok(parts)
    })
}

impl Part {
    /// Sends all batches of the part, as long as anybody reads them.
    pub(super) fn read(
        self,
        input: &Input,
        adapter: &Adapter,
        progress: &Progress,
        send: &dyn Fn(RecordBatch) -> bool,
    ) -> Result<()> {
        contained(input, || match self {
            Self::RowGroup { metadata, index, rows_before } => {
                let all = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
                let rows = BATCH_VALUES_MAX / metadata.schema().fields().len().max(1);
                let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(input.file()?, metadata)
                    .with_row_groups(vec![index])
                    .with_batch_size(rows.clamp(1, BATCH_ROWS))
                    .build()
                    .map_err(|error| damaged(input, error))?;
                let mut done = Done { input, all, seen: rows_before };
                for batch in reader {
                    let batch = batch.map_err(|error| damaged(input, error))?;
                    done.add(batch.num_rows() as u64, progress);
                    if !send(adapter.adapt(&batch)?) {
                        break;
                    }
                }
                Ok(())
            }
            Self::Whole => {
                let contents = open_arrow(input)?;
                let mut done = Done { input, all: contents.batches_all, seen: 0 };
                for batch in contents.batches {
                    let batch = batch.map_err(|error| damaged(input, error))?;
                    done.add(1, progress);
                    if !send(adapter.adapt(&batch)?) {
                        break;
                    }
                }
                done.finish(progress);
                Ok(())
            }
        })
    }
}

/// How far the reading of a file is, in rows or batches of which each stands for its share of the bytes.
struct Done<'a> {
    input: &'a Input,
    /// All of them, 0 when the file does not tell.
    all: u64,
    seen: u64,
}

impl Done<'_> {
    fn add(&mut self, more: u64, progress: &Progress) {
        let before = self.bytes();
        self.seen += more;
        progress.bytes_done.fetch_add(self.bytes() - before, Ordering::Relaxed);
    }

    fn finish(&self, progress: &Progress) {
        progress.bytes_done.fetch_add(self.input.bytes - self.bytes(), Ordering::Relaxed);
    }

    fn bytes(&self) -> u64 {
        match self.all {
            0 => 0,
            all => (u128::from(self.input.bytes) * u128::from(self.seen.min(all)) / u128::from(all)) as u64,
        }
    }
}

fn metadata(input: &Input) -> Result<ArrowReaderMetadata> {
    if !input.starts_with(b"PAR1")? {
        return Err(Error::new(ErrorKind::InvalidText, format!("{} is not a Parquet file", input.name))
            .with_hint("name its format with --format if it is another"));
    }
    ArrowReaderMetadata::load(&input.file()?, ArrowReaderOptions::default()).map_err(|error| damaged(input, error))
}

/// An open Arrow file or stream.
struct Contents {
    schema: SchemaRef,
    batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>>>,
    /// How many there are, 0 where the file does not tell.
    batches_all: u64,
}

fn open_arrow(input: &Input) -> Result<Contents> {
    if input.starts_with(b"ARROW1")? {
        let file: BufReader<File> = BufReader::new(input.file()?);
        let reader = FileReader::try_new(file, None).map_err(|error| damaged(input, error))?;
        let batches_all = reader.num_batches() as u64;
        return Ok(Contents { schema: reader.schema(), batches: Box::new(reader), batches_all });
    }
    if !input.starts_with(&[0xff; 4])? {
        return Err(Error::new(ErrorKind::InvalidText, format!("{} is not an Arrow IPC file or stream", input.name))
            .with_hint("name its format with --format if it is another"));
    }
    let reader = StreamReader::try_new(BufReader::new(input.file()?), None).map_err(|error| damaged(input, error))?;
    Ok(Contents { schema: reader.schema(), batches: Box::new(reader), batches_all: 0 })
}

/// Runs a decoder; a panic means that the file is damaged.
fn contained<T>(input: &Input, work: impl FnOnce() -> Result<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result,
        Err(_) => Err(unreadable(input)),
    }
}

fn damaged(input: &Input, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    unreadable(input).with_detail(error.to_string()).with_source(error)
}

fn unreadable(input: &Input) -> Error {
    Error::corrupt(format!("{} is damaged: it cannot be read as {}", input.name, input.format.noun()))
        .with_hint("copy or write the file again")
}
