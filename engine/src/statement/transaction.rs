//! `BEGIN`, `COMMIT`, `ROLLBACK`, savepoints.
//!
//! Every statement that changes a table commits by itself, so a block groups nothing. Clients open blocks
//! out of habit and that is fine; a `ROLLBACK` that would have to undo something says that it did not.

use bellwether_catalog::Result;
use datafusion::sql::sqlparser::ast;

use crate::session::TransactionStatus;
use crate::{Done, Session};

/// Runs the statement if it is about transactions.
pub(super) fn run(session: &Session, statement: &ast::Statement) -> Result<Option<Done>> {
    use ast::Statement as Sql;
    let done = match statement {
        Sql::StartTransaction { .. } => begin(session),
        Sql::Commit { .. } => end(session, "COMMIT"),
        Sql::Rollback { savepoint: None, .. } => end(session, "ROLLBACK"),
        Sql::Rollback { savepoint: Some(_), .. } => {
            let mut transaction = session.inner.transaction.lock();
            if transaction.status == TransactionStatus::Failed {
                transaction.status = TransactionStatus::Active;
            }
            not_undone(Done::of("ROLLBACK"), transaction.changes)
        }
        Sql::Savepoint { .. } => Done::of("SAVEPOINT"),
        Sql::ReleaseSavepoint { .. } => Done::of("RELEASE"),
        _ => return Ok(None),
    };
    Ok(Some(done))
}

fn begin(session: &Session) -> Done {
    let mut transaction = session.inner.transaction.lock();
    if transaction.status != TransactionStatus::Idle {
        return Done::of("BEGIN").with_notice("there is already a transaction in progress");
    }
    transaction.status = TransactionStatus::Active;
    transaction.changes = 0;
    transaction.settings = Some(session.inner.settings.lock().snapshot());
    Done::of("BEGIN")
}

fn end(session: &Session, wanted: &str) -> Done {
    let mut transaction = session.inner.transaction.lock();
    let status = std::mem::replace(&mut transaction.status, TransactionStatus::Idle);
    let snapshot = transaction.settings.take();
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
        (_, "ROLLBACK") => not_undone(done, transaction.changes),
        _ => done,
    }
}

fn not_undone(done: Done, changes: usize) -> Done {
    match changes {
        0 => done,
        1 => done.with_notice("1 statement of this block was committed when it ran and is not undone"),
        many => {
            done.with_notice(format!("{many} statements of this block were committed when they ran and are not undone"))
        }
    }
}
