//! One table of the lake: a Delta table at `tables/<id>/`, whatever its name is.
//!
//! A table is read through a [`Snapshot`] (one version, its columns and files) and changed by a
//! commit that either becomes the next version or reports a conflict.

mod alter;
mod append;
mod chain;
mod changes;
mod check_order;
mod commit;
mod contents;
mod definition;
mod file;
mod maintain;
mod order;
mod pending;
mod protocol;
mod snapshot;
mod statistics;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use deltalake::logstore::{LogStoreRef, StorageConfig, default_logstore};
use deltalake::operations::create::CreateBuilder;
use deltalake::table::state::DeltaTableState;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use parking_lot::Mutex;

pub use alter::Alteration;
pub use append::{Append, BatchId};
pub(crate) use chain::chains;
pub use changes::FileChanges;
pub use commit::{Change, Operation};
pub use contents::{Base, Contents};
pub use definition::{Check, Declared, ForeignKey, Key, TableDefinition};
pub use file::DataFile;
pub use maintain::Maintenance;
pub(crate) use order::OPTIONS as CLUSTER_ORDER;
pub use pending::Pending;
pub use snapshot::Snapshot;
pub(crate) use statistics::merged as merged_statistics;
pub use write::{DataWriter, conform};

use crate::schema::to_delta_fields;
use crate::store::Store;
use crate::{Error, ErrorKind, Result};

/// A table of the lake, identified by where it is stored.
#[derive(Debug)]
pub struct Table {
    id: String,
    root: Path,
    store: Arc<Store>,
    log_store: LogStoreRef,
    latest: Mutex<Option<Arc<Snapshot>>>,
    /// Held while a statement turns a snapshot into the next version, so that writers of this
    /// process wait for each other instead of failing on each other's commits.
    writer: tokio::sync::Mutex<()>,
    waiting: Mutex<append::Waiting>,
}

impl Table {
    /// The table stored under `tables/<id>/`, which need not exist yet.
    pub fn at(store: Arc<Store>, id: &str) -> Result<Self> {
        let root = Path::from_iter(["tables", id]);
        Self::in_folder(store, id, root)
    }

    /// The table stored in a folder of the lake.
    pub(crate) fn in_folder(store: Arc<Store>, id: &str, root: Path) -> Result<Self> {
        let location = url::Url::parse(&format!("lake:///{root}/"))
            .map_err(|source| Error::internal(format!("`{root}` is not a table folder")).with_source(source))?;
        let object_store = store.object_store();
        let prefixed = Arc::new(PrefixStore::new(Arc::clone(&object_store), root.clone()));
        let log_store = default_logstore(prefixed, object_store, &location, &StorageConfig::default());
        Ok(Self {
            id: id.to_owned(),
            root,
            store,
            log_store,
            latest: Mutex::new(None),
            writer: tokio::sync::Mutex::new(()),
            waiting: Mutex::default(),
        })
    }

