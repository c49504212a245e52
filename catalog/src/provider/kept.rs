//! Rows of small tables that are read again and again, kept in memory as they were decoded.
//!
//! A dashboard reads the same few thousand rows of a view for each of its questions, and opening and decoding their
//! file takes longer than computing an answer from them. The second scan of a version keeps its rows. A version never
//! changes, so what is kept is never old; it goes when the room is needed for what is asked for more often.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::catalog::memory::{DataSourceExec, MemorySourceConfig};
use datafusion::error::Result;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::TryStreamExt;
use moka::sync::Cache;
use object_store::path::Path;

use super::TableScan;
use crate::table::Snapshot;

/// Bytes of all rows that are kept.
const KEPT_BYTES: u64 = 64 << 20;

/// Bytes of the files of a version that is kept, at most.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// Its rows times its columns, at most: a file may hold many equal values in a few bytes.
const VALUES_MAX: usize = 1 << 20;

/// Bytes of its rows, at most: long texts that come again and again take little in a file.
const ROW_BYTES_MAX: usize = 16 << 20;

/// What an entry takes beside its rows.
const ENTRY_BYTES: usize = 256;

/// The rows of some versions of a lake's tables.
pub struct KeptRows {
    versions: Cache<(Path, u64), Kept>,
}

/// What is known of a version.
#[derive(Debug, Clone)]
enum Kept {
    /// It was scanned once.
    Seen,
    /// Its rows turned out to be too large.
    Large,
    Rows(Arc<Rows>),
}

/// All rows of a version, with all columns.
#[derive(Debug)]
pub(super) struct Rows {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Default for KeptRows {
    fn default() -> Self {
        let weight = |_: &(Path, u64), kept: &Kept| u32::try_from(kept.bytes()).unwrap_or(u32::MAX);
        Self { versions: Cache::builder().max_capacity(KEPT_BYTES).weigher(weight).build() }
    }
}

impl fmt::Debug for KeptRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptRows").field("versions", &self.versions.entry_count()).finish_non_exhaustive()
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        match self {
            Self::Seen | Self::Large => ENTRY_BYTES,
            Self::Rows(rows) => {
                ENTRY_BYTES + rows.batches.iter().map(RecordBatch::get_array_memory_size).sum::<usize>()
            }
        }
    }
}

impl KeptRows {
    /// The rows of the version that is scanned, if they are few and were asked for before.
    pub(super) async fn of(&self, scan: &TableScan, state: &dyn Session) -> Result<Option<Arc<Rows>>> {
        let snapshot = &scan.snapshot;
        if !is_small(snapshot) {
            return Ok(None);
        }
        let key = (snapshot.root().clone(), snapshot.version());
        match self.versions.get(&key) {
            None => {
                self.versions.insert(key, Kept::Seen);
                Ok(None)
            }
            Some(Kept::Rows(rows)) => Ok(Some(rows)),
            Some(Kept::Large) => Ok(None),
            Some(Kept::Seen) => {
                let rows = Rows::read(scan, state).await?.map(Arc::new);
                self.versions.insert(key, rows.clone().map_or(Kept::Large, Kept::Rows));
                Ok(rows)
            }
        }
    }
}

impl Rows {
    /// All rows of the version that is scanned, `None` if they are too large.
    async fn read(scan: &TableScan, state: &dyn Session) -> Result<Option<Self>> {
        let whole = TableScan::of_files(Arc::clone(&scan.store), Arc::clone(&scan.snapshot), None)?;
        let mut stream = execute_stream(whole.scan_files(state, None, &[], None)?, state.task_ctx())?;
        let mut batches = Vec::new();
        let mut bytes = 0;
        while let Some(batch) = stream.try_next().await? {
            bytes += batch.get_array_memory_size();
            if bytes > ROW_BYTES_MAX {
                return Ok(None);
            }
            batches.push(batch);
        }
        Ok(Some(Self { schema: Arc::clone(&whole.schema), batches }))
    }

