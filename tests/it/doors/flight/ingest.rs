//! Bulk ingest: created, appended, replaced, or refused as a whole.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow_flight::error::Result;
use arrow_flight::sql::{CommandStatementIngest, TableDefinitionOptions, TableExistsOption, TableNotExistOption};
use bellwether_tests::server::TestServer;
use futures::{StreamExt, stream};

use super::{Client, status, texts};

const CREATE: (TableNotExistOption, TableExistsOption) = (TableNotExistOption::Create, TableExistsOption::Fail);
const APPEND: (TableNotExistOption, TableExistsOption) = (TableNotExistOption::Fail, TableExistsOption::Append);
const CREATE_APPEND: (TableNotExistOption, TableExistsOption) =
    (TableNotExistOption::Create, TableExistsOption::Append);
const REPLACE: (TableNotExistOption, TableExistsOption) = (TableNotExistOption::Create, TableExistsOption::Replace);

fn batch(ids: &[Option<i64>]) -> RecordBatch {
    let schema = Schema::new(vec![Field::new("id", DataType::Int64, true), Field::new("name", DataType::Utf8, true)]);
    let names: StringArray = ids.iter().map(|id| id.map(|id| format!("row {id}"))).collect();
    RecordBatch::try_new(schema.into(), vec![Arc::new(Int64Array::from(ids.to_vec())), Arc::new(names)]).unwrap()
}

fn command(table: &str, (missing, existing): (TableNotExistOption, TableExistsOption)) -> CommandStatementIngest {
    CommandStatementIngest {
        table_definition_options: Some(TableDefinitionOptions {
            if_not_exist: missing.into(),
            if_exists: existing.into(),
        }),
        table: table.into(),
        ..CommandStatementIngest::default()
    }
}

async fn ingest(
    client: &mut Client,
    table: &str,
    mode: (TableNotExistOption, TableExistsOption),
    batches: Vec<Result<RecordBatch>>,
) -> Result<i64> {
    client.execute_ingest(command(table, mode), stream::iter(batches)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_four_modes_create_append_and_replace() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    let count = "SELECT count(*) FROM arrivals";
    assert_eq!(ingest(&mut client, "arrivals", CREATE, vec![Ok(batch(&[Some(1), None]))]).await.unwrap(), 2);
    assert_eq!(ingest(&mut client, "arrivals", APPEND, vec![Ok(batch(&[Some(3)]))]).await.unwrap(), 1);
    assert_eq!(texts(&mut client, count).await, [["3"]]);
    assert_eq!(ingest(&mut client, "arrivals", CREATE_APPEND, vec![Ok(batch(&[Some(4)]))]).await.unwrap(), 1);
    assert_eq!(texts(&mut client, count).await, [["4"]]);
    assert_eq!(ingest(&mut client, "arrivals", REPLACE, vec![Ok(batch(&[Some(5)]))]).await.unwrap(), 1);
    assert_eq!(texts(&mut client, "SELECT * FROM arrivals").await, [["5", "row 5"]]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_there_or_not_against_the_mode_is_an_error() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    let refused = ingest(&mut client, "arrivals", APPEND, vec![Ok(batch(&[Some(1)]))]).await.unwrap_err();
    assert!(status(refused).message().contains("relation \"arrivals\" does not exist"));
    ingest(&mut client, "arrivals", CREATE, vec![Ok(batch(&[Some(1)]))]).await.unwrap();
    let refused = ingest(&mut client, "arrivals", CREATE, vec![Ok(batch(&[Some(1)]))]).await.unwrap_err();
    assert!(status(refused).message().contains("relation \"arrivals\" already exists"));
    assert_eq!(texts(&mut client, "SELECT count(*) FROM arrivals").await, [["1"]]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_batches_are_one_commit() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    let batches = (0..50).map(|part| Ok(batch(&(0..1_000).map(|row| Some(part * 1_000 + row)).collect::<Vec<_>>())));
    assert_eq!(ingest(&mut client, "arrivals", CREATE, batches.collect()).await.unwrap(), 50_000);
    let sums = texts(&mut client, "SELECT count(*), count(DISTINCT id), sum(id) FROM arrivals").await;
    assert_eq!(sums, [["50000", "50000", "1249975000"]]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_in_the_middle_leaves_nothing_behind() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    ingest(&mut client, "arrivals", CREATE, vec![Ok(batch(&[Some(1)]))]).await.unwrap();
    let endless = stream::iter([Ok(batch(&[Some(2)]))]).chain(stream::pending());
    let call = client.execute_ingest(command("arrivals", APPEND), endless);
    // Dropping the call resets its stream, as the end of the process would.
    assert!(tokio::time::timeout(Duration::from_millis(500), call).await.is_err(), "the ingest ended by itself");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(texts(&mut client, "SELECT count(*) FROM arrivals").await, [["1"]]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_break_a_constraint_are_refused_as_a_whole() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    client.execute_update("CREATE TABLE arrivals (id bigint NOT NULL, name text)".into(), None).await.unwrap();
    let refused = ingest(&mut client, "arrivals", APPEND, vec![Ok(batch(&[Some(1), None]))]).await.unwrap_err();
    assert!(status(refused).message().contains("violates not-null constraint"));
    assert_eq!(texts(&mut client, "SELECT count(*) FROM arrivals").await, [["0"]]);
    server.stop().await;
}