    /// What identifies the table for its whole life.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The table's folder within the lake.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The lake's storage.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    pub(crate) fn log_store(&self) -> &LogStoreRef {
        &self.log_store
    }

    /// Writes version 0: columns, keys and constraints, no rows.
    pub async fn create(&self, definition: &TableDefinition) -> Result<Arc<Snapshot>> {
        self.store.writable()?;
        definition.declared.check_cluster_by(&definition.columns, &definition.partition_by)?;
        let mut builder = CreateBuilder::new()
            .with_log_store(Arc::clone(&self.log_store))
            .with_columns(to_delta_fields(&definition.columns)?)
            .with_partition_columns(definition.partition_by.clone())
            .with_raise_if_key_not_exists(false)
            .with_configuration(definition.to_properties()?.into_iter().map(|(key, value)| (key, Some(value))));
        if let Some(comment) = &definition.comment {
            builder = builder.with_comment(comment.clone());
        }
        builder.await.map_err(from_delta)?;
        self.latest().await
    }

    /// The newest version. One look at the log tells whether the known one still is.
    pub async fn latest(&self) -> Result<Arc<Snapshot>> {
        let known = self.latest.lock().clone();
        let state = match known {
            None => DeltaTableState::try_new(self.log_store.as_ref(), None).await.map_err(from_delta)?,
            Some(known) => {
                if !self.has_version(known.version() + 1).await? {
                    return Ok(known);
                }
                let mut state = known.state().clone();
                state.update(self.log_store.as_ref(), None).await.map_err(from_delta)?;
                state
            }
        };
        self.remember(state)
    }

    /// The newest version, unless another program wrote it in a way that is not read here: versions before it may be.
    async fn readable_latest(&self) -> Result<Option<Arc<Snapshot>>> {
        match self.latest().await {
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(None),
            latest => latest.map(Some),
        }
    }

    /// The newest version this process has seen: good enough for listings, never for writes.
    pub async fn known(&self) -> Result<Arc<Snapshot>> {
        let known = self.latest.lock().clone();
        match known {
            Some(known) => Ok(known),
            None => self.latest().await,
        }
    }

    /// The newest version this process has seen, if it has seen one.
    pub fn seen(&self) -> Option<Arc<Snapshot>> {
        self.latest.lock().clone()
    }

    /// The table as it was at `version`.
    pub async fn at_version(&self, version: u64) -> Result<Arc<Snapshot>> {
        match self.readable_latest().await? {
            Some(latest) if latest.version() == version => return Ok(latest),
            Some(latest) if latest.version() < version => {
                return Err(Error::invalid_parameter(format!("version {version} does not exist"))
                    .with_hint(format!("the newest version is {}", latest.version())));
            }
            _ => {}
        }
        let state = DeltaTableState::try_new(self.log_store.as_ref(), Some(version)).await.map_err(|error| {
            Error::invalid_parameter(format!("version {version} can no longer be read"))
                .with_hint("its files may have been removed by vacuum; see retention_days")
                .with_source(error)
        })?;
        Snapshot::new(self, state)
    }

    /// The table as it was at a moment, in milliseconds since 1970.
    pub async fn at_time(&self, moment_ms: i64) -> Result<Arc<Snapshot>> {
        let mut table = deltalake::DeltaTable::new(Arc::clone(&self.log_store));
        let moment = chrono::DateTime::from_timestamp_millis(moment_ms)
            .ok_or_else(|| Error::invalid_parameter("the moment is out of range"))?;
        if let Some(latest) = self.readable_latest().await?
            && latest.committed_ms().is_some_and(|committed| committed <= moment_ms)
        {
            return Ok(latest);
        }
        table.load_with_datetime(moment).await.map_err(from_delta)?;
        let version = table.version().ok_or_else(|| Error::internal("the table has no version"))?;
        let snapshot = self.at_version(version).await?;
        if snapshot.committed_ms().is_some_and(|committed| committed > moment_ms) {
            return Err(Error::invalid_parameter(format!("the table did not exist at {moment}")));
        }
        Ok(snapshot)
    }

    /// When a version's entry of the log was stored, in milliseconds since 1970, by the clock of the store; nothing
    /// if it is not there.
    pub async fn stored_ms(&self, version: u64) -> Result<Option<i64>> {
        let entry = self.root.clone().join("_delta_log").join(format!("{version:020}.json"));
        match object_store::ObjectStoreExt::head(self.store.object_store().as_ref(), &entry).await {
            Ok(found) => Ok(Some(found.last_modified.timestamp_millis())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(crate::store::from_object_store(error)),
        }
    }

    async fn has_version(&self, version: u64) -> Result<bool> {
        let entry = self.root.clone().join("_delta_log").join(format!("{version:020}.json"));
        match object_store::ObjectStoreExt::head(self.store.object_store().as_ref(), &entry).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(crate::store::from_object_store(error)),
        }
    }

    /// Takes a state for the newest version unless a newer one is known already.
    pub(crate) fn remember(&self, state: DeltaTableState) -> Result<Arc<Snapshot>> {
        let snapshot = Snapshot::new(self, state)?;
        let mut latest = self.latest.lock();
        match latest.as_ref() {
            Some(known) if known.version() > snapshot.version() => Ok(Arc::clone(known)),
            _ => {
                *latest = Some(Arc::clone(&snapshot));
                Ok(snapshot)
            }
        }
    }

    /// Waits until no other writer of this process is between reading and committing.
    pub async fn writer(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.writer.lock().await
    }
}

/// Table properties as Delta keeps them.
pub(crate) type Properties = HashMap<String, String>;

/// Puts a Delta error into our words, keeping ours when it only passed through.
pub(crate) fn from_delta(error: deltalake::DeltaTableError) -> Error {
    use deltalake::DeltaTableError as Delta;
    match error {
        Delta::ObjectStore { source } => crate::store::from_object_store(source),
        Delta::NotATable(message) => Error::corrupt("the table's folder holds no Delta log").with_detail(message),
        Delta::VersionAlreadyExists(version) => {
            Error::conflict(format!("another writer committed version {version} first"))
        }
        Delta::Transaction { source } => Error::conflict("another writer changed the table at the same time")
            .with_detail(source.to_string())
            .with_hint("run the statement again"),
        Delta::KernelError(kernel) => from_kernel(kernel),
        other => {
            let message = other.to_string();
            Error::io("the table's log could not be read or written").with_detail(message).with_source(other)
        }
    }
}

fn from_kernel(error: delta_kernel::Error) -> Error {
    use delta_kernel::Error as Kernel;
    match error {
        Kernel::Backtraced { source, .. } => from_kernel(*source),
        Kernel::ObjectStore(source) => crate::store::from_object_store(source),
        Kernel::Unsupported(what) => Error::unsupported("the table is written in a way that is not read here")
            .with_detail(what)
            .with_hint("write a copy of it with the program that wrote it, without its newer table features"),
        Kernel::MalformedJson(source) => Error::corrupt("a log entry is not JSON").with_source(source),
        other => {
            let message = other.to_string();
            Error::corrupt("the table's log cannot be understood").with_detail(message).with_source(other)
        }
    }
}
