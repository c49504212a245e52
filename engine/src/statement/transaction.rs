//! `BEGIN`, `COMMIT`, `ROLLBACK`, savepoints.
//!
//! Rows that a block inserts, changes and removes are committed at its end, for each table as one version, or not at
//! all ([`crate::uncommitted`]). Everything else, such as `CREATE TABLE`, commits by itself when it runs: a `ROLLBACK`
//! that would have to undo it says that it did not. What a block is said to be is kept: one that only reads refuses to
//! write. Each statement sees one snapshot of the tables, and of those the block has changed the one it began with.

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::sql::sqlparser::ast::{self, TransactionAccessMode, TransactionIsolationLevel, TransactionMode};

use crate::names::identifier;
use crate::session::{Savepoint, Transaction, TransactionStatus};
use crate::uncommitted::Uncommitted;
use crate::{Done, Session};

const ISOLATION: &str = "transaction_isolation";
const READ_ONLY: &str = "transaction_read_only";
const DEFAULT_ISOLATION: &str = "default_transaction_isolation";
const DEFAULT_READ_ONLY: &str = "default_transaction_read_only";

/// Runs the statement if it is about transactions, other than their commit.
pub(super) async fn run(session: &Session, statement: &ast::Statement) -> Result<Option<Done>> {
    use ast::Statement as Sql;
    let done = match statement {
        Sql::StartTransaction { modes, .. } => begin(session, modes)?,
        Sql::Rollback { savepoint: None, .. } => {
            session.inner.changes.return_to(Uncommitted::default()).await;
            end(session, "ROLLBACK")
        }
        Sql::Rollback { savepoint: Some(name), .. } => rollback_to(session, &identifier(name)).await?,
        Sql::Savepoint { name } => savepoint(session, identifier(name)).await?,
        Sql::ReleaseSavepoint { name } => {
            let mut transaction = session.inner.transaction.lock();
            let place = transaction.place_of("RELEASE SAVEPOINT", &identifier(name))?;
            transaction.savepoints.truncate(place);
            Done::of("RELEASE")
        }
        _ => return Ok(None),
    };
    Ok(Some(done))
}

fn begin(session: &Session, modes: &[TransactionMode]) -> Result<Done> {
    let mut transaction = session.inner.transaction.lock();
    if transaction.status != TransactionStatus::Idle {
        return Ok(Done::of("BEGIN").with_notice("there is already a transaction in progress"));
    }
    let mut settings = session.inner.settings.lock();
    let snapshot = settings.snapshot();
    for (of_block, default) in [(ISOLATION, DEFAULT_ISOLATION), (READ_ONLY, DEFAULT_READ_ONLY)] {
        let value = settings.get(default).unwrap_or_default().to_owned();
        settings.set_local(of_block, &value)?;
    }
    for (name, value) in modes.iter().map(setting_of) {
        settings.set_local(name, value)?;
    }
    transaction.status = TransactionStatus::Active;
    transaction.committed = 0;
    transaction.settings = Some(snapshot);
    Ok(Done::of("BEGIN"))
}

async fn savepoint(session: &Session, name: String) -> Result<Done> {
    let uncommitted = session.inner.changes.saved().await;
    let mut transaction = session.inner.transaction.lock();
    if transaction.status == TransactionStatus::Idle {
        return Err(outside("SAVEPOINT"));
    }
    let settings = session.inner.settings.lock().snapshot();
    let cursors = session.inner.cursors.lock().declared();
    transaction.savepoints.push(Savepoint { name, settings, cursors, uncommitted });
    Ok(Done::of("SAVEPOINT"))
}

/// Brings back what a block was at a savepoint, but for what committed by itself since.
async fn rollback_to(session: &Session, name: &str) -> Result<Done> {
    let saved = {
        let transaction = session.inner.transaction.lock();
        let place = transaction.place_of("ROLLBACK TO SAVEPOINT", name)?;
        transaction.savepoints.get(place).map(|savepoint| savepoint.uncommitted.clone())
    };
    session.inner.changes.return_to(saved.unwrap_or_default()).await;
    let mut transaction = session.inner.transaction.lock();
    let place = transaction.place_of("ROLLBACK TO SAVEPOINT", name)?;
    transaction.savepoints.truncate(place + 1);
    transaction.status = TransactionStatus::Active;
    let mut done = not_undone(Done::of("ROLLBACK"), transaction.committed);
    if let Some(savepoint) = transaction.savepoints.last() {
        session.inner.cursors.lock().close_after(savepoint.cursors);
        done.parameters = session.inner.settings.lock().return_to(&savepoint.settings);
    }
    Ok(done)
}

