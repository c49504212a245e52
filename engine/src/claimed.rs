//! What messages of Arrow IPC claim: how many rows, and how many items of each column.
//!
//! A column of NULLs takes no bytes however long it says it is, so its length cannot be held against the bytes that
//! came with it, and is bounded instead.

use arrow::ipc::RecordBatch;

/// The largest length that a batch, or any column of it, may claim.
pub const LENGTH_MAX: i64 = 1 << 26;

/// The first length a batch claims that is not to be believed.
pub fn unbelievable_length(batch: RecordBatch<'_>) -> Option<i64> {
    let lengths = batch.nodes().into_iter().flatten().map(|node| node.length());
    lengths.chain([batch.length()]).find(|length| !(0..=LENGTH_MAX).contains(length))
}
