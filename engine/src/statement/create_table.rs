//! `CREATE TABLE`: from column definitions, or with the columns and rows of a query.

use std::collections::HashSet;
use std::sync::Arc;

use bellwether_catalog::{
    COMMENT, Check, Declared, Error, ErrorKind, ForeignKey, Key, Namespace, Privileges, Relation, Result,
    TableDefinition, storable_schema,
};
use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::execution::session_state::SessionState;
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    self, ColumnOption, CreateTable, CreateTableOptions, Expr, OnCommit, TableConstraint,
};

use super::table_option::{self, TableOptions};
use super::{RowChecks, Scope, change, output_name, query, types};
use crate::names::{RelationName, identifier};
use crate::{Done, temporary};

/// The most columns a table has.
const COLUMNS_MAX: usize = 4096;

pub(super) async fn run(scope: &Scope, create: &CreateTable, parameters: Vec<ScalarValue>) -> Result<Done> {
    refuse_what_is_not_offered(create)?;
    let mut name = scope.relation_name(&create.name)?;
    if create.temporary {
        temporary::SCHEMA.clone_into(&mut name.schema);
    } else if create.name.0.len() == 1 {
        // A temporary table of that name does not stand in the way of a lasting one.
        scope.current_schema().clone_into(&mut name.schema);
    }
    let exists = scope.names.relation(&name.schema, &name.name).is_some();
    if exists && create.if_not_exists {
        return Ok(Done::of("CREATE TABLE").with_notice(format!("relation \"{}\" already exists, skipping", name.name)));
    }
    if exists && !create.or_replace {
        return Err(Error::new(ErrorKind::DuplicateTable, format!("relation \"{}\" already exists", name.name)));
    }
    if name.schema != temporary::SCHEMA {
        scope.names.schema(&name.schema)?;
    }
    let state = scope.relations().state();
    match &create.query {
        Some(source) => create_as(scope, &state, create, &name, source, parameters).await,
        None => {
            let definition = definition(scope, &state, create, &name).await?;
            let (table, snapshot) = scope.session.inner.engine.inner.lake.create_table(&definition).await?;
            // Conditions that cannot be evaluated are refused now rather than at the first row.
            RowChecks::new(&state, &name.name, &snapshot)?;
            publish(scope, &name, create, table.id()).await?;
            Ok(Done::of("CREATE TABLE"))
        }
    }
}

async fn create_as(
    scope: &Scope,
    state: &SessionState,
    create: &CreateTable,
    name: &RelationName,
    source: &ast::Query,
    parameters: Vec<ScalarValue>,
) -> Result<Done> {
    let plan = scope.plan(state, ast::Statement::Query(Box::new(source.clone()))).await?;
    let plan = query::with_parameters(scope, plan, parameters)?;
    let schema = output_name::visible_schema(plan.schema().inner());
    let names: Vec<String> = match create.columns.as_slice() {
        [] => schema.fields().iter().map(|field| field.name().clone()).collect(),
        given => given.iter().map(|column| identifier(&column.name)).collect(),
    };
    if names.len() != schema.fields().len() {
        return Err(Error::new(
            ErrorKind::Syntax,
            format!("CREATE TABLE names {} columns, the query has {}", names.len(), schema.fields().len()),
        ));
    }
    unique(&names)?;
    let cluster_by = options(create)?.cluster_by.unwrap_or_default();
    let plan = change::in_order(plan, &names, &cluster_by).map_err(|error| scope.error(error))?;
    let rows = output_name::visible_rows(scope.rows(state, &plan).await?);
    let schema = rows.schema();
    let fields = schema.fields().iter().zip(&names).map(|(field, name)| {
        let column = Field::new(name, field.data_type().clone(), true);
        match postgres_type::of(field) {
            Some(declared) => postgres_type::mark(column, declared),
            None => column,
        }
    });
    let mut definition = TableDefinition::of_columns(storable_schema(&Schema::new(fields.collect::<Vec<_>>()))?);
    lay_out(create, &mut definition)?;
    let (table, snapshot) = scope.session.inner.engine.inner.lake.create_table(&definition).await?;
    let rows = change::translated(scope, rows);
    let count = change::gather(&table, &snapshot, &RowChecks::default(), rows).await?.append_to(&table, None).await?;
    publish(scope, name, create, table.id()).await?;
    Ok(Done::rows("SELECT", count))
}

