//! A lake: a folder or bucket with named tables in it.
//!
//! All state is here. `system/catalog/` is a Delta table that holds the [`Namespace`], `tables/<id>/` are the
//! tables it names. Renaming never moves a file, and a statement that fails leaves at worst a folder nobody names.

use std::sync::Arc;

use dashmap::DashMap;
use datafusion::arrow::array::{AsArray, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use futures::StreamExt;
use object_store::ObjectStoreExt;
use object_store::path::Path;
use parking_lot::RwLock;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use uuid::Uuid;

use crate::namespace::Row;
use crate::store::{Store, from_object_store, is_probe};
use crate::table::{Change, DataWriter, Operation, Snapshot, TableDefinition};
use crate::{Error, ErrorKind, KeptRows, Namespace, Result, Table};

/// How often a change of names is tried again on top of other writers' changes.
const CHANGE_ATTEMPTS: usize = 20;

/// An open lake.
#[derive(Debug)]
pub struct Lake {
    store: Arc<Store>,
    catalog: Arc<Table>,
    names: RwLock<(u64, Arc<Namespace>)>,
    tables: DashMap<String, Arc<Table>>,
    kept_rows: Arc<KeptRows>,
}

impl Lake {
    /// Opens the lake at `location`, creating it where nothing is.
    pub async fn open(location: &str) -> Result<Self> {
        let store = Arc::new(Store::open(location).await?);
        let catalog = Arc::new(Table::in_folder(Arc::clone(&store), "catalog", Path::from("system/catalog"))?);
        if !has_catalog(&store).await? {
            if !is_empty(&store).await? {
                return Err(Error::configuration(format!("{} is neither empty nor a lake", store.location()))
                    .with_hint("name an empty or new folder, or the folder of an existing lake"));
            }
            create_catalog(&catalog).await?;
        }
        let mut snapshot = catalog.latest().await?;
        if snapshot.version() == 0 && store.writable().is_ok() {
            // Whoever made the lake ended before its first names were in it.
            snapshot = name_first(&catalog, &snapshot).await?;
        }
        let names = read_names(&store, &snapshot).await?;
        Ok(Self { store, catalog, names: RwLock::new(names), tables: DashMap::new(), kept_rows: Arc::default() })
    }

    /// Where the lake is stored.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// The names as of now.
    pub async fn names(&self) -> Result<Arc<Namespace>> {
        let snapshot = self.catalog.latest().await?;
        {
            let known = self.names.read();
            if known.0 >= snapshot.version() {
                return Ok(Arc::clone(&known.1));
            }
        }
        let fresh = read_names(&self.store, &snapshot).await?;
        Ok(self.remember(fresh))
    }

    /// The names this process saw last.
    pub fn known_names(&self) -> Arc<Namespace> {
        Arc::clone(&self.names.read().1)
    }

    fn remember(&self, fresh: (u64, Arc<Namespace>)) -> Arc<Namespace> {
        let mut known = self.names.write();
        if known.0 < fresh.0 {
            *known = fresh;
        }
        Arc::clone(&known.1)
    }

    /// Changes the names: `change` is applied to the newest names, again if another writer was faster.
    pub async fn change<T>(&self, mut change: impl FnMut(&mut Namespace) -> Result<T>) -> Result<T> {
        self.store.writable()?;
        let _writer = self.catalog.writer().await;
        for _ in 0..CHANGE_ATTEMPTS {
            let snapshot = self.catalog.latest().await?;
            let (_, current) = read_names(&self.store, &snapshot).await?;
            let mut next = Namespace::clone(&current);
            let outcome = change(&mut next)?;
            if next == *current {
                self.remember((snapshot.version(), current));
                return Ok(outcome);
            }
            match self.commit(&snapshot, &next).await {
                Ok(committed) => {
                    self.remember((committed.version(), Arc::new(next)));
                    return Ok(outcome);
                }
                Err(error) if error.kind() == ErrorKind::Conflict => continue,
                Err(error) => return Err(error),
            }
        }
        Err(Error::conflict("the catalog is being changed by too many writers").with_hint("run the statement again"))
    }

    async fn commit(&self, snapshot: &Arc<Snapshot>, names: &Namespace) -> Result<Arc<Snapshot>> {
        let mut writer = DataWriter::new(Arc::clone(&self.catalog), snapshot)?;
        writer.write(&to_batch(&names.to_rows()?)?).await?;
        let (add, _) = writer.finish().await?;
        let change = Change { add, remove: (0..snapshot.files().len()).collect(), ..Change::default() };
        self.catalog.commit(snapshot, Operation::Overwrite, change).await
    }

    /// The table stored under an id.
    pub fn table(&self, id: &str) -> Result<Arc<Table>> {
        if let Some(table) = self.tables.get(id) {
            return Ok(Arc::clone(&table));
        }
        let table = Arc::new(Table::at(Arc::clone(&self.store), id)?);
        Ok(Arc::clone(&self.tables.entry(id.to_owned()).or_insert(table)))
    }

    /// Creates a table that has no name yet.
    pub async fn create_table(&self, definition: &TableDefinition) -> Result<(Arc<Table>, Arc<Snapshot>)> {
        let table = self.table(&Uuid::now_v7().simple().to_string())?;
        let snapshot = table.create(definition).await?;
        Ok((table, snapshot))
    }

    /// The table that holds the names themselves, for checks, backups and maintenance.
    pub fn catalog(&self) -> &Arc<Table> {
        &self.catalog
    }

    /// The rows of small tables that scans keep.
    pub fn kept_rows(&self) -> &Arc<KeptRows> {
        &self.kept_rows
    }

    /// Lets go of a table whose files are gone.
    pub fn forget(&self, id: &str) {
        self.tables.remove(id);
    }
}

fn schema() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![text("kind"), text("schema"), text("name"), text("body")]))
}

