//! Rows into a table: appended, or in place of the rows of some files.

use std::num::NonZeroUsize;
use std::sync::Arc;

use bellwether_catalog::{Add, Append, DataWriter, Error, ErrorKind, Operation, Result, Snapshot, Table};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, SortExpr};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::target::Target;
use super::{RowChecks, Scope};
use crate::names::RelationName;
use crate::{BatchId, Session};

/// Up to this size an append stays in memory and may share a commit's file with others.
const SMALL_BYTES: usize = 8 << 20;

/// Writers of one append; more would make many small files.
const WRITERS_MAX: usize = 4;

/// Batches for each writer that wait; then their source waits.
const BATCHES_AHEAD: usize = 2;

/// How often a statement that read the table starts again because another process changed it meanwhile.
pub(super) const ATTEMPTS: usize = 10;

/// A plan's rows with errors in our words.
pub(super) fn translated<'a>(scope: &'a Scope, rows: SendableRecordBatchStream) -> BoxStream<'a, Result<RecordBatch>> {
    rows.map(|batch| batch.map_err(|error| scope.error(error))).boxed()
}

/// A plan for the same rows in the order of a clustered table, whose columns have these `names`.
///
/// Written in order, they make few large files that do not overlap; rows that need sorting for it are sorted by
/// operators that spill.
pub(super) fn in_order(
    plan: LogicalPlan,
    names: &[String],
    cluster_by: &[String],
) -> datafusion::error::Result<LogicalPlan> {
    if cluster_by.is_empty() {
        return Ok(plan);
    }
    let columns = plan.schema().columns();
    let places = cluster_by.iter().filter_map(|column| names.iter().position(|name| name == column));
    let by: Vec<SortExpr> =
        places.filter_map(|place| Some(Expr::Column(columns.get(place)?.clone()).sort(true, false))).collect();
    LogicalPlanBuilder::from(plan).sort(by)?.build()
}

/// A plan for the same rows in the order `snapshot` is clustered by; they have its columns first.
pub(super) fn in_order_of(scope: &Scope, plan: LogicalPlan, snapshot: &Snapshot) -> Result<LogicalPlan> {
    let names: Vec<String> = snapshot.schema().fields().iter().map(|field| field.name().clone()).collect();
    in_order(plan, &names, &snapshot.declared().cluster_by).map_err(|error| scope.error(error))
}

/// Rows that may be in a table, ready to be appended to it.
pub(crate) struct Gathered {
    rows: Append,
    count: u64,
}

impl Gathered {
    /// Appends them in one commit; gives their number once they are durable, 0 for a batch that was applied before.
    pub(crate) async fn append_to(self, table: &Arc<Table>, batch: Option<BatchId>) -> Result<u64> {
        let is_needless = self.count == 0 && batch.is_none();
        let added = !is_needless && table.append(self.rows, batch).await?;
        Ok(if added { self.count } else { 0 })
    }

    /// Appends them as a statement of the session does: in its open transaction block, or at once.
    pub(crate) async fn append_in(
        self,
        session: &Session,
        name: &RelationName,
        table: &Arc<Table>,
        snapshot: &Arc<Snapshot>,
        batch: Option<BatchId>,
    ) -> Result<u64> {
        let is_needless = self.count == 0 && batch.is_none();
        let added = !is_needless && session.append(name, table, snapshot, self.rows, batch).await?;
        Ok(if added { self.count } else { 0 })
    }
}

/// Takes rows up to the last: a few stay in memory, many are written into files that nobody sees yet.
pub(crate) async fn gather(
    table: &Arc<Table>,
    snapshot: &Arc<Snapshot>,
    checks: &RowChecks,
    mut rows: impl Stream<Item = Result<RecordBatch>> + Unpin,
) -> Result<Gathered> {
    let schema = snapshot.schema();
    let mut few: Vec<RecordBatch> = Vec::new();
    let mut bytes = 0;
    while let Some(next) = rows.next().await {
        let next = checks.admit(&next?, schema)?;
        bytes += next.get_array_memory_size();
        few.push(next);
        if bytes > SMALL_BYTES {
            return gather_many(table, snapshot, checks, few, rows).await;
        }
    }
    let together = concat_batches(schema, &few)
        .map_err(|source| Error::internal("rows could not be put together").with_source(source))?;
    let count = together.num_rows() as u64;
    Ok(Gathered { rows: Append::Rows(together), count })
}

