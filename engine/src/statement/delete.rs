//! `DELETE FROM t [WHERE …]`: files that hold such rows are written anew without them, others stay.

use std::sync::Arc;

use bellwether_catalog::{Error, Operation, Result};
use datafusion::arrow::datatypes::DataType;
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::{Delete, FromTable, TableFactor, TableWithJoins};

use super::target::Target;
use super::{RowChecks, Scope, change, parameter, query};
use crate::Done;

/// The parameters a delete takes.
pub(super) async fn parameters(
    scope: &Scope,
    delete: &Delete,
    types: &[Option<DataType>],
) -> Result<Vec<Option<DataType>>> {
    let target = Target::new(scope, table_of(delete)?).await?;
    let plan = target.plan(scope, None, &target.matching(&condition(delete))).await?;
    parameter::parameters_of(&plan, types)
}

/// Runs a delete.
pub(super) async fn run(scope: &Scope, delete: &Delete, parameters: Vec<ScalarValue>) -> Result<Done> {
    for attempt in 1.. {
        match attempt_once(scope, delete, &parameters).await {
            Err(error) if change::is_conflict(&error) && attempt < change::ATTEMPTS => continue,
            outcome => return outcome.map(|rows| Done::rows("DELETE", rows)),
        }
    }
    Err(Error::internal("a delete was not attempted"))
}

async fn attempt_once(scope: &Scope, delete: &Delete, parameters: &[ScalarValue]) -> Result<u64> {
    let mut target = Target::new(scope, table_of(delete)?).await?;
    let table = Arc::clone(&target.table);
    let _writer = table.writer().await;
    target.refresh(scope).await?;
    if delete.selection.is_none()
        && let Some(rows) = target.snapshot.rows()
    {
        target.remove_all(scope, Operation::Delete).await?;
        return Ok(rows as u64);
    }
    let condition = condition(delete);
    let (places, count) = target.matches(scope, &target.matching(&condition), parameters).await?;
    if places.is_empty() {
        return Ok(0);
    }
    let columns = target.columns();
    let kept = format!("SELECT {columns} FROM {} WHERE ({condition}) IS NOT TRUE", target.from());
    let plan = target.plan(scope, Some(places.clone()), &kept).await?;
    let plan = query::with_parameters(scope, plan, parameters.to_vec())?;
    let plan = change::in_order_of(scope, plan, &target.snapshot)?;
    let rows = scope.rows(&target.state(scope, Some(places.clone()))?, &plan).await?;
    let rows = change::translated(scope, rows);
    // The rows that stay met the checks when they were written.
    change::replace_files(scope, &target, &RowChecks::default(), Operation::Delete, places, rows).await?;
    Ok(count)
}

fn condition(delete: &Delete) -> String {
    delete.selection.as_ref().map_or_else(|| "true".to_owned(), ToString::to_string)
}

/// The table that loses rows.
pub(super) fn table_of(delete: &Delete) -> Result<&TableFactor> {
    if delete.using.is_some() {
        return Err(Error::unsupported("DELETE … USING is not supported")
            .with_hint("use WHERE … IN (SELECT …), or MERGE … WHEN MATCHED THEN DELETE"));
    }
    if delete.returning.is_some() {
        return Err(Error::unsupported("DELETE … RETURNING is not supported"));
    }
    if !delete.order_by.is_empty() || delete.limit.is_some() {
        return Err(Error::unsupported("DELETE … ORDER BY and LIMIT are not supported"));
    }
    let (FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables)) = &delete.from;
    match tables.as_slice() {
        [TableWithJoins { relation, joins }] if joins.is_empty() => Ok(relation),
        _ => Err(Error::unsupported("DELETE takes one table")),
    }
}
