//! Rows into a table: appended, or in place of the rows of some files.

use std::sync::Arc;

use bellwether_catalog::{Append, Change, DataWriter, Error, ErrorKind, Operation, Result, Snapshot, Table};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::execution::SendableRecordBatchStream;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};

use super::{RowChecks, Scope};
use crate::BatchId;

/// Up to this size an append stays in memory and may share a commit's file with others.
const SMALL_BYTES: usize = 8 << 20;

/// How often a statement that read the table starts again because another process changed it meanwhile.
pub(super) const ATTEMPTS: usize = 10;

/// A plan's rows with errors in our words.
pub(super) fn translated<'a>(scope: &'a Scope, rows: SendableRecordBatchStream) -> BoxStream<'a, Result<RecordBatch>> {
    rows.map(|batch| batch.map_err(|error| scope.error(error))).boxed()
}

/// Appends rows in one commit; gives their number once they are durable, 0 for a batch that was applied before.
pub(crate) async fn append(
    table: &Arc<Table>,
    snapshot: &Arc<Snapshot>,
    checks: &RowChecks,
    batch: Option<BatchId>,
    mut rows: impl Stream<Item = Result<RecordBatch>> + Unpin,
) -> Result<u64> {
    let schema = snapshot.schema();
    let mut few: Vec<RecordBatch> = Vec::new();
    let mut bytes = 0;
    while let Some(next) = rows.next().await {
        let next = checks.admit(&next?, schema)?;
        bytes += next.get_array_memory_size();
        few.push(next);
        if bytes > SMALL_BYTES {
            return append_many(table, snapshot, checks, batch, few, rows).await;
        }
    }
    let count: usize = few.iter().map(RecordBatch::num_rows).sum();
    if count == 0 && batch.is_none() {
        return Ok(0);
    }
    let together = concat_batches(schema, &few)
        .map_err(|source| Error::internal("rows could not be put together").with_source(source))?;
    let added = table.append(Append::Rows(together), batch).await?;
    Ok(if added { count as u64 } else { 0 })
}

async fn append_many(
    table: &Arc<Table>,
    snapshot: &Arc<Snapshot>,
    checks: &RowChecks,
    batch: Option<BatchId>,
    first: Vec<RecordBatch>,
    mut rows: impl Stream<Item = Result<RecordBatch>> + Unpin,
) -> Result<u64> {
    let mut writer = DataWriter::new(Arc::clone(table), snapshot)?;
    for batch in first {
        writer.write(&batch).await?;
    }
    while let Some(next) = rows.next().await {
        let next = checks.admit(&next?, snapshot.schema())?;
        writer.write(&next).await?;
    }
    let (files, count) = writer.finish().await?;
    let added = table.append(Append::Files(files), batch).await?;
    Ok(if added { count } else { 0 })
}

/// Puts rows in place of those of the files at `places`, and others that nothing replaces.
pub(super) async fn replace_files(
    table: &Arc<Table>,
    snapshot: &Arc<Snapshot>,
    checks: &RowChecks,
    operation: Operation,
    places: Vec<usize>,
    mut rows: impl Stream<Item = Result<RecordBatch>> + Unpin,
) -> Result<()> {
    let mut writer = DataWriter::new(Arc::clone(table), snapshot)?;
    while let Some(next) = rows.next().await {
        let next = checks.admit(&next?, snapshot.schema())?;
        writer.write(&next).await?;
    }
    let (add, _) = writer.finish().await?;
    if add.is_empty() && places.is_empty() {
        return Ok(());
    }
    table.commit(snapshot, operation, Change { add, remove: places, ..Change::default() }).await?;
    Ok(())
}

/// Whether a failed attempt is worth another one.
pub(super) fn is_conflict(error: &Error) -> bool {
    error.kind() == ErrorKind::Conflict
}