/// Gives a table that is complete its name.
async fn publish(scope: &Scope, name: &RelationName, create: &CreateTable, id: &str) -> Result<()> {
    let now_ms = crate::clock::now_ms();
    if name.schema == temporary::SCHEMA {
        let nameless = |names: &mut Namespace| {
            names.dropped.insert(id.to_owned(), now_ms);
            Ok(())
        };
        scope.change_names(nameless).await?;
        let is_of_block = create.on_commit == Some(OnCommit::Drop);
        scope.session.inner.temporaries.lock().add(name.name.clone(), id.to_owned(), is_of_block);
        return Ok(());
    }
    scope
        .change_names(|names| {
            let table = Relation::Table { id: id.to_owned() };
            if create.or_replace && matches!(names.relation(&name.schema, &name.name), Some(Relation::Table { .. })) {
                return names.replace_relation(&name.schema, &name.name, table, now_ms);
            }
            names.add_relation(&name.schema, &name.name, table, scope.authority().owner())
        })
        .await
}

async fn definition(
    scope: &Scope,
    state: &SessionState,
    create: &CreateTable,
    name: &RelationName,
) -> Result<TableDefinition> {
    if create.columns.is_empty() {
        return Err(Error::unsupported(format!("table \"{}\" needs at least one column", name.name)));
    }
    if create.columns.len() > COLUMNS_MAX {
        return Err(Error::new(ErrorKind::LimitExceeded, format!("tables can have at most {COLUMNS_MAX} columns")));
    }
    let mut declared = Declared::default();
    let mut fields = Vec::with_capacity(create.columns.len());
    for column in &create.columns {
        fields.push(field(scope, state, column, name, &mut declared).await?);
    }
    unique(&fields.iter().map(|field| field.name().clone()).collect::<Vec<_>>())?;
    for constraint in &create.constraints {
        constrain(scope, constraint, name, &mut declared)?;
    }
    for key in declared.primary_key.iter().chain(&declared.unique) {
        for column in &key.columns {
            let Some(field) = fields.iter_mut().find(|field| field.name() == column) else {
                return Err(no_column_in_key(column));
            };
            if declared.primary_key.as_ref() == Some(key) {
                field.set_nullable(false);
            }
        }
    }
    if let Some(column) = declared
        .foreign_keys
        .iter()
        .flat_map(|key| &key.columns)
        .find(|column| !fields.iter().any(|field| field.name() == *column))
    {
        return Err(no_column_in_key(column));
    }
    let mut definition = TableDefinition::of_columns(Arc::new(Schema::new(fields)));
    definition.declared = declared;
    lay_out(create, &mut definition)?;
    if let Some(ast::CommentDef::WithEq(comment) | ast::CommentDef::WithoutEq(comment)) = &create.comment {
        definition.comment = Some(comment.clone());
    }
    Ok(definition)
}

