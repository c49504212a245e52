//! What of a typed file is decoded by itself: a row group of a Parquet file, or the whole of an Arrow file.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};

use super::super::adapt::Adapter;
use super::super::input::Input;
use super::super::{FileFormat, Progress};
use super::expansion::castable;
use super::ipc::Batches;
use super::{damaged, parquet, unreadable};
use crate::Result;
use crate::contained::contained;

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
    decoding(input, || match input.format {
        FileFormat::Parquet => Ok(SchemaRef::clone(parquet::metadata(input)?.schema())),
        _ => Ok(Batches::open(input)?.schema),
    })
}

/// The parts of a file in their order.
pub(super) fn parts(input: &Input) -> Result<Vec<Part>> {
    decoding(input, || {
        if input.format != FileFormat::Parquet {
            return Ok(vec![Part::Whole]);
        }
        let metadata = parquet::metadata(input)?;
        let mut parts = Vec::with_capacity(metadata.metadata().num_row_groups());
        let mut rows_before = 0;
        for (index, group) in metadata.metadata().row_groups().iter().enumerate() {
            parts.push(Part::RowGroup { metadata: metadata.clone(), index, rows_before });
            rows_before = u64::saturating_add(rows_before, u64::try_from(group.num_rows()).unwrap_or(0));
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
        decoding(input, || match self {
            Self::RowGroup { metadata, index, rows_before } => {
                let all = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
                let rows = BATCH_VALUES_MAX / metadata.schema().fields().len().max(1);
                let group = metadata.metadata().row_group(index);
                let claimed = u64::try_from(group.num_rows()).unwrap_or(0);
                let rows = parquet::check(input, &Arc::new(input.file()?), group, rows.min(BATCH_ROWS))?;
                let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(input.file()?, metadata)
                    .with_row_groups(vec![index])
                    .with_batch_size(rows)
                    .build()
                    .map_err(|error| damaged(input, error))?;
                let mut done = Done { input, all, seen: rows_before };
                for batch in reader {
                    let batch = batch.map_err(|error| damaged(input, error))?;
                    done.add(batch.num_rows() as u64, progress);
                    if !send(adapter.adapt(&batch)?) {
                        return Ok(());
                    }
                }
                let found = done.seen.saturating_sub(rows_before);
                if found != claimed {
                    let fact = format!("row group {index} claims {claimed} rows and has {found}");
                    return Err(unreadable(input).with_detail(fact));
                }
                Ok(())
            }
            Self::Whole => {
                let mut batches = Batches::open(input)?;
                let mut done = Done { input, all: batches.all, seen: 0 };
                while let Some(batch) = batches.next()? {
                    done.add(1, progress);
                    for rows in castable(input, batch)? {
                        if !send(adapter.adapt(&rows)?) {
                            return Ok(());
                        }
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
        self.seen = self.seen.saturating_add(more);
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

/// Runs a decoder; a panic means that the file is damaged.
fn decoding<T>(input: &Input, decode: impl FnOnce() -> Result<T>) -> Result<T> {
    contained(decode).unwrap_or_else(|| Err(unreadable(input)))
}
