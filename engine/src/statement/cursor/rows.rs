//! The rows of a cursor and its place among them.
//!
//! A cursor that only goes forward reads its query as rows are asked for and keeps none. One declared `SCROLL` keeps
//! all rows it has read, within the memory of one query, and goes anywhere among them.

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::interleave_record_batch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use datafusion::sql::sqlparser::ast::{FetchDirection, Value, ValueWithSpan};
use futures::StreamExt;

use crate::RecordStream;
use crate::fault::from_datafusion;

/// Where a `FETCH` goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Motion {
    /// So many rows on, or all.
    Forward(Option<u64>),
    /// So many rows back, or all, the last first.
    Backward(Option<u64>),
    /// The row of a number, from the end if it is negative.
    Absolute(i64),
    /// The row so far from the present one.
    Relative(i64),
}

impl Motion {
    pub(super) fn of(direction: &FetchDirection) -> Result<Self> {
        Ok(match direction {
            FetchDirection::Next | FetchDirection::Forward { limit: None } => Self::Forward(Some(1)),
            FetchDirection::Prior | FetchDirection::Backward { limit: None } => Self::Backward(Some(1)),
            FetchDirection::First => Self::Absolute(1),
            FetchDirection::Last => Self::Absolute(-1),
            FetchDirection::Absolute { limit } => Self::Absolute(number(limit)?),
            FetchDirection::Relative { limit } => Self::Relative(number(limit)?),
            FetchDirection::All | FetchDirection::ForwardAll => Self::Forward(None),
            FetchDirection::BackwardAll => Self::Backward(None),
            FetchDirection::Count { limit } | FetchDirection::Forward { limit: Some(limit) } => {
                Self::by(number(limit)?)
            }
            FetchDirection::Backward { limit: Some(limit) } => Self::by(number(limit)?.saturating_neg()),
        })
    }

    fn by(rows: i64) -> Self {
        match rows {
            0 => Self::Relative(0),
            1.. => Self::Forward(Some(rows.unsigned_abs())),
            _ => Self::Backward(Some(rows.unsigned_abs())),
        }
    }
}

fn number(value: &ValueWithSpan) -> Result<i64> {
    match &value.value {
        Value::Number(digits, _) => digits.parse().map_err(|_| {
            Error::new(ErrorKind::NumericOutOfRange, format!("{digits} rows are more than can be counted"))
        }),
        other => Err(Error::new(ErrorKind::Syntax, format!("{other} is not a number of rows"))),
    }
}

/// An open cursor.
pub(super) struct Rows {
    stream: RecordStream,
    /// Rows that were read and not given yet.
    ahead: Option<RecordBatch>,
    /// The row the cursor is on: 0 is before the first, one more than there are is after the last.
    position: u64,
    kept: Option<Kept>,
}

/// All rows that were read so far.
struct Kept {
    batches: Vec<RecordBatch>,
    rows: u64,
    reservation: MemoryReservation,
}

impl Rows {
    pub(super) fn forward_only(stream: RecordStream) -> Self {
        Self { stream, ahead: None, position: 0, kept: None }
    }

    /// Rows that can be gone back to; they are counted in `pool`.
    pub(super) fn scrollable(stream: RecordStream, pool: &Arc<dyn MemoryPool>) -> Self {
        let reservation = MemoryConsumer::new("cursor").register(pool);
        let kept = Kept { batches: Vec::new(), rows: 0, reservation };
        Self { stream, ahead: None, position: 0, kept: Some(kept) }
    }

    pub(super) fn is_scrollable(&self) -> bool {
        self.kept.is_some()
    }

    pub(super) fn schema(&self) -> SchemaRef {
        self.stream.schema()
    }

