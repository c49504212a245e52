//! Where the partitions of ordered rows begin and end, and which of their rows are peers.

use std::ops::Range;

use arrow::array::{Array, ArrayRef};
use arrow::compute::kernels::cmp::distinct;
use datafusion::error::Result;

/// Ordered rows of whole partitions: one after the other, each with at least one row.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    offsets: &'a [u32],
    peers: Option<Peers>,
}

/// For each row, the first row that is its peer and the one after the last.
#[derive(Debug)]
pub(super) struct Peers {
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl<'a> Layout<'a> {
    /// Partition `p` is `offsets[p]..offsets[p + 1]`.
    pub(super) fn new(offsets: &'a [u32], peers: Option<Peers>) -> Self {
        Self { offsets, peers }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.offsets.last().map_or(0, |end| *end as usize)
    }

    /// The rows of each partition.
    pub(super) fn partitions(&self) -> impl Iterator<Item = Range<usize>> {
        self.offsets.windows(2).map(|bounds| bounds[0] as usize..bounds[1] as usize)
    }

    /// The rows that the order does not tell apart from `row`; the row alone when peers were not asked for.
    #[inline]
    pub(super) fn peers(&self, row: usize) -> Range<usize> {
        match &self.peers {
            Some(peers) => peers.starts[row] as usize..peers.ends[row] as usize,
            None => row..row + 1,
        }
    }
}

impl Peers {
    /// Peers have equal values in all of `order_by`, which are in order within each partition; without any, all
    /// rows of a partition are peers.
    pub(super) fn new(offsets: &[u32], order_by: &[ArrayRef]) -> Result<Self> {
        let rows = offsets.last().map_or(0, |end| *end as usize);
        let mut first = vec![false; rows];
        for values in order_by {
            if rows > 1 {
                let differs = distinct(&values.slice(0, rows - 1), &values.slice(1, rows - 1))?;
                for place in differs.values().set_indices() {
                    first[place + 1] = true;
                }
            }
        }
        for start in offsets {
            if let Some(first) = first.get_mut(*start as usize) {
                *first = true;
            }
        }
        let mut starts = Vec::with_capacity(rows);
        let mut start = 0;
        for (row, first) in (0..).zip(&first) {
            if *first {
                start = row;
            }
            starts.push(start);
        }
        let mut ends = vec![0; rows];
        let mut end = rows as u32;
        for (row, first) in first.iter().enumerate().rev() {
            ends[row] = end;
            if *first {
                end = row as u32;
            }
        }
        Ok(Self { starts, ends })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, Int64Array};

    use super::*;

    #[test]
    fn peers_are_equal_in_all_keys_and_stay_within_their_partition() {
        let keys: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(vec![Some(1), Some(1), Some(1), Some(1), None, None])),
            Arc::new(Float64Array::from(vec![0.5, 0.5, f64::NAN, f64::NAN, 1.0, 1.0])),
        ];
        let offsets = [0, 3, 6];
        let layout = Layout::new(&offsets, Some(Peers::new(&offsets, &keys).unwrap()));
        let peers: Vec<_> = (0..6).map(|row| layout.peers(row)).collect();
        assert_eq!(peers, [0..2, 0..2, 2..3, 3..4, 4..6, 4..6]);
    }

    #[test]
    fn without_an_order_all_rows_of_a_partition_are_peers() {
        let offsets = [0, 1, 3];
        let layout = Layout::new(&offsets, Some(Peers::new(&offsets, &[]).unwrap()));
        assert_eq!([layout.peers(0), layout.peers(1), layout.peers(2)], [0..1, 1..3, 1..3]);
        assert_eq!(layout.partitions().collect::<Vec<_>>(), [0..1, 1..3]);
    }
}
