//! Collected rows, numbered across batches.

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::interleave;
use datafusion::error::Result;

/// Rows for which the search for their batch starts at one place.
const BLOCK_BITS: u32 = 12;

/// The rows of some batches, numbered from zero.
#[derive(Debug)]
pub(super) struct Table {
    batches: Vec<RecordBatch>,
    /// The number of the first row of each batch, and of the one after the last.
    starts: Vec<u32>,
    /// The batch in which each block of rows begins.
    blocks: Vec<u32>,
}

impl Table {
    /// The rows of the batches together must be countable by a `u32`; `None` when they are not.
    pub(super) fn new(batches: &[RecordBatch]) -> Option<Self> {
        let batches: Vec<RecordBatch> = batches.iter().filter(|batch| batch.num_rows() > 0).cloned().collect();
        let mut starts = Vec::with_capacity(batches.len() + 1);
        let mut blocks = Vec::new();
        let mut start = 0_u32;
        for (index, batch) in (0..).zip(&batches) {
            starts.push(start);
            start = start.checked_add(u32::try_from(batch.num_rows()).ok()?)?;
            while (blocks.len() as u64) << BLOCK_BITS < u64::from(start) {
                blocks.push(index);
            }
        }
        starts.push(start);
        Some(Self { batches, starts, blocks })
    }

    /// The batches, those without rows left out.
    pub(super) fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }

    /// Where rows are: their batch and their place in it.
    pub(super) fn addresses(&self, rows: &[u32]) -> Vec<(usize, usize)> {
        let address = |row: &u32| {
            let mut batch = self.blocks[(row >> BLOCK_BITS) as usize] as usize;
            while self.starts[batch + 1] <= *row {
                batch += 1;
            }
            (batch, (row - self.starts[batch]) as usize)
        };
        rows.iter().map(address).collect()
    }

    /// The values of a column at some addresses.
    pub(super) fn gather(&self, column: usize, addresses: &[(usize, usize)]) -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = self.batches.iter().map(|batch| batch.column(column).as_ref()).collect();
        Ok(interleave(&arrays, addresses)?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{AsArray, Int64Array};
    use arrow::datatypes::Int64Type;

    use super::*;

    fn batch(numbers: std::ops::Range<i64>) -> RecordBatch {
        let column: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers));
        RecordBatch::try_from_iter([("number", column)]).unwrap()
    }

    #[test]
    fn every_row_is_found_in_batches_of_any_size() {
        let sizes = [3, 0, 1, 9_000, 5, 4_096, 1];
        let mut start = 0;
        let batches: Vec<RecordBatch> = sizes
            .iter()
            .map(|size| {
                start += size;
                batch(start - size..start)
            })
            .collect();
        let table = Table::new(&batches).unwrap();
        assert_eq!(table.rows(), start as usize);
        let rows: Vec<u32> = (0..start as u32).rev().collect();
        let gathered = table.gather(0, &table.addresses(&rows)).unwrap();
        let expected: Vec<i64> = (0..start).rev().collect();
        assert_eq!(gathered.as_primitive::<Int64Type>().values(), &expected[..]);
    }

    #[test]
    fn a_table_can_be_empty() {
        let table = Table::new(&[]).unwrap();
        assert_eq!((table.rows(), table.addresses(&[]).len()), (0, 0));
    }
}
