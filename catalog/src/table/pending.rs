//! Changes to one table that are made one after another and committed as one.
//!
//! A transaction block changes the version of the table it found. Files are written as it goes on, so that its own
//! statements can read them, but no version of the table names them before the commit. A few rows wait in memory: a
//! block of many small inserts makes one file.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use deltalake::kernel::Add;

use super::write::together;
use super::{Append, BatchId, Change, DataFile, DataWriter, Operation, Snapshot, Table};
use crate::{Error, ErrorKind, Result};

/// Rows up to this size wait in memory.
const WAITING_BYTES: usize = 8 << 20;

/// So many batches that wait are put together into one.
const WAITING_BATCHES: usize = 64;

/// A version of a table, and changes to it that nobody else sees.
#[derive(Debug, Clone)]
pub struct Pending {
    table: Arc<Table>,
    base: Arc<Snapshot>,
    /// The base with the changes, but for the rows that wait.
    current: Arc<Snapshot>,
    /// The places in `base` of the files it still has; they are the first of `current`, in their order.
    kept: Vec<usize>,
    /// What was done so far; nothing at first.
    operation: Option<Operation>,
    batches: Vec<BatchId>,
    waiting: Vec<RecordBatch>,
}

impl Pending {
    /// No changes yet.
    pub fn new(table: Arc<Table>, base: Arc<Snapshot>) -> Self {
        let kept = (0..base.files().len()).collect();
        let current = Arc::clone(&base);
        Self { table, base, current, kept, operation: None, batches: Vec::new(), waiting: Vec::new() }
    }

    /// The table that is changed.
    pub fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// The version that is changed; its columns and declarations stay as they are.
    pub fn base(&self) -> &Arc<Snapshot> {
        &self.base
    }

    /// The table with all changes. Rows that wait are written for it.
    pub async fn current(&mut self) -> Result<Arc<Snapshot>> {
        self.write_waiting().await?;
        Ok(Arc::clone(&self.current))
    }

    /// Adds rows; false when `batch` was applied before and nothing was added.
    pub async fn append(&mut self, append: Append, batch: Option<BatchId>) -> Result<bool> {
        if let Some(batch) = batch {
            let is_covered = |other: &BatchId| other.writer == batch.writer && other.number >= batch.number;
            if self.batches.iter().any(is_covered) || self.table.is_applied(&self.base, &batch).await? {
                return Ok(false);
            }
            self.batches.retain(|other| other.writer != batch.writer);
            self.batches.push(batch);
        }
        match append {
            Append::Files(add) => self.apply(Operation::Append, &add, &[])?,
            Append::Rows(rows) => {
                self.note(Operation::Append);
                self.waiting.push(rows);
                if self.waiting.len() >= WAITING_BATCHES {
                    self.waiting = vec![together(self.base.schema(), &self.waiting)?];
                }
                let bytes: usize = self.waiting.iter().map(RecordBatch::get_array_memory_size).sum();
                if bytes > WAITING_BYTES {
                    self.write_waiting().await?;
                }
            }
        }
        Ok(true)
    }

    /// Puts files into the table and takes others out, by their place in `seen`, which [`Self::current`] gave.
    pub fn change(&mut self, seen: &Arc<Snapshot>, operation: Operation, add: &[Add], remove: &[usize]) -> Result<()> {
        if !self.waiting.is_empty() || !Arc::ptr_eq(seen, &self.current) {
            return Err(Error::conflict("the table was changed twice at once in one transaction"));
        }
        self.apply(operation, add, remove)
    }

    fn apply(&mut self, operation: Operation, add: &[Add], remove: &[usize]) -> Result<()> {
        let removed: HashSet<usize> = remove.iter().copied().collect();
        let mut kept = Vec::with_capacity(self.kept.len());
        let mut files = Vec::with_capacity(self.current.files().len() + add.len());
        for (place, file) in self.current.files().iter().enumerate() {
            if removed.contains(&place) {
                continue;
            }
            kept.extend(self.kept.get(place));
            files.push(file.clone());
        }
        for add in add {
            let file = self.table.data_file(&self.base, add)?;
            if let Some(checksum) = file.checksum {
                self.table.store().expect(&file.path, file.bytes, checksum);
            }
            files.push(file);
        }
        self.current = Arc::new(self.base.with_files(files));
        self.kept = kept;
        self.note(operation);
        Ok(())
    }

    fn note(&mut self, operation: Operation) {
        self.operation = match self.operation {
            Some(before) if before != operation => Some(Operation::Merge),
            _ => Some(operation),
        };
    }

    async fn write_waiting(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut writer = DataWriter::new(Arc::clone(&self.table), &self.base)?;
        writer.write(&together(self.base.schema(), &self.waiting)?).await?;
        let (add, _) = writer.finish().await?;
        self.apply(Operation::Append, &add, &[])?;
        // Not before: a statement that is cancelled while it writes must not lose them.
        self.waiting.clear();
        Ok(())
    }

    /// Refuses changes that can no longer be committed, because the table has become another.
    pub async fn check(&self) -> Result<()> {
        let latest = self.table.latest().await?;
        let is_possible = match self.operation {
            None => true,
            Some(Operation::Append) => {
                latest.schema() == self.base.schema() && latest.declared() == self.base.declared()
            }
            Some(_) => latest.version() == self.base.version(),
        };
        if is_possible {
            return Ok(());
        }
        Err(again(Error::conflict("another writer changed the table since this transaction did")))
    }

    /// Commits the changes as one version of the table, or none of them.
    pub async fn commit(mut self) -> Result<()> {
        let Some(operation) = self.operation else { return Ok(()) };
        self.check().await?;
        let is_all_waiting = self.current.files().len() == self.base.files().len();
        if operation == Operation::Append && is_all_waiting && self.batches.len() <= 1 {
            // Other sessions' rows may share the commit, and the file.
            let rows = together(self.base.schema(), &self.waiting)?;
            return self.table.append(Append::Rows(rows), self.batches.pop()).await.map(drop).map_err(again);
        }
        self.write_waiting().await?;
        let kept: HashSet<usize> = self.kept.iter().copied().collect();
        let remove: Vec<usize> = (0..self.base.files().len()).filter(|place| !kept.contains(place)).collect();
        let add: Vec<Add> = self.current.files().iter().skip(kept.len()).map(DataFile::added).collect();
        if add.is_empty() && remove.is_empty() && self.batches.is_empty() {
            return Ok(());
        }
        let change = Change { add, remove, batches: self.batches, ..Change::default() };
        let _writer = self.table.writer().await;
        self.table.commit(&self.base, operation, change).await.map(drop).map_err(again)
    }
}

/// A conflict of a whole transaction, which the last statement run again would not mend.
fn again(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Conflict => error.with_hint("run the transaction again"),
        _ => error,
    }
}
