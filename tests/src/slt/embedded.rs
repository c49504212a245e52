//! The door that is none: a session in this process.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use async_trait::async_trait;
use bellwether::{ClientInfo, Door, Engine, Error, Outcome, Principal, Session};
use bellwether_server::sqlstate::sqlstate;
use futures::TryStreamExt;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType};

use super::{DoorError, Output};
use crate::server::TestServer;
use crate::text;

/// A session in this process.
#[derive(Debug)]
pub struct EmbeddedDoor {
    session: Session,
}

impl EmbeddedDoor {
    /// A session whose unqualified names live in `schema`.
    pub async fn open(server: &TestServer, schema: String) -> Result<Self, DoorError> {
        Self::of(&server.engine, schema).await
    }

    /// The same on an engine without a server.
    pub async fn of(engine: &Engine, schema: String) -> Result<Self, DoorError> {
        let session = engine.session(Principal::owner(), Door::Embedded, ClientInfo::default())?;
        session.set("search_path", &schema)?;
        Ok(Self { session })
    }

    async fn output(&self, sql: &str) -> Result<Output, DoorError> {
        match self.session.run(sql).await? {
            Outcome::Done(done) => Ok(DBOutput::StatementComplete(done.rows.unwrap_or(0))),
            Outcome::Rows(stream) => {
                let schema = stream.schema();
                let batches: Vec<RecordBatch> = stream.try_collect().await?;
                Ok(rows(&schema, &batches))
            }
        }
    }
}

#[async_trait]
impl AsyncDB for EmbeddedDoor {
    type Error = DoorError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<Output, DoorError> {
        let output = self.output(sql).await;
        if output.is_err() {
            // A door tells its session of every failure, because rows can fail long after the statement began.
            self.session.fail_transaction();
        }
        output
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "embedded"
    }

    fn error_sql_state(error: &DoorError) -> Option<String> {
        Some(error.state.clone())
    }
}

/// The rows of Arrow batches as the specifications write them.
pub(super) fn rows(schema: &SchemaRef, batches: &[RecordBatch]) -> Output {
    let types = schema.fields().iter().map(|field| column_type(field.data_type())).collect();
    DBOutput::Rows { types, rows: batches.iter().flat_map(text::rows).collect() }
}

fn column_type(data_type: &DataType) -> DefaultColumnType {
    if data_type.is_integer() {
        DefaultColumnType::Integer
    } else if data_type.is_numeric() {
        DefaultColumnType::FloatingPoint
    } else {
        DefaultColumnType::Text
    }
}

impl From<Error> for DoorError {
    fn from(error: Error) -> Self {
        Self { state: sqlstate(error.kind()).into(), message: error.message().into() }
    }
}
