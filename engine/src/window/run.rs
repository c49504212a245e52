//! One partition of the operator at work: collect rows, group them, emit results.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::BatchCoalescer;
use arrow::datatypes::SchemaRef;
use bellwether_kernels::ordering::Groups;
use datafusion::common::utils::memory::get_record_batch_memory_size;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::metrics::{
    BaselineMetrics, Count, ExecutionPlanMetricsSet, MetricBuilder, RecordOutput,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};

use super::chain::Chain;
use super::chunk::evaluate;
use super::partition::Coder;
use super::sorted;
use super::table::Table;

/// Smaller batches are put together while they are collected: values are found by batch, so fewer are better.
const COLLECTED_ROWS_MIN: usize = 8_192;

/// How often the rows of the largest partition are held while it is evaluated: gathered, and as results.
const COPIES: usize = 2;

/// What one partition needs to run.
pub(super) struct Run {
    chain: Arc<Chain>,
    schema: SchemaRef,
    input: SendableRecordBatchStream,
    context: Arc<TaskContext>,
    reservation: MemoryReservation,
    metrics: BaselineMetrics,
    sorted: Count,
}

impl Run {
    pub(super) fn new(
        chain: Arc<Chain>,
        schema: SchemaRef,
        input: SendableRecordBatchStream,
        partition: usize,
        context: Arc<TaskContext>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Self {
        // Not itself, but the plan that it turns to when memory is refused writes to disk.
        let reservation = MemoryConsumer::new(format!("GroupedWindowExec[{partition}]"))
            .with_can_spill(true)
            .register(context.memory_pool());
        Self {
            chain,
            schema,
            input,
            context,
            reservation,
            sorted: MetricBuilder::new(metrics).counter("sorted_for_memory", partition),
            metrics: BaselineMetrics::new(metrics, partition),
        }
    }

    /// The results; work happens while they are asked for.
    pub(super) fn into_stream(self) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        Box::pin(RecordBatchStreamAdapter::new(schema, stream::once(self.start()).try_flatten()))
    }

    async fn start(mut self) -> Result<SendableRecordBatchStream> {
        let mut batches = Vec::new();
        let target = self.context.session_config().batch_size().max(COLLECTED_ROWS_MIN);
        let mut coalescer =
            BatchCoalescer::new(self.input.schema(), target).with_biggest_coalesce_batch_size(Some(target / 2));
        let mut is_granted = true;
        while is_granted && let Some(batch) = self.input.next().await.transpose()? {
            let _timer = self.metrics.elapsed_compute().timer();
            coalescer.push_batch(batch)?;
            is_granted = self.keep(&mut coalescer, &mut batches);
        }
        coalescer.finish_buffered_batch()?;
        is_granted &= self.keep(&mut coalescer, &mut batches);
        drop(coalescer);
        let grouped = match is_granted {
            true => group(&self.chain, &batches, &self.reservation, &self.metrics).await?,
            false => None,
        };
        let Some((table, groups)) = grouped else { return self.by_sorting(batches) };
        drop(batches);
        let schema = Arc::clone(&self.schema);
        let chunks = Chunks {
            chain: self.chain,
            table,
            groups,
            next: 0,
            rest: None,
            batch_size: self.context.session_config().batch_size(),
            metrics: self.metrics,
            _reservation: self.reservation,
        };
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream::iter(chunks))))
    }

    /// Moves complete batches over; whether there was memory for them. They are there either way.
    fn keep(&self, coalescer: &mut BatchCoalescer, batches: &mut Vec<RecordBatch>) -> bool {
        let mut is_granted = true;
        while let Some(batch) = coalescer.next_completed_batch() {
            is_granted &= self.reservation.try_grow(get_record_batch_memory_size(&batch)).is_ok();
            batches.push(batch);
        }
        is_granted
    }

    /// Turns to the plan that sorts, which can write to disk, with the rows that were collected and those to come.
    fn by_sorting(self, batches: Vec<RecordBatch>) -> Result<SendableRecordBatchStream> {
        self.sorted.add(1);
        self.reservation.free();
        let metrics = self.metrics;
        let results = sorted::evaluate(&self.chain, batches, self.input, self.context)?;
        let results = results.inspect_ok(move |batch| metrics.record_output(batch.num_rows()));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema, results)))
    }
}