    /// The next rows in order, at most `max` and as many as come at once; `None` after the last.
    pub(super) async fn next(&mut self, max: u64) -> Result<Option<RecordBatch>> {
        let batch = match self.ahead.take() {
            Some(batch) => batch,
            None => match self.stream.next().await {
                Some(batch) => batch?,
                None => return Ok(None),
            },
        };
        let wanted = usize::try_from(max).unwrap_or(usize::MAX).min(batch.num_rows());
        if wanted < batch.num_rows() {
            self.ahead = Some(batch.slice(wanted, batch.num_rows() - wanted));
        }
        self.position += wanted as u64;
        Ok(Some(batch.slice(0, wanted)))
    }

    /// How many rows there are to be skipped before the one row that a motion leads to, if it leads forward.
    pub(super) fn skipped_by(&self, motion: Motion) -> Result<u64> {
        let skipped = match motion {
            Motion::Absolute(row) => u64::try_from(row).ok().and_then(|row| row.checked_sub(self.position + 1)),
            Motion::Relative(rows) => u64::try_from(rows).ok().and_then(|rows| rows.checked_sub(1)),
            Motion::Forward(_) => Some(0),
            Motion::Backward(_) => None,
        };
        skipped.ok_or_else(|| {
            Error::new(ErrorKind::ObjectNotReady, "cursor can only scan forward")
                .with_hint("Declare it with SCROLL option to enable backward scan.")
        })
    }

    /// The rows a motion leads over, of a cursor that keeps them.
    pub(super) async fn go(&mut self, motion: Motion) -> Result<RecordBatch> {
        let far = match motion {
            Motion::Forward(Some(rows)) => Some(self.position.saturating_add(rows)),
            Motion::Absolute(row) => u64::try_from(row).ok(),
            Motion::Relative(rows) => Some(self.position.saturating_add_signed(rows)),
            Motion::Backward(_) => Some(self.position),
            Motion::Forward(None) => None,
        };
        let total = self.read_to(far).await?;
        let end = total + 1;
        let (rows, position): (Vec<u64>, u64) = match motion {
            Motion::Forward(rows) => {
                let last = rows.map_or(end, |rows| self.position.saturating_add(rows).min(end));
                ((self.position + 1..=last.min(total)).collect(), last)
            }
            Motion::Backward(rows) => {
                let first = self.position.saturating_sub(rows.unwrap_or(self.position));
                ((first.max(1)..self.position).rev().collect(), first)
            }
            Motion::Absolute(row) if row < 0 => one(end.saturating_sub(row.unsigned_abs()), total),
            Motion::Absolute(row) => one(row.unsigned_abs().min(end), total),
            Motion::Relative(rows) => one(self.position.saturating_add_signed(rows).min(end), total),
        };
        self.position = position;
        self.kept_rows(&rows)
    }

    /// Reads until the row of that number is there, or all; tells how many rows there are so far.
    async fn read_to(&mut self, row: Option<u64>) -> Result<u64> {
        let Some(kept) = &mut self.kept else { return Ok(0) };
        while row.is_none_or(|row| kept.rows < row) {
            let Some(batch) = self.stream.next().await else { break };
            let batch = batch?;
            kept.reservation.try_grow(batch.get_array_memory_size()).map_err(|error| from_datafusion(error, ""))?;
            kept.rows += batch.num_rows() as u64;
            kept.batches.push(batch);
        }
        Ok(kept.rows)
    }

    /// Rows by number, counted from 1.
    fn kept_rows(&self, rows: &[u64]) -> Result<RecordBatch> {
        let (Some(kept), false) = (&self.kept, rows.is_empty()) else {
            return Ok(RecordBatch::new_empty(self.schema()));
        };
        let mut ends = Vec::with_capacity(kept.batches.len());
        let mut end = 0;
        for batch in &kept.batches {
            end += batch.num_rows() as u64;
            ends.push(end);
        }
        let places: Vec<(usize, usize)> = rows
            .iter()
            .map(|&row| {
                let batch = ends.partition_point(|&end| end < row);
                let before = if batch == 0 { 0 } else { ends[batch - 1] };
                (batch, (row - before - 1) as usize)
            })
            .collect();
        let batches: Vec<&RecordBatch> = kept.batches.iter().collect();
        interleave_record_batch(&batches, &places).map_err(|error| from_datafusion(error.into(), ""))
    }
}

