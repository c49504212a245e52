//! Cursors: `DECLARE`, `FETCH`, `MOVE`, `CLOSE`.
//!
//! A cursor is a query under way. It reads the versions of its tables that were newest when it was declared, is
//! held back until rows are fetched, and belongs to its session: one declared `WITH HOLD` until it is closed, others
//! until the end of their transaction block. Waiting for the next fetch it takes no place among the queries that may
//! run, and its time does not count; a fetch is a statement of its own.

mod parse;
mod rows;

use std::collections::HashMap;
use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::{self, CloseCursor, Ident};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use futures::stream;
use tokio::sync::OwnedMutexGuard;

pub(super) use self::parse::fetch as parse_fetch;
use self::rows::{Motion, Rows};
use super::{Parsed, Scope, query};
use crate::names::identifier;
use crate::session::{Limits, TransactionStatus};
use crate::{Done, Outcome, Prepared, RecordStream, Session, Statement};

/// Cursors of a session, by name.
#[derive(Default)]
pub(crate) struct Cursors {
    open: HashMap<String, Cursor>,
    /// How many were declared so far.
    declared: u64,
}

struct Cursor {
    schema: SchemaRef,
    /// The how manieth of the session it is.
    number: u64,
    /// Whether it outlives its block.
    holds: bool,
    /// Whether the block it was declared in is still open.
    is_of_block: bool,
    rows: Arc<tokio::sync::Mutex<Rows>>,
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.open.keys()).finish()
    }
}

impl Cursors {
    /// Closes what ends with a transaction block: after a rollback also what is held but was declared in it.
    pub(crate) fn end_block(&mut self, is_committed: bool) {
        self.open.retain(|_, cursor| cursor.holds && (is_committed || !cursor.is_of_block));
        for cursor in self.open.values_mut() {
            cursor.is_of_block = false;
        }
    }

    /// How many were declared so far.
    pub(crate) fn declared(&self) -> u64 {
        self.declared
    }

    /// Closes what was declared after so many.
    pub(crate) fn close_after(&mut self, declared: u64) {
        self.open.retain(|_, cursor| cursor.number <= declared);
    }

    /// Closes all.
    pub(crate) fn clear(&mut self) {
        self.open.clear();
    }

    /// The columns of an open cursor.
    pub(crate) fn schema(&self, name: &str) -> Option<SchemaRef> {
        self.open.get(name).map(|cursor| Arc::clone(&cursor.schema))
    }

    fn find(&self, name: &str) -> Result<&Cursor> {
        self.open.get(name).ok_or_else(|| no_cursor(name))
    }
}

fn no_cursor(name: &str) -> Error {
    Error::new(ErrorKind::UndefinedCursor, format!("cursor \"{name}\" does not exist"))
}

/// The types of the parameters of a cursor's query.
pub(super) async fn parameters(
    session: &Session,
    declared: &Parsed,
    types: &[Option<DataType>],
) -> Result<Vec<Option<DataType>>> {
    let query = query_of(session, declared)?.parsed;
    Ok(query::describe(Scope::new(session, &query).await?, &query, types).await?.parameters)
}

/// The columns of what a `FETCH` gives; none of a `MOVE`.
pub(super) fn fetched(session: &Session, name: &Ident, into_nothing: bool) -> Result<Option<SchemaRef>> {
    let cursors = session.inner.cursors.lock();
    let cursor = cursors.find(&identifier(name))?;
    Ok((!into_nothing).then(|| Arc::clone(&cursor.schema)))
}

/// Runs a `DECLARE`.
pub(super) async fn declare(
    session: &Session,
    parsed: &Parsed,
    declared: &[ast::Declare],
    parameters: Vec<ScalarValue>,
    limits: Limits,
) -> Result<Outcome> {
    let [declare] = declared else { return Err(super::unsupported(&parsed.ast)) };
    let [name] = declare.names.as_slice() else { return Err(super::unsupported(&parsed.ast)) };
    let name = identifier(name);
    let holds = declare.hold == Some(true);
    let in_block = session.transaction() != TransactionStatus::Idle;
    if !holds && !in_block {
        return Err(Error::new(ErrorKind::NoTransaction, "DECLARE CURSOR can only be used in transaction blocks")
            .with_hint("begin a transaction block, or declare the cursor WITH HOLD"));
    }
    if session.inner.cursors.lock().open.contains_key(&name) {
        return Err(Error::new(ErrorKind::DuplicateCursor, format!("cursor \"{name}\" already exists")));
    }
    let prepared = super::boxed(super::prepare(session, query_of(session, parsed)?, &types_of(&parameters))).await?;
    let (stream, memory) = query::hold(session, &prepared, parameters, limits).await?;
    let rows = match declare.scroll {
        Some(true) => Rows::scrollable(stream, &memory),
        _ => Rows::forward_only(stream),
    };
    let schema = rows.schema();
    let rows = Arc::new(tokio::sync::Mutex::new(rows));
    let mut cursors = session.inner.cursors.lock();
    cursors.declared += 1;
    let cursor = Cursor { schema, number: cursors.declared, holds, is_of_block: in_block, rows };
    cursors.open.insert(name, cursor);
    Ok(Outcome::Done(Done::of("DECLARE CURSOR")))
}

