//! One connection: its settings, its transaction block, and the statements it runs.

mod stream;

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::scalar::ScalarValue;
use futures::FutureExt;
use parking_lot::Mutex;

pub(crate) use stream::Limits;
pub use stream::RecordStream;

use crate::access::Authority;
use crate::activity::{Connected, Running};
use crate::names::DATABASE;
use crate::setting::Settings;
use crate::statement::cursor::Cursors;
use crate::statement::{self, Parsed, fresh};
use crate::system::SystemSchema;
use crate::temporary::Temporaries;
use crate::uncommitted::{Changes, Uncommitted};
use crate::{Engine, Principal, Result};

/// Enough stack to parse a statement of the greatest depth that can be configured with sense.
const PARSER_STACK_BYTES: usize = 32 << 20;

/// Through which door a session came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// In-process.
    Embedded,
    /// The command line.
    CommandLine,
    /// The Postgres wire protocol.
    Postgres,
    /// Arrow Flight SQL.
    Flight,
}

/// What a client says of itself.
#[derive(Debug, Clone, Default)]
pub struct ClientInfo {
    /// The peer's address.
    pub address: Option<std::net::SocketAddr>,
    /// `application_name`, as far as known.
    pub application: Option<String>,
    /// What the client calls the database; there is one, whatever its name.
    pub database: Option<String>,
}

/// Whether a session is inside a transaction block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionStatus {
    /// Outside.
    Idle,
    /// Inside.
    Active,
    /// Inside one in which a statement failed: only its end is accepted.
    Failed,
}

/// One connection to the engine. Clones are the same session.
#[derive(Debug, Clone)]
pub struct Session {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub engine: Engine,
    pub principal: Principal,
    pub connected: Connected,
    pub settings: Arc<Mutex<Settings>>,
    pub transaction: Mutex<Transaction>,
    pub system: Arc<SystemSchema>,
    pub latest_plan: fresh::Latest,
    pub cursors: Mutex<Cursors>,
    pub temporaries: Mutex<Temporaries>,
    pub changes: Arc<Changes>,
}

/// A transaction block.
#[derive(Debug)]
pub(crate) struct Transaction {
    pub status: TransactionStatus,
    /// Statements of the block that committed by themselves.
    pub committed: usize,
    /// Settings to return to if the block is rolled back.
    pub settings: Option<crate::setting::Snapshot>,
    /// The block's savepoints, the latest last.
    pub savepoints: Vec<Savepoint>,
}

/// A place in a transaction block to return to.
#[derive(Debug)]
pub(crate) struct Savepoint {
    pub name: String,
    pub settings: crate::setting::Snapshot,
    /// Cursors that were declared before.
    pub cursors: u64,
    /// Changes that were made before.
    pub uncommitted: Uncommitted,
}

/// One parsed statement.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(crate) parsed: Arc<Parsed>,
}

/// A statement planned once, with its parameters still open.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub(crate) statement: Statement,
    pub(crate) parameters: Vec<Option<DataType>>,
    pub(crate) schema: Option<SchemaRef>,
    pub(crate) fresh: fresh::Slot,
}

/// What running a statement gave.
#[derive(Debug)]
pub enum Outcome {
    /// Rows, as they come.
    Rows(RecordStream),
    /// Something was done.
    Done(Done),
}

/// A statement that returns no rows, done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// The command as PostgreSQL words it, without a count: `INSERT`, `CREATE TABLE`, `SET`.
    pub command: String,
    /// Rows changed, for commands that count.
    pub rows: Option<u64>,
    /// Things worth telling that are not errors.
    pub notices: Vec<String>,
    /// Settings the client wants to follow that changed: PostgreSQL's ParameterStatus.
    pub parameters: Vec<(String, String)>,
}

impl Done {
    /// A command that counts nothing.
    pub(crate) fn of(command: &str) -> Self {
        Self { command: command.to_owned(), ..Self::default() }
    }