/// The one row of a number, and the cursor on it; none before the first and after the last.
fn one(row: u64, total: u64) -> (Vec<u64>, u64) {
    let rows = if (1..=total).contains(&row) { vec![row] } else { Vec::new() };
    (rows, row)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{AsArray, Int64Array};
    use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema};
    use datafusion::execution::memory_pool::UnboundedMemoryPool;

    use super::*;

    /// The rows 1 to 7, in batches of three.
    fn stream() -> RecordStream {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, true)]));
        let batch = |values: Vec<i64>| {
            RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(Int64Array::from(values))]).unwrap()
        };
        RecordStream::ready(Arc::clone(&schema), vec![batch(vec![1, 2, 3]), batch(vec![4, 5, 6]), batch(vec![7])])
    }

    fn values(batch: &RecordBatch) -> Vec<i64> {
        batch.column(0).as_primitive::<Int64Type>().values().to_vec()
    }

    #[tokio::test]
    async fn a_scrollable_cursor_goes_where_it_is_sent() {
        let pool: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
        let mut rows = Rows::scrollable(stream(), &pool);
        let script: [(Motion, &[i64]); 12] = [
            (Motion::Forward(Some(2)), &[1, 2]),
            (Motion::Backward(Some(1)), &[1]),
            (Motion::Relative(0), &[1]),
            (Motion::Forward(Some(3)), &[2, 3, 4]),
            (Motion::Absolute(-1), &[7]),
            (Motion::Forward(Some(1)), &[]),
            (Motion::Backward(Some(2)), &[7, 6]),
            (Motion::Absolute(3), &[3]),
            (Motion::Backward(None), &[2, 1]),
            (Motion::Forward(None), &[1, 2, 3, 4, 5, 6, 7]),
            (Motion::Relative(-7), &[1]),
            (Motion::Absolute(99), &[]),
        ];
        for (motion, expected) in script {
            assert_eq!(values(&rows.go(motion).await.unwrap()), expected, "{motion:?}");
        }
    }

    #[tokio::test]
    async fn a_cursor_that_goes_forward_gives_rows_in_the_pieces_asked_for() {
        let mut rows = Rows::forward_only(stream());
        assert_eq!(values(&rows.next(2).await.unwrap().unwrap()), [1, 2]);
        assert_eq!(values(&rows.next(u64::MAX).await.unwrap().unwrap()), [3]);
        assert_eq!(rows.skipped_by(Motion::Absolute(5)).unwrap(), 1);
        assert_eq!(rows.skipped_by(Motion::Relative(1)).unwrap(), 0);
        for back in [Motion::Absolute(3), Motion::Relative(0), Motion::Backward(Some(1)), Motion::Absolute(-1)] {
            assert_eq!(rows.skipped_by(back).unwrap_err().kind(), ErrorKind::ObjectNotReady, "{back:?}");
        }
        assert_eq!(values(&rows.next(9).await.unwrap().unwrap()), [4, 5, 6]);
        assert_eq!(values(&rows.next(9).await.unwrap().unwrap()), [7]);
        assert!(rows.next(9).await.unwrap().is_none());
        assert!(rows.next(9).await.unwrap().is_none());
    }

    #[test]
    fn counts_below_zero_go_back_and_zero_stays() {
        let limit = |count: i64| Value::Number(count.to_string(), false).with_empty_span();
        let motion = |count| Motion::of(&FetchDirection::Count { limit: limit(count) }).unwrap();
        assert_eq!(motion(5), Motion::Forward(Some(5)));
        assert_eq!(motion(-5), Motion::Backward(Some(5)));
        assert_eq!(motion(0), Motion::Relative(0));
        assert_eq!(Motion::of(&FetchDirection::Backward { limit: Some(limit(-2)) }).unwrap(), Motion::Forward(Some(2)));
    }
}
