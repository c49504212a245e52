//! CHECK constraints: every row that is written meets them or leaves them undecided.

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, Result, Snapshot, conform};
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::DFSchema;
use datafusion::execution::session_state::SessionState;
use datafusion::physical_expr::PhysicalExpr;

use crate::fault::from_datafusion;

/// The conditions on the rows of one table.
#[derive(Debug, Default)]
pub(crate) struct RowChecks {
    relation: String,
    checks: Vec<(String, Arc<dyn PhysicalExpr>)>,
}

impl RowChecks {
    /// The conditions that `snapshot` declares for the rows of `relation`.
    pub(crate) fn new(state: &SessionState, relation: &str, snapshot: &Snapshot) -> Result<Self> {
        let schema = DFSchema::try_from(Arc::clone(snapshot.schema())).map_err(|error| from_datafusion(error, ""))?;
        let mut checks = Vec::with_capacity(snapshot.declared().checks.len());
        for check in &snapshot.declared().checks {
            let condition = state
                .create_logical_expr(&check.expression, &schema)
                .and_then(|expression| state.create_physical_expr(expression, &schema))
                .map_err(|error| from_datafusion(error, &check.expression))?;
            checks.push((check.name.clone(), condition));
        }
        Ok(Self { relation: relation.to_owned(), checks })
    }

    /// The batch in the table's column types, if every row of it may be in the table.
    pub(crate) fn admit(&self, batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
        let batch = conform(batch, schema).map_err(|error| self.of_relation(error))?;
        self.check(&batch)?;
        Ok(batch)
    }

    /// The error with the relation's name, where PostgreSQL has it.
    fn of_relation(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::NotNullViolation || self.relation.is_empty() {
            return error;
        }
        let message = error.message().replace(" violates ", &format!(" of relation \"{}\" violates ", self.relation));
        Error::new(error.kind(), message)
    }

    fn check(&self, batch: &RecordBatch) -> Result<()> {
        for (name, condition) in &self.checks {
            let met = condition
                .evaluate(batch)
                .and_then(|value| value.into_array(batch.num_rows()))
                .map_err(|error| from_datafusion(error, ""))?;
            let Some(met) = met.as_boolean_opt() else {
                return Err(Error::new(
                    ErrorKind::TypeMismatch,
                    format!("check constraint \"{name}\" is not a condition"),
                ));
            };
            if let Some(row) = (0..met.len()).find(|&row| met.is_valid(row) && !met.value(row)) {
                return Err(Error::new(
                    ErrorKind::CheckViolation,
                    format!("new row for relation \"{}\" violates check constraint \"{name}\"", self.relation),
                )
                .with_detail(format!("failing row contains ({})", shown(batch, row))));
            }
        }
        Ok(())
    }
}

/// A row's values, the first few of them.
fn shown(batch: &RecordBatch, row: usize) -> String {
    const COLUMNS: usize = 8;
    let mut values: Vec<String> = batch
        .columns()
        .iter()
        .take(COLUMNS)
        .map(|column| datafusion::arrow::util::display::array_value_to_string(column, row).unwrap_or_default())
        .collect();
    if batch.num_columns() > COLUMNS {
        values.push("…".into());
    }
    values.join(", ")
}
