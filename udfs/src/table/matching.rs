//! Rows of an input whose key another input has: what no group will need is left out before it is moved.
//!
//! The keys of the other input are hashed into bits, 32 for each key. A row whose bit is set passes: all that have
//! the key, and about three in a hundred of the others, whose groups then see them and find nothing to do. Hashes
//! of all types are tested alike, a few nanoseconds a row, where a join would look every key up and compare it.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::BatchCoalescer;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::BaselineMetrics;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::future::{BoxFuture, Shared};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

/// The bits of a key. With so many, one in 32 of the others shares the bit of a key.
const BITS_OF_A_KEY: usize = 32;

const SEED: u64 = 0x6b65_7973;

/// The keys of an input, once they are read; all partitions wait for the same.
pub(super) type Known = Shared<BoxFuture<'static, Result<Arc<Keys>, Arc<DataFusionError>>>>;

/// The keys of an input, as bits of their hashes.
#[derive(Debug)]
pub(super) struct Keys {
    bits: Vec<u64>,
    /// How far a hash is shifted to be the number of a bit.
    shift: u32,
    /// Counts the bits while they are there.
    _reservation: MemoryReservation,
}

impl Keys {
    fn new(hashes: &[u64], reservation: MemoryReservation) -> Result<Self> {
        let words = (hashes.len() * BITS_OF_A_KEY / 64).max(2).next_power_of_two();
        reservation.try_resize(words * size_of::<u64>())?;
        let mut keys = Self { bits: vec![0; words], shift: 64 - words.ilog2() - 6, _reservation: reservation };
        for &hash in hashes {
            let bit = keys.bit(hash);
            keys.bits[bit / 64] |= 1 << (bit % 64);
        }
        Ok(keys)
    }

    fn bit(&self, hash: u64) -> usize {
        // The hash is quick rather than good: a multiplication brings all of it to the upper bits.
        (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    fn may_have(&self, hash: u64) -> bool {
        let bit = self.bit(hash);
        self.bits[bit / 64] >> (bit % 64) & 1 == 1
    }
}

/// The hashes of keys.
pub(super) fn hash(keys: &[ArrayRef], rows: usize, hashes: &mut Vec<u64>) -> Result<()> {
    hashes.clear();
    hashes.resize(rows, 0);
    create_hashes(keys, &RandomState::with_seed(SEED), hashes)?;
    Ok(())
}

/// The keys of an input, whose first columns they are.
pub(super) fn known(input: Arc<dyn ExecutionPlan>, keys: usize, context: Arc<TaskContext>) -> Known {
    let read = async move {
        let reservation = MemoryConsumer::new("keys of a table function").register(context.memory_pool());
        let mut rows = input.execute(0, context)?;
        let (mut all, mut hashes) = (Vec::new(), Vec::new());
        while let Some(batch) = rows.try_next().await? {
            hash(&batch.columns()[..keys], batch.num_rows(), &mut hashes)?;
            all.extend_from_slice(&hashes);
            reservation.try_resize(all.capacity() * size_of::<u64>())?;
        }
        Ok(Arc::new(Keys::new(&all, reservation)?))
    };
    read.map(|keys: Result<_>| keys.map_err(Arc::new)).boxed().shared()
}

/// The rows of a partition whose key, their first columns, is known.
pub(super) fn matching(
    rows: SendableRecordBatchStream,
    known: Known,
    keys: usize,
    batch_rows: usize,
    metrics: BaselineMetrics,
) -> SendableRecordBatchStream {
    let schema = rows.schema();
    let coalescer = BatchCoalescer::new(Arc::clone(&schema), batch_rows);
    let state = Matching { rows, known, keys, coalescer, hashes: Vec::new(), is_done: false, metrics };
    let batches = stream::try_unfold(state, |mut state| async move {
        let batch = state.next_batch().await?;
        Ok(batch.map(|batch| (batch, state)))
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

struct Matching {
    rows: SendableRecordBatchStream,
    known: Known,
    keys: usize,
    coalescer: BatchCoalescer,
    /// Reused.
    hashes: Vec<u64>,
    is_done: bool,
    metrics: BaselineMetrics,
}

impl Matching {
    async fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let known = self.known.clone().await.map_err(DataFusionError::Shared)?;
        loop {
            if let Some(batch) = self.coalescer.next_completed_batch() {
                self.metrics.record_output(batch.num_rows());
                return Ok(Some(batch));
            }
            if self.is_done {
                self.metrics.done();
                return Ok(None);
            }
            match self.rows.next().await {
                Some(batch) => {
                    let batch = batch?;
                    let timer = self.metrics.elapsed_compute().timer();
                    hash(&batch.columns()[..self.keys], batch.num_rows(), &mut self.hashes)?;
                    let hashes = &self.hashes;
                    let matches = BooleanBuffer::collect_bool(hashes.len(), |row| known.may_have(hashes[row]));
                    self.coalescer.push_batch_with_filter(batch, &BooleanArray::new(matches, None))?;
                    timer.done();
                }
                None => {
                    self.coalescer.finish_buffered_batch()?;
                    self.is_done = true;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Int64Array, StringArray};
    use datafusion::execution::memory_pool::UnboundedMemoryPool;

    use super::*;

    fn keys(hashes: &[u64]) -> Keys {
        let pool: Arc<dyn datafusion::execution::memory_pool::MemoryPool> = Arc::new(UnboundedMemoryPool::default());
        Keys::new(hashes, MemoryConsumer::new("test").register(&pool)).unwrap()
    }

    #[test]
    fn every_key_that_is_known_passes_and_few_others_do() {
        let columns = |from: i64| -> Vec<ArrayRef> {
            let ids: Vec<i64> = (from..from + 20_000).collect();
            let names: Vec<String> = ids.iter().map(|id| format!("customer {id}")).collect();
            vec![Arc::new(Int64Array::from(ids)), Arc::new(StringArray::from(names))]
        };
        for chosen in [0..1, 1..2, 0..2] {
            let (mut inside, mut outside) = (Vec::new(), Vec::new());
            hash(&columns(0)[chosen.clone()], 20_000, &mut inside).unwrap();
            hash(&columns(1_000_000)[chosen], 20_000, &mut outside).unwrap();
            let keys = keys(&inside);
            assert!(inside.iter().all(|hash| keys.may_have(*hash)));
            let others = outside.iter().filter(|hash| keys.may_have(**hash)).count();
            assert!(others < 1_000, "{others}");
        }
    }

    #[test]
    fn without_keys_nothing_passes() {
        let mut hashes = Vec::new();
        hash(&[Arc::new(Int64Array::from(vec![1, 2, 3]))], 3, &mut hashes).unwrap();
        assert!(!hashes.iter().any(|hash| keys(&[]).may_have(*hash)));
    }
}
