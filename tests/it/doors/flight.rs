//! What Arrow Flight SQL promises.

mod catalogue;
mod ingest;
mod login;
mod query;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::Schema;
use arrow_flight::FlightInfo;
use arrow_flight::error::FlightError;
use arrow_flight::sql::client::FlightSqlServiceClient;
use futures::TryStreamExt;
use tonic::transport::Channel;

/// A client of the tests.
type Client = FlightSqlServiceClient<Channel>;

/// Every row behind all endpoints, in one batch of the announced schema.
async fn fetch(client: &mut Client, info: FlightInfo) -> Result<RecordBatch, FlightError> {
    let announced: Schema = info.clone().try_decode_schema()?;
    let mut batches = Vec::new();
    for endpoint in info.endpoint {
        let ticket = endpoint.ticket.expect("an endpoint has a ticket");
        let mut stream = client.do_get(ticket).await?;
        while let Some(batch) = stream.try_next().await? {
            assert_eq!(batch.schema().as_ref(), &announced, "rows come in the announced schema");
            batches.push(batch);
        }
    }
    Ok(concat_batches(&announced.into(), &batches)?)
}

/// The rows of a query.
async fn query(client: &mut Client, sql: &str) -> Result<RecordBatch, FlightError> {
    let info = client.execute(sql.into(), None).await?;
    fetch(client, info).await
}

/// The rows of a query, each value as text.
async fn texts(client: &mut Client, sql: &str) -> Vec<Vec<String>> {
    let batch = query(client, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    bellwether_tests::text::rows(&batch)
}

/// The gRPC status of a refused call.
fn status(error: FlightError) -> tonic::Status {
    match error {
        FlightError::Tonic(status) => *status,
        other => panic!("not refused by the server: {other}"),
    }
}
