//! Prepared statements: planned once, bound by DoPut, run by DoGet or DoPut.

use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::sql::ActionCreatePreparedStatementResult;
use arrow_flight::{IpcMessage, SchemaAsIpc};
use bellwether::{Error, ErrorKind, Prepared, Result, Statement};
use bytes::Bytes;
use datafusion::scalar::ScalarValue;
use futures::TryStreamExt;
use parking_lot::Mutex;

use super::handle::Handle;
use super::incoming::Upload;
use super::login::Login;
use super::message::Message;
use super::outgoing::Messages;
use super::{parameters, placeholder, query};

/// Parameter sets that one query may be run with at a time.
const BOUND_ROWS_MAX: usize = 65_536;
/// What bound parameters may hold.
const BOUND_BYTES_MAX: usize = 64 << 20;

/// A statement a client prepared, and what it is bound to.
#[derive(Debug)]
pub(super) struct PreparedStatement {
    statement: Statement,
    plan: Arc<Prepared>,
    bound: Mutex<Option<Bound>>,
}

/// Parameters of a query, and the plan that fits their types.
#[derive(Debug, Clone)]
struct Bound {
    plan: Arc<Prepared>,
    parameters: Vec<Vec<ScalarValue>>,
}

/// Plans a text with `?` or `$1` for its parameters, and tells what it takes and gives.
pub(super) async fn create(login: &Login, sql: &str) -> Result<ActionCreatePreparedStatementResult> {
    let statement = query::statement(&login.session, &placeholder::number(sql))?;
    let plan = Arc::new(login.session.prepare(&statement, &[]).await?);
    // Clients take a statement without a dataset schema for an update, so one is sent only for rows.
    let dataset_schema = match plan.schema() {
        Some(_) => ipc(&query::schema_of(&plan))?,
        None => Bytes::new(),
    };
    let parameter_schema = ipc(&parameters::schema(plan.parameter_types()))?;
    let prepared = PreparedStatement { statement, plan, bound: Mutex::new(None) };
    let handle = login.statements.insert(Arc::new(prepared), Instant::now())?;
    Ok(ActionCreatePreparedStatementResult {
        prepared_statement_handle: handle.to_bytes(),
        dataset_schema,
        parameter_schema,
    })
}

/// Forgets a statement; one that is not there is forgotten already.
pub(super) fn close(login: &Login, handle: &[u8]) {
    if let Some(handle) = Handle::from_bytes(handle) {
        login.statements.take(handle, Instant::now());
    }
}

/// The columns a prepared statement gives.
pub(super) fn schema(login: &Login, handle: &[u8]) -> Result<SchemaRef> {
    Ok(query::schema_of(&find(login, handle)?.plan))
}

/// Keeps parameters for the next runs of a query.
pub(super) async fn bind(login: &Login, handle: &[u8], upload: Option<Upload>) -> Result<()> {
    let prepared = find(login, handle)?;
    let Some(mut upload) = upload else {
        *prepared.bound.lock() = None;
        return Ok(());
    };
    let plan = prepared.plan_for(login, &upload.schema).await?;
    let (mut bound, mut bytes) = (Vec::new(), 0);
    while let Some(batch) = upload.batches.try_next().await? {
        bytes += batch.get_array_memory_size();
        if bound.len() + batch.num_rows() > BOUND_ROWS_MAX || bytes > BOUND_BYTES_MAX {
            let message = format!("a query is bound to more than {BOUND_ROWS_MAX} rows or {BOUND_BYTES_MAX} bytes");
            return Err(
                Error::new(ErrorKind::LimitExceeded, message).with_hint("put the values into a table and join with it")
            );
        }
        bound.extend(parameters::rows(&batch, plan.parameter_types())?);
    }
    // A batch without columns is how some clients say that there is nothing to bind.
    let is_empty = upload.schema.fields().is_empty();
    *prepared.bound.lock() = (!is_empty).then_some(Bound { plan, parameters: bound });
    Ok(())
}

/// Offers the rows of a prepared query with what it is bound to now.
pub(super) async fn offer(login: &Login, handle: &[u8]) -> Result<(Handle, SchemaRef)> {
    let Bound { plan, parameters } = find(login, handle)?.to_run()?;
    query::offer(login, plan, parameters).await
}

/// Runs a prepared query with what it is bound to now.
pub(super) fn fetch(login: Arc<Login>, handle: &[u8]) -> Result<Messages<Message>> {
    let Bound { plan, parameters } = find(&login, handle)?.to_run()?;
    Ok(query::fetch_now(login, plan, parameters))
}

/// Runs a prepared statement once for each row of parameters and gives the rows changed in all,
/// -1 when that has no meaning.
pub(super) async fn update(login: &Login, handle: &[u8], upload: Option<Upload>) -> Result<i64> {
    let prepared = find(login, handle)?;
    let upload = match upload {
        Some(upload) if !upload.schema.fields().is_empty() => Some(upload),
        _ => None,
    };
    let Some(mut upload) = upload else {
        let Bound { plan, parameters } = prepared.to_run()?;
        return run_all(login, &plan, parameters, 0).await;
    };
    let plan = prepared.plan_for(login, &upload.schema).await?;
    let mut changed = 0;
    while let Some(batch) = upload.batches.try_next().await? {
        changed = run_all(login, &plan, parameters::rows(&batch, plan.parameter_types())?, changed).await?;
    }
    Ok(changed)
}

async fn run_all(login: &Login, plan: &Prepared, parameters: Vec<Vec<ScalarValue>>, before: i64) -> Result<i64> {
    let mut changed = before;
    for values in parameters {
        let rows = query::change(&login.session, plan, values).await?;
        changed = if changed < 0 || rows < 0 { -1 } else { changed.saturating_add(rows) };
    }
    Ok(changed)
}

fn find(login: &Login, handle: &[u8]) -> Result<Arc<PreparedStatement>> {
    let found = Handle::from_bytes(handle).and_then(|handle| login.statements.get(handle, Instant::now()));
    found.ok_or_else(|| {
        Error::new(ErrorKind::UndefinedStatement, "the prepared statement does not exist in this session")
            .with_hint("it was closed, or it belongs to another session")
    })
}

impl PreparedStatement {
    /// The plan for parameters of the types of `sent`: another one when the first left types open.
    async fn plan_for(&self, login: &Login, sent: &SchemaRef) -> Result<Arc<Prepared>> {
        if sent.fields().is_empty() && self.plan.parameter_types().is_empty() {
            return Ok(Arc::clone(&self.plan));
        }
        let types = parameters::types(self.plan.parameter_types(), sent)?;
        if types == self.plan.parameter_types() {
            return Ok(Arc::clone(&self.plan));
        }
        login.session.prepare(&self.statement, &types).await.map(Arc::new)
    }

    /// What is bound, or the one run of a statement that takes no parameters.
    fn to_run(&self) -> Result<Bound> {
        if let Some(bound) = self.bound.lock().as_ref() {
            return Ok(bound.clone());
        }
        let needed = self.plan.parameter_types().len();
        if needed > 0 {
            return Err(Error::invalid_parameter(format!("the statement has {needed} parameters and none is bound"))
                .with_hint("bind a row of values before running it"));
        }
        Ok(Bound { plan: Arc::clone(&self.plan), parameters: vec![Vec::new()] })
    }
}

fn ipc(schema: &SchemaRef) -> Result<Bytes> {
    let IpcMessage(bytes) = SchemaAsIpc::new(schema, &IpcWriteOptions::default())
        .try_into()
        .map_err(|error: arrow::error::ArrowError| Error::internal("a schema cannot be encoded").with_source(error))?;
    Ok(bytes)
}
