//! Queries: `SELECT`, `VALUES`, `TABLE`, `WITH`, `EXPLAIN`, and the lists of `SHOW TABLES` and `SHOW COLUMNS`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::common::ParamValues;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryPool;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::scalar::ScalarValue;
use futures::StreamExt;
use tokio::sync::SemaphorePermit;

use super::fresh::{Fresh, Started};
use super::parameter::parameters_of;
use super::{Parsed, Scope, explain, output_name};
use crate::activity::Running;
use crate::rewrite;
use crate::session::Limits;
use crate::{Engine, Outcome, Prepared, RecordStream, Session};

/// What is known of a query before it runs.
pub(super) struct Described {
    pub(super) parameters: Vec<Option<DataType>>,
    pub(super) schema: SchemaRef,
    /// Its plan, where it takes no parameters.
    pub(super) plan: Option<Fresh>,
}

/// Parameters and columns of a query.
pub(super) async fn describe(scope: Scope, parsed: &Parsed, types: &[Option<DataType>]) -> Result<Described> {
    let explained = explain::explained(&parsed.ast)?;
    let query = explained.as_ref().map_or(&parsed.ast, |explained| explained.query);
    let relations = scope.relations();
    let mut state = relations.state();
    let plan = scope.plan(&state, query.clone()).await?;
    let parameters = parameters_of(&plan, types)?;
    if let Some(explained) = explained {
        return Ok(Described { parameters, schema: explained.schema(), plan: None });
    }
    // The columns may depend on the parameters' types, so they are read off a plan that has them.
    let nulls = parameters
        .iter()
        .map(|data_type| ScalarValue::try_from(data_type.as_ref().unwrap_or(&DataType::Utf8)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| scope.error(error))?;
    let mut plan = with_parameters(&scope, plan, nulls)?;
    if parameters.is_empty() {
        plan = rewrite::rewrite(&scope, &relations, &mut state, plan).await;
    }
    // Analysis and optimization settle types that planning leaves open.
    let optimized = state.optimize(&plan).map_err(|error| scope.error(error))?;
    // With NULLs in the places of parameters an outer join may find nothing, and its columns lose what they are.
    let schema = with_types_of(plan.schema().inner(), optimized.schema().inner());
    let schema = output_name::visible_schema(&schema);
    let plan = parameters.is_empty().then(|| Fresh::new(scope, relations, state, optimized));
    Ok(Described { parameters, schema, plan })
}

/// Values in the types the statement was planned with.
pub(super) fn typed(values: Vec<ScalarValue>, types: &[Option<DataType>]) -> Result<Vec<ScalarValue>> {
    if values.len() < types.len() {
        return Err(Error::new(
            ErrorKind::Protocol,
            format!("the statement takes {} parameters, got {}", types.len(), values.len()),
        ));
    }
    let mut typed = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        match types.get(index).and_then(Option::as_ref) {
            Some(wanted) if *wanted != value.data_type() => {
                let cast = value.cast_to(wanted).map_err(|error| crate::fault::from_datafusion(error, ""))?;
                typed.push(cast);
            }
            _ => typed.push(value),
        }
    }
    Ok(typed)
}

/// A plan with its parameters' values in place.
pub(super) fn with_parameters(scope: &Scope, plan: LogicalPlan, values: Vec<ScalarValue>) -> Result<LogicalPlan> {
    if values.is_empty() {
        return Ok(plan);
    }
    plan.replace_params_with_values(&ParamValues::from(values)).map_err(|error| scope.error(error))
}

/// Runs a query.
pub(super) async fn run(
    session: &Session,
    prepared: &Prepared,
    parameters: Vec<ScalarValue>,
    limits: Limits,
) -> Result<Outcome> {
    let opened = open(session, prepared, parameters, &limits).await?;
    let Opened { rows, running, sql, admitted, .. } = opened;
    Ok(Outcome::Rows(RecordStream::produce(session, rows, running, limits, sql, admitted)))
}

/// Opens a query whose rows are read later, with the memory it runs in. While it waits it takes no place among
/// the queries that may run, and only what reads from it is bound by a time.
pub(super) async fn hold(
    session: &Session,
    prepared: &Prepared,
    parameters: Vec<ScalarValue>,
    limits: Limits,
) -> Result<(RecordStream, Arc<dyn MemoryPool>)> {
    let Opened { rows, running, sql, memory, .. } = open(session, prepared, parameters, &limits).await?;
    let stream = RecordStream::produce(session, rows, running, limits.without_time(), sql, ());
    Ok((stream, memory))
}

/// A query that is under way.
struct Opened {
    rows: SendableRecordBatchStream,
    running: Running,
    sql: Arc<str>,
    memory: Arc<dyn MemoryPool>,
    admitted: Admitted,
}

async fn open(session: &Session, prepared: &Prepared, parameters: Vec<ScalarValue>, limits: &Limits) -> Result<Opened> {
    let parsed = &prepared.statement.parsed;
    let engine = &session.inner.engine;
    let started = async {
        let admitted = Admitted::wait(engine).await?;
        let started = match Fresh::run(&prepared.fresh, session, parsed).await? {
            Some(started) => started,
            None => start(Scope::start(session, parsed).await?, parsed, parameters).await,
        };
        let Started { mut scope, rows } = started;
        let rows = rows.map(output_name::visible_rows);
        let running = scope.running.take().ok_or_else(|| Error::internal("a query was not registered"))?;
        match rows {
            Ok(rows) => {
                let memory: Arc<dyn MemoryPool> = Arc::clone(&scope.memory) as _;
                Ok(Opened { rows, running, sql: Arc::clone(&scope.sql), memory, admitted })
            }
            Err(error) => {
                running.failed(&error);
                Err(error)
            }
        }
    };
    let mut opened = limits.bound(started).await?;
    let Some(planned) = &prepared.schema else { return Ok(opened) };
    if let Some(change) = change_of_columns(planned, &opened.rows.schema()) {
        let error = Error::unsupported("cached plan must not change result type")
            .with_detail(change)
            .with_hint("prepare the statement again");
        opened.running.failed(&error);
        return Err(error);
    }
    opened.rows = as_told(opened.rows, planned);
    Ok(opened)
}

