//! A table version as DataFusion scans it.
//!
//! The scan is ours rather than the library's: files are listed from the pinned snapshot with their exact
//! statistics, pruned by them, and handed to DataFusion's own Parquet source, so that dynamic filters,
//! partition values and plan serialisation work as for any Parquet scan.

mod bounds;
mod deal;
mod kept;
mod ordering;
mod selectivity;

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, ScalarValue, Statistics, plan_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use object_store::ObjectMeta;

use self::bounds::FileBounds;
pub use self::kept::KeptRows;
use crate::schema::undescribed;
use crate::store::Store;
use crate::table::{DataFile, Snapshot, merged_statistics};

/// The column that tells a rewriting statement from which file a row came.
pub const FILE_COLUMN: &str = "__file";

/// One table version, or some of its files, as a relation.
///
/// Declared keys are promises of whoever loads the data, not facts the engine checks, so the optimizer
/// is not told of them: clients read them from the catalogue.
#[derive(Debug, Clone)]
pub struct TableScan {
    store: Arc<Store>,
    snapshot: Arc<Snapshot>,
    schema: SchemaRef,
    /// The columns in the order the Parquet source delivers them.
    stored: TableSchema,
    /// For each column of `schema`, its place in `stored`.
    places: Vec<usize>,
    /// Only these files, by their place in the snapshot's list; all when `None`.
    files: Option<Vec<usize>>,
    with_file_column: bool,
    /// Where the rows are looked for first, and kept.
    kept: Option<Arc<KeptRows>>,
}

impl TableScan {
    /// A scan of the whole version, without its hidden columns.
    pub fn new(store: Arc<Store>, snapshot: Arc<Snapshot>) -> Result<Self> {
        let columns = undescribed(&snapshot.stored_schema());
        Self::build(store, snapshot, columns, None, false)
    }

    /// The same with what its columns are said to mean, for those who describe what a view passes on.
    pub fn described(store: Arc<Store>, snapshot: Arc<Snapshot>) -> Result<Self> {
        let columns = snapshot.stored_schema();
        Self::build(store, snapshot, columns, None, false)
    }

    /// A scan of some files (by place in [`Snapshot::files`]) with all columns, and with a last column [`FILE_COLUMN`] that holds that place.
    pub fn of_files(store: Arc<Store>, snapshot: Arc<Snapshot>, files: Option<Vec<usize>>) -> Result<Self> {
        let columns = undescribed(&snapshot.stored_schema());
        Self::build(store, snapshot, columns, files, true)
    }

