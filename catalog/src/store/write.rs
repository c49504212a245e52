//! The sink of the Parquet writer: counts and hashes a data file on its way into the lake.

use std::fmt;

use bytes::Bytes;
use futures::future::BoxFuture;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use parquet::arrow::async_writer::AsyncFileWriter;
use parquet::errors::ParquetError;
use tokio::io::AsyncWriteExt;

use super::Store;
use super::digest::Digester;
use super::error::{from_object_store, into_object_store};
use crate::{Error, Result};

/// Where a file is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Open,
    /// A write is under way, failed, or was given up half-way.
    Writing,
    /// The end is under way, failed, or was given up half-way.
    Closing,
    Durable,
}

/// Writes one file into the lake and knows its length and XXH3-64 afterwards.
///
/// The file appears as a whole when the writer completes, which the Parquet writer does at its end. Dropped
/// before that, a local file leaves nothing behind; on a remote store [`abort`](Self::abort) removes the parts.
pub struct ChecksumWriter {
    path: Path,
    sink: BufWriter,
    digester: Digester,
    progress: Progress,
}

impl ChecksumWriter {
    /// A writer of the file at `path` in the lake.
    pub fn new(store: &Store, path: Path) -> Self {
        let sink = BufWriter::new(store.object_store(), path.clone());
        Self { path, sink, digester: Digester::default(), progress: Progress::Open }
    }

    /// Length and XXH3-64 of the file, which is durable by now; an error if it was not completed.
    pub fn finish(self) -> Result<(u64, u64)> {
        if self.progress != Progress::Durable {
            return Err(Error::internal(format!("file {} was not completed", self.path)));
        }
        let digest = self.digester.digest();
        Ok((digest.length, digest.xxh3))
    }

    /// Gives the file up and removes what was already sent.
    pub async fn abort(mut self) -> Result<()> {
        match self.progress {
            Progress::Open | Progress::Writing => self.sink.abort().await.map_err(from_object_store),
            // The sink gives up the file itself when its end fails.
            Progress::Closing => Ok(()),
            Progress::Durable => Err(Error::internal(format!("file {} is already completed", self.path))),
        }
    }

    async fn put(&mut self, bytes: Bytes) -> object_store::Result<()> {
        self.begin(Progress::Writing)?;
        self.digester.update(&bytes);
        self.sink.put(bytes).await?;
        self.progress = Progress::Open;
        Ok(())
    }

    async fn close(&mut self) -> object_store::Result<()> {
        self.begin(Progress::Closing)?;
        // The sink speaks of files, and its errors come wrapped as those of files.
        self.sink.shutdown().await.map_err(|err| match err.downcast::<object_store::Error>() {
            Ok(store) => store,
            Err(other) => into_object_store(Error::io(format!("could not write {}", self.path)).with_source(other)),
        })?;
        self.progress = Progress::Durable;
        Ok(())
    }

    /// Notes the step that begins. It is undone only by the end of the step, so that one that fails or is
    /// dropped in the middle is never taken for done: the sink would complete the file without that part.
    fn begin(&mut self, step: Progress) -> object_store::Result<()> {
        if self.progress != Progress::Open {
            let message = format!("file {} cannot be written on after it failed or ended", self.path);
            return Err(into_object_store(Error::internal(message)));
        }
        self.progress = step;
        Ok(())
    }
}

impl AsyncFileWriter for ChecksumWriter {
    fn write(&mut self, bs: Bytes) -> BoxFuture<'_, Result<(), ParquetError>> {
        Box::pin(async move { self.put(bs).await.map_err(external) })
    }

    fn complete(&mut self) -> BoxFuture<'_, Result<(), ParquetError>> {
        Box::pin(async move { self.close().await.map_err(external) })
    }
}

fn external(err: object_store::Error) -> ParquetError {
    ParquetError::External(Box::new(err))
}

impl fmt::Debug for ChecksumWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChecksumWriter").field("path", &self.path).field("progress", &self.progress).finish()
    }
}