/// Plans a query and starts it.
async fn start(scope: Scope, parsed: &Parsed, parameters: Vec<ScalarValue>) -> Started {
    let rows = async {
        if let Some(explained) = explain::explained(&parsed.ast)? {
            return explained.rows(&scope, parameters).await;
        }
        let relations = scope.relations();
        let mut state = relations.state();
        let plan = scope.plan(&state, parsed.ast.clone()).await?;
        let plan = with_parameters(&scope, plan, parameters)?;
        let plan = rewrite::rewrite(&scope, &relations, &mut state, plan).await;
        scope.rows(&state, &plan).await
    }
    .await;
    Started { scope, rows }
}

/// The columns that a plan `settled` on, each also with what the plan before said of it where the type is the same.
fn with_types_of(planned: &SchemaRef, settled: &SchemaRef) -> SchemaRef {
    if planned.fields().len() != settled.fields().len() {
        return Arc::clone(settled);
    }
    let pairs = settled.fields().iter().zip(planned.fields());
    let fields = pairs.map(|(settled, planned)| {
        let mut metadata = settled.metadata().clone();
        if settled.data_type() == planned.data_type() {
            for (key, value) in planned.metadata() {
                metadata.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        Arc::new(settled.as_ref().clone().with_metadata(metadata))
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), settled.metadata().clone()))
}

/// The rows with the columns that a client was told of: values of parameters may have made constants of some.
fn as_told(rows: SendableRecordBatchStream, told: &SchemaRef) -> SendableRecordBatchStream {
    let schema = with_types_of(told, &rows.schema());
    if schema == rows.schema() {
        return rows;
    }
    let of_batch = Arc::clone(&schema);
    let told = rows.map(move |batch| {
        let batch = batch?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&of_batch), batch.columns().to_vec(), &options)?)
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, told))
}

/// How the columns differ from those that were planned, if a client could tell.
fn change_of_columns(planned: &SchemaRef, now: &SchemaRef) -> Option<String> {
    if planned.fields().len() != now.fields().len() {
        return Some(format!("it had {} columns and has {}", planned.fields().len(), now.fields().len()));
    }
    let mut pairs = planned.fields().iter().zip(now.fields());
    let (planned, now) = pairs.find(|(planned, now)| !looks_alike(planned.data_type(), now.data_type()))?;
    Some(format!(
        "column \"{}\" was of type {} and is of type {}",
        planned.name(),
        planned.data_type(),
        now.data_type()
    ))
}

/// Whether values of two types are the same to a client: text is text, however it lies in memory.
fn looks_alike(planned: &DataType, now: &DataType) -> bool {
    let is_text = |of: &DataType| matches!(of, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    planned == now || (is_text(planned) && is_text(now))
}

/// Leave to run: at most `queries_max` queries have it, at most `queue_max` wait for it.
struct Admitted {
    engine: Engine,
}

impl Admitted {
    async fn wait(engine: &Engine) -> Result<Self> {
        let inner = &engine.inner;
        let permit = match inner.admission.try_acquire() {
            Ok(permit) => permit,
            Err(_) => Self::queue(engine).await?,
        };
        permit.forget();
        Ok(Self { engine: engine.clone() })
    }

    async fn queue(engine: &Engine) -> Result<SemaphorePermit<'_>> {
        let inner = &engine.inner;
        let waiting = Waiting::join(engine);
        if waiting.ahead >= inner.config.queue_max {
            return Err(Error::new(
                ErrorKind::TooManyConnections,
                format!("{} queries run and {} wait already", inner.config.queries_max, waiting.ahead),
            )
            .with_hint("try again, or raise queries_max or queue_max"));
        }
        inner.admission.acquire().await.map_err(|_| Error::new(ErrorKind::ShuttingDown, "the server is shutting down"))
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.engine.inner.admission.add_permits(1);
    }
}

/// A place in the queue.
struct Waiting<'a> {
    engine: &'a Engine,
    ahead: usize,
}

impl<'a> Waiting<'a> {
    fn join(engine: &'a Engine) -> Self {
        Self { engine, ahead: engine.inner.queued.fetch_add(1, Ordering::AcqRel) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.engine.inner.queued.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::Field;

    use super::*;

    #[test]
    fn a_column_that_became_a_constant_keeps_its_type_and_one_that_changed_does_not() {
        let field = |data_type, mark: &[(&str, &str)]| {
            let mark = mark.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            Field::new("x", data_type, true).with_metadata(mark.collect())
        };
        let schema = |field: Field| Arc::new(Schema::new(vec![field]));
        let (name, comment) = (("type", "name"), ("comment", "a"));
        let planned = schema(field(DataType::Utf8, &[name]));
        let settled = schema(field(DataType::Utf8, &[comment]));
        assert_eq!(with_types_of(&planned, &settled), schema(field(DataType::Utf8, &[name, comment])));
        let changed = schema(field(DataType::Int64, &[]));
        assert_eq!(with_types_of(&planned, &changed), changed);
    }
}