    /// A command that changed so many rows.
    pub(crate) fn rows(command: &str, rows: u64) -> Self {
        Self { command: command.to_owned(), rows: Some(rows), ..Self::default() }
    }

    pub(crate) fn with_notice(mut self, notice: impl Into<String>) -> Self {
        self.notices.push(notice.into());
        self
    }
}

impl Session {
    pub(crate) fn new(engine: Engine, principal: Principal, connected: Connected) -> Self {
        let settings = Arc::new(Mutex::new(Settings::new(&principal, engine.config().statement_timeout_ms)));
        let system = Arc::new(SystemSchema {
            lake: Arc::clone(&engine.inner.lake),
            activity: Arc::clone(&engine.inner.activity),
            settings: Arc::clone(&settings),
            database: database(&connected.info.client),
            authority: Authority::of(&principal),
        });
        let inner = Inner {
            engine,
            principal,
            connected,
            settings,
            transaction: Mutex::new(Transaction {
                status: TransactionStatus::Idle,
                committed: 0,
                settings: None,
                savepoints: Vec::new(),
            }),
            system,
            latest_plan: Mutex::default(),
            cursors: Mutex::default(),
            temporaries: Mutex::default(),
            changes: Arc::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// A number for the session's life, unique in this server; PostgreSQL clients see it as the backend's pid.
    pub fn id(&self) -> i32 {
        self.inner.connected.info.id
    }

    /// What the client calls the database.
    pub(crate) fn database(&self) -> &str {
        &self.inner.system.database
    }

    /// Who is connected.
    pub fn principal(&self) -> &Principal {
        &self.inner.principal
    }

    /// Splits a text into statements, within the limits of length and depth. An empty text gives none.
    pub fn parse(&self, sql: &str) -> Result<Vec<Statement>> {
        let config = self.inner.engine.config();
        crate::limit::check_text(sql, config.statement_bytes)?;
        crate::limit::check_depth(sql, config.statement_depth)?;
        // Parsing is recursive, and the threads that serve sockets have small stacks.
        stacker::maybe_grow(PARSER_STACK_BYTES / 4, PARSER_STACK_BYTES, || {
            statement::parse(sql, config.statement_depth, self.database())
        })
    }

    /// Plans a statement; `types` are the parameter types the client insists on, in order.
    pub async fn prepare(&self, statement: &Statement, types: &[Option<DataType>]) -> Result<Prepared> {
        self.admit(statement)?;
        let (session, statement, types) = (self.clone(), statement.clone(), types.to_vec());
        let limits = self.limits();
        let work = async move { statement::prepare(&session, statement, &types).await }.boxed();
        self.noting_failure(self.inner.engine.compute(async move { limits.bound(work).await })).await
    }

    /// Runs a planned statement with a value for each parameter.
    pub async fn execute(&self, prepared: &Prepared, parameters: Vec<ScalarValue>) -> Result<Outcome> {
        self.admit(&prepared.statement)?;
        let (session, prepared) = (self.clone(), prepared.clone());
        let limits = self.limits();
        let work = async move { statement::execute(&session, &prepared, parameters, limits).await }.boxed();
        self.noting_failure(self.inner.engine.compute(work)).await
    }

    /// A statement that fails takes its transaction block with it.
    async fn noting_failure<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let outcome = work.await;
        if outcome.is_err() {
            self.fail_transaction();
        }
        outcome
    }

    /// Parses, plans and runs a text of exactly one statement.
    pub async fn run(&self, sql: &str) -> Result<Outcome> {
        let mut statements = self.parse(sql)?;
        let Some(statement) = statements.pop().filter(|_| statements.is_empty()) else {
            return Err(Error::new(ErrorKind::Syntax, "expected exactly one statement"));
        };
        let prepared = self.prepare(&statement, &[]).await?;
        self.execute(&prepared, Vec::new()).await
    }

    /// Ends whatever this session runs now, from any task.
    pub fn cancel(&self) {
        self.inner.connected.info.cancel();
    }

    /// Whether the session is inside a transaction block.
    pub fn transaction(&self) -> TransactionStatus {
        self.inner.transaction.lock().status
    }

    /// Notes that a statement failed; inside a transaction block only its end is accepted from then on.
    pub fn fail_transaction(&self) {
        let mut transaction = self.inner.transaction.lock();
        if transaction.status == TransactionStatus::Active {
            transaction.status = TransactionStatus::Failed;
        }
    }

    /// The columns of an open cursor.
    pub fn cursor_schema(&self, name: &str) -> Option<SchemaRef> {
        self.inner.cursors.lock().schema(name)
    }

    /// A setting as `SHOW` gives it.
    pub fn setting(&self, name: &str) -> Option<String> {
        self.inner.settings.lock().get(name).map(str::to_owned)
    }

    /// Changes a setting as `SET` does.
    pub fn set(&self, name: &str, value: &str) -> Result<Done> {
        let reported = self.inner.settings.lock().set(name, value)?;
        Ok(Done { command: "SET".into(), parameters: reported.into_iter().collect(), ..Done::default() })
    }

    /// Sets what a client asks for while it connects: `RESET` comes back to it.
    pub fn set_at_start(&self, name: &str, value: &str) -> Result<()> {
        self.inner.settings.lock().set_at_start(name, value)
    }

    /// What a PostgreSQL client is told when it has connected.
    pub fn reported(&self) -> Vec<(String, String)> {
        self.inner.settings.lock().reported()
    }

    /// What the next statement may take: until when, and what ends it early.
    pub(crate) fn limits(&self) -> Limits {
        let timeout = self.inner.settings.lock().statement_timeout();
        Limits::new(timeout, self.inner.connected.info.cancel_token(), self.inner.engine.inner.stop.clone())
    }

    /// Refuses work while the engine closes.
    pub(crate) fn admit_work(&self) -> Result<()> {
        if !self.inner.engine.is_ready() {
            return Err(Error::new(ErrorKind::ShuttingDown, "the server is shutting down"));
        }
        if self.inner.connected.info.is_ended() {
            return Err(Error::new(ErrorKind::ShuttingDown, "terminating connection due to administrator command"));
        }
        Ok(())
    }

    /// Lists work that is no statement among what runs.
    pub(crate) fn start_work(&self, text: &str) -> Running {
        self.inner.engine.inner.activity.start(&self.inner.connected.info, text, None)
    }

    /// Refuses statements while the engine closes, and all but its end in a failed transaction block.
    pub(crate) fn admit(&self, statement: &Statement) -> Result<()> {
        self.admit_work()?;
        if self.transaction() == TransactionStatus::Failed && !statement.parsed.ends_transaction() {
            return Err(Error::new(
                ErrorKind::FailedTransaction,
                "current transaction is aborted, commands ignored until end of transaction block",
            ));
        }
        Ok(())
    }
}

/// The longest name of a database.
const DATABASE_BYTES_MAX: usize = 63;

/// What a client calls the database, if it is a name.
fn database(client: &ClientInfo) -> String {
    let is_name =
        |name: &&str| !name.is_empty() && name.len() <= DATABASE_BYTES_MAX && !name.chars().any(char::is_control);
    client.database.as_deref().filter(is_name).unwrap_or(DATABASE).to_owned()
}

impl Statement {
    /// The statement's own text.
    pub fn text(&self) -> &str {
        &self.parsed.text
    }
}

impl Prepared {
    /// The statement this came from.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The types of `$1`, `$2`, …; `None` where nothing tells.
    pub fn parameter_types(&self) -> &[Option<DataType>] {
        &self.parameters
    }

    /// The parameters whose values are text that is declared as more, by their place: `uuid`, `json`, `jsonb`.
    pub fn declared_parameters(&self) -> Vec<(usize, &'static str)> {
        statement::parameter::declared(&self.statement.parsed.ast)
    }

    /// The columns of the result, `None` for statements without rows.
    pub fn schema(&self) -> Option<&SchemaRef> {
        self.schema.as_ref()
    }
}
