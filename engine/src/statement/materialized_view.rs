//! `CREATE`, `REFRESH` and `ALTER MATERIALIZED VIEW`.
//!
//! The parser knows the first of them without `WITH [NO] DATA`; see [`syntax`] for what stands for the rest.

mod options;
pub(super) mod syntax;

use std::sync::Arc;

use bellwether_catalog::{
    Alteration, Error, ErrorKind, MaterializedDefinition, Relation, Result, TableDefinition, no_relation,
};
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{AlterTable, AlterTableOperation, CreateView, ObjectName, RenameTableNameKind};

use super::output_name::view_columns;
use super::{Scope, alter_table, comment, owner};
use crate::materialized::{self, MaterializedView, Planned, PlannedQuery};
use crate::names::{RelationName, identifier};
use crate::{Done, clock};

const CREATE: &str = "CREATE MATERIALIZED VIEW";
const REFRESH: &str = "REFRESH MATERIALIZED VIEW";
const ALTER: &str = "ALTER MATERIALIZED VIEW";

/// Runs `CREATE MATERIALIZED VIEW`.
pub(super) async fn create(scope: &Scope, create: &CreateView) -> Result<Done> {
    super::view::check_lasting(scope, &create.query)?;
    let name = scope.relation_name(&create.name)?;
    let existing = scope.names.relation(&name.schema, &name.name);
    match existing {
        Some(_) if create.if_not_exists => {
            let notice = format!("relation \"{}\" already exists, skipping", name.name);
            return Ok(Done::of(CREATE).with_notice(notice));
        }
        // A view whose rows are to be kept from now on goes by the same name: what reads it stays as it is.
        Some(Relation::MaterializedView(_) | Relation::View { .. }) if create.or_replace => {}
        Some(_) if create.or_replace => return Err(wrong_kind(&name)),
        Some(_) => {
            let fact = format!("relation \"{}\" already exists", name.name);
            return Err(Error::new(ErrorKind::DuplicateTable, fact));
        }
        None => {}
    }
    scope.names.schema(&name.schema)?;
    scope.session.inner.changes.refuse_if_any(CREATE).await?;
    let (options, with_data) = options::of_create(scope, &create.options)?;
    let mut definition = MaterializedDefinition {
        id: String::new(),
        sql: create.query.to_string(),
        columns: Vec::new(),
        outputs: Vec::new(),
        current_schema: scope.current_schema().to_owned(),
        time_zone: scope.time_zone(),
        options,
        class: bellwether_catalog::RefreshClass::Whole,
        reason: None,
    };
    let given: Vec<String> = create.columns.iter().map(|column| identifier(&column.name)).collect();
    let query = PlannedQuery::new(scope, &definition, scope.authority()).await?;
    name_columns(&mut definition, &query.plan, given)?;
    materialized::check_definition(&scope.names, &name, &definition)?;

    let planned = Planned::of(scope, query, &definition)?;
    let classified = materialized::classify(scope, &planned)?;
    let (columns, declared) = materialized::columns_of(scope, &planned, &classified)?;
    (definition.class, definition.reason) = (classified.class, classified.reason.clone());
    let columns = Arc::new(comment::commented(&columns, &comment::of_columns(&create.columns)));
    let comment = match existing {
        Some(Relation::MaterializedView(before)) => {
            let before = scope.session.inner.engine.inner.lake.table(&before.id)?.latest().await?;
            before.comment().map(str::to_owned)
        }
        _ => create.comment.clone(),
    };
    let table = TableDefinition { columns, partition_by: Vec::new(), comment, declared };
    let (table, snapshot) = scope.session.inner.engine.inner.lake.create_table(&table).await?;
    definition.id = table.id().to_owned();
    let view = MaterializedView {
        name: name.clone(),
        definition: definition.clone(),
        snapshot,
        failure: None,
        authority: scope.authority(),
    };
    let rows = match with_data {
        true => Some(materialized::fill(scope, &view, &planned, &classified).await?),
        false => None,
    };
    publish(scope, create.or_replace, &name, &definition).await?;
    let done = match rows {
        Some(rows) => Done::rows("SELECT", rows),
        None => Done::of(CREATE),
    };
    Ok(done.with_notice(told(&name, &definition)))
}

/// The names of the columns, which are fixed from now on.
fn name_columns(definition: &mut MaterializedDefinition, plan: &LogicalPlan, given: Vec<String>) -> Result<()> {
    definition.outputs = materialized::outputs_of(plan);
    if given.len() > definition.outputs.len() {
        let fact = "CREATE MATERIALIZED VIEW specifies too many column names";
        return Err(Error::new(ErrorKind::Syntax, fact));
    }
    // What is not given is called as in the query.
    view_columns(plan, given.clone())?;
    definition.columns = definition.outputs.clone();
    for (column, given) in definition.columns.iter_mut().zip(given) {
        *column = given;
    }
    Ok(())
}

