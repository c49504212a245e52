//! Parquet and Arrow IPC files.
//!
//! Several parts of the files are decoded at once, each on a thread of its own and a few batches ahead of whoever
//! reads them; the batches come in the order of the files all the same. The decoders believe the lengths they are told
//! and may panic on damaged input. So what a file claims is held against the file first, and a panic ends as an error
//! that names the file; nothing of it is loaded.

mod delta;
mod expansion;
mod ipc;
mod parquet;
mod part;
mod thrift;

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use futures::future;
use futures::stream::{self, BoxStream, StreamExt};

use self::part::Part;
use super::Progress;
use super::adapt::{Adapter, common_columns, table_schema};
use super::input::Input;
use super::piece::{Piece, produce, run_blocking};
use super::split::COLUMNS_MAX;
use crate::{Error, ErrorKind, Result};

/// Parts decoded at once; they and the encoders share the cores.
const DECODERS_MAX: usize = 4;

/// Batches of a part that wait for the table.
const BATCHES_AHEAD: usize = 4;

/// Typed files whose columns are settled.
#[derive(Debug)]
pub(super) struct ColumnarFiles {
    files: Vec<(Input, Adapter)>,
    pub(super) schema: SchemaRef,
}

impl ColumnarFiles {
    /// Reads the schemas of all files and matches them with the table, or with the first file.
    pub(super) fn prepare(inputs: Vec<Input>, table: Option<SchemaRef>) -> Result<Self> {
        let mut files = Vec::with_capacity(inputs.len());
        let mut wanted: Option<SchemaRef> = None;
        for input in inputs {
            let schema = part::schema(&input)?;
            if schema.fields().len() > COLUMNS_MAX {
                let fact = format!(
                    "{} has {} columns, and a table has at most {COLUMNS_MAX}",
                    input.name,
                    schema.fields().len()
                );
                return Err(Error::new(ErrorKind::LimitExceeded, fact));
            }
            // Every type is looked at, so that one no table holds is named with its file.
            let own = table_schema(&schema, &input.name)?;
            let wanted = wanted.get_or_insert_with(|| match &table {
                Some(table) => common_columns(table, &own),
                None => own,
            });
            let adapter = Adapter::new(&input.name, &schema, wanted)?;
            files.push((input, adapter));
        }
        match wanted {
            Some(schema) => Ok(Self { files, schema }),
            None => Err(Error::invalid_parameter("no file to load was named")),
        }
    }

    /// The size of the files.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|(input, _)| input.bytes).sum()
    }

    /// All rows in order.
    pub(super) fn pieces(self: Arc<Self>, progress: Arc<Progress>) -> BoxStream<'static, Result<Piece>> {
        let decoders = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(DECODERS_MAX);
        let reading = Reading {
            files: self,
            progress,
            decoders,
            file: 0,
            parts: VecDeque::new(),
            running: VecDeque::with_capacity(decoders),
        };
        let batches = stream::unfold(reading, |mut reading| async move {
            let batch = reading.next().await?;
            Some((batch, reading))
        });
        batches.map(|batch| Ok(Piece { batch: batch?, refusals: Vec::new() })).boxed()
    }
}

/// Files on their way: some parts are being decoded, the first of which is read.
struct Reading {
    files: Arc<ColumnarFiles>,
    progress: Arc<Progress>,
    decoders: usize,
    /// The file to open next.
    file: usize,
    /// What is not begun of the files that are open, with the place of its file.
    parts: VecDeque<(usize, Part)>,
    running: VecDeque<BoxStream<'static, Result<RecordBatch>>>,
}

impl Reading {
    async fn next(&mut self) -> Option<Result<RecordBatch>> {
        loop {
            while self.running.len() < self.decoders {
                match self.part().await {
                    Ok(Some((file, part))) => self.start(file, part),
                    Ok(None) => break,
                    // The batches of the files before come first, and nothing comes after.
                    Err(error) => {
                        self.file = self.files.files.len();
                        self.running.push_back(stream::once(future::ready(Err(error))).boxed());
                    }
                }
            }
            if let Some(batch) = self.running.front_mut()?.next().await {
                return Some(batch);
            }
            self.running.pop_front();
        }
    }

    /// The part to decode next, of the next file when those of this one are all begun.
    async fn part(&mut self) -> Result<Option<(usize, Part)>> {
        while self.parts.is_empty() && self.file < self.files.files.len() {
            let (files, file) = (Arc::clone(&self.files), self.file);
            let parts = run_blocking(move || part::parts(&files.files[file].0)).await?;
            if parts.is_empty() {
                self.progress.bytes_done.fetch_add(self.files.files[file].0.bytes, Ordering::Relaxed);
            }
            self.parts.extend(parts.into_iter().map(|part| (file, part)));
            self.file += 1;
        }
        Ok(self.parts.pop_front())
    }

    fn start(&mut self, file: usize, part: Part) {
        let (files, progress) = (Arc::clone(&self.files), Arc::clone(&self.progress));
        let batches = produce(BATCHES_AHEAD, move |send| {
            let (input, adapter) = &files.files[file];
            part.read(input, adapter, &progress, send)
        });
        self.running.push_back(batches.boxed());
    }
}

