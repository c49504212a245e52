//! `INSERT INTO t [(columns)] VALUES … | SELECT …`.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::catalog::TableProvider;
use datafusion::datasource::ViewTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::{self, Insert, ObjectName, Query, SetExpr, TableObject, Visit, Visitor};

use super::{RowChecks, Scope, change, parameter, query};
use crate::names::{RelationName, identifier};
use crate::{BatchId, Done};

/// The parameters an insert takes.
pub(super) async fn parameters(
    scope: &Scope,
    insert: &Insert,
    types: &[Option<DataType>],
) -> Result<Vec<Option<DataType>>> {
    let (_, plan) = plan(scope, insert).await?;
    parameter::parameters_of(&plan, types)
}

/// Runs an insert.
pub(super) async fn run(scope: &Scope, insert: &Insert, parameters: Vec<ScalarValue>) -> Result<Done> {
    let name = scope.relation_name(target(insert)?)?;
    let table = scope.table(&name)?;
    let snapshot = scope.session.inner.changes.declared(&table).await?;
    let (state, plan) = plan(scope, insert).await?;
    let plan = query::with_parameters(scope, plan, parameters)?;
    let LogicalPlan::Dml(dml) = plan else {
        return Err(Error::internal("an insert was planned as something else"));
    };
    let checks = RowChecks::new(&state, &name.name, &snapshot)?;
    let input = change::in_order_of(scope, LogicalPlan::clone(&dml.input), &snapshot)?;
    let rows = scope.rows(&state, &input).await?;
    let rows = change::translated(scope, rows);
    let rows = change::gather(&table, &snapshot, &checks, rows).await?;
    let count = rows.append_in(&scope.session, &name, &table, &snapshot, batch_id(scope)?).await?;
    Ok(Done::rows("INSERT", count))
}

/// The insert's plan: rows in the order of the table's columns, cast to their types.
async fn plan(scope: &Scope, insert: &Insert) -> Result<(SessionState, LogicalPlan)> {
    refuse_what_is_not_offered(insert)?;
    let name = scope.relation_name(target(insert)?)?;
    let table = scope.table(&name)?;
    let snapshot = scope.session.inner.changes.declared(&table).await?;
    let mut insert = insert.clone();
    let columns: Vec<&str> = snapshot.schema().fields().iter().map(|field| field.name().as_str()).collect();
    insert = completed(insert, &name.name, &columns, &snapshot.declared().defaults)?;
    // The planner sees a stand-in whose columns all take NULL: what is NOT NULL is judged by us, in PostgreSQL's
    // words and by the columns' own names. Its name is none that a statement's source could mean.
    let stand_in = RelationName { schema: name.schema.clone(), name: format!("{}@insert", name.name) };
    let nullable = snapshot.schema().fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
    let provider: Arc<dyn TableProvider> =
        Arc::new(EmptyTable::new(Arc::new(Schema::new(nullable.collect::<Vec<_>>()))));
    insert.table = TableObject::TableName(ObjectName::from(vec![
        ast::Ident::with_quote('"', stand_in.schema.clone()),
        ast::Ident::with_quote('"', stand_in.name.clone()),
    ]));
    let mut replaced = HashMap::from([(stand_in, provider)]);
    if let Some(source) = insert.source.take_if(|source| reads_values(source)) {
        // The planner gives the target's columns to every VALUES it meets, so rows made from one are planned apart.
        let rows = RelationName { schema: name.schema.clone(), name: format!("{}@rows", name.name) };
        insert.source = Some(parse_query(&format!("SELECT * FROM {}", rows.quoted()))?);
        let plan = scope.plan(&scope.relations().state(), ast::Statement::Query(source)).await?;
        replaced.insert(rows, Arc::new(ViewTable::new(plan, None)));
    }
    let state = scope.relations_with(replaced).state();
    let plan = scope.plan(&state, ast::Statement::Insert(insert)).await?;
    Ok((state, plan))
}

/// Whether there is a VALUES somewhere in a query that is none itself.
fn reads_values(query: &Query) -> bool {
    struct Values;

    impl Visitor for Values {
        type Break = ();

        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            match has_values(&query.body) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
    }

    fn has_values(body: &SetExpr) -> bool {
        match body {
            SetExpr::Values(_) => true,
            SetExpr::SetOperation { left, right, .. } => has_values(left) || has_values(right),
            _ => false,
        }
    }

    !matches!(query.body.as_ref(), SetExpr::Values(_)) && query.visit(&mut Values).is_break()
}

