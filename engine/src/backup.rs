//! Backup and restore: one consistent set of versions, copied file by file.
//!
//! Data files never change, and log entries are only added, so copying the names first, then each table's log
//! up to the version of that moment, then the files that version refers to, gives a lake that opens.

use bellwether_catalog::store::{Store, from_object_store};
use bellwether_catalog::{Error, Lake, Snapshot, Table};
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use std::sync::Arc;

use crate::{Engine, Result};

/// What was copied.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct BackupReport {
    /// Tables.
    pub tables: usize,
    /// Files of tables and logs.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Engine {
    /// Copies the lake, as it is now, into the empty folder or bucket `destination`.
    pub async fn backup(&self, destination: &str) -> Result<BackupReport> {
        copy_lake(self.lake(), destination).await
    }

    /// Copies a backup into the empty folder or bucket `lake`, where it can be opened.
    pub async fn restore(source: &str, lake: &str) -> Result<BackupReport> {
        let backup = Lake::open(source).await?;
        copy_lake(&backup, lake).await
    }
}

async fn copy_lake(lake: &Lake, destination: &str) -> Result<BackupReport> {
    let target = Store::open(destination).await?;
    target.writable()?;
    let listed = target.object_store().list_with_delimiter(None).await.map_err(from_object_store)?;
    if !listed.objects.is_empty() || !listed.common_prefixes.is_empty() {
        return Err(
            Error::configuration(format!("{} is not empty", target.location())).with_hint("name a new or empty folder")
        );
    }
    let target = target.object_store();
    let mut report = BackupReport::default();
    // Names are read first and written last: whatever they name is in the copy by then.
    let catalog = lake.catalog().latest().await?;
    let names = lake.names().await?;
    for relation in names.schemas.values().flat_map(|entry| entry.relations.values()) {
        let Some(id) = relation.table_id() else { continue };
        let table = lake.table(id)?;
        let snapshot = table.latest().await?;
        copy_table(&table, &snapshot, &target, &mut report).await?;
    }
    copy_table(lake.catalog(), &catalog, &target, &mut report).await?;
    Ok(report)
}

async fn copy_table(
    table: &Arc<Table>,
    snapshot: &Snapshot,
    target: &Arc<dyn ObjectStore>,
    report: &mut BackupReport,
) -> Result<()> {
    report.tables += 1;
    let source = table.store().object_store();
    for file in snapshot.files() {
        copy(&source, target, &file.path, report).await?;
    }
    let log = table.root().clone().join("_delta_log");
    let mut entries = source.list(Some(&log));
    let mut paths = Vec::new();
    while let Some(entry) = entries.next().await {
        let path = entry.map_err(from_object_store)?.location;
        // Entries after the version that is copied name files that are not.
        if version_of(&path).is_none_or(|version| version <= snapshot.version())
            && !path.as_ref().ends_with("_last_checkpoint")
        {
            paths.push(path);
        }
    }
    drop(entries);
    paths.sort();
    for path in paths {
        copy(&source, target, &path, report).await?;
    }
    Ok(())
}

fn version_of(path: &Path) -> Option<u64> {
    path.filename()?.get(..20)?.parse().ok()
}

async fn copy(
    source: &Arc<dyn ObjectStore>,
    target: &Arc<dyn ObjectStore>,
    path: &Path,
    report: &mut BackupReport,
) -> Result<()> {
    let read = source.get(path).await.map_err(from_object_store)?;
    let mut writer = object_store::buffered::BufWriter::new(Arc::clone(target), path.clone());
    let mut chunks = read.into_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(from_object_store)?;
        report.bytes += chunk.len() as u64;
        writer.put(chunk).await.map_err(from_object_store)?;
    }
    tokio::io::AsyncWriteExt::shutdown(&mut writer)
        .await
        .map_err(|source| Error::io(format!("{path} could not be copied")).with_detail(source.to_string()))?;
    report.files += 1;
    Ok(())
}
