//! `ALTER TABLE`: names and declarations change in place; columns change by writing the rows anew.

use std::sync::Arc;

use bellwether_catalog::{
    Alteration, DataWriter, Declared, Error, ErrorKind, RESERVED_SCHEMAS, Result, Snapshot, Table,
};
use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::sql::sqlparser::ast::{
    AlterColumnOperation, AlterTable, AlterTableOperation, Ident, RenameTableNameKind,
};
use futures::StreamExt;

use super::create_table::{constrain, field};
use super::drop::views_on;
use super::table_option::TableOptions;
use super::{RowChecks, Scope, change, owner, types};
use crate::Done;
use crate::names::{RelationName, identifier, quote};

pub(super) async fn run(scope: &Scope, alter: &AlterTable) -> Result<Done> {
    let name = scope.relation_name(&alter.name)?;
    if scope.names.relation(&name.schema, &name.name).is_none() && alter.if_exists {
        let notice = format!("relation \"{}\" does not exist, skipping", name.name);
        return Ok(Done::of("ALTER TABLE").with_notice(notice));
    }
    for operation in &alter.operations {
        match operation {
            AlterTableOperation::RenameTable {
                table_name: RenameTableNameKind::To(to) | RenameTableNameKind::As(to),
            } => {
                rename_relation(scope, &name, &scope.relation_name(to)?).await?;
            }
            AlterTableOperation::OwnerTo { new_owner } => owner::of_relation(scope, &name, new_owner).await?,
            other => change_table(scope, &name, other).await?,
        }
    }
    Ok(Done::of("ALTER TABLE"))
}

pub(super) async fn rename_relation(scope: &Scope, from: &RelationName, to: &RelationName) -> Result<()> {
    if RESERVED_SCHEMAS.contains(&from.schema.as_str()) {
        return Err(Error::new(
            ErrorKind::PermissionDenied,
            format!("schema \"{}\" belongs to the engine", from.schema),
        ));
    }
    scope
        .change_names(|names| {
            if names.relation(&from.schema, &from.name).is_none() {
                return Err(bellwether_catalog::no_relation(&scope.shown(from)));
            }
            // The new name stays in the relation's schema, as in PostgreSQL.
            names.rename_relation(&from.schema, &from.name, &to.name)
        })
        .await
}

async fn change_table(scope: &Scope, name: &RelationName, operation: &AlterTableOperation) -> Result<()> {
    let table = scope.table(name)?;
    scope.session.inner.changes.refuse_if_of(&table, name, "ALTER TABLE").await?;
    for attempt in 1..=change::ATTEMPTS {
        let _writer = table.writer().await;
        let snapshot = table.latest().await?;
        match apply(scope, name, &table, &snapshot, operation).await {
            Err(error) if change::is_conflict(&error) && attempt < change::ATTEMPTS => continue,
            outcome => return outcome,
        }
    }
    Ok(())
}

async fn apply(
    scope: &Scope,
    name: &RelationName,
    table: &Arc<Table>,
    snapshot: &Arc<Snapshot>,
    operation: &AlterTableOperation,
) -> Result<()> {
    let mut plan = Plan::new(snapshot);
    let state = scope.relations().state();
    match operation {
        AlterTableOperation::AddColumn { column_def, if_not_exists, .. } => {
            let column = identifier(&column_def.name);
            if plan.position(&column).is_some() {
                if *if_not_exists {
                    return Ok(());
                }
                return Err(Error::new(
                    ErrorKind::DuplicateColumn,
                    format!("column \"{column}\" of relation \"{}\" already exists", name.name),
                ));
            }
            let field = field(scope, &state, column_def, name, &mut plan.declared).await?;
            let default = plan.declared.defaults.get(&column).cloned();
            if !field.is_nullable() && default.is_none() && snapshot.rows() != Some(0) {
                return Err(Error::new(
                    ErrorKind::NotNullViolation,
                    format!("column \"{column}\" of relation \"{}\" contains null values", name.name),
                )
                .with_hint("give it a DEFAULT, or add it without NOT NULL, fill it, and SET NOT NULL"));
            }
            plan.rewrite |= default.is_some();
            plan.columns.push((default.unwrap_or_else(|| "NULL".to_owned()), field));
        }
        AlterTableOperation::DropColumn { column_names, if_exists, .. } => {
            for column in column_names.iter().map(identifier) {
                match plan.position(&column) {
                    None if *if_exists => continue,
                    None => return Err(no_column(&column, name)),
                    Some(position) => plan.drop_column(scope, name, &column, position)?,
                }
            }
        }
        AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
            plan.rename_column(scope, name, &identifier(old_column_name), &identifier(new_column_name))?;
        }
        AlterTableOperation::AlterColumn { column_name, op } => {
            alter_column(scope, &state, name, &mut plan, column_name, op).await?;
        }
        AlterTableOperation::AddConstraint { constraint, .. } => {
            constrain(scope, constraint, name, &mut plan.declared)?;
            for column in plan.declared.primary_key.iter().flat_map(|key| key.columns.clone()).collect::<Vec<_>>() {
                let position = plan.position(&column).ok_or_else(|| no_column(&column, name))?;
                plan.columns[position].1.set_nullable(false);
            }
            plan.verify = true;
        }
        AlterTableOperation::DropConstraint { name: constraint, if_exists, .. } => {
            let constraint = identifier(constraint);
            if !plan.drop_constraint(&constraint) && !*if_exists {
                return Err(Error::new(
                    ErrorKind::UndefinedObject,
                    format!("constraint \"{constraint}\" of relation \"{}\" does not exist", name.name),
                ));
            }
        }
        AlterTableOperation::SetOptionsParens { options } => {
            let options = TableOptions::read(options)?;
            if options.partition_by.is_some() {
                return Err(Error::unsupported("a table's partitioning cannot be changed")
                    .with_hint("CREATE TABLE … WITH (partition_by = '…') AS SELECT * FROM the table"));
            }
            // Files stay as they are: each says itself what it is sorted by, and upkeep sorts them anew.
            plan.declared.cluster_by = options.cluster_by.unwrap_or_default();
        }
        other => return Err(Error::unsupported(format!("ALTER TABLE … {other} is not supported"))),
    }
    plan.carry_out(scope, name, table, snapshot).await
}

