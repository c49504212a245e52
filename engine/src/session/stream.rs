//! Rows on their way from the computing threads to a client, and what ends them early.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bellwether_catalog::{Error, ErrorKind};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::execution::SendableRecordBatchStream;
use futures::{FutureExt, Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::activity::Running;
use crate::fault::{from_datafusion, from_panic};
use crate::{Result, Session};

/// Batches that wait for a slow client; then the query waits.
const BATCHES_AHEAD: usize = 2;

/// Rows as a stream of Arrow batches; dropping it ends the query.
pub struct RecordStream {
    schema: SchemaRef,
    receiver: mpsc::Receiver<Sent>,
    producer: Option<AbortHandle>,
    ended: bool,
}

/// What a producer sends. Without [`Sent::End`] the rows are not complete, whatever became of the producer.
enum Sent {
    Rows(RecordBatch),
    Failed(Error),
    End,
}

impl RecordStream {
    /// No columns, no rows.
    pub(crate) fn empty() -> Self {
        Self::ready(Arc::new(Schema::empty()), Vec::new())
    }

    /// Rows that are there already.
    pub(crate) fn ready(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        let (sender, receiver) = mpsc::channel(batches.len() + 1);
        for sent in batches.into_iter().map(Sent::Rows).chain([Sent::End]) {
            // The channel has room for all of them.
            let _ = sender.try_send(sent);
        }
        Self { schema, receiver, producer: None, ended: false }
    }

    /// Rows that a query produces on the computing threads. `held` is given back when the query has ended.
    pub(crate) fn produce(
        session: &Session,
        rows: SendableRecordBatchStream,
        running: Running,
        limits: Limits,
        sql: Arc<str>,
        held: impl Send + 'static,
    ) -> Self {
        let schema = rows.schema();
        let (sender, receiver) = mpsc::channel(BATCHES_AHEAD);
        let asker = session.clone();
        let producer = session.inner.engine.spawn(async move {
            let outcome = AssertUnwindSafe(limits.bound(deliver(rows, &sender, &running, &sql))).catch_unwind().await;
            // After a panic the rows are never asked for again, so what state they are in does not matter.
            let last = match outcome.unwrap_or_else(|panic| Err(from_panic(panic.as_ref()))) {
                Ok(()) => Sent::End,
                Err(error) => {
                    running.failed(&error);
                    asker.fail_transaction();
                    Sent::Failed(error)
                }
            };
            let _ = sender.send(last).await;
            drop(held);
        });
        Self { schema, receiver, producer, ended: false }
    }

    /// The columns of every batch.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

async fn deliver(
    mut rows: SendableRecordBatchStream,
    sender: &mpsc::Sender<Sent>,
    running: &Running,
    sql: &str,
) -> Result<()> {
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(|error| from_datafusion(error, sql))?;
        if batch.num_rows() == 0 {
            continue;
        }
        running.query().delivered(batch.num_rows(), batch.get_array_memory_size());
        if sender.send(Sent::Rows(batch)).await.is_err() {
            return Err(Error::new(ErrorKind::Cancelled, "the client went away"));
        }
    }
    Ok(())
}

impl Stream for RecordStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let Poll::Ready(sent) = self.receiver.poll_recv(context) else { return Poll::Pending };
        if let Some(Sent::Rows(batch)) = sent {
            return Poll::Ready(Some(Ok(batch)));
        }
        self.ended = true;
        Poll::Ready(match sent {
            Some(Sent::Failed(error)) => Some(Err(error)),
            None => Some(Err(
                Error::internal("the query met a fault of the engine").with_hint("please report the statement")
            )),
            _ => None,
        })
    }
}

impl Drop for RecordStream {
    fn drop(&mut self) {
        if let Some(producer) = &self.producer {
            producer.abort();
        }
    }
}

impl fmt::Debug for RecordStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordStream").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// Until when a statement may run, and what ends it before.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    deadline: Option<Instant>,
    timeout: Option<Duration>,
    cancel: CancellationToken,
    stop: CancellationToken,
}

impl Limits {
    pub(crate) fn new(timeout: Option<Duration>, cancel: CancellationToken, stop: CancellationToken) -> Self {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Self { deadline, timeout, cancel, stop }
    }

    /// The same without a time, for what is read piece by piece in statements that have times of their own.
    pub(crate) fn without_time(self) -> Self {
        Self { deadline: None, timeout: None, ..self }
    }

    /// Runs `work` within the limits.
    pub(crate) async fn bound<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let late = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => {
                Err(Error::new(ErrorKind::Cancelled, "canceling statement due to user request"))
            }
            () = self.stop.cancelled() => Err(Error::new(ErrorKind::ShuttingDown, "the server is shutting down")),
            () = late => Err(Error::new(ErrorKind::Timeout, "canceling statement due to statement timeout")
                .with_detail(format!("it ran for {} ms", self.timeout.unwrap_or_default().as_millis()))
                .with_hint("raise statement_timeout, or ask for less at a time")),
            outcome = work => outcome,
        }
    }
}