/// Many rows are encoded by several writers at once, each with files of its own.
async fn gather_many(
    table: &Arc<Table>,
    snapshot: &Arc<Snapshot>,
    checks: &RowChecks,
    first: Vec<RecordBatch>,
    mut rows: impl Stream<Item = Result<RecordBatch>> + Unpin,
) -> Result<Gathered> {
    let mut writers = Writers::start(table, snapshot)?;
    for batch in first {
        writers.write(batch).await?;
    }
    while let Some(next) = rows.next().await {
        writers.write(checks.admit(&next?, snapshot.schema())?).await?;
    }
    let (files, count) = writers.finish().await?;
    Ok(Gathered { rows: Append::Files(files), count })
}

/// Writers that work side by side; dropped before their end they stop, and nobody sees their files.
struct Writers {
    input: mpsc::Sender<RecordBatch>,
    tasks: JoinSet<Result<(Vec<Add>, u64)>>,
}

impl Writers {
    fn start(table: &Arc<Table>, snapshot: &Arc<Snapshot>) -> Result<Self> {
        let count = std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(WRITERS_MAX);
        let (input, batches) = mpsc::channel::<RecordBatch>(BATCHES_AHEAD * count);
        // Whoever is free takes the next batch, so that a writer that is busy with a row group stops none but itself.
        let batches = Arc::new(tokio::sync::Mutex::new(batches));
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            let mut writer = DataWriter::new(Arc::clone(table), snapshot)?;
            let batches = Arc::clone(&batches);
            tasks.spawn(async move {
                loop {
                    let next = batches.lock().await.recv().await;
                    match next {
                        Some(batch) => writer.write(&batch).await?,
                        None => return writer.finish().await,
                    }
                }
            });
        }
        Ok(Self { input, tasks })
    }

    async fn write(&mut self, batch: RecordBatch) -> Result<()> {
        let ended = tokio::select! {
            biased;
            // No writer ends well before the rows do: its end says what went wrong.
            Some(ended) = self.tasks.join_next() => ended,
            Ok(()) = self.input.send(batch) => return Ok(()),
            else => return Err(Error::internal("the writers ended before the rows did")),
        };
        outcome(ended)?;
        Err(Error::internal("a writer ended before the rows did"))
    }

    async fn finish(self) -> Result<(Vec<Add>, u64)> {
        let Self { input, mut tasks } = self;
        drop(input);
        let (mut files, mut count) = (Vec::new(), 0);
        while let Some(ended) = tasks.join_next().await {
            let (written, rows) = outcome(ended)?;
            files.extend(written);
            count += rows;
        }
        Ok((files, count))
    }
}

fn outcome<T>(ended: Result<Result<T>, tokio::task::JoinError>) -> Result<T> {
    ended.unwrap_or_else(|failed| Err(Error::internal("a writer met a fault").with_source(failed)))
}

/// Puts rows in place of those of the target's files at `places`, and others that nothing replaces.
pub(super) async fn replace_files(
    scope: &Scope,
    target: &Target,
    checks: &RowChecks,
    operation: Operation,
    places: Vec<usize>,
    mut rows: impl Stream<Item = Result<RecordBatch>> + Unpin,
) -> Result<()> {
    let mut writer = DataWriter::new(Arc::clone(&target.table), &target.snapshot)?;
    while let Some(next) = rows.next().await {
        let next = checks.admit(&next?, target.snapshot.schema())?;
        writer.write(&next).await?;
    }
    let (add, _) = writer.finish().await?;
    if add.is_empty() && places.is_empty() {
        return Ok(());
    }
    target.change(scope, operation, add, places).await
}

/// Whether a failed attempt is worth another one.
pub(super) fn is_conflict(error: &Error) -> bool {
    error.kind() == ErrorKind::Conflict
}
