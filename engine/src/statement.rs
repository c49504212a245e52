//! Statements: parsed once, planned when prepared, planned again on fresh versions when run.
//!
//! Only queries go through DataFusion's planner as they are. Everything that changes something is ours, one
//! file a statement, so nothing reaches a file or a setting that no file here lets it reach.

mod alter_table;
mod authorize;
mod change;
mod check;
mod clause;
mod comment;
mod copy;
mod create_table;
pub(crate) mod cursor;
mod database_name;
mod default_privileges;
mod delete;
mod drop;
mod exists;
mod explain;
pub(crate) mod fresh;
mod grant;
mod insert;
mod materialized_view;
mod merge;
pub(crate) mod output_name;
mod owner;
pub(crate) mod parameter;
mod parse;
mod query;
mod schema;
mod scope;
mod session_function;
mod set;
mod table_option;
mod target;
pub(crate) mod time_travel;
pub(crate) mod transaction;
mod truncate;
mod tuning;
mod types;
mod update;
mod view;

use datafusion::arrow::datatypes::DataType;
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast;
use futures::FutureExt;
use futures::future::BoxFuture;

pub(crate) use change::{Gathered, gather};
pub(crate) use check::RowChecks;
pub(crate) use comment::of_columns as comments_of_columns;
pub use copy::{Copy, CopyFormat, CopyFrom, CopyTo};
pub(crate) use parse::{Parsed, parse};
pub(crate) use scope::Scope;
pub(crate) use session_function::declare as declare_session_functions;

use crate::session::Limits;
use crate::{Done, Error, Outcome, Prepared, Result, Session, Statement};

/// Plans a statement far enough to know its parameters and its columns.
pub(crate) async fn prepare(session: &Session, statement: Statement, types: &[Option<DataType>]) -> Result<Prepared> {
    use ast::Statement as Sql;
    let parsed = std::sync::Arc::clone(&statement.parsed);
    let mut fresh = fresh::Slot::default();
    let (parameters, schema) = match &parsed.ast {
        Sql::Query(_)
        | Sql::Explain { .. }
        | Sql::ExplainTable { .. }
        | Sql::ShowTables { .. }
        | Sql::ShowColumns { .. } => {
            let described =
                boxed(async { query::describe(Scope::new(session, &parsed).await?, &parsed, types).await }).await?;
            if let Some(plan) = described.plan {
                fresh = plan.keep(session);
            }
            (described.parameters, Some(described.schema))
        }
        Sql::ShowVariable { variable } => (Vec::new(), Some(set::show_schema(variable))),
        Sql::Declare { .. } => (boxed(cursor::parameters(session, &parsed, types)).await?, None),
        Sql::Fetch { name, into, .. } => (Vec::new(), cursor::fetched(session, name, into.is_some())?),
        Sql::Insert(insert) => {
            (boxed(async { insert::parameters(&allowed(session, &parsed).await?, insert, types).await }).await?, None)
        }
        Sql::Update(update) => {
            (boxed(async { update::parameters(&allowed(session, &parsed).await?, update, types).await }).await?, None)
        }
        Sql::Delete(delete) => {
            (boxed(async { delete::parameters(&allowed(session, &parsed).await?, delete, types).await }).await?, None)
        }
        Sql::Merge(merge) => {
            (boxed(async { merge::parameters(&allowed(session, &parsed).await?, merge, types).await }).await?, None)
        }
        _ => (Vec::new(), None),
    };
    Ok(Prepared { statement, parameters, schema, fresh })
}

/// Runs a prepared statement.
pub(crate) async fn execute(
    session: &Session,
    prepared: &Prepared,
    parameters: Vec<ScalarValue>,
    limits: Limits,
) -> Result<Outcome> {
    use ast::Statement as Sql;
    let parsed = &prepared.statement.parsed;
    let parameters = query::typed(parameters, &prepared.parameters)?;
    match &parsed.ast {
        Sql::Query(_)
        | Sql::Explain { .. }
        | Sql::ExplainTable { .. }
        | Sql::ShowTables { .. }
        | Sql::ShowColumns { .. } => boxed(query::run(session, prepared, parameters, limits)).await,
        Sql::ShowVariable { variable } => set::show(session, variable),
        Sql::Declare { stmts } => boxed(cursor::declare(session, parsed, stmts, parameters, limits)).await,
        Sql::Fetch { .. } => boxed(cursor::fetch(session, prepared, limits)).await,
        Sql::Close { cursor } => cursor::close(session, cursor).map(Outcome::Done),
        // No time limit and no cancel leaves a client in doubt of what was committed.
        Sql::Commit { .. } => boxed(transaction::commit(session)).await.map(Outcome::Done),
        _ => {
            let work = boxed(change(session, parsed, parameters));
            limits.bound(work).await.map(Outcome::Done)
        }
    }
}

