//! The Flight SQL door: every statement is prepared, and its result schema tells a query from an update.

use arrow::array::RecordBatch;
use arrow_flight::FlightInfo;
use arrow_flight::error::FlightError;
use arrow_flight::sql::client::FlightSqlServiceClient;
use async_trait::async_trait;
use futures::TryStreamExt;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType};
use tonic::transport::Channel;

use super::{DoorError, Output, embedded};
use crate::server::TestServer;

/// One authenticated Flight SQL client.
#[derive(Debug)]
pub struct FlightDoor {
    client: FlightSqlServiceClient<Channel>,
}

impl FlightDoor {
    /// A client whose unqualified names live in `schema`.
    pub async fn open(server: &TestServer, schema: String) -> Result<Self, DoorError> {
        let mut client = server.flight().await;
        client.execute_update(format!("SET search_path = {schema}"), None).await?;
        Ok(Self { client })
    }

    async fn fetch(&mut self, info: FlightInfo) -> Result<Output, DoorError> {
        let schema = info.clone().try_decode_schema().map_err(FlightError::from)?;
        let mut batches: Vec<RecordBatch> = Vec::new();
        for endpoint in info.endpoint {
            let ticket = endpoint.ticket.ok_or_else(|| FlightError::protocol("an endpoint without a ticket"))?;
            batches.extend(self.client.do_get(ticket).await?.try_collect::<Vec<_>>().await?);
        }
        Ok(embedded::rows(&schema.into(), &batches))
    }
}

#[async_trait]
impl AsyncDB for FlightDoor {
    type Error = DoorError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<Output, DoorError> {
        let mut prepared = self.client.prepare(sql.into(), None).await?;
        let output = if prepared.dataset_schema()?.fields().is_empty() {
            let changed = prepared.execute_update().await?;
            DBOutput::StatementComplete(u64::try_from(changed).unwrap_or(0))
        } else {
            let info = prepared.execute().await?;
            self.fetch(info).await?
        };
        prepared.close().await?;
        Ok(output)
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "flight"
    }

    fn error_sql_state(error: &DoorError) -> Option<String> {
        Some(error.state.clone())
    }
}

impl From<FlightError> for DoorError {
    fn from(error: FlightError) -> Self {
        match error {
            FlightError::Tonic(status) => refused(&status),
            other => Self { state: "08006".into(), message: other.to_string() },
        }
    }
}

/// The SQLSTATE comes as metadata; the message starts with the fact and ends with the state once more.
fn refused(status: &tonic::Status) -> DoorError {
    let state = status.metadata().get("sqlstate").and_then(|state| state.to_str().ok()).unwrap_or("08006");
    let fact = status.message().lines().next().unwrap_or_default();
    let fact = fact.strip_suffix(&format!(" [SQLSTATE {state}]")).unwrap_or(fact);
    DoorError { state: state.into(), message: fact.into() }
}