/// Whether a rollback takes back what a statement did.
pub(super) fn is_undone(statement: &ast::Statement) -> bool {
    use ast::Statement as Sql;
    matches!(statement, Sql::Insert(_) | Sql::Update(_) | Sql::Delete(_) | Sql::Merge(_) | Sql::Truncate(_))
}

/// Ends a block and commits what it changed; one in which a statement failed is rolled back instead.
pub(super) async fn commit(session: &Session) -> Result<Done> {
    if session.transaction() != TransactionStatus::Active {
        session.inner.changes.return_to(Uncommitted::default()).await;
        return Ok(end(session, "COMMIT"));
    }
    match session.commit().await {
        Ok(()) => Ok(end(session, "COMMIT")),
        Err(error) => {
            end(session, "ROLLBACK");
            Err(error)
        }
    }
}

impl Transaction {
    /// The place of a savepoint among the block's.
    fn place_of(&self, command: &str, name: &str) -> Result<usize> {
        if self.status == TransactionStatus::Idle {
            return Err(outside(command));
        }
        self.savepoints
            .iter()
            .rposition(|savepoint| savepoint.name == name)
            .ok_or_else(|| Error::new(ErrorKind::UndefinedSavepoint, format!("savepoint \"{name}\" does not exist")))
    }
}

fn outside(command: &str) -> Error {
    Error::new(ErrorKind::NoTransaction, format!("{command} can only be used in transaction blocks"))
}

/// Takes over what `SET TRANSACTION` says of the block, or of the blocks that come.
pub(super) fn set(session: &Session, modes: &[TransactionMode], of_session: bool) -> Result<Done> {
    let in_block = session.transaction() != TransactionStatus::Idle;
    let mut settings = session.inner.settings.lock();
    let mut done = Done::of("SET");
    for (name, value) in modes.iter().map(setting_of) {
        if of_session {
            done.parameters
                .extend(settings.set(if name == READ_ONLY { DEFAULT_READ_ONLY } else { DEFAULT_ISOLATION }, value)?);
        } else if in_block {
            settings.set_local(name, value)?;
        } else {
            done = done.with_notice("SET TRANSACTION can only be used in transaction blocks");
        }
    }
    Ok(done)
}

/// The setting of a block that a mode is.
fn setting_of(mode: &TransactionMode) -> (&'static str, &'static str) {
    match mode {
        TransactionMode::AccessMode(TransactionAccessMode::ReadOnly) => (READ_ONLY, "on"),
        TransactionMode::AccessMode(TransactionAccessMode::ReadWrite) => (READ_ONLY, "off"),
        TransactionMode::IsolationLevel(level) => {
            let level = match level {
                TransactionIsolationLevel::ReadUncommitted => "read uncommitted",
                TransactionIsolationLevel::ReadCommitted => "read committed",
                TransactionIsolationLevel::RepeatableRead | TransactionIsolationLevel::Snapshot => "repeatable read",
                TransactionIsolationLevel::Serializable => "serializable",
            };
            (ISOLATION, level)
        }
    }
}

/// Refuses to write where only reading is allowed.
pub(crate) fn require_writing(session: &Session, command: &str) -> Result<()> {
    let setting = match session.transaction() {
        TransactionStatus::Idle => DEFAULT_READ_ONLY,
        TransactionStatus::Active | TransactionStatus::Failed => READ_ONLY,
    };
    match session.setting(setting).as_deref() {
        Some("on") => {
            let fact = format!("cannot execute {command} in a read-only transaction");
            Err(Error::new(ErrorKind::ReadOnly, fact))
        }
        _ => Ok(()),
    }
}

fn end(session: &Session, wanted: &str) -> Done {
    let mut transaction = session.inner.transaction.lock();
    let status = std::mem::replace(&mut transaction.status, TransactionStatus::Idle);
    let snapshot = transaction.settings.take();
    transaction.savepoints.clear();
    // The end of a failed block is a rollback, whatever it is called.
    let command = if status == TransactionStatus::Failed { "ROLLBACK" } else { wanted };
    let mut settings = session.inner.settings.lock();
    let parameters = match (command, snapshot) {
        ("ROLLBACK", Some(snapshot)) => settings.restore(snapshot),
        _ => settings.commit(),
    };
    session.inner.cursors.lock().end_block(command == "COMMIT");
    session.inner.temporaries.lock().end_block();
    let done = Done { parameters, ..Done::of(command) };
    match (status, command) {
        (TransactionStatus::Idle, _) => done.with_notice("there is no transaction in progress"),
        (_, "ROLLBACK") => not_undone(done, transaction.committed),
        _ => done,
    }
}

fn not_undone(done: Done, committed: usize) -> Done {
    match committed {
        0 => done,
        1 => done.with_notice("1 statement of this block was committed when it ran and is not undone"),
        many => {
            done.with_notice(format!("{many} statements of this block were committed when they ran and are not undone"))
        }
    }
}