async fn create_catalog(catalog: &Arc<Table>) -> Result<()> {
    match catalog.create(&TableDefinition::of_columns(schema())).await {
        Ok(_) => {}
        // Another process created the same lake at the same time.
        Err(error) if catalog.latest().await.is_err() => return Err(error),
        Err(_) => {}
    }
    Ok(())
}

/// Gives a lake that was just made the names each has.
async fn name_first(catalog: &Arc<Table>, snapshot: &Arc<Snapshot>) -> Result<Arc<Snapshot>> {
    let mut writer = DataWriter::new(Arc::clone(catalog), snapshot)?;
    writer.write(&to_batch(&Namespace::initial().to_rows()?)?).await?;
    let (add, _) = writer.finish().await?;
    match catalog.commit(snapshot, Operation::Overwrite, Change { add, ..Change::default() }).await {
        Err(error) if error.kind() == ErrorKind::Conflict => catalog.latest().await,
        committed => committed,
    }
}

fn to_batch(rows: &[Row]) -> Result<RecordBatch> {
    let column = |value: fn(&Row) -> &str| Arc::new(StringArray::from_iter_values(rows.iter().map(value)));
    RecordBatch::try_new(
        schema(),
        vec![column(|row| &row.kind), column(|row| &row.schema), column(|row| &row.name), column(|row| &row.body)],
    )
    .map_err(|source| Error::internal("the catalog's rows do not fit its columns").with_source(source))
}

async fn read_names(store: &Store, snapshot: &Snapshot) -> Result<(u64, Arc<Namespace>)> {
    let mut rows = Vec::new();
    for file in snapshot.files() {
        let read = store.object_store().get(&file.path).await.map_err(from_object_store)?;
        let bytes = read.bytes().await.map_err(from_object_store)?;
        let corrupt =
            |detail: String| Error::corrupt(format!("catalog file `{}` cannot be read", file.path)).with_detail(detail);
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
            .and_then(ParquetRecordBatchReaderBuilder::build)
            .map_err(|error| corrupt(error.to_string()))?;
        for batch in reader {
            let batch = batch.map_err(|error| corrupt(error.to_string()))?;
            let columns: Option<Vec<&StringArray>> =
                batch.columns().iter().map(|column| column.as_string_opt::<i32>()).collect();
            let columns =
                columns.filter(|columns| columns.len() == 4).ok_or_else(|| corrupt("its columns are others".into()))?;
            for index in 0..batch.num_rows() {
                let text = |column: usize| columns[column].value(index).to_owned();
                rows.push(Row { kind: text(0), schema: text(1), name: text(2), body: text(3) });
            }
        }
    }
    Ok((snapshot.version(), Arc::new(Namespace::from_rows(rows)?)))
}

/// Whether there is nothing but folders, and what a process left that ended while it made the lake.
async fn is_empty(store: &Store) -> Result<bool> {
    let store = store.object_store();
    let mut listed = store.list(None);
    while let Some(found) = listed.next().await {
        if !is_probe(&found.map_err(from_object_store)?.location) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn has_catalog(store: &Store) -> Result<bool> {
    let listed = store
        .object_store()
        .list_with_delimiter(Some(&Path::from("system/catalog/_delta_log")))
        .await
        .map_err(from_object_store)?;
    Ok(!listed.objects.is_empty())
}
