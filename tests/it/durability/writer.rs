//! A client that sends numbered batches, and sends again under the same number what got no answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::sql::{CommandStatementIngest, TableDefinitionOptions, TableExistsOption, TableNotExistOption};
use bellwether_tests::server::{connect, flight, postgres_config};
use futures::stream;
use tokio::sync::watch;
use tokio_postgres::Client;
use tonic::transport::Channel;

use super::ledger::{Ledger, PARTS};

/// How a writer writes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Door {
    Postgres,
    FlightInsert,
    FlightIngest,
}

/// Where the server of the moment listens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Addresses {
    pub(super) postgres: SocketAddr,
    pub(super) flight: SocketAddr,
}

/// Whether there is a server to write to.
#[derive(Debug, Clone, Copy)]
pub(super) enum State {
    Up(Addresses),
    Down,
    Finished,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(super) struct Writer {
    name: &'static str,
    door: Door,
    states: watch::Receiver<State>,
    ledger: Arc<Ledger>,
    batch: i64,
}

impl Writer {
    pub(super) fn new(name: &'static str, door: Door, states: watch::Receiver<State>, ledger: Arc<Ledger>) -> Self {
        Self { name, door, states, ledger, batch: 1 }
    }

    /// Writes whenever there is a server, until the test is finished.
    pub(super) async fn run(mut self) {
        loop {
            let state = *self.states.borrow_and_update();
            match state {
                State::Finished => return,
                State::Down => self.states.changed().await.expect("the test tells when it is finished"),
                State::Up(addresses) => {
                    if let Err(failure) = self.write_to(addresses).await {
                        self.ledger.refuse(self.name, failure.to_string());
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
            }
        }
    }

    /// Sends batch after batch over one connection, until it breaks or the state changes.
    async fn write_to(&mut self, addresses: Addresses) -> Result<(), Failure> {
        let mut connection = Connection::open(self.door, addresses).await?;
        while !self.states.has_changed()? {
            let answer = tokio::time::timeout(Duration::from_secs(60), connection.write(self.name, self.batch)).await;
            answer.unwrap_or_else(|_| panic!("{} waited a minute for an answer", self.name))?;
            self.ledger.acknowledge(self.name, self.batch);
            self.batch += 1;
        }
        Ok(())
    }
}

enum Connection {
    Postgres(Client),
    FlightInsert(FlightSqlServiceClient<Channel>),
    FlightIngest(FlightSqlServiceClient<Channel>),
}

impl Connection {
    async fn open(door: Door, addresses: Addresses) -> Result<Self, Failure> {
        Ok(match door {
            Door::Postgres => Self::Postgres(connect(&postgres_config(addresses.postgres)).await?),
            Door::FlightInsert => Self::FlightInsert(flight(addresses.flight).await?),
            Door::FlightIngest => Self::FlightIngest(flight(addresses.flight).await?),
        })
    }

    async fn write(&mut self, writer: &str, batch: i64) -> Result<(), Failure> {
        let identify = [format!("SET bellwether.writer = '{writer}'"), format!("SET bellwether.batch = '{batch}'")];
        let insert = format!(
            "INSERT INTO facts SELECT '{writer}', {batch}, value FROM generate_series(1, {PARTS}) AS s (value)"
        );
        match self {
            Self::Postgres(client) => {
                for statement in identify.into_iter().chain([insert]) {
                    client.batch_execute(&statement).await?;
                }
            }
            Self::FlightInsert(client) => {
                for statement in identify.into_iter().chain([insert]) {
                    client.execute_update(statement, None).await?;
                }
            }
            Self::FlightIngest(client) => {
                client.execute_ingest(ingest(writer, batch), stream::iter([Ok(rows(writer, batch))])).await?;
            }
        }
        Ok(())
    }
}

fn ingest(writer: &str, batch: i64) -> CommandStatementIngest {
    CommandStatementIngest {
        table_definition_options: Some(TableDefinitionOptions {
            if_not_exist: TableNotExistOption::Fail.into(),
            if_exists: TableExistsOption::Append.into(),
        }),
        table: "facts".into(),
        options: [("bellwether.writer".into(), writer.into()), ("bellwether.batch".into(), batch.to_string())].into(),
        ..CommandStatementIngest::default()
    }
}

fn rows(writer: &str, batch: i64) -> RecordBatch {
    let count = usize::try_from(PARTS).expect("a small number");
    let schema = Schema::new(vec![
        Field::new("writer", DataType::Utf8, true),
        Field::new("batch", DataType::Int64, true),
        Field::new("part", DataType::Int64, true),
    ]);
    let columns: Vec<arrow::array::ArrayRef> = vec![
        Arc::new(StringArray::from(vec![writer; count])),
        Arc::new(Int64Array::from(vec![batch; count])),
        Arc::new(Int64Array::from_iter_values(1..=PARTS)),
    ];
    RecordBatch::try_new(schema.into(), columns).expect("three columns of equal length")
}