/// Gives a view that is complete its name.
async fn publish(
    scope: &Scope,
    or_replace: bool,
    name: &RelationName,
    definition: &MaterializedDefinition,
) -> Result<()> {
    let now_ms = clock::now_ms();
    scope
        .change_names(|names| {
            let existing = names.relation(&name.schema, &name.name);
            let relation = Relation::MaterializedView(Box::new(definition.clone()));
            if or_replace && matches!(existing, Some(Relation::MaterializedView(_) | Relation::View { .. })) {
                names.replace_relation(&name.schema, &name.name, relation, now_ms)?;
            } else {
                names.add_relation(&name.schema, &name.name, relation, scope.authority().owner())?;
            }
            materialized::check_acyclic(names, name)
        })
        .await
}

/// How a view will be refreshed, in a sentence.
fn told(name: &RelationName, definition: &MaterializedDefinition) -> String {
    use bellwether_catalog::RefreshClass::{Groups, Merge, Whole};
    let how = match definition.class {
        Merge => "takes over appended rows by merging them in",
        Groups => "takes over changes by recomputing the groups they touch",
        Whole => "is computed whole by each refresh",
    };
    match &definition.reason {
        Some(reason) => format!("materialized view \"{}\" {how}: {reason}", name.name),
        None => format!("materialized view \"{}\" {how}", name.name),
    }
}

/// Runs `ALTER MATERIALIZED VIEW` and `REFRESH MATERIALIZED VIEW`, both parsed as one.
pub(super) async fn alter(scope: &Scope, alter: &AlterTable) -> Result<Done> {
    let name = scope.relation_name(&alter.name)?;
    let view = match scope.names.relation(&name.schema, &name.name) {
        Some(Relation::MaterializedView(view)) => view,
        None if alter.if_exists => {
            let notice = format!("relation \"{}\" does not exist, skipping", name.name);
            return Ok(Done::of(ALTER).with_notice(notice));
        }
        None => return Err(no_relation(&scope.shown(&name))),
        Some(_) => return Err(wrong_kind(&name)),
    };
    let mut done = Done::of(ALTER);
    for operation in &alter.operations {
        match operation {
            AlterTableOperation::Refresh { .. } => done = refresh(scope, &name).await?,
            AlterTableOperation::Suspend => {
                empty(scope, view).await?;
                done = Done::of(REFRESH);
            }
            AlterTableOperation::SetOptionsParens { options } => set(scope, &name, options).await?,
            AlterTableOperation::RenameTable {
                table_name: RenameTableNameKind::To(to) | RenameTableNameKind::As(to),
            } => rename(scope, &name, to).await?,
            AlterTableOperation::OwnerTo { new_owner } => owner::of_relation(scope, &name, new_owner).await?,
            other => {
                return Err(Error::unsupported(format!("{ALTER} … {other} is not supported"))
                    .with_hint("use SET (…), RENAME TO, OWNER TO, or CREATE OR REPLACE MATERIALIZED VIEW"));
            }
        }
    }
    Ok(done)
}

async fn refresh(scope: &Scope, name: &RelationName) -> Result<Done> {
    scope.session.inner.changes.refuse_if_any(REFRESH).await?;
    let refreshed = materialized::refresh(scope, name).await?;
    let done = Done::of(REFRESH);
    Ok(match refreshed.told(name) {
        Some(notice) => done.with_notice(notice),
        None => done,
    })
}

/// Takes the rows away: the view cannot be read until it is refreshed.
async fn empty(scope: &Scope, view: &MaterializedDefinition) -> Result<()> {
    let table = scope.session.inner.engine.inner.lake.table(&view.id)?;
    let _writer = table.writer().await;
    let before = table.latest().await?;
    let alteration = Alteration { contents: Some(None), ..Alteration::default() };
    table.refresh(&before, alteration, Vec::new(), (0..before.files().len()).collect()).await?;
    Ok(())
}

async fn set(scope: &Scope, name: &RelationName, given: &[datafusion::sql::sqlparser::ast::SqlOption]) -> Result<()> {
    scope
        .change_names(|names| {
            let Some(Relation::MaterializedView(view)) = names.schema_mut(&name.schema)?.relations.get_mut(&name.name)
            else {
                return Err(no_relation(&scope.shown(name)));
            };
            options::set(&mut view.options, given)
        })
        .await
}

async fn rename(scope: &Scope, name: &RelationName, to: &ObjectName) -> Result<()> {
    alter_table::rename_relation(scope, name, &scope.relation_name(to)?).await
}

fn wrong_kind(name: &RelationName) -> Error {
    Error::new(ErrorKind::WrongObjectType, format!("\"{}\" is not a materialized view", name.name))
}
