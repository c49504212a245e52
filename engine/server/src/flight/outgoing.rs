//! Rows on their way out: batches of a good size, encoded ahead of the socket, never far ahead.
//!
//! Encoding runs in a task of its own, so that the engine, the encoder and the socket work at the same
//! time; a channel of a few messages holds the encoder back when the client reads slowly. Dropping the
//! stream drops the query.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow::array::{Array, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use bellwether::{Error, ErrorKind, Result};
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::message::{BatchEncoder, Message};
use super::plain;
use super::status::status;

/// Rows as the engine gives them.
pub(super) type Rows = BoxStream<'static, Result<RecordBatch>>;
/// What a streaming call answers.
pub(super) type Messages<T> = BoxStream<'static, Result<T, Status>>;

/// gRPC clients refuse messages above 4 MiB unless told otherwise; the headers need room too.
const MESSAGE_BYTES_MAX: usize = 3 << 20;
/// Batches below this are worth a copy to be sent together.
const SMALL_ROWS: usize = 4_096;
const SMALL_BYTES: usize = 256 << 10;
/// The most rows put together.
const TOGETHER_ROWS: usize = 65_536;
/// Messages encoded while the socket is busy.
const MESSAGES_AHEAD: usize = 4;

/// Sends `rows` as batches of `schema`, until `stop`; `lease` lives as long as the query does.
pub(super) fn send(
    rows: Rows,
    schema: SchemaRef,
    stop: CancellationToken,
    lease: impl Send + 'static,
) -> Messages<Message> {
    let (sender, receiver) = mpsc::channel(MESSAGES_AHEAD);
    let task = tokio::spawn(async move {
        let encoded = encode(rows, schema);
        if forward(encoded, &sender, &stop).await.is_err() {
            let cancelled = Error::new(ErrorKind::Cancelled, "the query was cancelled by the client");
            // Nobody listens when the client that cancelled has gone as well.
            let _ = sender.send(Err(status(cancelled))).await;
        }
        drop(lease);
    });

    // A channel that closes says nothing of why: a result cut short by a panic must not look complete.
    stream::unfold((receiver, Some(task)), |(mut receiver, mut task)| async move {
        if let Some(message) = receiver.recv().await {
            return Some((message, (receiver, task)));
        }
        match task.take()?.await {
            Ok(()) => None,
            Err(error) => {
                let broken = Error::internal("the result broke off before its end").with_source(error);
                Some((Err(status(broken)), (receiver, None)))
            }
        }
    })
    .boxed()
}

/// Sends a result that is at hand.
pub(super) fn send_batch(batch: RecordBatch) -> Messages<Message> {
    let schema = batch.schema();
    send(stream::iter([Ok(batch)]).boxed(), schema, CancellationToken::new(), ())
}

struct Stopped;

/// Moves messages on until they end, the receiver goes, or `stop` is called.
/// Room is made before a message is asked for, so that no message waits encoded beside the channel.
async fn forward(
    mut messages: Messages<Message>,
    sender: &mpsc::Sender<Result<Message, Status>>,
    stop: &CancellationToken,
) -> Result<(), Stopped> {
    loop {
        let room = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(Stopped),
            room = sender.reserve() => room,
        };
        let Ok(room) = room else {
            return Ok(());
        };
        let message = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(Stopped),
            () = sender.closed() => return Ok(()),
            message = messages.next() => message,
        };
        match message {
            Some(message) => room.send(message),
            None => return Ok(()),
        }
    }
}

fn encode(rows: Rows, schema: SchemaRef) -> Messages<Message> {
    let (mut encoder, columns) = match BatchEncoder::new(Arc::clone(&schema)) {
        Ok(begun) => begun,
        Err(error) => return stream::iter([Err(status(error))]).boxed(),
    };
    let batches =
        Packed::new(rows, schema).map(move |batch| batch.and_then(|batch| encoder.encode(&batch)).map_err(status));
    stream::iter([Ok(columns)]).chain(batches).boxed()
}

/// Batches with plain types and of a good size: small ones together, large ones in parts.
struct Packed {
    rows: Rows,
    schema: SchemaRef,
    small: Vec<RecordBatch>,
    small_rows: usize,
    small_bytes: usize,
    ready: VecDeque<RecordBatch>,
    ended: bool,
}

impl Packed {
    fn new(rows: Rows, schema: SchemaRef) -> Self {
        let (small, ready) = (Vec::new(), VecDeque::new());
        Self { rows, schema, small, small_rows: 0, small_bytes: 0, ready, ended: false }
    }

    fn take_in(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let batch = plain::batch(batch, &self.schema)?;
        let bytes = size(&batch);
        if batch.num_rows() >= SMALL_ROWS || bytes >= SMALL_BYTES {
            self.close_small()?;
            split(batch, bytes, &mut self.ready);
            return Ok(());
        }
        self.small_rows += batch.num_rows();
        self.small_bytes += bytes;
        self.small.push(batch);
        if self.small_rows >= TOGETHER_ROWS || self.small_bytes >= MESSAGE_BYTES_MAX / 2 {
            self.close_small()?;
        }
        Ok(())
    }

    fn close_small(&mut self) -> Result<()> {
        let together = match self.small.as_slice() {
            [] => return Ok(()),
            [one] => one.clone(),
            many => concat_batches(&self.schema, many)
                .map_err(|error| Error::internal("batches of one result do not fit together").with_source(error))?,
        };
        self.small.clear();
        (self.small_rows, self.small_bytes) = (0, 0);
        self.ready.push_back(together);
        Ok(())
    }
}