fn damaged(input: &Input, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    unreadable(input).with_detail(error.to_string()).with_source(error)
}

fn unreadable(input: &Input) -> Error {
    Error::corrupt(format!("{} is damaged: it cannot be read as {}", input.name, input.format.noun()))
        .with_hint("copy or write the file again")
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;

    use arrow::array::{AsArray, Int64Array};
    use arrow::datatypes::Int64Type;
    use arrow::ipc::writer::{FileWriter, StreamWriter};
    use datafusion::parquet::arrow::ArrowWriter;
    use datafusion::parquet::file::properties::WriterProperties;

    use super::*;

    fn batch(count: i64) -> RecordBatch {
        let numbers = Int64Array::from_iter_values(0..count);
        RecordBatch::try_from_iter([("n", Arc::new(numbers) as _)]).unwrap()
    }

    fn write_parquet(path: &Path, batch: &RecordBatch) {
        let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
        writer.write(batch).unwrap();
        writer.close().unwrap();
    }

    async fn load(paths: &[&Path]) -> Result<i64> {
        let inputs = paths.iter().map(|path| Input::inspect(path, None)).collect::<Result<Vec<_>>>()?;
        let files = Arc::new(ColumnarFiles::prepare(inputs, None)?);
        let progress = Arc::new(Progress::default());
        let bytes = files.bytes();
        let pieces: Vec<_> = files.pieces(Arc::clone(&progress)).collect().await;
        let mut sum = 0;
        for piece in pieces {
            sum += piece?.batch.column(0).as_primitive::<Int64Type>().values().iter().sum::<i64>();
        }
        assert_eq!(progress.bytes_done.load(Ordering::Relaxed), bytes);
        Ok(sum)
    }

    #[tokio::test]
    async fn every_format_comes_back_whole() {
        let folder = tempfile::tempdir().unwrap();
        let batch = batch(100_000);
        let path = |name: &str| folder.path().join(name);
        write_parquet(&path("a.parquet"), &batch);
        let mut writer = FileWriter::try_new(File::create(path("a.arrow")).unwrap(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
        let mut writer = StreamWriter::try_new(File::create(path("a.arrows")).unwrap(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
        for name in ["a.parquet", "a.arrow", "a.arrows"] {
            assert_eq!(load(&[&path(name)]).await.unwrap(), 4_999_950_000, "{name}");
        }
        assert_eq!(load(&[&path("a.parquet"), &path("a.parquet")]).await.unwrap(), 2 * 4_999_950_000);
    }

    #[tokio::test]
    async fn row_groups_decoded_at_once_come_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(1000)).build();
        let batch = batch(50_000);
        let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let files = ColumnarFiles::prepare(vec![Input::inspect(&path, None).unwrap()], None).unwrap();
        let pieces: Vec<_> = Arc::new(files).pieces(Arc::default()).collect().await;
        let mut numbers = Vec::new();
        for piece in pieces {
            numbers.extend_from_slice(piece.unwrap().batch.column(0).as_primitive::<Int64Type>().values());
        }
        assert!(numbers.into_iter().eq(0..50_000));
    }

    #[tokio::test]
    async fn the_rows_before_a_damaged_file_come_first() {
        let folder = tempfile::tempdir().unwrap();
        let (whole, damaged) = (folder.path().join("a.parquet"), folder.path().join("b.parquet"));
        write_parquet(&whole, &batch(10));
        write_parquet(&damaged, &batch(10));
        let inputs = [&whole, &damaged].map(|path| Input::inspect(path, None).unwrap());
        let files = Arc::new(ColumnarFiles::prepare(inputs.into(), None).unwrap());
        std::fs::write(&damaged, "PAR1").unwrap();
        let pieces: Vec<_> = files.pieces(Arc::default()).collect().await;
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[0].as_ref().unwrap().batch.num_rows(), 10);
        assert_eq!(pieces[1].as_ref().unwrap_err().kind(), ErrorKind::Corrupt);
    }

    #[tokio::test]
    async fn what_is_not_parquet_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let error = load(&[&path]).await.unwrap_err();
        assert_eq!(error.message(), format!("{} is not a Parquet file", path.display()));
    }

    #[tokio::test]
    async fn a_file_cut_off_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        write_parquet(&path, &batch(1000));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 20]).unwrap();
        let error = load(&[&path]).await.unwrap_err();
        assert_eq!(error.message(), format!("{} is damaged: it cannot be read as Parquet", path.display()));
        assert_eq!(error.kind(), ErrorKind::Corrupt);
    }

    #[tokio::test]
    async fn a_damaged_footer_never_escapes_as_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        write_parquet(&path, &batch(200));
        let bytes = std::fs::read(&path).unwrap();
        // The footer's length, without its lowest byte, and the closing magic.
        for at in bytes.len() - 7..bytes.len() {
            let mut broken = bytes.clone();
            broken[at] ^= 0x10;
            std::fs::write(&path, &broken).unwrap();
            assert_eq!(load(&[&path]).await.unwrap_err().kind(), ErrorKind::Corrupt);
        }
    }
}
