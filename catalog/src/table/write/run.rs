//! Rows of one partition that wait to be sorted together.

use datafusion::arrow::array::{Array, RecordBatch};

use super::super::order::Order;
use crate::Result;

/// Rows as they came.
pub(super) struct Run {
    /// One row with all columns of the table, which tells the partition's values.
    one_row: RecordBatch,
    batches: Vec<RecordBatch>,
    bytes: usize,
}

impl Run {
    pub(super) fn new(one_row: RecordBatch) -> Self {
        Self { one_row, batches: Vec::new(), bytes: 0 }
    }

    /// Takes rows and gives the memory they take.
    pub(super) fn add(&mut self, batch: RecordBatch) -> usize {
        let bytes = bytes(&batch);
        self.bytes += bytes;
        self.batches.push(batch);
        bytes
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The one row, and all rows in order.
    pub(super) fn sorted(self, order: &Order) -> Result<(RecordBatch, Vec<RecordBatch>)> {
        Ok((self.one_row, order.sorted(self.batches)?))
    }
}

/// The memory of the rows themselves: several batches may be slices of one large one, which counts once.
fn bytes(batch: &RecordBatch) -> usize {
    let of_slice = |column: &dyn Array| column.to_data().get_slice_memory_size();
    batch.columns().iter().map(|column| of_slice(column).unwrap_or_else(|_| column.get_array_memory_size())).sum()
}
