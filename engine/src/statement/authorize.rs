//! Whether a statement that changes something may run: in a transaction that does not only read, by a user who has the
//! privileges.
//!
//! What a statement reads is judged where its relations are looked up. A statement that is not listed here is one for
//! superusers, so that a new one is closed to everybody else until it is.

use bellwether_catalog::{Privileges, Result};
use datafusion::sql::sqlparser::ast::{
    self, AlterSchema, AlterTableOperation, CommentObject, Delete, Expr, Merge, MergeAction, ObjectName, ObjectType,
    TableFactor, Update,
};

use super::{Scope, delete, insert, transaction, unsupported};
use crate::access::Authority;
use crate::{names, temporary};

/// Refuses a statement that may not run.
pub(super) fn check(scope: &Scope, statement: &ast::Statement) -> Result<()> {
    use ast::Statement as Sql;
    if let Some(command) = writes(scope, statement)? {
        transaction::require_writing(&scope.session, command)?;
    }
    let authority = scope.authority();
    if authority == Authority::Superuser {
        return Ok(());
    }
    match statement {
        Sql::Insert(insert) => on_relation(scope, insert::target(insert)?, Privileges::INSERT),
        Sql::Update(update) => on_table(scope, &update.table.relation, of_update(update)),
        Sql::Delete(delete) => on_table(scope, delete::table_of(delete)?, of_delete(delete)),
        Sql::Merge(merge) => on_table(scope, &merge.table, of_merge(merge)),
        Sql::Truncate(truncate) => {
            truncate.table_names.iter().try_for_each(|table| on_relation(scope, &table.name, Privileges::TRUNCATE))
        }
        Sql::CreateTable(create) if create.temporary => Ok(()),
        Sql::CreateTable(create) => creation(scope, &create.name, create.or_replace),
        Sql::CreateView(create) => creation(scope, &create.name, create.or_replace),
        Sql::CreateSchema { .. } => authority.require_lake(&scope.names, scope.session.database()),
        Sql::AlterTable(alter) => ownership(scope, &alter.name),
        Sql::AlterSchema(AlterSchema { name, .. }) => schema_ownership(scope, name),
        Sql::CreateIndex(index) => ownership(scope, &index.table_name),
        Sql::Comment { object_type, object_name, .. } => match object_type {
            CommentObject::Schema => schema_ownership(scope, object_name),
            CommentObject::Column => ownership(scope, &ObjectName(all_but_last(object_name))),
            _ => ownership(scope, object_name),
        },
        Sql::Drop { object_type: ObjectType::Schema, names, .. } => {
            names.iter().try_for_each(|name| schema_ownership(scope, name))
        }
        Sql::Drop {
            object_type: ObjectType::Table | ObjectType::View | ObjectType::MaterializedView, names, ..
        } => names.iter().try_for_each(|name| removal(scope, name)),
        // These are judged for each object they name, or change nothing.
        Sql::Grant(_) | Sql::Revoke(_) | Sql::Analyze(_) | Sql::Vacuum(_) | Sql::Copy { .. } | Sql::Drop { .. } => {
            Ok(())
        }
        other => Err(unsupported(other)),
    }
}

/// What a statement that writes is called. Rows of temporary tables may be written at any time.
fn writes(scope: &Scope, statement: &ast::Statement) -> Result<Option<&'static str>> {
    use ast::Statement as Sql;
    let of_lake = |name: &ObjectName| scope.relation_name(name).map(|name| name.schema != temporary::SCHEMA);
    let of_table = |table: &TableFactor| match table {
        TableFactor::Table { name, .. } => of_lake(name),
        _ => Ok(true),
    };
    Ok(match statement {
        Sql::Insert(insert) => of_lake(insert::target(insert)?)?.then_some("INSERT"),
        Sql::Update(update) => of_table(&update.table.relation)?.then_some("UPDATE"),
        Sql::Delete(delete) => of_table(delete::table_of(delete)?)?.then_some("DELETE"),
        Sql::Merge(merge) => of_table(&merge.table)?.then_some("MERGE"),
        Sql::Truncate(_) => Some("TRUNCATE TABLE"),
        Sql::CreateTable(create) if create.query.is_some() => Some("CREATE TABLE AS"),
        Sql::CreateTable(_) => Some("CREATE TABLE"),
        Sql::CreateView(create) if create.materialized => Some("CREATE MATERIALIZED VIEW"),
        Sql::CreateView(_) => Some("CREATE VIEW"),
        Sql::CreateSchema { .. } => Some("CREATE SCHEMA"),
        Sql::CreateIndex(_) => Some("CREATE INDEX"),
        Sql::AlterTable(alter) if alter.table_type.is_none() => Some("ALTER TABLE"),
        Sql::AlterTable(alter) if alter.operations.iter().any(is_refresh) => Some("REFRESH MATERIALIZED VIEW"),
        Sql::AlterTable(_) => Some("ALTER MATERIALIZED VIEW"),
        Sql::AlterSchema(_) => Some("ALTER SCHEMA"),
        Sql::Drop { object_type: ObjectType::Table, .. } => Some("DROP TABLE"),
        Sql::Drop { object_type: ObjectType::View, .. } => Some("DROP VIEW"),
        Sql::Drop { object_type: ObjectType::MaterializedView, .. } => Some("DROP MATERIALIZED VIEW"),
        Sql::Drop { object_type: ObjectType::Schema, .. } => Some("DROP SCHEMA"),
        Sql::Comment { .. } => Some("COMMENT"),
        Sql::Grant(_) => Some("GRANT"),
        Sql::Revoke(_) => Some("REVOKE"),
        _ => None,
    })
}

