//! A change becomes the table's next version, or nothing happens.

use std::sync::Arc;

use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, Metadata, Transaction};
use deltalake::protocol::{DeltaOperation, SaveMode};

use super::{BatchId, Snapshot, Table, from_delta, protocol};
use crate::{Error, Result};

/// What a commit does, as the table's history tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Rows were added; commutes with other appends.
    Append,
    /// All rows were replaced.
    Overwrite,
    /// Rows were removed.
    Delete,
    /// Rows were changed.
    Update,
    /// Rows were added, changed and removed by a MERGE.
    Merge,
    /// Files were rearranged; the rows are the same.
    Compact,
    /// Columns, keys, constraints or descriptions changed.
    Alter,
    /// Rows of a materialized view were computed anew.
    Refresh,
}

/// A change to a table version: files in, files out, other columns.
#[derive(Debug, Default)]
pub struct Change {
    /// New files, as a [`super::DataWriter`] gave them.
    pub add: Vec<Add>,
    /// Files that go, by their place in the base version's list.
    pub remove: Vec<usize>,
    /// New columns or properties.
    pub metadata: Option<Metadata>,
    /// Batches that this commit applies; each is applied once.
    pub batches: Vec<BatchId>,
}

/// How often an append tries again when another process committed first.
const APPEND_RETRIES: usize = 50;

impl Table {
    /// Commits `change` on top of `base`.
    ///
    /// Appends and compactions are tried again on top of other writers' commits as long as they do not
    /// contradict; every other operation read the table, so any commit since `base` is a conflict.
    ///
    /// The commit runs as a task of its own: a caller that goes away does not stop it half way.
    pub async fn commit(
        self: &Arc<Self>,
        base: &Arc<Snapshot>,
        operation: Operation,
        change: Change,
    ) -> Result<Arc<Snapshot>> {
        self.store().writable()?;
        let (table, base) = (Arc::clone(self), Arc::clone(base));
        tokio::spawn(async move { table.commit_now(&base, operation, change).await })
            .await
            .unwrap_or_else(|failed| Err(Error::internal("a commit met a fault").with_source(failed)))
    }

    async fn commit_now(&self, base: &Snapshot, operation: Operation, change: Change) -> Result<Arc<Snapshot>> {
        protocol::check_writable(self.root(), base.state())?;
        let now_ms = chrono::Utc::now().timestamp_millis();
        let data_change = operation != Operation::Compact;
        let mut actions = Vec::with_capacity(change.add.len() + change.remove.len() + 1);
        actions.extend(change.metadata.map(Action::Metadata));
        let removed = change.remove.iter().filter_map(|&place| base.files().get(place));
        actions.extend(removed.map(|file| Action::Remove(file.removed(now_ms, data_change))));
        actions.extend(change.add.into_iter().map(|add| Action::Add(Add { data_change, ..add })));
        let transactions = change
            .batches
            .into_iter()
            .map(|batch| Transaction { app_id: batch.writer, version: batch.number, last_updated: Some(now_ms) })
            .collect();
        let retries = match operation {
            Operation::Append | Operation::Compact => APPEND_RETRIES,
            _ => 0,
        };
        let properties = CommitProperties::default()
            .with_application_transactions(transactions)
            .with_max_retries(retries)
            .with_create_checkpoint(true)
            .with_cleanup_expired_logs(Some(false));
        let committed = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(base.state()), Arc::clone(self.log_store()), operation.as_delta())
            .await
            .map_err(from_delta)?;
        let snapshot = self.remember(committed.snapshot())?;
        self.store().commits().notify_waiters();
        Ok(snapshot)
    }
}

impl Operation {
    fn as_delta(self) -> DeltaOperation {
        match self {
            Self::Append => DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None },
            Self::Overwrite | Self::Refresh => {
                DeltaOperation::Write { mode: SaveMode::Overwrite, partition_by: None, predicate: None }
            }
            Self::Delete => DeltaOperation::Delete { predicate: None },
            Self::Update => DeltaOperation::Update { predicate: None },
            Self::Merge => DeltaOperation::Merge {
                predicate: None,
                merge_predicate: None,
                matched_predicates: Vec::new(),
                not_matched_predicates: Vec::new(),
                not_matched_by_source_predicates: Vec::new(),
            },
            Self::Compact => DeltaOperation::Optimize { predicate: None, target_size: 0 },
            Self::Alter => DeltaOperation::SetTableProperties { properties: Default::default() },
        }
    }
}
