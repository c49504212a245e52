//! Group commit: appends that arrive while another commit is under way share the next one.
//!
//! Nobody waits for a clock. The first append commits at once; those that come meanwhile are written
//! into one file and one commit together. An append is acknowledged when its commit is durable.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use deltalake::kernel::Add;
use tokio::sync::oneshot;

use super::write::{conform, together};
use super::{Change, DataWriter, Operation, Snapshot, Table, from_delta};
use crate::{Error, ErrorKind, Result};

/// A batch id: the same or a smaller number of the same writer is not applied again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchId {
    /// Who writes.
    pub writer: String,
    /// Ever larger numbers.
    pub number: i64,
}

/// Rows to append.
#[derive(Debug)]
pub enum Append {
    /// Few rows, still in memory: they may share a file with others'.
    Rows(RecordBatch),
    /// Files written already.
    Files(Vec<Add>),
}

#[derive(Debug, Default)]
pub(super) struct Waiting {
    requests: Vec<Request>,
    /// The largest batch number seen committed, by writer.
    applied: HashMap<String, i64>,
}

#[derive(Debug)]
struct Request {
    append: Append,
    batch: Option<BatchId>,
    done: oneshot::Sender<Result<bool>>,
}

impl Table {
    /// Appends rows and returns once they are durable: false when `batch` was applied before and nothing was added.
    pub async fn append(self: &Arc<Self>, append: Append, batch: Option<BatchId>) -> Result<bool> {
        let (done, outcome) = oneshot::channel();
        self.waiting.lock().requests.push(Request { append, batch, done });
        // The commit runs as a task of its own: a client that goes away must not stop it half way.
        let table = Arc::clone(self);
        tokio::spawn(async move { table.commit_waiting().await });
        outcome.await.unwrap_or_else(|_| Err(Error::internal("the commit ended without an answer")))
    }

    async fn commit_waiting(self: &Arc<Self>) {
        let _writer = self.writer().await;
        let requests = std::mem::take(&mut self.waiting.lock().requests);
        if requests.is_empty() {
            return;
        }
        match self.commit_together(&requests).await {
            Ok(added) => {
                for (request, added) in requests.into_iter().zip(added) {
                    let _ = request.done.send(Ok(added));
                }
            }
            Err(error) if requests.len() == 1 => {
                for request in requests {
                    let _ = request.done.send(Err(copy_of(&error)));
                }
            }
            // One contradictory append must not fail the others: each gets a commit and an answer of its own.
            Err(_) => {
                for request in requests {
                    let outcome = self.commit_together(std::slice::from_ref(&request)).await;
                    let _ = request.done.send(outcome.map(|added| added.first().copied().unwrap_or(false)));
                }
            }
        }
    }

    /// One commit for all requests; tells of each whether its rows were added.
    async fn commit_together(self: &Arc<Self>, requests: &[Request]) -> Result<Vec<bool>> {
        let snapshot = self.latest().await?;
        let mut rows = Vec::new();
        let mut add = Vec::new();
        let mut batches: Vec<BatchId> = Vec::new();
        let mut added = Vec::with_capacity(requests.len());
        for request in requests {
            if let Some(batch) = &request.batch {
                let pending = batches.iter().any(|other| other.writer == batch.writer && other.number >= batch.number);
                if pending || self.is_applied(&snapshot, batch).await? {
                    added.push(false);
                    continue;
                }
                batches.retain(|other| other.writer != batch.writer);
                batches.push(batch.clone());
            }
            added.push(true);
            match &request.append {
                Append::Rows(batch) => rows.push(conform(batch, snapshot.schema())?),
                Append::Files(files) => add.extend(files.iter().cloned()),
            }
        }
        if !rows.is_empty() {
            let mut writer = DataWriter::new(Arc::clone(self), &snapshot)?;
            writer.write(&together(snapshot.schema(), &rows)?).await?;
            let (files, _) = writer.finish().await?;
            add.extend(files);
        }
        if add.is_empty() && batches.is_empty() {
            return Ok(added);
        }
        let applied = batches.clone();
        let change = Change { add, batches, ..Change::default() };
        self.commit(&snapshot, Operation::Append, change).await?;
        let mut waiting = self.waiting.lock();
        for batch in applied {
            waiting.applied.insert(batch.writer, batch.number);
        }
        Ok(added)
    }

    /// Whether a batch was applied before, as far as `snapshot` and this process know.
    pub(super) async fn is_applied(&self, snapshot: &Snapshot, batch: &BatchId) -> Result<bool> {
        let known = self.waiting.lock().applied.get(&batch.writer).copied();
        if known.is_some_and(|number| number >= batch.number) {
            return Ok(true);
        }
        let stored =
            snapshot.state().transaction_version(self.log_store().as_ref(), &batch.writer).await.map_err(from_delta)?;
        Ok(stored.is_some_and(|number| number >= batch.number))
    }
}

/// The same error for another waiter; the causes stay with the first.
fn copy_of(error: &Error) -> Error {
    let mut copy = Error::new(error.kind(), error.message());
    if let Some(detail) = error.detail() {
        copy = copy.with_detail(detail);
    }
    if let Some(hint) = error.hint() {
        copy = copy.with_hint(hint);
    }
    if error.kind() == ErrorKind::Conflict && error.hint().is_none() {
        copy = copy.with_hint("run the statement again");
    }
    copy
}
