//! Upkeep of one table: small files become large ones, files nobody can read any more go.

use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use futures::{Stream, StreamExt};
use object_store::ObjectStoreExt;

use super::chain::{chains, has_range};
use super::{Change, DataFile, DataWriter, Operation, Snapshot, Table};
use crate::store::from_object_store;
use crate::{Error, Result};

/// Files below this size are worth joining.
const SMALL_BYTES: u64 = 64 << 20;

/// So many small files of one partition are joined.
const SMALL_FILES: usize = 8;

/// So many runs of a clustered table, which look-ups have to read side by side, are merged into one.
const RUNS: usize = 4;

/// Runs are merged with large sorted files when they make up this part of them: one in so many bytes. Rewriting
/// what is sorted already for less would cost more than it saves.
const LARGE_TO_FRESH: u64 = 4;

/// What one round rewrites of one partition, at most.
const REWRITTEN_BYTES_MAX: u64 = 16 << 30;

/// What upkeep did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Maintenance {
    /// Small files that were joined into fewer.
    pub files_joined: usize,
    /// Files of old versions that were removed.
    pub files_removed: usize,
}

impl Table {
    /// Groups of files, by place in the snapshot's list, that are worth rewriting together: small files, and in a
    /// clustered table those that are not sorted as it is declared now, or that overlap others.
    pub fn compactable(snapshot: &Snapshot) -> Vec<Vec<usize>> {
        let mut partitions: Vec<(&DataFile, Vec<usize>)> = Vec::new();
        for (place, file) in snapshot.files().iter().enumerate() {
            match partitions.iter_mut().find(|(first, _)| first.partition_values == file.partition_values) {
                Some((_, places)) => places.push(place),
                None => partitions.push((file, vec![place])),
            }
        }
        let columns = &snapshot.declared().cluster_by;
        let places = partitions.into_iter().map(|(_, places)| match columns.is_empty() {
            true => small_files(snapshot, places),
            false => overlapping_files(snapshot, places, columns),
        });
        places.filter(|places| !places.is_empty()).collect()
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

fn small_files(snapshot: &Snapshot, mut places: Vec<usize>) -> Vec<usize> {
    places.retain(|&place| snapshot.files()[place].bytes < SMALL_BYTES);
    if places.len() < SMALL_FILES { Vec::new() } else { places }
}

/// What to merge of one partition of a table that is clustered by `columns`; nothing when it is well as it is.
fn overlapping_files(snapshot: &Snapshot, places: Vec<usize>, columns: &[String]) -> Vec<usize> {
    let files = snapshot.files();
    let is_large = |place: &usize| files[*place].bytes >= SMALL_BYTES && files[*place].is_sorted_by(columns);
    let bytes = |places: &[usize]| places.iter().map(|&place| files[place].bytes).sum::<u64>();
    let (large, fresh): (Vec<usize>, Vec<usize>) = places.into_iter().partition(is_large);
    let unsorted = fresh.iter().any(|&place| !files[place].is_sorted_by(columns));
    let fresh_is_due = unsorted || fresh.len() >= SMALL_FILES || has_many_runs(snapshot, &fresh, columns);
    let mut merged = if has_many_runs(snapshot, &large, columns) {
        [large, fresh].concat()
    } else if fresh_is_due && bytes(&fresh).saturating_mul(LARGE_TO_FRESH) >= bytes(&large) {
        [large, fresh].concat()
    } else if fresh_is_due {
        fresh
    } else {
        return Vec::new();
    };
    // What does not fit into this round is left for the next, the largest files first.
    merged.sort_by_key(|&place| files[place].bytes);
    let mut total = 0;
    let within = merged.iter().take_while(|&&place| {
        total += files[place].bytes;
        total <= REWRITTEN_BYTES_MAX
    });
    let count = within.count();
    merged.truncate(count.max(1));
    if merged.len() < 2 && !unsorted { Vec::new() } else { merged }
}

/// Whether reading these files in order takes many runs. Files whose range is not known stay out of it: merging them
/// would not make it known.
fn has_many_runs(snapshot: &Snapshot, places: &[usize], columns: &[String]) -> bool {
    let schema = snapshot.stored_schema();
    let Some(by) = columns.iter().map(|column| schema.index_of(column).ok()).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let files: Vec<&DataFile> = places.iter().map(|&place| &snapshot.files()[place]).collect();
    let files: Vec<&DataFile> = files.into_iter().filter(|file| has_range(file, &by)).collect();
    chains(&files, &schema, &by, 1, RUNS - 1).is_none()
}