/// A column, and what its definition says beside its type.
pub(super) async fn field(
    scope: &Scope,
    state: &SessionState,
    column: &ast::ColumnDef,
    table: &RelationName,
    declared: &mut Declared,
) -> Result<Field> {
    let name = identifier(&column.name);
    let is_serial = types::is_serial(&column.data_type);
    let data_type = match is_serial {
        true => DataType::Int64,
        false => types::column_type(scope, state, &column.data_type).await?,
    };
    let mut field = types::declared_as(Field::new(&name, data_type, true), &column.data_type);
    if is_serial {
        set_numbered(&mut field, declared);
    }
    for option in &column.options {
        let constraint = option.name.as_ref().map(identifier);
        match &option.option {
            ColumnOption::Null => {}
            ColumnOption::NotNull => field.set_nullable(false),
            ColumnOption::Default(value) => {
                declared.defaults.insert(name.clone(), value.to_string());
            }
            ColumnOption::PrimaryKey(_) => {
                set_primary_key(declared, key(constraint, format!("{}_pkey", table.name), vec![name.clone()]), table)?;
                field.set_nullable(false);
            }
            ColumnOption::Unique(_) => {
                declared.unique.push(key(constraint, format!("{}_{name}_key", table.name), vec![name.clone()]));
            }
            ColumnOption::ForeignKey(reference) => {
                declared.foreign_keys.push(foreign_key(scope, reference, constraint, table, vec![name.clone()])?);
            }
            ColumnOption::Check(check) => {
                let default = format!("{}_{name}_check", table.name);
                declared.checks.push(Check { name: constraint.unwrap_or(default), expression: check.expr.to_string() });
            }
            ColumnOption::Comment(comment) => {
                let mut metadata = field.metadata().clone();
                metadata.insert(COMMENT.to_owned(), comment.clone());
                field.set_metadata(metadata);
            }
            ColumnOption::Collation(_) => {}
            ColumnOption::Generated { generation_expr: None, .. } => {
                if *field.data_type() != DataType::Int64 {
                    let error = Error::unsupported(format!("column \"{name}\": identity columns are bigint"));
                    return Err(error.with_hint("the numbers are not consecutive and need 63 bits"));
                }
                set_numbered(&mut field, declared);
            }
            other => return Err(Error::unsupported(format!("column \"{name}\": {other} is not supported"))),
        }
    }
    Ok(field)
}

/// Makes a column number its rows by itself. The numbers are unique without anybody being asked, so that writers need
/// not wait for each other; hence they are not consecutive.
fn set_numbered(field: &mut Field, declared: &mut Declared) {
    declared.defaults.insert(field.name().clone(), "unique_rowid()".to_owned());
    field.set_nullable(false);
}

/// Takes a table constraint into the declarations.
pub(super) fn constrain(
    scope: &Scope,
    constraint: &TableConstraint,
    table: &RelationName,
    declared: &mut Declared,
) -> Result<()> {
    match constraint {
        TableConstraint::PrimaryKey(primary) => {
            let columns = key_columns(&primary.columns)?;
            set_primary_key(
                declared,
                key(primary.name.as_ref().map(identifier), format!("{}_pkey", table.name), columns),
                table,
            )
        }
        TableConstraint::Unique(unique) => {
            let columns = key_columns(&unique.columns)?;
            let default = format!("{}_{}_key", table.name, columns.join("_"));
            declared.unique.push(key(unique.name.as_ref().map(identifier), default, columns));
            Ok(())
        }
        TableConstraint::ForeignKey(reference) => {
            let columns = reference.columns.iter().map(identifier).collect();
            let name = reference.name.as_ref().map(identifier);
            declared.foreign_keys.push(foreign_key(scope, reference, name, table, columns)?);
            Ok(())
        }
        TableConstraint::Check(check) => {
            let default = format!("{}_check{}", table.name, declared.checks.len() + 1);
            let name = check.name.as_ref().map(identifier).unwrap_or(default);
            declared.checks.push(Check { name, expression: check.expr.to_string() });
            Ok(())
        }
        other => Err(Error::unsupported(format!("constraint {other} is not supported"))),
    }
}

fn set_primary_key(declared: &mut Declared, key: Key, table: &RelationName) -> Result<()> {
    if declared.primary_key.is_some() {
        return Err(Error::new(
            ErrorKind::Syntax,
            format!("multiple primary keys for table \"{}\" are not allowed", table.name),
        ));
    }
    declared.primary_key = Some(key);
    Ok(())
}

fn key(name: Option<String>, default: String, columns: Vec<String>) -> Key {
    Key { name: name.unwrap_or(default), columns }
}