/// Runs a statement that changes something and returns no rows.
async fn change(session: &Session, parsed: &Parsed, parameters: Vec<ScalarValue>) -> Result<Done> {
    if let Some(done) = transaction::run(session, &parsed.ast).await? {
        return Ok(done);
    }
    if let Some(done) = set::run(session, &parsed.ast)? {
        return Ok(done);
    }
    let scope = boxed(Scope::start(session, parsed)).await?;
    let outcome = match authorize::check(&scope, &parsed.ast) {
        Ok(()) => carry_out(&scope, parsed, parameters).await,
        Err(error) => Err(error),
    };
    if let Err(error) = &outcome {
        scope.failed(error);
    } else if !transaction::is_undone(&parsed.ast) {
        session.inner.transaction.lock().committed += 1;
    }
    outcome
}

/// A scope for planning a statement that the user may run.
async fn allowed(session: &Session, parsed: &Parsed) -> Result<Scope> {
    let scope = Scope::new(session, parsed).await?;
    authorize::check(&scope, &parsed.ast)?;
    Ok(scope)
}

/// Does what a statement says.
async fn carry_out(scope: &Scope, parsed: &Parsed, parameters: Vec<ScalarValue>) -> Result<Done> {
    use ast::Statement as Sql;
    match &parsed.ast {
        Sql::Insert(insert) => boxed(insert::run(scope, insert, parameters)).await,
        Sql::Update(update) => boxed(update::run(scope, update, parameters)).await,
        Sql::Delete(delete) => boxed(delete::run(scope, delete, parameters)).await,
        Sql::Merge(merge) => boxed(merge::run(scope, merge, parameters)).await,
        Sql::Truncate(truncate) => boxed(truncate::run(scope, truncate)).await,
        Sql::CreateTable(create) => boxed(create_table::run(scope, create, parameters)).await,
        Sql::AlterTable(alter) if alter.table_type.is_some() => boxed(materialized_view::alter(scope, alter)).await,
        Sql::AlterTable(alter) => boxed(alter_table::run(scope, alter)).await,
        Sql::CreateView(create) if create.materialized => boxed(materialized_view::create(scope, create)).await,
        Sql::CreateView(create) => boxed(view::create(scope, create)).await,
        Sql::CreateSchema { schema_name, if_not_exists, .. } => {
            boxed(schema::create(scope, schema_name, *if_not_exists)).await
        }
        Sql::Drop { object_type: ast::ObjectType::Index, if_exists, names, .. } => {
            tuning::drop_index(&names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "), *if_exists)
        }
        Sql::Drop { object_type, if_exists, names, cascade, .. } => {
            boxed(drop::run(scope, object_type, names, *if_exists, *cascade)).await
        }
        Sql::Comment { object_type, object_name, comment, .. } => {
            boxed(comment::run(scope, object_type, object_name, comment.as_deref())).await
        }
        Sql::CreateIndex(index) => boxed(tuning::create_index(scope, index)).await,
        Sql::Analyze(analyze) => boxed(tuning::analyze(scope, analyze)).await,
        Sql::Grant(grant) => boxed(grant::grant(scope, grant)).await,
        Sql::Revoke(revoke) => boxed(grant::revoke(scope, revoke)).await,
        Sql::AlterSchema(alter) => boxed(schema::alter(scope, alter)).await,
        Sql::Vacuum(_) => Err(Error::unsupported("VACUUM is not supported")
            .with_hint("the server joins small files and removes unreadable ones by itself")),
        Sql::Copy { target, .. } => Err(copy::not_here(target)),
        other => Err(unsupported(other)),
    }
}

/// A statement's future on the heap: all of them inside one another would not fit the stack of a thread that
/// serves sockets.
fn boxed<'a, T>(work: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    work.boxed()
}

fn unsupported(statement: &ast::Statement) -> Error {
    let text = statement.to_string();
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    Error::unsupported(format!("{} is not supported", words.join(" ")))
}
