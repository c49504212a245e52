//! Parquet and Arrow IPC files.
//!
//! Their decoders may panic on damaged input. That ends as an error that names the file, and
//! nothing of it is loaded.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use futures::stream::{BoxStream, StreamExt};

use super::adapt::{Adapter, common_columns, table_schema};
use super::input::Input;
use super::piece::{Piece, produce};
use super::split::COLUMNS_MAX;
use super::{FileFormat, Progress};
use crate::{Error, ErrorKind, Result};

/// Rows of a batch: enough that a batch costs little, few enough that some fit into memory.
const BATCH_ROWS: usize = 1 << 15;

/// Batches that wait for the table.
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
            let schema = contained(&input, || Ok(open(&input)?.schema))?;
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
        let batches = produce(BATCHES_AHEAD, move |send| {
            for (input, adapter) in &self.files {
                let goes_on = contained(input, || read(input, adapter, &progress, send))?;
                if !goes_on {
                    break;
                }
            }
            Ok(())
        });
        batches.map(|batch| Ok(Piece { batch: batch?, refusals: Vec::new() })).boxed()
    }
}

/// Sends all batches of a file; whether anybody still reads.
fn read(input: &Input, adapter: &Adapter, progress: &Progress, send: &dyn Fn(RecordBatch) -> bool) -> Result<bool> {
    let contents = open(input)?;
    let (mut seen, mut counted) = (0, 0);
    for batch in contents.batches {
        let batch = batch.map_err(|error| damaged(input, error))?;
        seen += match contents.unit {
            Unit::Rows => batch.num_rows() as u64,
            Unit::Batches => 1,
        };
        let done = share(input.bytes, seen, contents.units);
        progress.bytes_done.fetch_add(done.saturating_sub(counted), Ordering::Relaxed);
        counted = counted.max(done);
        if !send(adapter.adapt(&batch)?) {
            return Ok(false);
        }
    }
    progress.bytes_done.fetch_add(input.bytes - counted, Ordering::Relaxed);
    Ok(true)
}

/// The part of `bytes` that `seen` of `units` stand for.
fn share(bytes: u64, seen: u64, units: Option<u64>) -> u64 {
    match units {
        Some(units) if units > 0 => (u128::from(bytes) * u128::from(seen.min(units)) / u128::from(units)) as u64,
        _ => 0,
    }
}

/// What a file's length is counted in.
enum Unit {
    Rows,
    Batches,
}

/// An open file.
struct Contents {
    schema: SchemaRef,
    batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>>>,
    unit: Unit,
    /// The length, where the file tells it.
    units: Option<u64>,
}

fn open(input: &Input) -> Result<Contents> {
    match input.format {
        FileFormat::Parquet => open_parquet(input),
        _ => open_arrow(input),
    }
}

fn open_parquet(input: &Input) -> Result<Contents> {
    if !input.starts_with(b"PAR1")? {
        return Err(Error::new(ErrorKind::InvalidText, format!("{} is not a Parquet file", input.name))
            .with_hint("name its format with --format if it is another"));
    }
    let builder = ParquetRecordBatchReaderBuilder::try_new(input.file()?).map_err(|error| damaged(input, error))?;
    let schema = Arc::clone(builder.schema());
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).ok();
    let reader = builder.with_batch_size(BATCH_ROWS).build().map_err(|error| damaged(input, error))?;
    Ok(Contents { schema, batches: Box::new(reader), unit: Unit::Rows, units: rows })
}

fn open_arrow(input: &Input) -> Result<Contents> {
    if input.starts_with(b"ARROW1")? {
        let file: BufReader<File> = BufReader::new(input.file()?);
        let reader = FileReader::try_new(file, None).map_err(|error| damaged(input, error))?;
        let batches = reader.num_batches() as u64;
        return Ok(Contents {
            schema: reader.schema(),
            batches: Box::new(reader),
            unit: Unit::Batches,
            units: Some(batches),
        });
    }
    if !input.starts_with(&[0xff; 4])? {
        return Err(Error::new(ErrorKind::InvalidText, format!("{} is not an Arrow IPC file or stream", input.name))
            .with_hint("name its format with --format if it is another"));
    }
    let reader = StreamReader::try_new(BufReader::new(input.file()?), None).map_err(|error| damaged(input, error))?;
    Ok(Contents { schema: reader.schema(), batches: Box::new(reader), unit: Unit::Batches, units: None })
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use arrow::array::{AsArray, Int64Array};
    use arrow::datatypes::Int64Type;
    use arrow::ipc::writer::{FileWriter, StreamWriter};
    use datafusion::parquet::arrow::ArrowWriter;

    use super::*;

    fn batch(count: i64) -> RecordBatch {
        let numbers = Int64Array::from_iter_values(0..count);
        RecordBatch::try_from_iter([("n", Arc::new(numbers) as _)]).unwrap()
    }

    fn parquet(path: &Path, batch: &RecordBatch) {
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
        parquet(&path("a.parquet"), &batch);
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
        parquet(&path, &batch(1000));
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
        parquet(&path, &batch(200));
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
