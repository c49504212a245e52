//! The specifications' runner: one `.slt` file, three doors, one expected text.
//!
//! A file runs three times, each time in a schema of its own: through a session in this process,
//! over the Postgres wire protocol and over Arrow Flight SQL. All three must print what the file
//! says. `statement error (42P01)` checks the SQLSTATE alone; `statement error 42P01: relation …`
//! is a regular expression over the state and the message.

mod embedded;
mod flight;
mod postgres;

use std::fmt;
use std::path::Path;

use bellwether::Engine;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, MakeConnection, Runner, TestError};

pub use embedded::EmbeddedDoor;
pub use flight::FlightDoor;
pub use postgres::PostgresDoor;

use crate::server::TestServer;

/// The schema of relations that are created without naming one.
const DEFAULT_SCHEMA: &str = "public";

/// What a statement gave: rows as text, or a count.
pub type Output = DBOutput<DefaultColumnType>;

/// A refused statement as every door must word it.
#[derive(Debug)]
pub struct DoorError {
    /// The SQLSTATE, five characters.
    pub state: String,
    /// The fact, without detail and hint.
    pub message: String,
}

impl fmt::Display for DoorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.state, self.message)
    }
}

impl std::error::Error for DoorError {}

/// Runs the file through a session in this process.
pub async fn run_embedded(server: &TestServer, file: &Path) -> Result<(), TestError> {
    let schema = fresh_schema(server, file, "embedded").await;
    run(file, || EmbeddedDoor::open(server, schema.clone())).await
}

/// Runs the file through a session of an engine in this process, which has a lake of its own for it.
pub async fn run_in(engine: &Engine, file: &Path) -> Result<(), TestError> {
    run(file, || EmbeddedDoor::of(engine, DEFAULT_SCHEMA.into())).await
}

/// Runs the file over the Postgres wire protocol.
pub async fn run_postgres(server: &TestServer, file: &Path) -> Result<(), TestError> {
    let schema = fresh_schema(server, file, "postgres").await;
    run(file, || PostgresDoor::open(server, schema.clone())).await
}

/// Runs the file over Arrow Flight SQL.
pub async fn run_flight(server: &TestServer, file: &Path) -> Result<(), TestError> {
    let schema = fresh_schema(server, file, "flight").await;
    run(file, || FlightDoor::open(server, schema.clone())).await
}

async fn run<D, M>(file: &Path, connect: M) -> Result<(), TestError>
where
    D: AsyncDB<ColumnType = DefaultColumnType>,
    M: MakeConnection<Conn = D>,
{
    let mut runner = Runner::new(connect);
    runner.with_column_validator(same_columns);
    let outcome = runner.run_file_async(file).await;
    runner.shutdown_async().await;
    outcome
}

/// Compares `I` (integer), `R` (float or decimal) and `T` (everything else); a door that does not
/// know its types, as the simple query protocol does not, gives `?`, which fits all.
#[expect(clippy::ptr_arg, reason = "the runner asks for a function of this very type")]
fn same_columns(actual: &Vec<DefaultColumnType>, expected: &Vec<DefaultColumnType>) -> bool {
    let fits = |(actual, expected): (&DefaultColumnType, &DefaultColumnType)| {
        actual == expected || actual == &DefaultColumnType::Any || expected == &DefaultColumnType::Any
    };
    actual.len() == expected.len() && actual.iter().zip(expected).all(fits)
}

async fn fresh_schema(server: &TestServer, file: &Path, door: &str) -> String {
    let stem = file.file_stem().expect("a specification has a name").to_string_lossy();
    let folder = file.parent().and_then(Path::file_name).expect("a specification is in a folder").to_string_lossy();
    let schema = format!("{folder}_{stem}_{door}");
    let outcome = server.engine.sql(&format!("CREATE SCHEMA {schema}")).await;
    outcome.unwrap_or_else(|error| panic!("schema {schema} for {}: {error}", file.display()));
    schema
}