impl Stream for Packed {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(batch) = this.ready.pop_front() {
                metrics::counter!("bellwether_flight_rows_sent_total").increment(batch.num_rows() as u64);
                return Poll::Ready(Some(Ok(batch)));
            }
            if this.ended {
                return Poll::Ready(None);
            }
            let step = match this.rows.poll_next_unpin(cx) {
                Poll::Ready(Some(Ok(batch))) => this.take_in(&batch),
                Poll::Ready(Some(Err(error))) => Err(error),
                Poll::Ready(None) => {
                    this.ended = true;
                    this.close_small()
                }
                // The engine needs time; what is there need not wait for it.
                Poll::Pending if this.small.is_empty() => return Poll::Pending,
                Poll::Pending => this.close_small(),
            };
            if let Err(error) = step {
                this.ended = true;
                this.ready.clear();
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

/// The bytes a batch takes in a message.
fn size(batch: &RecordBatch) -> usize {
    // A type that cannot say counts as all of its buffers, which is never too little.
    let column = |column: &arrow::array::ArrayRef| {
        column.to_data().get_slice_memory_size().unwrap_or_else(|_| column.get_buffer_memory_size())
    };
    batch.columns().iter().map(column).sum()
}

/// Halves a batch until each part fits a message; a single row cannot be halved.
fn split(batch: RecordBatch, bytes: usize, parts: &mut VecDeque<RecordBatch>) {
    let rows = batch.num_rows();
    if bytes <= MESSAGE_BYTES_MAX || rows <= 1 {
        parts.push_back(batch);
        return;
    }
    for half in [batch.slice(0, rows / 2), batch.slice(rows / 2, rows - rows / 2)] {
        let bytes = size(&half);
        split(half, bytes, parts);
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use futures::TryStreamExt;

    use super::*;

    fn numbers(rows: usize) -> RecordBatch {
        let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows as i64));
        RecordBatch::try_from_iter([("number", column)]).unwrap()
    }

    async fn packed(batches: Vec<RecordBatch>) -> Vec<RecordBatch> {
        let schema = batches[0].schema();
        let rows = stream::iter(batches.into_iter().map(Ok)).boxed();
        Packed::new(rows, schema).try_collect().await.unwrap()
    }

    #[tokio::test]
    async fn small_batches_travel_together_and_large_ones_alone() {
        let sizes = |batches: Vec<RecordBatch>| batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>();
        assert_eq!(sizes(packed(vec![numbers(1), numbers(0), numbers(2)]).await), [3]);
        assert_eq!(sizes(packed(vec![numbers(1), numbers(8_192), numbers(2)]).await), [1, 8_192, 2]);
        assert!(sizes(packed(vec![numbers(0)]).await).is_empty());
    }

    #[tokio::test]
    async fn a_large_batch_is_split_below_the_limit_and_keeps_its_rows_in_order() {
        let parts = packed(vec![numbers(3_000_000)]).await;
        assert!(parts.iter().all(|part| size(part) <= MESSAGE_BYTES_MAX));
        assert_eq!(concat_batches(&parts[0].schema(), &parts).unwrap(), numbers(3_000_000));
    }

    #[tokio::test]
    async fn a_slice_of_a_large_batch_counts_only_its_own_rows() {
        let slice = numbers(3_000_000).slice(7, 10_000);
        assert_eq!(packed(vec![slice]).await.len(), 1);
    }

    #[tokio::test]
    async fn one_row_beyond_the_limit_is_sent_as_it_is() {
        let text: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(MESSAGE_BYTES_MAX + 1)]));
        assert_eq!(packed(vec![RecordBatch::try_from_iter([("text", text)]).unwrap()]).await.len(), 1);
    }

    #[tokio::test]
    async fn an_empty_result_still_tells_its_schema() {
        let batch = numbers(0);
        let messages: Vec<_> = send_batch(batch).try_collect().await.unwrap();
        assert_eq!(messages.len(), 1);
    }

    #[tokio::test]
    async fn an_error_ends_the_result_and_is_told() {
        let rows = stream::iter([Ok(numbers(8_192)), Err(Error::new(ErrorKind::DivisionByZero, "division by zero"))]);
        let messages: Vec<_> = send(rows.boxed(), numbers(0).schema(), CancellationToken::new(), ()).collect().await;
        let last = messages.last().unwrap().as_ref().unwrap_err();
        assert_eq!(last.code(), tonic::Code::InvalidArgument);
    }

    #[tokio::test]
    async fn stopping_ends_a_query_that_gives_nothing() {
        let stop = CancellationToken::new();
        let mut messages = send(stream::pending().boxed(), numbers(0).schema(), stop.clone(), ());
        assert!(messages.next().await.unwrap().is_ok(), "the schema comes first");
        stop.cancel();
        let end = messages.next().await.unwrap().unwrap_err();
        assert_eq!(end.code(), tonic::Code::Cancelled);
        assert!(messages.next().await.is_none());
    }

    #[tokio::test]
    async fn dropping_the_result_drops_the_query() {
        let (lease, dropped) = tokio::sync::oneshot::channel::<()>();
        let messages = send(stream::pending().boxed(), numbers(0).schema(), CancellationToken::new(), lease);
        drop(messages);
        assert!(dropped.await.is_err());
    }

    #[tokio::test]
    async fn a_panic_on_the_way_is_an_error_and_not_an_end() {
        let rows = stream::poll_fn(|_| panic!("a fault of the engine")).boxed();
        let messages: Vec<_> = send(rows, numbers(0).schema(), CancellationToken::new(), ()).collect().await;
        assert_eq!(messages.last().unwrap().as_ref().unwrap_err().code(), tonic::Code::Internal);
    }
}
