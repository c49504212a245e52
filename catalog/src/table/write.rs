//! Rows into data files: partitioned, checked against NULL, of a size that scans well.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, UInt64Array};
use datafusion::arrow::compute::{cast, concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::common::ScalarValue;
use deltalake::kernel::Add;
use object_store::path::Path;
use parquet::arrow::AsyncArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use uuid::Uuid;

use super::file::CHECKSUM_TAG;
use super::{Snapshot, Table, statistics};
use crate::store::{ChecksumWriter, Store, from_parquet};
use crate::{Error, ErrorKind, Result};

/// Rows of a row group: what a scan skips or reads at once, and what a writer holds in memory.
const ROW_GROUP_ROWS: usize = 1 << 20;

/// A file is closed when it has grown to about this size.
const FILE_BYTES: usize = 512 << 20;

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
        let file_schema = Arc::new(
            schema
                .project(&file_columns)
                .map_err(|source| Error::internal("a column is missing").with_source(source))?,
        );
        let converter = if partition_columns.is_empty() {
            None
        } else {
            let fields = partition_columns.iter().map(|&index| SortField::new(schema.field(index).data_type().clone()));
            Some(RowConverter::new(fields.collect()).map_err(|source| {
                Error::unsupported("the table cannot be partitioned by a column of this type").with_source(source)
            })?)
        };
        Ok(Self {
            table,
            schema,
            file_schema,
            partition_columns,
            file_columns,
            converter,
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
            let rows = batch.project(&self.file_columns).map_err(arrow_error)?;
            return self.write_partition(None, &batch, rows).await;
        };
        let keys: Vec<ArrayRef> = self.partition_columns.iter().map(|&index| Arc::clone(batch.column(index))).collect();
        let keys = converter.convert_columns(&keys).map_err(arrow_error)?;
        let mut groups: HashMap<OwnedRow, Vec<u64>> = HashMap::new();
        for (index, key) in keys.iter().enumerate() {
            groups.entry(key.owned()).or_default().push(index as u64);
        }
        for (key, indices) in groups {
            let rows = take_record_batch(&batch, &UInt64Array::from(indices)).map_err(arrow_error)?;
            let stored = rows.project(&self.file_columns).map_err(arrow_error)?;
            self.write_partition(Some(key), &rows, stored).await?;
        }
        Ok(())
    }

    async fn write_partition(&mut self, key: Option<OwnedRow>, rows: &RecordBatch, stored: RecordBatch) -> Result<()> {
        if !self.open.contains_key(&key) {
            if self.open.len() >= OPEN_PARTITIONS {
                self.close_fullest().await?;
            }
            let file = self.open_file(rows)?;
            self.open.insert(key.clone(), file);
        }
        let Some(file) = self.open.get_mut(&key) else {
            return Err(Error::internal("a data file was closed while it was written"));
        };
        file.rows += stored.num_rows();
        file.writer.write(&stored).await.map_err(from_parquet)?;
        if file.writer.bytes_written() >= FILE_BYTES {
            if let Some(file) = self.open.remove(&key) {
                self.close(file).await?;
            }
        }
        Ok(())
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

    fn open_file(&self, rows: &RecordBatch) -> Result<OpenFile> {
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
        let writer =
            AsyncArrowWriter::try_new(sink, Arc::clone(&self.file_schema), Some(properties(&self.file_schema)))
                .map_err(from_parquet)?;
        Ok(OpenFile { partition_values, relative, path, writer, rows: 0 })
    }

    /// Makes every file durable and gives the actions that put them into the table.
    pub async fn finish(mut self) -> Result<(Vec<Add>, u64)> {
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
        Ok(Add {
            path: self.relative,
            partition_values: self.partition_values,
            size: i64::try_from(bytes).map_err(|_| Error::internal("a data file is larger than 8 EiB"))?,
            modification_time: chrono::Utc::now().timestamp_millis(),
            data_change: true,
            stats: Some(stats),
            tags: Some(HashMap::from([(CHECKSUM_TAG.to_owned(), Some(format!("{checksum:016x}")))])),
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
    let array = value.to_array().map_err(datafusion_error)?;
    let text = cast(&array, &DataType::Utf8).map_err(arrow_error)?;
    match ScalarValue::try_from_array(&text, 0).map_err(datafusion_error)? {
        ScalarValue::Utf8(text) => Ok(text),
        _ => Err(Error::unsupported("the table cannot be partitioned by a column of this type")),
    }
}

fn properties(schema: &Schema) -> WriterProperties {
    let level = ZstdLevel::try_new(1).unwrap_or_default();
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_created_by(format!("bellwether {}", env!("CARGO_PKG_VERSION")));
    for field in schema.fields() {
        if is_id(field.name(), field.data_type()) {
            builder = builder.set_column_bloom_filter_enabled(field.name().as_str().into(), true);
        }
    }
    builder.build()
}

/// Columns people look single values up by get a Bloom filter.
fn is_id(name: &str, data_type: &DataType) -> bool {
    let name = name.to_ascii_lowercase();
    let searchable = data_type.is_integer() || matches!(data_type, DataType::Utf8);
    searchable && (name == "id" || name.ends_with("_id"))
}

fn arrow_error(source: datafusion::arrow::error::ArrowError) -> Error {
    Error::internal("rows could not be arranged for writing").with_detail(source.to_string()).with_source(source)
}

fn datafusion_error(source: datafusion::error::DataFusionError) -> Error {
    Error::internal("a partition value could not be read").with_source(source)
}