    /// The scan of some columns of `schema`, all when `None`.
    pub(super) fn scan(
        &self,
        schema: &SchemaRef,
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..schema.fields().len()).collect();
        let mut places = Vec::with_capacity(all.len());
        for &column in projection.unwrap_or(&all) {
            places.push(self.schema.index_of(schema.field(column).name())?);
        }
        let partitions = [self.batches.clone()];
        let source = MemorySourceConfig::try_new(&partitions, Arc::clone(&self.schema), Some(places))?;
        Ok(DataSourceExec::from_data_source(source.with_limit(limit)))
    }
}

fn is_small(snapshot: &Snapshot) -> bool {
    let values = snapshot.rows().and_then(|rows| rows.checked_mul(snapshot.schema().fields().len().max(1)));
    snapshot.bytes() <= FILE_BYTES_MAX && values.is_some_and(|values| values <= VALUES_MAX)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{AsArray, StringArray};
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use datafusion::prelude::SessionContext;

    use super::*;
    use crate::store::Store;
    use crate::table::{Append, Table, TableDefinition};

    /// Bytes of each text: so many alike that they take next to nothing in a file.
    const TEXT_BYTES: usize = 100_000;

    fn texts(rows: usize) -> Vec<String> {
        (0..rows).map(|row| format!("{row:06}{}", "x".repeat(TEXT_BYTES - 6))).collect()
    }

    /// A table of long texts in a small file, and its scan.
    async fn scan(lake: &str, rows: usize, kept: &Arc<KeptRows>) -> TableScan {
        let store = Arc::new(Store::open(&format!("memory://{lake}")).await.unwrap());
        let table = Arc::new(Table::at(Arc::clone(&store), "t").unwrap());
        let schema = Arc::new(Schema::new(vec![Field::new("text", DataType::Utf8, true)]));
        table.create(&TableDefinition::of_columns(Arc::clone(&schema))).await.unwrap();
        let column = Arc::new(StringArray::from(texts(rows)));
        let batch = RecordBatch::try_new(schema, vec![column]).unwrap();
        assert!(table.append(Append::Rows(batch), None).await.unwrap());
        let snapshot = table.latest().await.unwrap();
        assert!(is_small(&snapshot), "{} bytes of files are more than are looked at", snapshot.bytes());
        TableScan::new(store, snapshot).unwrap().keeping_rows(kept)
    }

    /// What a query reads.
    async fn read(scan: &TableScan) -> Vec<String> {
        let context = SessionContext::new();
        context.register_object_store(scan.store.url(), scan.store.object_store());
        let rows = context.read_table(Arc::new(scan.clone())).unwrap();
        let mut texts = Vec::new();
        for batch in rows.collect().await.unwrap() {
            texts.extend(batch.column(0).as_string_view().iter().map(|text| text.unwrap().to_owned()));
        }
        texts.sort_unstable();
        texts
    }

    /// What is known of the version after it was read three times, each time whole.
    async fn known_after_reading(lake: &str, rows: usize) -> Kept {
        let kept = Arc::new(KeptRows::default());
        let scan = scan(lake, rows, &kept).await;
        for _ in 0..3 {
            assert!(read(&scan).await == texts(rows), "the rows are others");
        }
        kept.versions.get(&(scan.snapshot.root().clone(), scan.snapshot.version())).unwrap()
    }

    #[tokio::test]
    async fn rows_up_to_the_limit_are_kept_and_read_as_they_are_in_the_file() {
        let rows = ROW_BYTES_MAX / TEXT_BYTES - 20;
        let known = known_after_reading("kept-rows-below", rows).await;
        assert!(matches!(known, Kept::Rows(_)), "{known:?}");
        assert!((rows * TEXT_BYTES..=ENTRY_BYTES + ROW_BYTES_MAX).contains(&known.bytes()), "{} bytes", known.bytes());
    }

    #[tokio::test]
    async fn rows_beyond_the_limit_are_not_kept_and_read_all_the_same() {
        let rows = ROW_BYTES_MAX / TEXT_BYTES + 10;
        let known = known_after_reading("kept-rows-beyond", rows).await;
        assert!(matches!(known, Kept::Large), "{known:?}");
        assert_eq!(known.bytes(), ENTRY_BYTES);
    }
}
