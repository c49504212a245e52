//! `UPDATE t SET … [FROM …] [WHERE …]`: files that hold such rows are written anew, others stay.

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, Operation, Result};
use datafusion::arrow::datatypes::DataType;
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::{self, Assignment, AssignmentTarget, Update, UpdateTableFromKind};

use super::merge::{self, Clause, Instructions};
use super::target::Target;
use super::{RowChecks, Scope, change, exists, parameter, query};
use crate::Done;
use crate::names::{identifier, quote};

/// The parameters an update takes.
pub(super) async fn parameters(
    scope: &Scope,
    update: &Update,
    types: &[Option<DataType>],
) -> Result<Vec<Option<DataType>>> {
    refuse_what_is_not_offered(update)?;
    let target = Target::new(scope, &update.table.relation).await?;
    if let Some(instructions) = as_merge(&target, update)? {
        return merge::parameters_of(scope, &target, &instructions, types).await;
    }
    let plan = target.plan(scope, None, &changed(&target, update)?).await?;
    parameter::parameters_of(&plan, types)
}

/// Runs an update.
pub(super) async fn run(scope: &Scope, update: &Update, parameters: Vec<ScalarValue>) -> Result<Done> {
    refuse_what_is_not_offered(update)?;
    for attempt in 1.. {
        match attempt_once(scope, update, &parameters).await {
            Err(error) if change::is_conflict(&error) && attempt < change::ATTEMPTS => continue,
            outcome => return outcome.map(|rows| Done::rows("UPDATE", rows)),
        }
    }
    Err(Error::internal("an update was not attempted"))
}

async fn attempt_once(scope: &Scope, update: &Update, parameters: &[ScalarValue]) -> Result<u64> {
    let mut target = Target::new(scope, &update.table.relation).await?;
    let table = Arc::clone(&target.table);
    let _writer = table.writer().await;
    target.refresh(scope).await?;
    if let Some(instructions) = as_merge(&target, update)? {
        return merge::apply(scope, &target, &instructions, parameters, Operation::Update).await;
    }
    let (places, count) = target.matches(scope, &target.matching(&condition(update)), parameters).await?;
    if places.is_empty() {
        return Ok(0);
    }
    let plan = target.plan(scope, Some(places.clone()), &changed(&target, update)?).await?;
    let plan = query::with_parameters(scope, plan, parameters.to_vec())?;
    let plan = change::in_order_of(scope, plan, &target.snapshot)?;
    let state = target.state(scope, Some(places.clone()))?;
    let rows = scope.rows(&state, &plan).await?;
    let checks = RowChecks::new(&state, &target.name.name, &target.snapshot)?;
    let rows = change::translated(scope, rows);
    change::replace_files(scope, &target, &checks, Operation::Update, places, rows).await?;
    Ok(count)
}

fn condition(update: &Update) -> String {
    update.selection.as_ref().map_or_else(|| "true".to_owned(), ToString::to_string)
}

/// A query for every row of the touched files, those that meet the condition with their new values.
fn changed(target: &Target, update: &Update) -> Result<String> {
    let condition = condition(update);
    let assigned = assignments(target, &update.assignments)?;
    let alias = quote(&target.alias);
    // A condition with a subquery cannot stand in a CASE, so such rows are read in two parts.
    let in_parts = update.selection.as_ref().is_some_and(exists::has_condition_subquery);
    let mut columns = Vec::with_capacity(target.snapshot.schema().fields().len());
    for field in target.snapshot.schema().fields() {
        let name = quote(field.name());
        columns.push(match assigned.iter().find(|(column, _)| column == field.name()) {
            Some((_, value)) if in_parts => format!("{value} AS {name}"),
            Some((_, value)) => format!("CASE WHEN ({condition}) THEN {value} ELSE {alias}.{name} END AS {name}"),
            None => format!("{alias}.{name}"),
        });
    }
    let (columns, from) = (columns.join(", "), target.from());
    Ok(match in_parts {
        false => format!("SELECT {columns} FROM {from}"),
        true => format!(
            "SELECT {columns} FROM {from} WHERE {condition} \
             UNION ALL SELECT {} FROM {from} WHERE ({condition}) IS NOT TRUE",
            target.columns()
        ),
    })
}

/// The columns that are assigned to, and the values as SQL.
pub(super) fn assignments(target: &Target, assignments: &[Assignment]) -> Result<Vec<(String, String)>> {
    let mut assigned: Vec<(String, String)> = Vec::with_capacity(assignments.len());
    for assignment in assignments {
        let AssignmentTarget::ColumnName(name) = &assignment.target else {
            return Err(Error::unsupported("assigning to several columns at once is not supported")
                .with_hint("assign to each column by itself"));
        };
        let Some(ast::ObjectNamePart::Identifier(column)) = name.0.last() else {
            return Err(Error::new(ErrorKind::Syntax, format!("{name} is not a column's name")));
        };
        let column = identifier(column);
        if target.snapshot.schema().field_with_name(&column).is_err() {
            return Err(Error::new(
                ErrorKind::UndefinedColumn,
                format!("column \"{column}\" of relation \"{}\" does not exist", target.name.name),
            ));
        }
        if assigned.iter().any(|(known, _)| *known == column) {
            return Err(Error::new(ErrorKind::Syntax, format!("multiple assignments to same column \"{column}\"")));
        }
        let value = match &assignment.value {
            ast::Expr::Identifier(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("default") => {
                let defaults = &target.snapshot.declared().defaults;
                defaults.get(&column).cloned().unwrap_or_else(|| "NULL".to_owned())
            }
            value => format!("({value})"),
        };
        assigned.push((column, value));
    }
    Ok(assigned)
}

/// `UPDATE … FROM` is a merge that only changes rows that match.
fn as_merge(target: &Target, update: &Update) -> Result<Option<Instructions>> {
    let from = match &update.from {
        None => return Ok(None),
        Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => from,
    };
    let sources: Vec<String> = from.iter().map(ToString::to_string).collect();
    let changes = assignments(target, &update.assignments)?;
    Ok(Some(Instructions {
        source: sources.join(" CROSS JOIN "),
        on: condition(update),
        clauses: vec![Clause::Update { predicate: None, changes }],
    }))
}

fn refuse_what_is_not_offered(update: &Update) -> Result<()> {
    if update.returning.is_some() {
        return Err(Error::unsupported("UPDATE … RETURNING is not supported"));
    }
    if !update.table.joins.is_empty() {
        return Err(Error::unsupported("UPDATE takes one table").with_hint("name the others in FROM"));
    }
    if !update.order_by.is_empty() || update.limit.is_some() {
        return Err(Error::unsupported("UPDATE … ORDER BY and LIMIT are not supported"));
    }
    Ok(())
}