/// The rows by partition; `None` when there is not enough memory, or more rows than can be numbered.
async fn group(
    chain: &Chain,
    batches: &[RecordBatch],
    reservation: &MemoryReservation,
    metrics: &BaselineMetrics,
) -> Result<Option<(Table, Groups)>> {
    let Some(table) = Table::new(batches) else { return Ok(None) };
    let collected = reservation.size();
    let rows = table.rows();
    // A code and a place for each row.
    let numbers = 2 * rows * size_of::<u32>();
    if reservation.try_grow(numbers).is_err() {
        return Ok(None);
    }
    let mut coder = {
        let _timer = metrics.elapsed_compute().timer();
        Coder::new(&chain.partition_by, table.batches(), rows)?
    };
    for batch in table.batches() {
        {
            let _timer = metrics.elapsed_compute().timer();
            coder.add(batch)?;
        }
        if reservation.try_resize(collected + numbers + coder.size()).is_err() {
            return Ok(None);
        }
        tokio::task::consume_budget().await;
    }
    let _timer = metrics.elapsed_compute().timer();
    let (codes, partitions) = coder.finish()?;
    let offsets = partitions * size_of::<u32>();
    if reservation.try_resize(collected + numbers + offsets).is_err() {
        return Ok(None);
    }
    let Some(groups) = Groups::new(&codes, partitions) else { return Ok(None) };
    drop(codes);
    let largest = groups.offsets().windows(2).map(|bounds| bounds[1] - bounds[0]).max().unwrap_or(0) as usize;
    let row_bytes = collected / rows.max(1);
    let working = COPIES * largest * row_bytes;
    let is_granted = reservation.try_resize(collected + numbers / 2 + offsets + working).is_ok();
    Ok(is_granted.then_some((table, groups)))
}

/// Results, a few whole partitions at a time and in batches of the session's size.
struct Chunks {
    chain: Arc<Chain>,
    table: Table,
    groups: Groups,
    /// The first partition that is not evaluated yet.
    next: usize,
    /// What is left of the results of a partition that is larger than a batch.
    rest: Option<RecordBatch>,
    batch_size: usize,
    metrics: BaselineMetrics,
    _reservation: MemoryReservation,
}

impl Iterator for Chunks {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let timer = self.metrics.elapsed_compute().clone();
        let _timer = timer.timer();
        let results = match self.rest.take() {
            Some(rest) => rest,
            None => match self.evaluate()? {
                Ok(results) => results,
                Err(error) => {
                    self.next = self.groups.len();
                    return Some(Err(error));
                }
            },
        };
        let size = results.num_rows().min(self.batch_size);
        if size < results.num_rows() {
            self.rest = Some(results.slice(size, results.num_rows() - size));
        }
        Some(Ok(results.slice(0, size).record_output(&self.metrics)))
    }
}

impl Chunks {
    /// The results of as many partitions as fit into a batch, and of at least one.
    fn evaluate(&mut self) -> Option<Result<RecordBatch>> {
        let first = self.groups.offsets().get(self.next).copied()?;
        let mut offsets = vec![0];
        let mut rows = 0;
        while self.next < self.groups.len() {
            let end = self.groups.offsets()[self.next + 1] - first;
            if end > rows {
                if rows > 0 && end as usize > self.batch_size {
                    break;
                }
                offsets.push(end);
                rows = end;
            }
            self.next += 1;
        }
        if rows == 0 {
            return None;
        }
        let first = first as usize;
        let rows = &self.groups.rows()[first..first + rows as usize];
        Some(evaluate(&self.chain, &self.table, rows, &offsets))
    }
}