fn types_of(values: &[ScalarValue]) -> Vec<Option<DataType>> {
    values.iter().map(|value| Some(value.data_type())).collect()
}

/// The query of a `DECLARE` as a statement of its own.
fn query_of(session: &Session, declared: &Parsed) -> Result<Statement> {
    let mut tokens = Tokenizer::new(&PostgreSqlDialect {}, &declared.text)
        .tokenize_with_location()
        .map_err(|error| Error::new(ErrorKind::Syntax, error.to_string()))?;
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF));
    let text = parse::query_text(&declared.text, &tokens).unwrap_or_default();
    let query = session.parse(&text)?.pop();
    query.filter(|query| matches!(query.parsed.ast, ast::Statement::Query(_))).ok_or_else(|| {
        Error::new(ErrorKind::Syntax, "a cursor is declared for a query")
            .with_hint("DECLARE name CURSOR [WITH HOLD] FOR SELECT …")
    })
}

/// Runs a `FETCH` or a `MOVE`.
pub(super) async fn fetch(session: &Session, prepared: &Prepared, limits: Limits) -> Result<Outcome> {
    let ast::Statement::Fetch { name, direction, into, .. } = &prepared.statement.parsed.ast else {
        return Err(Error::internal("a fetch is none"));
    };
    if into.as_ref().is_some_and(|into| !into.0.is_empty()) {
        return Err(Error::unsupported("FETCH … INTO is not supported"));
    }
    let name = identifier(name);
    let motion = Motion::of(direction)?;
    let rows = Arc::clone(&session.inner.cursors.lock().find(&name)?.rows);
    // Two fetches of one cursor at a time would take rows from each other.
    let mut rows = rows.try_lock_owned().map_err(|_| {
        Error::new(ErrorKind::ObjectNotReady, format!("cursor \"{name}\" is being fetched from"))
            .with_hint("read or close the result of the fetch before")
    })?;
    if into.is_some() {
        let moved = limits.bound(skip_all(&mut rows, motion)).await?;
        return Ok(Outcome::Done(Done::rows("MOVE", moved)));
    }
    if rows.is_scrollable() {
        let batch = limits.bound(rows.go(motion)).await?;
        return Ok(Outcome::Rows(RecordStream::ready(rows.schema(), vec![batch])));
    }
    let skipped = rows.skipped_by(motion)?;
    limits.bound(skip(&mut rows, skipped)).await?;
    let wanted = match motion {
        Motion::Forward(rows) => rows.unwrap_or(u64::MAX),
        _ => 1,
    };
    let running = session.start_work(&prepared.statement.parsed.text);
    let text = Arc::clone(&prepared.statement.parsed.text);
    Ok(Outcome::Rows(RecordStream::produce(session, onward(rows, wanted), running, limits, text, ())))
}

/// Goes where a motion leads and tells over how many rows.
async fn skip_all(rows: &mut Rows, motion: Motion) -> Result<u64> {
    if rows.is_scrollable() {
        return Ok(rows.go(motion).await?.num_rows() as u64);
    }
    let skipped = rows.skipped_by(motion)?;
    skip(rows, skipped).await?;
    match motion {
        Motion::Forward(wanted) => skip(rows, wanted.unwrap_or(u64::MAX)).await,
        _ => skip(rows, 1).await,
    }
}

/// Leaves out so many rows, or as many as there are, and tells how many.
async fn skip(rows: &mut Rows, wanted: u64) -> Result<u64> {
    let mut skipped = 0;
    while skipped < wanted {
        match rows.next(wanted - skipped).await? {
            Some(batch) => skipped += batch.num_rows() as u64,
            None => break,
        }
    }
    Ok(skipped)
}

/// The next rows as a stream, which has the cursor to itself as long as it lives.
fn onward(rows: OwnedMutexGuard<Rows>, wanted: u64) -> SendableRecordBatchStream {
    let schema = rows.schema();
    let batches = stream::try_unfold((rows, wanted), |(mut rows, wanted)| async move {
        if wanted == 0 {
            return Ok(None);
        }
        match rows.next(wanted).await {
            Ok(Some(batch)) => {
                let left = wanted - batch.num_rows() as u64;
                Ok(Some((batch, (rows, left))))
            }
            Ok(None) => Ok(None),
            Err(error) => Err(DataFusionError::External(Box::new(error))),
        }
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

/// Runs a `CLOSE`.
pub(super) fn close(session: &Session, cursor: &CloseCursor) -> Result<Done> {
    let mut cursors = session.inner.cursors.lock();
    match cursor {
        CloseCursor::All => {
            cursors.clear();
            Ok(Done::of("CLOSE CURSOR ALL"))
        }
        CloseCursor::Specific { name } => {
            let name = identifier(name);
            cursors.open.remove(&name).ok_or_else(|| no_cursor(&name))?;
            Ok(Done::of("CLOSE CURSOR"))
        }
    }
}
