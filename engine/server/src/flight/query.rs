//! Queries: planned by GetFlightInfo, run by DoGet.
//!
//! A statement without rows has no DoGet a client would wait for (ADBC's `execute` returns before it),
//! so such a statement runs when it is asked for and leaves an empty result to fetch.

use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::{Schema, SchemaRef};
use bellwether::{Error, ErrorKind, Outcome, Prepared, Result, Session, Statement};
use datafusion::scalar::ScalarValue;
use futures::{StreamExt, TryStreamExt, stream};
use tokio_util::sync::CancellationToken;

use super::handle::Handle;
use super::login::{Login, Logins};
use super::message::Message;
use super::outgoing::{self, Messages, Rows};
use super::plain;

/// A planned result that waits to be fetched, once.
#[derive(Debug)]
pub(super) struct Query {
    plan: Arc<Prepared>,
    /// One run for each; none when the statement ran already.
    parameters: Vec<Vec<ScalarValue>>,
    schema: SchemaRef,
}

/// Plans a text of one statement.
pub(super) async fn plan(login: &Login, sql: &str) -> Result<(Handle, SchemaRef)> {
    let plan = login.session.prepare(&statement(&login.session, sql)?, &[]).await?;
    offer(login, Arc::new(plan), vec![Vec::new()]).await
}

/// The columns a text of one statement gives.
pub(super) async fn schema(login: &Login, sql: &str) -> Result<SchemaRef> {
    let plan = login.session.prepare(&statement(&login.session, sql)?, &[]).await?;
    Ok(schema_of(&plan))
}

/// Offers the rows of a planned statement, run once for each set of parameters.
pub(super) async fn offer(
    login: &Login,
    plan: Arc<Prepared>,
    parameters: Vec<Vec<ScalarValue>>,
) -> Result<(Handle, SchemaRef)> {
    let schema = schema_of(&plan);
    let (later, now) = match plan.schema() {
        Some(_) => (parameters, Vec::new()),
        None => (Vec::new(), parameters),
    };
    let query = Query { plan: Arc::clone(&plan), parameters: later, schema: Arc::clone(&schema) };
    // The place is taken first: a statement that was run must not be answered with a refusal.
    let handle = login.queries.insert(query, Instant::now())?;
    for values in now {
        if let Err(error) = change(&login.session, &plan, values).await {
            login.queries.take(handle, Instant::now());
            return Err(error);
        }
    }
    Ok((handle, schema))
}

/// Runs an offered query and sends its rows. A ticket is good once, for whoever has the user's password.
pub(super) fn fetch(logins: &Logins, login: Arc<Login>, handle: Handle) -> Result<Messages<Message>> {
    let now = Instant::now();
    let own = login.queries.take(handle, now).map(|query| (Arc::clone(&login), query));
    let found = own.or_else(|| logins.of_same_user(&login, |other| other.queries.take(handle, now)));
    let (login, query) = found.ok_or_else(|| {
        Error::new(ErrorKind::UndefinedCursor, "the ticket does not exist, was used, or is too old")
            .with_hint("ask for the result again with GetFlightInfo")
    })?;

    let stop = CancellationToken::new();
    login.running.lock().insert(handle, stop.clone());
    let rows = run(login.session.clone(), query.plan, query.parameters);
    Ok(outgoing::send(rows, query.schema, stop, Fetching { login, handle }))
}

/// Runs a planned statement and sends its rows, without a ticket.
pub(super) fn fetch_now(
    login: Arc<Login>,
    plan: Arc<Prepared>,
    parameters: Vec<Vec<ScalarValue>>,
) -> Messages<Message> {
    let schema = schema_of(&plan);
    let rows = run(login.session.clone(), plan, parameters);
    outgoing::send(rows, schema, CancellationToken::new(), login)
}

/// Gives up a result, whether it waits or is being fetched.
pub(super) fn cancel(login: &Login, handle: Handle) -> bool {
    if let Some(stop) = login.running.lock().get(&handle) {
        stop.cancel();
        return true;
    }
    login.queries.take(handle, Instant::now()).is_some()
}

/// Runs a text of one statement for its effect and gives the rows it changed, -1 when that has no meaning.
pub(super) async fn update(login: &Login, sql: &str) -> Result<i64> {
    let plan = login.session.prepare(&statement(&login.session, sql)?, &[]).await?;
    change(&login.session, &plan, Vec::new()).await
}

/// Runs a planned statement for its effect.
pub(super) async fn change(session: &Session, plan: &Prepared, parameters: Vec<ScalarValue>) -> Result<i64> {
    match session.execute(plan, parameters).await? {
        Outcome::Done(done) => Ok(changed_rows(done.rows)),
        Outcome::Rows(mut rows) => {
            while rows.try_next().await?.is_some() {}
            Ok(-1)
        }
    }
}

/// The one statement of a text.
pub(super) fn statement(session: &Session, sql: &str) -> Result<Statement> {
    let mut statements = session.parse(sql)?;
    match (statements.pop(), statements.len()) {
        (Some(statement), 0) => Ok(statement),
        (None, _) => Err(Error::new(ErrorKind::Syntax, "the text holds no statement")),
        (Some(_), others) => {
            let message = format!("the text holds {} statements where one is taken", others + 1);
            Err(Error::new(ErrorKind::Syntax, message).with_hint("send them one at a time"))
        }
    }
}

/// The columns a client sees; none for a statement without rows.
pub(super) fn schema_of(plan: &Prepared) -> SchemaRef {
    plan.schema().map_or_else(|| Arc::new(Schema::empty()), |schema| plain::schema(schema))
}

/// A statement that counts nothing changes no rows, and that is known.
fn changed_rows(rows: Option<u64>) -> i64 {
    rows.map_or(0, |rows| i64::try_from(rows).unwrap_or(i64::MAX))
}

/// The rows of a planned statement, one run after the other.
fn run(session: Session, plan: Arc<Prepared>, parameters: Vec<Vec<ScalarValue>>) -> Rows {
    stream::iter(parameters)
        .then(move |values| {
            let (session, plan) = (session.clone(), Arc::clone(&plan));
            async move {
                match session.execute(&plan, values).await? {
                    Outcome::Rows(rows) => Ok::<Rows, Error>(rows.boxed()),
                    Outcome::Done(_) => Ok(stream::empty().boxed()),
                }
            }
        })
        .try_flatten()
        .boxed()
}

/// Keeps the session while its rows are sent, and the way to cancel them.
struct Fetching {
    login: Arc<Login>,
    handle: Handle,
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.login.running.lock().remove(&self.handle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_count_nothing_change_no_rows() {
        assert_eq!(changed_rows(None), 0);
        assert_eq!(changed_rows(Some(3)), 3);
        assert_eq!(changed_rows(Some(u64::MAX)), i64::MAX);
    }
}
