//! Rows into data files: partitioned, checked against NULL, sorted if the table is clustered, of a size that scans
//! well.
//!
//! Rows of a clustered table wait in memory, are sorted a run at a time, and go on in the open file if they come
//! after its last row: rows that arrive in order make large files, others make one file for each run.

mod encoding;
mod run;

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, UInt64Array};
use datafusion::arrow::compute::{cast, concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::ScalarValue;
use deltalake::kernel::Add;
use object_store::path::Path;
use parquet::arrow::AsyncArrowWriter;
use uuid::Uuid;

use self::run::Run;
use super::file::{CHECKSUM_TAG, SORTED_TAG};
use super::order::Order;
use super::{Snapshot, Table, statistics};
use crate::schema::filed_schema;
use crate::store::{ChecksumWriter, Store, from_parquet};
use crate::{Error, ErrorKind, Result};

/// A file is closed when it has grown to about this size.
const FILE_BYTES: usize = 512 << 20;

/// Rows that wait to be sorted take about this much memory.
const RUN_BYTES: usize = 64 << 20;

/// Partitions written to at a time; a load that touches more writes the fullest out first.
const OPEN_PARTITIONS: usize = 64;

/// Writes rows of one table version into new data files, which no reader sees before a commit.
pub struct DataWriter {
    table: Arc<Table>,
    schema: SchemaRef,
    file_schema: SchemaRef,
    partition_columns: Vec<usize>,
    file_columns: Vec<usize>,
    converter: Option<RowConverter>,
    order: Option<Arc<Order>>,
    waiting: HashMap<Option<OwnedRow>, Run>,
    waiting_bytes: usize,
    open: HashMap<Option<OwnedRow>, OpenFile>,
    done: Vec<Add>,
    rows: u64,
}

struct OpenFile {
    partition_values: HashMap<String, Option<String>>,
    relative: String,
    path: Path,
    writer: AsyncArrowWriter<ChecksumWriter>,
    rows: usize,
    /// The columns the rows are sorted by; none when they are not.
    sorted_by: Vec<String>,
    /// The last row, by those columns.
    last: Option<OwnedRow>,
}

impl std::fmt::Debug for DataWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DataWriter").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl DataWriter {
    /// A writer for rows that fit the columns of `snapshot`.
    pub fn new(table: Arc<Table>, snapshot: &Snapshot) -> Result<Self> {
        table.store().writable()?;
        let schema = Arc::clone(snapshot.schema());
        let is_partition = |index: &usize| snapshot.partition_columns().contains(schema.field(*index).name());
        let mut partition_columns = Vec::new();
        for column in snapshot.partition_columns() {
            partition_columns.push(
                schema
                    .index_of(column)
                    .map_err(|_| Error::corrupt(format!("partition column `{column}` is not a column of the table")))?,
            );
        }
        let file_columns: Vec<usize> = (0..schema.fields().len()).filter(|index| !is_partition(index)).collect();
        let columns = schema
            .project(&file_columns)
            .map_err(|source| Error::internal("a column is missing").with_source(source))?;
        let file_schema = filed_schema(&columns);
        let converter = if partition_columns.is_empty() {
            None
        } else {
            let fields = partition_columns.iter().map(|&index| SortField::new(schema.field(index).data_type().clone()));
            Some(RowConverter::new(fields.collect()).map_err(|source| {
                Error::unsupported("the table cannot be partitioned by a column of this type").with_source(source)
            })?)
        };
        let order = Order::new(&file_schema, &snapshot.declared().cluster_by)?.map(Arc::new);
        Ok(Self {
            table,
            schema,
            file_schema,
            partition_columns,
            file_columns,
            converter,
            order,
            waiting: HashMap::new(),
            waiting_bytes: 0,
            open: HashMap::new(),
            done: Vec::new(),
            rows: 0,
        })
    }

    /// Takes rows whose columns are the table's, in order; types that differ are cast, NULLs are refused where they may not be.
    pub async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = conform(batch, &self.schema)?;
        self.rows += batch.num_rows() as u64;
        let Some(converter) = &self.converter else {
            let stored = self.stored(&batch)?;
            return self.take(None, &batch, stored).await;
        };
        let keys: Vec<ArrayRef> = self.partition_columns.iter().map(|&index| Arc::clone(batch.column(index))).collect();
        let keys = converter.convert_columns(&keys).map_err(arrow_error)?;
        let mut groups: HashMap<OwnedRow, Vec<u64>> = HashMap::new();
        for (index, key) in keys.iter().enumerate() {
            groups.entry(key.owned()).or_default().push(index as u64);
        }
        for (key, indices) in groups {
            let rows = take_record_batch(&batch, &UInt64Array::from(indices)).map_err(arrow_error)?;
            let stored = self.stored(&rows)?;
            self.take(Some(key), &rows, stored).await?;
        }
        Ok(())
    }

    /// The columns that files hold, as they hold them.
    fn stored(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        conform(&rows.project(&self.file_columns).map_err(arrow_error)?, &self.file_schema)
    }

    /// Takes rows of one partition; `stored` are the columns of `rows` that files hold.
    async fn take(&mut self, key: Option<OwnedRow>, rows: &RecordBatch, stored: RecordBatch) -> Result<()> {
        let Some(order) = self.order.clone() else {
            return self.write_partition(&key, rows, &stored).await;
        };
        let run = self.waiting.entry(key).or_insert_with(|| Run::new(rows.slice(0, 1)));
        self.waiting_bytes += run.add(stored);
        while self.waiting_bytes >= RUN_BYTES {
            let largest = self.waiting.iter().max_by_key(|(_, run)| run.bytes()).map(|(key, _)| key.clone());
            match largest {
                Some(key) => self.write_run(&order, key).await?,
                None => break,
            }
        }
        Ok(())
    }

    /// Sorts what waits for a partition and writes it: on in the open file, or into a new one.
    async fn write_run(&mut self, order: &Order, key: Option<OwnedRow>) -> Result<()> {
        let Some(run) = self.waiting.remove(&key) else { return Ok(()) };
        self.waiting_bytes = self.waiting_bytes.saturating_sub(run.bytes());
        let (one_row, batches) = run.sorted(order)?;
        for batch in batches {
            let Some(end) = batch.num_rows().checked_sub(1) else { continue };
            let first = order.keys(&batch.slice(0, 1))?;
            let last = order.keys(&batch.slice(end, 1))?.row(0).owned();
            let open = self.open.get(&key);
            let goes_back = open.and_then(|file| file.last.as_ref()).is_some_and(|last| first.row(0) < last.row());
            let is_full = open.is_some_and(|file| file.writer.bytes_written() >= FILE_BYTES);
            let mut rest = batch;
            if goes_back {
                self.close_partition(&key).await?;
            } else if is_full && let Some(cut) = order.change_of_leading_value(&rest)? {
                // Files that share no value of the first column can be read one after the other without a merge.
                self.write_partition(&key, &one_row, &rest.slice(0, cut)).await?;
                self.close_partition(&key).await?;
                rest = rest.slice(cut, rest.num_rows() - cut);
            }
            self.write_partition(&key, &one_row, &rest).await?;
            if let Some(file) = self.open.get_mut(&key) {
                file.last = Some(last);
            }
        }
        Ok(())
    }

    async fn write_partition(
        &mut self,
        key: &Option<OwnedRow>,
        rows: &RecordBatch,
        stored: &RecordBatch,
    ) -> Result<()> {
        if stored.num_rows() == 0 {
            return Ok(());
        }
        if !self.open.contains_key(key) {
            if self.open.len() >= OPEN_PARTITIONS {
                self.close_fullest().await?;
            }
            let file = self.open_file(rows, stored)?;
            self.open.insert(key.clone(), file);
        }
        let Some(file) = self.open.get_mut(key) else {
            return Err(Error::internal("a data file was closed while it was written"));
        };
        file.rows += stored.num_rows();
        file.writer.write(stored).await.map_err(from_parquet)?;
        // A sorted file ends where its order allows.
        if self.order.is_none() && file.writer.bytes_written() >= FILE_BYTES {
            self.close_partition(key).await?;
        }
        Ok(())
    }

    async fn close_partition(&mut self, key: &Option<OwnedRow>) -> Result<()> {
        match self.open.remove(key) {
            Some(file) => self.close(file).await,
            None => Ok(()),
        }
    }

    async fn close(&mut self, file: OpenFile) -> Result<()> {
        let add = file.close(Arc::clone(self.table.store()), Arc::clone(&self.file_schema)).await?;
        self.done.push(add);
        Ok(())
    }

    async fn close_fullest(&mut self) -> Result<()> {
        let fullest = self.open.iter().max_by_key(|(_, file)| file.rows).map(|(key, _)| key.clone());
        if let Some(file) = fullest.and_then(|key| self.open.remove(&key)) {
            self.close(file).await?;
        }
        Ok(())
    }

    /// Opens a file that begins with `stored`, the columns of `rows` that files hold.
    fn open_file(&self, rows: &RecordBatch, stored: &RecordBatch) -> Result<OpenFile> {
        let mut partition_values = HashMap::new();
        let mut relative = String::new();
        for &index in &self.partition_columns {
            let name = self.schema.field(index).name();
            let value = ScalarValue::try_from_array(rows.column(index), 0).map_err(datafusion_error)?;
            let text = partition_text(&value)?;
            partition_values.insert(name.clone(), text);
        }
        // Folders are numbered, not named after values: a value may be private, long or no file name.
        if !self.partition_columns.is_empty() {
            relative.push_str("part/");
        }
        relative.push_str(&format!("{}.parquet", Uuid::now_v7()));
        let path = relative.split('/').fold(self.table.root().clone(), |path, part| path.join(part));
        let sink = ChecksumWriter::new(self.table.store(), path.clone());
        let properties = encoding::properties(stored, self.order.as_deref())?;
        let writer =
            AsyncArrowWriter::try_new(sink, Arc::clone(&self.file_schema), Some(properties)).map_err(from_parquet)?;
        let sorted_by = self.order.as_ref().map(|order| order.names().to_vec()).unwrap_or_default();
        Ok(OpenFile { partition_values, relative, path, writer, rows: 0, sorted_by, last: None })
    }

    /// Makes every file durable and gives the actions that put them into the table.
    pub async fn finish(mut self) -> Result<(Vec<Add>, u64)> {
        if let Some(order) = self.order.clone() {
            let waiting: Vec<_> = self.waiting.keys().cloned().collect();
            for key in waiting {
                self.write_run(&order, key).await?;
            }
        }
        let open = std::mem::take(&mut self.open);
        for (_, file) in open {
            self.close(file).await?;
        }
        Ok((self.done, self.rows))
    }
}

