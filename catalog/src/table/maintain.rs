//! Upkeep of one table: small files become large ones, files nobody can read any more go.

use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use futures::{Stream, StreamExt};
use object_store::ObjectStoreExt;

use super::{Change, DataFile, DataWriter, Operation, Snapshot, Table};
use crate::store::from_object_store;
use crate::{Error, Result};

/// Files below this size are worth joining.
const SMALL_BYTES: u64 = 64 << 20;

/// So many small files of one partition are joined.
const SMALL_FILES: usize = 8;

/// What upkeep did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Maintenance {
    /// Small files that were joined into fewer.
    pub files_joined: usize,
    /// Files of old versions that were removed.
    pub files_removed: usize,
}

impl Table {
    /// Groups of small files, by place in the snapshot's list, that are worth joining.
    pub fn compactable(snapshot: &Snapshot) -> Vec<Vec<usize>> {
        let mut groups: Vec<(&DataFile, Vec<usize>)> = Vec::new();
        for (place, file) in snapshot.files().iter().enumerate() {
            if file.bytes >= SMALL_BYTES {
                continue;
            }
            match groups.iter_mut().find(|(first, _)| first.partition_values == file.partition_values) {
                Some((_, places)) => places.push(place),
                None => groups.push((file, vec![place])),
            }
        }
        groups.into_iter().map(|(_, places)| places).filter(|places| places.len() >= SMALL_FILES).collect()
    }

    /// Replaces the files at `places` by new ones with the same rows, which `rows` delivers.
    pub async fn compact(
        self: &Arc<Self>,
        snapshot: &Arc<Snapshot>,
        places: &[usize],
        mut rows: impl Stream<Item = Result<RecordBatch>> + Unpin,
    ) -> Result<Arc<Snapshot>> {
        let mut writer = DataWriter::new(Arc::clone(self), snapshot)?;
        while let Some(batch) = rows.next().await {
            writer.write(&batch?).await?;
        }
        let (add, written) = writer.finish().await?;
        let replaced = places.iter().filter_map(|&place| snapshot.files().get(place));
        let expected: Option<usize> = replaced.map(DataFile::rows).sum();
        if expected.is_some_and(|expected| expected as u64 != written) {
            return Err(Error::internal(format!("compaction read {written} rows where {expected:?} were expected")));
        }
        let _writer = self.writer().await;
        self.commit(snapshot, Operation::Compact, Change { add, remove: places.to_vec(), ..Change::default() }).await
    }

    /// Removes data files that no version of the last `retention_ms` milliseconds refers to; gives their number.
    ///
    /// A file is judged by when it was written as well, so an append in flight keeps its files.
    pub async fn vacuum(&self, snapshot: &Snapshot, now_ms: i64, retention_ms: i64) -> Result<usize> {
        let horizon_ms = now_ms - retention_ms;
        let mut live: std::collections::HashSet<object_store::path::Path> =
            snapshot.files().iter().map(|file| file.path.clone()).collect();
        let mut tombstones = snapshot.state().all_tombstones(self.log_store().as_ref());
        while let Some(tombstone) = tombstones.next().await {
            let tombstone = tombstone.map_err(super::from_delta)?;
            if tombstone.deletion_timestamp().is_none_or(|deleted| deleted >= horizon_ms) {
                let path = tombstone.path();
                live.insert(path.split('/').fold(self.root().clone(), |root, part| root.join(part)));
            }
        }
        drop(tombstones);
        let store = self.store().object_store();
        let mut listed = store.list(Some(self.root()));
        let mut gone = Vec::new();
        while let Some(object) = listed.next().await {
            let object = object.map_err(from_object_store)?;
            let is_data =
                object.location.as_ref().ends_with(".parquet") && !object.location.as_ref().contains("/_delta_log/");
            if is_data && !live.contains(&object.location) && object.last_modified.timestamp_millis() < horizon_ms {
                gone.push(object.location);
            }
        }
        drop(listed);
        for path in &gone {
            store.delete(path).await.map_err(from_object_store)?;
            self.store().forget(path);
        }
        Ok(gone.len())
    }
}