async fn alter_column(
    scope: &Scope,
    state: &datafusion::execution::session_state::SessionState,
    name: &RelationName,
    plan: &mut Plan,
    column: &Ident,
    operation: &AlterColumnOperation,
) -> Result<()> {
    let column = identifier(column);
    let position = plan.position(&column).ok_or_else(|| no_column(&column, name))?;
    match operation {
        AlterColumnOperation::SetNotNull => {
            plan.columns[position].1.set_nullable(false);
            plan.verify = true;
        }
        AlterColumnOperation::DropNotNull => {
            if plan.declared.primary_key.as_ref().is_some_and(|key| key.columns.contains(&column)) {
                return Err(Error::invalid_parameter(format!("column \"{column}\" is in a primary key")));
            }
            plan.columns[position].1.set_nullable(true);
        }
        AlterColumnOperation::SetDefault { value } => {
            plan.declared.defaults.insert(column, value.to_string());
        }
        AlterColumnOperation::DropDefault => {
            plan.declared.defaults.remove(&column);
        }
        AlterColumnOperation::SetDataType { data_type, using, .. } => {
            let wanted = types::column_type(scope, state, data_type).await?;
            let (value, field) = &mut plan.columns[position];
            if let Some(using) = using {
                *value = using.to_string();
            }
            *value = format!("CAST({value} AS {data_type})");
            let retyped = postgres_type::unmark(field.clone().with_data_type(wanted));
            *field = types::declared_as(retyped, data_type);
            plan.rewrite = true;
        }
        other => return Err(Error::unsupported(format!("ALTER COLUMN … {other} is not supported"))),
    }
    Ok(())
}

/// The table as it is to be: every column with the SQL of its value, and the declarations.
struct Plan {
    columns: Vec<(String, Field)>,
    declared: Declared,
    /// Stored rows do not fit the new columns.
    rewrite: bool,
    /// Stored rows may contradict the new declarations.
    verify: bool,
}

impl Plan {
    fn new(snapshot: &Snapshot) -> Self {
        let fields = snapshot.schema().fields();
        Self {
            columns: fields.iter().map(|field| (quote(field.name()), field.as_ref().clone())).collect(),
            declared: snapshot.declared().clone(),
            rewrite: false,
            verify: false,
        }
    }

    fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|(_, field)| field.name() == column)
    }

    fn drop_column(&mut self, scope: &Scope, name: &RelationName, column: &str, position: usize) -> Result<()> {
        self.refuse_if_needed(scope, name, column, "drop")?;
        if self.columns.len() == 1 {
            return Err(Error::unsupported(format!("column \"{column}\" is the only one of table \"{}\"", name.name)));
        }
        if self.declared.cluster_by.iter().any(|other| other == column) {
            return Err(Error::new(
                ErrorKind::DependentObjects,
                format!("cannot drop column \"{column}\" because table \"{}\" is clustered by it", name.name),
            )
            .with_hint("ALTER TABLE … RESET (cluster_by) first, or SET it to other columns"));
        }
        self.columns.remove(position);
        self.declared.defaults.remove(column);
        self.declared.primary_key.take_if(|key| key.columns.iter().any(|other| other == column));
        self.declared.unique.retain(|key| !key.columns.iter().any(|other| other == column));
        self.declared.foreign_keys.retain(|key| !key.columns.iter().any(|other| other == column));
        self.rewrite = true;
        Ok(())
    }

    fn rename_column(&mut self, scope: &Scope, name: &RelationName, from: &str, to: &str) -> Result<()> {
        let position = self.position(from).ok_or_else(|| no_column(from, name))?;
        if self.position(to).is_some() {
            return Err(Error::new(
                ErrorKind::DuplicateColumn,
                format!("column \"{to}\" of relation \"{}\" already exists", name.name),
            ));
        }
        self.refuse_if_needed(scope, name, from, "rename")?;
        let field = &mut self.columns[position].1;
        *field = field.clone().with_name(to);
        let renamed = |columns: &mut Vec<String>| {
            for column in columns.iter_mut().filter(|column| *column == from) {
                *column = to.to_owned();
            }
        };
        let declared = &mut self.declared;
        declared.primary_key.iter_mut().chain(&mut declared.unique).for_each(|key| renamed(&mut key.columns));
        declared.foreign_keys.iter_mut().for_each(|key| renamed(&mut key.columns));
        renamed(&mut declared.cluster_by);
        if let Some(default) = declared.defaults.remove(from) {
            declared.defaults.insert(to.to_owned(), default);
        }
        self.rewrite = true;
        Ok(())
    }

    /// Partition columns, conditions and views hold a column's name in places that are not rewritten.
    fn refuse_if_needed(&self, scope: &Scope, name: &RelationName, column: &str, verb: &str) -> Result<()> {
        let words = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.eq_ignore_ascii_case(column))
        };
        if let Some(check) = self.declared.checks.iter().find(|check| words(&check.expression)) {
            return Err(Error::new(
                ErrorKind::DependentObjects,
                format!("cannot {verb} column \"{column}\" because constraint \"{}\" depends on it", check.name),
            )
            .with_hint(format!("ALTER TABLE … DROP CONSTRAINT {} first", quote(&check.name))));
        }
        if let Some(view) = views_on(&scope.names, name).first() {
            return Err(Error::new(
                ErrorKind::DependentObjects,
                format!("cannot {verb} column \"{column}\" because view \"{}\" reads the table", view.name),
            )
            .with_hint("drop the view, or create it anew afterwards"));
        }
        Ok(())
    }

    fn drop_constraint(&mut self, constraint: &str) -> bool {
        let declared = &mut self.declared;
        let before = declared.checks.len() + declared.unique.len() + declared.foreign_keys.len();
        declared.checks.retain(|check| check.name != constraint);
        declared.unique.retain(|key| key.name != constraint);
        declared.foreign_keys.retain(|key| key.name != constraint);
        let gone = before != declared.checks.len() + declared.unique.len() + declared.foreign_keys.len();
        declared.primary_key.take_if(|key| key.name == constraint).is_some() || gone
    }

    async fn carry_out(
        self,
        scope: &Scope,
        name: &RelationName,
        table: &Arc<Table>,
        snapshot: &Arc<Snapshot>,
    ) -> Result<()> {
        let columns = Arc::new(Schema::new(self.columns.iter().map(|(_, field)| field.clone()).collect::<Vec<_>>()));
        if let Some(partition) =
            snapshot.partition_columns().iter().find(|partition| columns.field_with_name(partition).is_err())
        {
            return Err(Error::unsupported(format!("the table is partitioned by column \"{partition}\"")));
        }
        let alteration = Alteration {
            columns: Some(Arc::clone(&columns)),
            declared: Some(self.declared.clone()),
            ..Alteration::default()
        };
        if !self.rewrite && !self.verify {
            return table.alter(snapshot, alteration).await.map(drop);
        }
        self.declared.check_cluster_by(&columns, snapshot.partition_columns())?;
        let state = scope.relations().state();
        let values: Vec<String> =
            self.columns.iter().map(|(value, field)| format!("{value} AS {}", quote(field.name()))).collect();
        let plan = scope.plan_text(&state, &format!("SELECT {} FROM {}", values.join(", "), name.quoted())).await?;
        let shape = snapshot.altered(Arc::clone(&columns), self.declared);
        let plan = if self.rewrite { change::in_order_of(scope, plan, &shape)? } else { plan };
        let mut rows = scope.rows(&state, &plan).await?;
        let checks = RowChecks::new(&state, &name.name, &shape)?;
        let mut writer = if self.rewrite { Some(DataWriter::new(Arc::clone(table), &shape)?) } else { None };
        while let Some(batch) = rows.next().await {
            let batch = checks.admit(&batch.map_err(|error| scope.error(error))?, &columns)?;
            if let Some(writer) = &mut writer {
                writer.write(&batch).await?;
            }
        }
        match writer {
            None => table.alter(snapshot, alteration).await.map(drop),
            Some(writer) => {
                let (files, _) = writer.finish().await?;
                table.replace(snapshot, alteration, files).await.map(drop)
            }
        }
    }
}

fn no_column(column: &str, name: &RelationName) -> Error {
    Error::new(ErrorKind::UndefinedColumn, format!("column \"{column}\" of relation \"{}\" does not exist", name.name))
}