impl OpenFile {
    /// Makes the file durable and gives the action that puts it into a table.
    async fn close(mut self, store: Arc<Store>, schema: SchemaRef) -> Result<Add> {
        let metadata = self.writer.finish().await.map_err(from_parquet)?;
        let (bytes, checksum) = self.writer.into_inner().finish()?;
        let stats = statistics::to_json(&schema, &metadata)?;
        store.expect(&self.path, bytes, checksum);
        let mut tags = HashMap::from([(CHECKSUM_TAG.to_owned(), Some(format!("{checksum:016x}")))]);
        if !self.sorted_by.is_empty() {
            tags.insert(SORTED_TAG.to_owned(), Some(serde_json::json!(self.sorted_by).to_string()));
        }
        Ok(Add {
            path: self.relative,
            partition_values: self.partition_values,
            size: i64::try_from(bytes).map_err(|_| Error::internal("a data file is larger than 8 EiB"))?,
            modification_time: chrono::Utc::now().timestamp_millis(),
            data_change: true,
            stats: Some(stats),
            tags: Some(tags),
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        })
    }
}

/// One batch of all rows, for writers that collect small ones.
pub(super) fn together(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch> {
    concat_batches(schema, batches).map_err(arrow_error)
}

/// The batch with exactly the table's column types, without NULLs where they may not be.
pub fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    if batch.num_columns() != schema.fields().len() {
        return Err(Error::new(
            ErrorKind::TypeMismatch,
            format!("the table has {} columns, got {}", schema.fields().len(), batch.num_columns()),
        ));
    }
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (column, field) in batch.columns().iter().zip(schema.fields()) {
        let column = if column.data_type() == field.data_type() {
            Arc::clone(column)
        } else {
            cast_exactly(column, field.data_type()).map_err(|source| {
                Error::new(
                    ErrorKind::TypeMismatch,
                    format!("column `{}` holds {}, got {}", field.name(), field.data_type(), column.data_type()),
                )
                .with_detail(source.to_string())
            })?
        };
        if !field.is_nullable() && column.logical_null_count() > 0 {
            return Err(Error::new(
                ErrorKind::NotNullViolation,
                format!("null value in column \"{}\" violates not-null constraint", field.name()),
            ));
        }
        columns.push(column);
    }
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(arrow_error)
}