/// The insert with the columns it leaves out named, and their defaults written out.
fn completed(
    mut insert: Insert,
    relation: &str,
    columns: &[&str],
    defaults: &BTreeMap<String, String>,
) -> Result<Insert> {
    let Some(source) = &mut insert.source else { return Ok(insert) };
    if insert.columns.is_empty() {
        // Fewer values than columns are for the first of them.
        let width = match source.body.as_ref() {
            SetExpr::Values(values) => values.rows.first().map_or(0, |row| row.content.len()),
            _ => columns.len(),
        };
        if width >= columns.len() {
            return Ok(insert);
        }
        insert.columns = columns.iter().take(width).map(|column| quoted(column)).collect();
    }
    let given = insert.columns.iter().map(column_name).collect::<Result<Vec<_>>>()?;
    if let Some(unknown) = given.iter().find(|column| !columns.contains(&column.as_str())) {
        return Err(Error::new(
            ErrorKind::UndefinedColumn,
            format!("column \"{unknown}\" of relation \"{relation}\" does not exist"),
        ));
    }
    if let SetExpr::Values(values) = source.body.as_ref() {
        for row in &values.rows {
            if row.content.len() != given.len() {
                let more = if row.content.len() > given.len() {
                    "expressions than target columns"
                } else {
                    "target columns than expressions"
                };
                return Err(Error::new(ErrorKind::Syntax, format!("INSERT has more {more}")));
            }
        }
    }
    let missing: Vec<(&String, &String)> =
        defaults.iter().filter(|(column, _)| columns.contains(&column.as_str()) && !given.contains(column)).collect();
    if missing.is_empty() {
        return Ok(insert);
    }
    if let SetExpr::Values(values) = source.body.as_mut() {
        for row in &mut values.rows {
            for (_, default) in &missing {
                row.content.push(parse_expression(default)?);
            }
        }
    } else {
        let names: Vec<String> = (0..given.len()).map(|index| format!("\"given{index}\"")).collect();
        let names = names.join(", ");
        // Several columns may have the same default, and the planner wants names that differ.
        let added: Vec<String> = missing
            .iter()
            .enumerate()
            .map(|(index, (_, default))| format!("{default} AS \"default{index}\""))
            .collect();
        let sql = format!("SELECT {names}, {} FROM ({source}) AS \"given\" ({names})", added.join(", "));
        *source = parse_query(&sql)?;
    }
    insert.columns.extend(missing.into_iter().map(|(column, _)| quoted(column)));
    Ok(insert)
}

fn quoted(column: &str) -> ObjectName {
    ObjectName::from(vec![ast::Ident::with_quote('"', column)])
}

fn parse_expression(sql: &str) -> Result<ast::Expr> {
    let dialect = datafusion::sql::sqlparser::dialect::PostgreSqlDialect {};
    datafusion::sql::sqlparser::parser::Parser::new(&dialect)
        .try_with_sql(sql)
        .and_then(|mut parser| parser.parse_expr())
        .map_err(|error| crate::fault::from_parser(error, sql))
}

fn parse_query(sql: &str) -> Result<Box<ast::Query>> {
    let dialect = datafusion::sql::sqlparser::dialect::PostgreSqlDialect {};
    let mut statements = datafusion::sql::sqlparser::parser::Parser::parse_sql(&dialect, sql)
        .map_err(|error| crate::fault::from_parser(error, sql))?;
    match statements.pop() {
        Some(ast::Statement::Query(query)) => Ok(query),
        _ => Err(Error::internal("defaults could not be written out")),
    }
}

fn column_name(name: &ObjectName) -> Result<String> {
    match name.0.as_slice() {
        [ast::ObjectNamePart::Identifier(ident)] => Ok(identifier(ident)),
        _ => Err(Error::new(ErrorKind::Syntax, format!("{name} is not a column's name"))),
    }
}

/// The table that gets the rows.
pub(super) fn target(insert: &Insert) -> Result<&ObjectName> {
    match &insert.table {
        TableObject::TableName(name) => Ok(name),
        other => Err(Error::unsupported(format!("cannot insert into {other}"))),
    }
}

fn refuse_what_is_not_offered(insert: &Insert) -> Result<()> {
    if insert.on.is_some() {
        return Err(Error::unsupported("INSERT … ON CONFLICT is not supported").with_hint("use MERGE INTO … USING …"));
    }
    if insert.returning.is_some() {
        return Err(Error::unsupported("INSERT … RETURNING is not supported"));
    }
    if insert.source.is_none() {
        return Err(Error::unsupported("INSERT … DEFAULT VALUES is not supported")
            .with_hint("name the columns and give values"));
    }
    if insert.overwrite || insert.replace_into || insert.or.is_some() || insert.partitioned.is_some() {
        return Err(Error::unsupported("only INSERT INTO is supported").with_hint("use TRUNCATE and INSERT, or MERGE"));
    }
    Ok(())
}

/// What makes a repeated write harmless, when the session says so: `bellwether.writer` and `bellwether.batch`.
pub(crate) fn batch_id(scope: &Scope) -> Result<Option<BatchId>> {
    crate::ingest::batch_id(&scope.session)
}
