//! What a session's open transaction block has changed and not committed.
//!
//! The block's own statements read the tables as it left them; nobody else sees anything before `COMMIT`, and after
//! a `ROLLBACK` nobody ever does. Tables are changed from the version the block found: where a change read what is in
//! the table, somebody else's commit in between makes the block's own fail.

use std::sync::Arc;

use bellwether_catalog::{Add, Append, BatchId, Change, Error, ErrorKind, Operation, Pending, Result, Snapshot, Table};
use tokio::sync::Mutex;

use crate::names::RelationName;
use crate::session::TransactionStatus;
use crate::{Session, temporary};

/// The tables a block has changed, in the order in which it first changed them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uncommitted {
    tables: Vec<(RelationName, Pending)>,
}

/// The same, as the statements of a session share it.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Held while rows that wait are written, so that no statement sees half of a change.
    uncommitted: Mutex<Uncommitted>,
}

impl Uncommitted {
    fn find(&mut self, id: &str) -> Option<&mut Pending> {
        self.tables.iter_mut().map(|(_, pending)| pending).find(|pending| pending.table().id() == id)
    }

    /// The changes of a table, begun on top of `base` if there are none.
    fn of(&mut self, name: &RelationName, table: &Arc<Table>, base: &Arc<Snapshot>) -> Result<&mut Pending> {
        let place = match self.tables.iter().position(|(_, pending)| pending.table().id() == table.id()) {
            Some(place) => place,
            None => {
                self.tables.push((name.clone(), Pending::new(Arc::clone(table), Arc::clone(base))));
                self.tables.len() - 1
            }
        };
        match self.tables.get_mut(place) {
            Some((_, pending)) => Ok(pending),
            None => Err(Error::internal("a table's changes are not where they were put")),
        }
    }

    /// Commits table by table; what can be seen to fail fails before the first.
    async fn commit(self) -> Result<()> {
        if self.tables.len() > 1 {
            for (name, pending) in &self.tables {
                pending.check().await.map_err(|error| of_table(error, name, &[]))?;
            }
        }
        let mut committed = Vec::new();
        for (name, pending) in self.tables {
            pending.commit().await.map_err(|error| of_table(error, &name, &committed))?;
            committed.push(format!("\"{}\"", name.name));
        }
        Ok(())
    }
}

/// The error of a commit, with the table it is about and those that are committed all the same.
fn of_table(error: Error, name: &RelationName, committed: &[String]) -> Error {
    let detail = match committed {
        [] => format!("the changes of table \"{}\" were not committed", name.name),
        tables => {
            let tables = tables.join(", ");
            format!("the changes of table \"{}\" were not committed, those of {tables} before it were", name.name)
        }
    };
    error.with_detail(detail)
}

impl Changes {
    /// The newest version of a table, with what the block has changed.
    pub(crate) async fn latest(&self, table: &Table) -> Result<Arc<Snapshot>> {
        if let Some(pending) = self.uncommitted.lock().await.find(table.id()) {
            return pending.current().await;
        }
        table.latest().await
    }

    /// A version of a table with the columns and declarations it has for the session; its files may be others.
    pub(crate) async fn declared(&self, table: &Table) -> Result<Arc<Snapshot>> {
        if let Some(pending) = self.uncommitted.lock().await.find(table.id()) {
            return Ok(Arc::clone(pending.base()));
        }
        table.latest().await
    }

    /// Whether the block has changed a table.
    pub(crate) async fn are_of(&self, id: &str) -> bool {
        self.uncommitted.lock().await.find(id).is_some()
    }

    /// Refuses what commits by itself and would contradict the block's changes of a table.
    pub(crate) async fn refuse_if_of(&self, table: &Table, name: &RelationName, command: &str) -> Result<()> {
        if !self.are_of(table.id()).await {
            return Ok(());
        }
        let fact = format!("cannot {command} \"{}\": this transaction has changed its rows", name.name);
        Err(Error::new(ErrorKind::ObjectNotReady, fact).with_hint("COMMIT first"))
    }

    /// Refuses what reads committed rows alone where there are others.
    pub(crate) async fn refuse_if_any(&self, command: &str) -> Result<()> {
        if self.uncommitted.lock().await.tables.is_empty() {
            return Ok(());
        }
        let fact = format!("{command} cannot run in a transaction that has changed rows");
        Err(Error::new(ErrorKind::ObjectNotReady, fact).with_hint("COMMIT first"))
    }

    /// What there is, for a savepoint to return to.
    pub(crate) async fn saved(&self) -> Uncommitted {
        self.uncommitted.lock().await.clone()
    }

    /// Puts what a savepoint saved in the place of what there is, or nothing.
    pub(crate) async fn return_to(&self, saved: Uncommitted) {
        *self.uncommitted.lock().await = saved;
    }
}

impl Session {
    /// Appends rows that fit `base`, in the open block or at once; false when `batch` was applied before.
    pub(crate) async fn append(
        &self,
        name: &RelationName,
        table: &Arc<Table>,
        base: &Arc<Snapshot>,
        append: Append,
        batch: Option<BatchId>,
    ) -> Result<bool> {
        if self.transaction() == TransactionStatus::Idle {
            return table.append(append, batch).await;
        }
        let mut uncommitted = self.inner.changes.uncommitted.lock().await;
        uncommitted.of(name, table, base)?.append(append, batch).await
    }

    /// Puts files into a table and takes others out by their place in `seen`, in the open block or at once.
    pub(crate) async fn change(
        &self,
        name: &RelationName,
        table: &Arc<Table>,
        seen: &Arc<Snapshot>,
        operation: Operation,
        add: Vec<Add>,
        remove: Vec<usize>,
    ) -> Result<()> {
        if self.transaction() == TransactionStatus::Idle {
            let change = Change { add, remove, ..Change::default() };
            return table.commit(seen, operation, change).await.map(drop);
        }
        let mut uncommitted = self.inner.changes.uncommitted.lock().await;
        uncommitted.of(name, table, seen)?.change(seen, operation, &add, &remove)
    }

    /// Commits the block's changes. Once begun it ends, whether the client stays or goes.
    pub(crate) async fn commit(&self) -> Result<()> {
        let mut changes = std::mem::take(&mut *self.inner.changes.uncommitted.lock().await);
        // Rows of temporary tables that end here would be committed for nobody.
        changes.tables.retain(|(name, _)| {
            name.schema != temporary::SCHEMA || !self.inner.temporaries.lock().ends_with_block(&name.name)
        });
        if changes.tables.is_empty() {
            return Ok(());
        }
        tokio::spawn(changes.commit())
            .await
            .unwrap_or_else(|failed| Err(Error::internal("a commit met a fault").with_source(failed)))
    }
}