    fn build(
        store: Arc<Store>,
        snapshot: Arc<Snapshot>,
        stored: Schema,
        files: Option<Vec<usize>>,
        with_file_column: bool,
    ) -> Result<Self> {
        let partitions = snapshot.partition_columns().len();
        let file_fields = stored.fields().len() - partitions;
        let mut partition_fields: Vec<_> = stored.fields()[file_fields..].to_vec();
        let mut fields = Vec::with_capacity(stored.fields().len() + 1);
        let visible = if with_file_column { Arc::clone(snapshot.schema()) } else { snapshot.visible_schema() };
        for declared in visible.fields() {
            fields.push(Arc::new(stored.field_with_name(declared.name())?.clone()));
        }
        if with_file_column {
            let field = Arc::new(Field::new(FILE_COLUMN, DataType::UInt32, false));
            partition_fields.push(Arc::clone(&field));
            fields.push(field);
        }
        let file_schema = Arc::new(Schema::new(stored.fields()[..file_fields].to_vec()));
        let stored = TableSchema::builder(file_schema).with_table_partition_cols(partition_fields).build();
        let schema = Arc::new(Schema::new(fields));
        let mut places = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            places.push(stored.table_schema().index_of(field.name())?);
        }
        Ok(Self { store, snapshot, schema, stored, places, files, with_file_column, kept: None })
    }

    /// The same of a version that is read again and again, as it was committed: while it is small, its rows are kept
    /// in memory.
    pub fn keeping_rows(self, kept: &Arc<KeptRows>) -> Self {
        Self { kept: Some(Arc::clone(kept)), ..self }
    }

    /// The version that is scanned.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    fn candidates(&self) -> Vec<(usize, &DataFile)> {
        let files = self.snapshot.files();
        match &self.files {
            None => files.iter().enumerate().collect(),
            Some(places) => places.iter().filter_map(|&place| Some((place, files.get(place)?))).collect(),
        }
    }

    /// The files that may hold a row for which `predicate` is true.
    fn prune<'a>(&'a self, predicate: Option<&Arc<dyn PhysicalExpr>>) -> Result<Vec<(usize, &'a DataFile)>> {
        let candidates = self.candidates();
        let Some(predicate) = predicate.filter(|_| !candidates.is_empty()) else { return Ok(candidates) };
        let schema = Arc::clone(self.stored.table_schema());
        let pruning =
            PruningPredicateBuilder::new().with_file_schema(Arc::clone(&schema)).try_build(Arc::clone(predicate))?;
        if pruning.always_true() {
            return Ok(candidates);
        }
        let statistics = candidates.iter().map(|(place, file)| self.statistics_of(*place, file)).collect();
        let keep = pruning.prune(&FileBounds::new(statistics, schema))?;
        Ok(candidates.into_iter().zip(keep).filter_map(|(file, keep)| keep.then_some(file)).collect())
    }

    fn statistics_of(&self, place: usize, file: &DataFile) -> Arc<Statistics> {
        if !self.with_file_column {
            return Arc::clone(&file.statistics);
        }
        let mut statistics = Statistics::clone(&file.statistics);
        let value = datafusion::common::stats::Precision::Exact(ScalarValue::UInt32(u32::try_from(place).ok()));
        statistics.column_statistics.push(datafusion::common::ColumnStatistics {
            null_count: datafusion::common::stats::Precision::Exact(0),
            min_value: value.clone(),
            max_value: value,
            ..datafusion::common::ColumnStatistics::new_unknown()
        });
        Arc::new(statistics)
    }

    fn partitioned_file(&self, place: usize, file: &DataFile) -> PartitionedFile {
        let meta = ObjectMeta {
            location: file.path.clone(),
            last_modified: chrono::DateTime::UNIX_EPOCH,
            size: file.bytes,
            e_tag: None,
            version: None,
        };
        let mut partitioned = PartitionedFile::new_from_meta(meta);
        partitioned.partition_values = file.partition_values.clone();
        if self.with_file_column {
            partitioned.partition_values.push(ScalarValue::UInt32(u32::try_from(place).ok()));
        }
        partitioned.statistics = Some(self.statistics_of(place, file));
        partitioned
    }

    /// The scan of the files.
    fn scan_files(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let predicate = match conjunction(filters.iter().cloned()) {
            None => None,
            Some(filter) => {
                let schema = DFSchema::try_from(Arc::clone(self.stored.table_schema()))?;
                Some(state.create_physical_expr(filter, &schema)?)
            }
        };
        let files = self.prune(predicate.as_ref())?;
        let statistics: Vec<_> = files.iter().map(|(place, file)| self.statistics_of(*place, file)).collect();
        let statistics = merged_statistics(statistics.iter(), self.stored.table_schema());

        let partitions = state.config().target_partitions();
        let (groups, ordering) = match self.in_order(&files, partitions) {
            Some((groups, ordering)) => (groups, vec![ordering]),
            None => {
                let listed = files.iter().map(|(place, file)| self.partitioned_file(*place, file)).collect();
                (deal::deal(listed, partitions), Vec::new())
            }
        };

        let mut options = state.table_options().parquet.clone();
        options.global = state.config_options().execution.parquet.clone();
        let reader = CachedParquetFileReaderFactory::new(
            self.store.object_store(),
            state.runtime_env().cache_manager.get_file_metadata_cache(),
        );
        let mut source = ParquetSource::new(self.stored.clone())
            .with_table_parquet_options(options)
            .with_parquet_file_reader_factory(Arc::new(reader));
        if let Some(predicate) = predicate {
            let width = projection.map_or(self.schema.fields().len(), Vec::len);
            source = source.with_predicate(predicate);
            if selectivity::filter_while_decoding(filters, width, &statistics, self.stored.table_schema()) {
                source = source.with_pushdown_filters(true).with_reorder_filters(true);
            }
        }
        let wanted: Vec<usize> = match projection {
            None => self.places.clone(),
            Some(columns) => columns.iter().filter_map(|&column| self.places.get(column).copied()).collect(),
        };
        let url = ObjectStoreUrl::parse(self.store.url().as_str())?;
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups)
            .with_output_ordering(ordering)
            .with_statistics(statistics)
            .with_projection_indices(Some(wanted))?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

#[async_trait]
impl TableProvider for TableScan {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if let Some(kept) = &self.kept
            && let Some(rows) = kept.of(self, state).await?
        {
            return rows.scan(&self.schema, projection, limit);
        }
        self.scan_files(state, projection, filters, limit)
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    fn statistics(&self) -> Option<Statistics> {
        let candidates = self.candidates();
        let statistics: Vec<_> = candidates.iter().map(|(place, file)| self.statistics_of(*place, file)).collect();
        let merged = merged_statistics(statistics.iter(), self.stored.table_schema());
        let columns = self.places.iter().filter_map(|&place| merged.column_statistics.get(place).cloned()).collect();
        Some(Statistics { column_statistics: columns, ..merged })
    }

    async fn insert_into(
        &self,
        _state: &dyn Session,
        _input: Arc<dyn ExecutionPlan>,
        _operation: datafusion::logical_expr::dml::InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan_err!("a table version cannot be changed; run the statement through a session")
    }
}
