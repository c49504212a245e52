//! Defaults of the columns that a `COPY … FROM` leaves out.

use std::sync::Arc;

use bellwether_catalog::{Error, Result, Snapshot};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{FieldRef, Schema, SchemaRef};
use datafusion::common::{DFSchema, DataFusionError};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;

use super::super::Scope;
use crate::clock;
use crate::fault::from_datafusion;

/// The columns that are left out and have a default, each with its expression.
#[derive(Debug, Clone, Default)]
pub(super) struct Defaults {
    columns: Vec<(FieldRef, Arc<dyn PhysicalExpr>)>,
}

impl Defaults {
    /// The defaults of a table's columns that are not among `given`.
    pub(super) fn new(scope: &Scope, snapshot: &Snapshot, given: &Schema) -> Result<Self> {
        let mut columns = Vec::new();
        for field in snapshot.schema().fields() {
            let Some(default) = snapshot.declared().defaults.get(field.name()) else { continue };
            if given.fields().find(field.name()).is_none() {
                let state = scope.relations().state();
                let expression = expression(&state, default, given).map_err(|error| from_datafusion(error, default))?;
                columns.push((Arc::clone(field), expression));
            }
        }
        Ok(Self { columns })
    }

    /// The columns given and those with defaults.
    pub(super) fn schema(&self, given: &SchemaRef) -> SchemaRef {
        let defaulted = self.columns.iter().map(|(field, _)| Arc::clone(field));
        Arc::new(Schema::new(given.fields().iter().cloned().chain(defaulted).collect::<Vec<_>>()))
    }

    /// The rows with their defaults, in the columns of `schema`.
    pub(super) fn complete(&self, rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
        let mut columns = rows.columns().to_vec();
        for (field, expression) in &self.columns {
            let values = expression
                .evaluate(rows)
                .and_then(|values| values.into_array(rows.num_rows()))
                .and_then(|values| Ok(cast(&values, field.data_type())?))
                .map_err(|error| from_datafusion(error, ""))?;
            columns.push(values);
        }
        // What must not be NULL is judged where the rows are written, in PostgreSQL's words.
        let fields: Vec<_> = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
            .map_err(|source| Error::internal("rows and their defaults could not be put together").with_source(source))
    }
}

/// A default as an expression over the rows; what the time of the statement decides is decided now.
fn expression(state: &SessionState, default: &str, given: &Schema) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
    let schema = Arc::new(DFSchema::try_from(given.clone())?);
    let context = SimplifyContext::builder()
        .with_schema(Arc::clone(&schema))
        .with_config_options(Arc::clone(state.config_options()))
        .with_query_execution_start_time(chrono::DateTime::from_timestamp_micros(clock::now_us()))
        .build();
    let simplifier = ExprSimplifier::new(context);
    let expression = simplifier.coerce(state.create_logical_expr(default, &schema)?, &schema)?;
    state.create_physical_expr(simplifier.simplify(expression)?, &schema)
}
