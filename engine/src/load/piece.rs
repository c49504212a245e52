//! Work on a thread that may wait, as a stream that is read elsewhere.

use arrow::record_batch::RecordBatch;
use futures::future;
use futures::stream::{self, Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::refusal::Refusal;
use crate::{Error, Result};

/// Some rows of a file: those that fit, and those that were refused.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) batch: RecordBatch,
    pub(super) refusals: Vec<Refusal>,
}

/// What `work` sends, in order, with at most `ahead` items waiting; `send` says whether anybody
/// still reads. An error `work` ends with is the stream's last word, and so is a panic: a thread
/// that dies is never taken for the end of the data.
pub(super) fn produce<T: Send + 'static>(
    ahead: usize,
    work: impl FnOnce(&dyn Fn(T) -> bool) -> Result<()> + Send + 'static,
) -> impl Stream<Item = Result<T>> + Send + 'static {
    let (sender, receiver) = mpsc::channel(ahead);
    let work = spawn_blocking(move || work(&|item| sender.blocking_send(item).is_ok()));
    let items = stream::unfold(receiver, |mut receiver| async move {
        let item = receiver.recv().await?;
        Some((Ok(item), receiver))
    });
    let end = stream::once(joined(work)).filter_map(|result| future::ready(result.err().map(Err)));
    items.chain(end)
}

/// Runs work that reads files on a thread that may wait.
pub(super) async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    joined(spawn_blocking(work)).await
}

async fn joined<T>(work: JoinHandle<Result<T>>) -> Result<T> {
    match work.await {
        Ok(result) => result,
        Err(error) => Err(Error::internal("the thread that reads the files ended unexpectedly").with_source(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn items_come_in_order_and_the_error_last() {
        let items = produce(2, |send| {
            for number in 0..10 {
                send(number);
            }
            Err(Error::io("the disk is gone"))
        });
        let items: Vec<_> = items.collect().await;
        assert_eq!(items.len(), 11);
        assert!(items[..10].iter().enumerate().all(|(index, item)| matches!(item, Ok(number) if *number == index)));
        assert!(items[10].is_err());
    }

    #[tokio::test]
    async fn a_thread_that_dies_is_an_error() {
        let items = produce(2, |send| {
            send(1);
            panic!("on purpose")
        });
        let items: Vec<_> = items.collect().await;
        assert!(items[0].is_ok());
        assert!(items[1].is_err());
    }

    #[tokio::test]
    async fn nobody_reading_ends_the_work() {
        let (told, heard) = std::sync::mpsc::channel();
        let items = produce(1, move |send| {
            while send(0) {}
            told.send(()).unwrap();
            Ok(())
        });
        drop(items);
        heard.recv_timeout(std::time::Duration::from_secs(10)).unwrap();
    }
}