fn is_refresh(operation: &AlterTableOperation) -> bool {
    matches!(operation, AlterTableOperation::Refresh { .. } | AlterTableOperation::Suspend)
}

fn on_relation(scope: &Scope, name: &ObjectName, wanted: Privileges) -> Result<()> {
    let name = scope.relation_name(name)?;
    scope.authority().require(&scope.names, &name.schema, &name.name, wanted)
}

fn on_table(scope: &Scope, table: &TableFactor, wanted: Privileges) -> Result<()> {
    match table {
        TableFactor::Table { name, .. } => on_relation(scope, name, wanted),
        // The statement says itself that it needs a table.
        _ => Ok(()),
    }
}

/// Rows are read to find those that change, and to compute what they change to.
fn of_update(update: &Update) -> Privileges {
    let computes = |value: &Expr| !matches!(value, Expr::Value(_));
    let reads = update.selection.is_some()
        || update.from.is_some()
        || update.assignments.iter().any(|assignment| computes(&assignment.value));
    if reads { Privileges::UPDATE.with(Privileges::SELECT) } else { Privileges::UPDATE }
}

fn of_delete(delete: &Delete) -> Privileges {
    match delete.selection {
        Some(_) => Privileges::DELETE.with(Privileges::SELECT),
        None => Privileges::DELETE,
    }
}

fn of_merge(merge: &Merge) -> Privileges {
    merge.clauses.iter().fold(Privileges::SELECT, |wanted, clause| {
        wanted.with(match clause.action {
            MergeAction::Insert(_) => Privileges::INSERT,
            MergeAction::Update(_) => Privileges::UPDATE,
            MergeAction::Delete { .. } => Privileges::DELETE,
        })
    })
}

/// A relation is made in a schema; one that it takes the place of has to be the user's own.
fn creation(scope: &Scope, name: &ObjectName, replaces: bool) -> Result<()> {
    let mut name_there = scope.relation_name(name)?;
    if name.0.len() == 1 {
        // A temporary table of that name does not stand in the way of a lasting one.
        scope.current_schema().clone_into(&mut name_there.schema);
    }
    let authority = scope.authority();
    authority.require_schema(&scope.names, &name_there.schema, Privileges::CREATE)?;
    match replaces {
        true => authority.require_ownership(&scope.names, &name_there.schema, &name_there.name),
        false => Ok(()),
    }
}

fn ownership(scope: &Scope, name: &ObjectName) -> Result<()> {
    let name = scope.relation_name(name)?;
    scope.authority().require_ownership(&scope.names, &name.schema, &name.name)
}

/// A relation goes if it is the user's own, or in a schema of its own.
fn removal(scope: &Scope, name: &ObjectName) -> Result<()> {
    let full = scope.relation_name(name)?;
    if scope.authority().owns_schema(&scope.names, &full.schema) {
        return Ok(());
    }
    ownership(scope, name)
}

fn schema_ownership(scope: &Scope, name: &ObjectName) -> Result<()> {
    let schema = names::schema(name, scope.session.database())?;
    scope.authority().require_schema_ownership(&scope.names, &schema)
}

/// The table of a column's name.
fn all_but_last(name: &ObjectName) -> Vec<ast::ObjectNamePart> {
    name.0.split_last().map(|(_, table)| table.to_vec()).unwrap_or_default()
}
