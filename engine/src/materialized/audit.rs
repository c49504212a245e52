//! Audits: conditions that new rows meet before they take the place of the old ones.

use std::collections::HashMap;
use std::sync::Arc;

use bellwether_catalog::{Audit, Error, ErrorKind, Snapshot, TableScan};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::catalog::TableProvider;
use futures::StreamExt;

use super::MaterializedView;
use crate::Result;
use crate::statement::Scope;

/// Runs a view's audits over the rows that are about to be committed.
pub(super) async fn check(scope: &Scope, view: &MaterializedView, rows: Snapshot) -> Result<()> {
    let audits = view.definition.options.audits();
    if audits.is_empty() {
        return Ok(());
    }
    let store = Arc::clone(scope.session.inner.engine.inner.lake.store());
    let scan = TableScan::new(store, Arc::new(rows)).map_err(|error| scope.error(error))?;
    let provider: Arc<dyn TableProvider> = Arc::new(scan);
    let from = view.name.quoted();
    for audit in &audits {
        let state = scope.relations_with(HashMap::from([(view.name.clone(), Arc::clone(&provider))])).state();
        let plan = scope.plan_text(&state, &failing(&from, audit)).await?;
        let mut failing = scope.rows(&state, &plan).await?;
        while let Some(batch) = failing.next().await {
            let batch = batch.map_err(|error| scope.error(error))?;
            if batch.num_rows() > 0 {
                let fact = format!("audit {audit} of materialized view \"{}\" failed", view.name.name);
                return Err(Error::new(ErrorKind::CheckViolation, fact)
                    .with_detail(format!("failing row contains ({})", shown(&batch)))
                    .with_hint("the view keeps the rows it has; correct the tables it reads, or the audit"));
            }
        }
    }
    Ok(())
}

/// A query for one row, or one value of a key, that an audit does not let pass.
fn failing(from: &str, audit: &Audit) -> String {
    match audit {
        Audit::Unique(columns) => {
            let key = columns.join(", ");
            format!("SELECT {key}, count(*) FROM {from} GROUP BY {key} HAVING count(*) > 1 LIMIT 1")
        }
        Audit::NotNull(columns) => {
            let missing: Vec<String> = columns.iter().map(|column| format!("{column} IS NULL")).collect();
            format!("SELECT * FROM {from} WHERE {} LIMIT 1", missing.join(" OR "))
        }
        Audit::Holds(condition) => format!("SELECT * FROM {from} WHERE ({condition}) IS FALSE LIMIT 1"),
    }
}

/// The values of the first row.
fn shown(batch: &RecordBatch) -> String {
    let value = |column| array_value_to_string(column, 0).unwrap_or_default();
    batch.columns().iter().map(|column| value(column.as_ref())).collect::<Vec<_>>().join(", ")
}
