//! The Postgres door, by the simple query protocol: every value arrives as the server's own text.

use async_trait::async_trait;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::{DoorError, Output};
use crate::server::TestServer;
use crate::text;

/// One connection over the Postgres wire protocol.
pub struct PostgresDoor {
    client: Client,
}

impl PostgresDoor {
    /// A connection whose unqualified names live in `schema`.
    pub async fn open(server: &TestServer, schema: String) -> Result<Self, DoorError> {
        let client = server.connect().await?;
        client.batch_execute(&format!("SET search_path = {schema}")).await?;
        Ok(Self { client })
    }
}

#[async_trait]
impl AsyncDB for PostgresDoor {
    type Error = DoorError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<Output, DoorError> {
        let mut columns = None;
        let mut rows = Vec::new();
        let mut count = 0;
        for message in self.client.simple_query(sql).await? {
            match message {
                SimpleQueryMessage::RowDescription(description) => columns = Some(description.len()),
                SimpleQueryMessage::Row(row) => {
                    let values = (0..row.len()).map(|index| text::or_marker(row.get(index).map(Into::into)));
                    rows.push(values.collect());
                }
                SimpleQueryMessage::CommandComplete(changed) => count = changed,
                _ => {}
            }
        }
        Ok(match columns {
            None => DBOutput::StatementComplete(count),
            Some(columns) => DBOutput::Rows { types: vec![DefaultColumnType::Any; columns], rows },
        })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "postgres"
    }

    fn error_sql_state(error: &DoorError) -> Option<String> {
        Some(error.state.clone())
    }
}

impl From<tokio_postgres::Error> for DoorError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refused) => Self { state: refused.code().code().into(), message: refused.message().into() },
            None => Self { state: "08006".into(), message: error.to_string() },
        }
    }
}