/// A cast that fails where a value would be lost, instead of putting NULL in its place.
fn cast_exactly(
    column: &ArrayRef,
    to: &DataType,
) -> std::result::Result<ArrayRef, datafusion::arrow::error::ArrowError> {
    let options = datafusion::arrow::compute::CastOptions { safe: false, ..Default::default() };
    datafusion::arrow::compute::cast_with_options(column, to, &options)
}

/// A partition value as Delta writes it into the log.
fn partition_text(value: &ScalarValue) -> Result<Option<String>> {
    if value.is_null() {
        return Ok(None);
    }
    // Their column is one of integers to other readers, so the log cannot hold them as text.
    if matches!(value, ScalarValue::Time64Microsecond(_)) {
        return Err(Error::unsupported("a table cannot be partitioned by a time of day")
            .with_hint("partition by a date, or by a number made of the time"));
    }
    if matches!(value, ScalarValue::Decimal256(..)) {
        return Err(Error::unsupported("a table cannot be partitioned by numbers of more than 38 digits")
            .with_hint("partition by a date, or cast the column to numeric(38, 18)"));
    }
    let array = value.to_array().map_err(datafusion_error)?;
    let text = cast(&array, &DataType::Utf8).map_err(arrow_error)?;
    match ScalarValue::try_from_array(&text, 0).map_err(datafusion_error)? {
        ScalarValue::Utf8(text) => Ok(text),
        _ => Err(Error::unsupported("the table cannot be partitioned by a column of this type")),
    }
}

pub(super) fn arrow_error(source: datafusion::arrow::error::ArrowError) -> Error {
    Error::internal("rows could not be arranged for writing").with_detail(source.to_string()).with_source(source)
}

fn datafusion_error(source: datafusion::error::DataFusionError) -> Error {
    Error::internal("a partition value could not be read").with_source(source)
}
