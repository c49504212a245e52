//! Functions that number rows: `row_number`, `rank`, `dense_rank`, `percent_rank`, `cume_dist` and `ntile`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, UInt64Array};

use super::layout::Layout;

/// Counts the rows of a partition from one.
pub(super) fn row_number(layout: &Layout<'_>) -> ArrayRef {
    let mut numbers = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        numbers.extend(1..=partition.len() as u64);
    }
    Arc::new(UInt64Array::from(numbers))
}

/// One more than the rows before the first peer.
pub(super) fn rank(layout: &Layout<'_>) -> ArrayRef {
    let mut ranks = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        let first = partition.start;
        ranks.extend(partition.map(|row| (layout.peers(row).start - first) as u64 + 1));
    }
    Arc::new(UInt64Array::from(ranks))
}

/// Counts groups of peers from one.
pub(super) fn dense_rank(layout: &Layout<'_>) -> ArrayRef {
    let mut ranks = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        let mut rank = 0;
        ranks.extend(partition.map(|row| {
            rank += u64::from(layout.peers(row).start == row);
            rank
        }));
    }
    Arc::new(UInt64Array::from(ranks))
}

/// The part of the other rows that come before the first peer; zero in a partition of one row.
pub(super) fn percent_rank(layout: &Layout<'_>) -> ArrayRef {
    let mut ranks = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        let first = partition.start;
        let others = (partition.len() as f64 - 1.0).max(1.0);
        ranks.extend(partition.map(|row| (layout.peers(row).start - first) as f64 / others));
    }
    Arc::new(Float64Array::from(ranks))
}

/// The part of the rows up to the last peer.
pub(super) fn cume_dist(layout: &Layout<'_>) -> ArrayRef {
    let mut parts = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        let first = partition.start;
        let all = partition.len() as f64;
        parts.extend(partition.map(|row| (layout.peers(row).end - first) as f64 / all));
    }
    Arc::new(Float64Array::from(parts))
}

/// Deals the rows of a partition into buckets whose sizes differ by at most one, the larger ones first.
pub(super) fn ntile(layout: &Layout<'_>, buckets: u64) -> ArrayRef {
    let mut tiles = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        let rows = partition.len() as u64;
        let size = rows / buckets;
        let larger = rows % buckets;
        let in_larger = larger * (size + 1);
        // Without a smaller bucket that has rows all rows are in larger ones, and `size` is never a divisor.
        tiles.extend((0..rows).map(|row| match row < in_larger {
            true => row / (size + 1) + 1,
            false => larger + (row - in_larger) / size + 1,
        }));
    }
    Arc::new(UInt64Array::from(tiles))
}