fn foreign_key(
    scope: &Scope,
    reference: &ast::ForeignKeyConstraint,
    name: Option<String>,
    table: &RelationName,
    columns: Vec<String>,
) -> Result<ForeignKey> {
    let foreign = scope.relation_name(&reference.foreign_table)?;
    if foreign != *table && scope.names.relation(&foreign.schema, &foreign.name).is_none() {
        return Err(bellwether_catalog::no_relation(&scope.shown(&foreign)));
    }
    scope.authority().require(&scope.names, &foreign.schema, &foreign.name, Privileges::REFERENCES)?;
    Ok(ForeignKey {
        name: name.unwrap_or_else(|| format!("{}_{}_fkey", table.name, columns.join("_"))),
        columns,
        foreign_schema: foreign.schema,
        foreign_table: foreign.name,
        foreign_columns: reference.referred_columns.iter().map(identifier).collect(),
    })
}

fn key_columns(columns: &[ast::IndexColumn]) -> Result<Vec<String>> {
    columns
        .iter()
        .map(|column| match &column.column.expr {
            Expr::Identifier(ident) => Ok(identifier(ident)),
            other => Err(Error::unsupported(format!("a key over {other} is not supported"))),
        })
        .collect()
}

/// Takes `PARTITION BY (…)` and `WITH (…)` into the definition.
fn lay_out(create: &CreateTable, definition: &mut TableDefinition) -> Result<()> {
    let options = options(create)?;
    definition.partition_by = options.partition_by.unwrap_or_default();
    definition.declared.cluster_by = options.cluster_by.unwrap_or_default();
    for column in &definition.partition_by {
        if definition.columns.field_with_name(column).is_err() {
            return Err(Error::new(ErrorKind::UndefinedColumn, format!("column \"{column}\" does not exist")));
        }
    }
    if definition.partition_by.len() >= definition.columns.fields().len() {
        return Err(Error::invalid_parameter("a table cannot be partitioned by all of its columns"));
    }
    definition.declared.check_cluster_by(&definition.columns, &definition.partition_by)
}

fn options(create: &CreateTable) -> Result<TableOptions> {
    let mut options = match &create.table_options {
        CreateTableOptions::None => TableOptions::default(),
        CreateTableOptions::With(options) => TableOptions::read(options)?,
        other => return Err(table_option::unknown(&other.to_string())),
    };
    if let (None, Some(expression)) = (&options.partition_by, &create.partition_by) {
        options.partition_by = Some(table_option::columns_in(&expression.to_string()));
    }
    Ok(options)
}

fn unique(names: &[String]) -> Result<()> {
    let mut seen = HashSet::new();
    for name in names {
        // Delta compares column names without regard to case.
        if !seen.insert(name.to_lowercase()) {
            return Err(Error::new(ErrorKind::DuplicateColumn, format!("column \"{name}\" specified more than once")));
        }
    }
    Ok(())
}

fn no_column_in_key(column: &str) -> Error {
    Error::new(ErrorKind::UndefinedColumn, format!("column \"{column}\" named in key does not exist"))
}

fn refuse_what_is_not_offered(create: &CreateTable) -> Result<()> {
    if create.external || create.location.is_some() || create.file_format.is_some() {
        return Err(Error::new(ErrorKind::PermissionDenied, "tables outside the lake cannot be created by SQL")
            .with_hint("load the file: bellwether load FILE --into schema.table"));
    }
    if create.on_commit == Some(OnCommit::DeleteRows) {
        return Err(Error::unsupported("ON COMMIT DELETE ROWS is not supported")
            .with_hint("use ON COMMIT DROP, or TRUNCATE the table"));
    }
    if create.like.is_some() || create.clone.is_some() || create.inherits.is_some() || create.partition_of.is_some() {
        return Err(Error::unsupported("CREATE TABLE … LIKE, CLONE, INHERITS and PARTITION OF are not supported")
            .with_hint("use CREATE TABLE … AS SELECT * FROM … WHERE false"));
    }
    Ok(())
}
