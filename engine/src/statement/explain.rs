//! `EXPLAIN`: the plan of a query in PostgreSQL's shape, one column `QUERY PLAN` with a row for each line, or one
//! row of JSON.
//!
//! The operators are the engine's own, and they have no costs: what is shown is what will run, and with `ANALYZE`
//! what did run. Behind the plan stands which materialized views answer the query and why the others do not.

mod json;
mod options;
mod text;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bellwether_catalog::{Error, Result};
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, displayable};
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast;
use futures::{StreamExt, stream};

use self::options::{Format, Options};
use super::{Scope, output_name, query};
use crate::rewrite;

/// A query to be explained, and how.
pub(super) struct Explained<'a> {
    pub(super) query: &'a ast::Statement,
    options: Options,
}

/// What a statement explains, if it does.
pub(super) fn explained(statement: &ast::Statement) -> Result<Option<Explained<'_>>> {
    let ast::Statement::Explain { statement: query, .. } = statement else { return Ok(None) };
    let options = Options::of(statement)?;
    match query.as_ref() {
        ast::Statement::Query(_) => Ok(Some(Explained { query, options })),
        other => {
            let text = other.to_string();
            let word = text.split_whitespace().next().unwrap_or_default();
            Err(Error::unsupported(format!("EXPLAIN of {word} is not supported")).with_hint("explain its query"))
        }
    }
}

impl Explained<'_> {
    /// The one column.
    pub(super) fn schema(&self) -> SchemaRef {
        self.options.schema()
    }

    /// Plans the query; with `ANALYZE` it runs when the lines are read.
    pub(super) async fn rows(self, scope: &Scope, parameters: Vec<ScalarValue>) -> Result<SendableRecordBatchStream> {
        let fault = |error| scope.error(error);
        let started = Instant::now();
        let relations = scope.relations();
        let mut state = relations.state();
        let plan = scope.plan(&state, self.query.clone()).await?;
        let plan = query::with_parameters(scope, plan, parameters)?;
        // What is found out about views is told even where the session has turned them off.
        let shown = LogicalPlanBuilder::from(plan).explain(false, false).and_then(LogicalPlanBuilder::build);
        let plan = rewrite::rewrite(scope, &relations, &mut state, shown.map_err(fault)?).await;
        let operators = scope.operators(&state, inner(&plan)).await?;
        let planning = started.elapsed();
        let rows = match self.options.analyze {
            true => Some(scope.rows_of(&state, Arc::clone(&operators))?),
            false => None,
        };
        let views = scope.explained.lock().clone();
        let (options, schema) = (self.options, self.schema());
        let batch = async move {
            let execution = match rows {
                Some(mut rows) => {
                    let started = Instant::now();
                    while let Some(batch) = rows.next().await {
                        batch?;
                    }
                    Some(started.elapsed())
                }
                None => None,
            };
            let told = Told { root: Node::of(&operators, &options), views, planning, execution };
            let lines = match options.format {
                Format::Text => text::lines(&told, &options),
                Format::Json => vec![json::document(&told, &options)],
            };
            let column: ArrayRef = Arc::new(StringArray::from(lines));
            Ok::<_, DataFusionError>(RecordBatch::try_new(options.schema(), vec![column])?)
        };
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream::once(batch))))
    }
}

/// The plan that is shown.
fn inner(plan: &LogicalPlan) -> &LogicalPlan {
    match plan {
        LogicalPlan::Explain(explain) => &explain.plan,
        other => other,
    }
}

/// What there is to tell of a query.
struct Told {
    root: Node,
    /// What was found out about materialized views.
    views: Vec<String>,
    planning: Duration,
    /// How long the query ran, if it did.
    execution: Option<Duration>,
}

/// An operator.
struct Node {
    name: String,
    /// How it does what it does, as the operator tells it.
    details: String,
    /// The columns it gives, if they are asked for.
    columns: Option<String>,
    /// What it did, if it ran.
    metrics: Option<MetricsSet>,
    inputs: Vec<Self>,
}

impl Node {
    fn of(operator: &Arc<dyn ExecutionPlan>, options: &Options) -> Self {
        let told = displayable(operator.as_ref()).one_line().to_string();
        let told = output_name::without_marks(told.trim_end());
        let (name, details) = told.split_once(": ").unwrap_or((told.as_ref(), ""));
        let columns = options.verbose.then(|| {
            let schema = output_name::visible_schema(&operator.schema());
            schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(", ")
        });
        let metrics = match options.analyze {
            true => operator.metrics().map(|metrics| metrics.aggregate_by_name().sorted_for_display()),
            false => None,
        };
        Self {
            name: name.to_owned(),
            details: details.to_owned(),
            columns,
            metrics: metrics.map(MetricsSet::timestamps_removed),
            inputs: operator.children().into_iter().map(|input| Self::of(input, options)).collect(),
        }
    }

    /// Rows it gave, if it counts them.
    fn rows(&self) -> Option<usize> {
        self.metrics.as_ref()?.output_rows()
    }

    /// What else it counted: name and amount.
    fn counts(&self) -> Vec<(String, String)> {
        let Some(metrics) = &self.metrics else { return Vec::new() };
        let others = metrics.iter().map(|metric| metric.value()).filter(|value| value.name() != "output_rows");
        others.map(|value| (value.name().to_owned(), value.to_string())).collect()
    }
}

/// Milliseconds, to the microsecond.
fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}
