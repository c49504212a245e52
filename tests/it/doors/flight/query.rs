//! Queries, prepared statements with parameters, updates, and the end of a query before its end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use bellwether_tests::server::TestServer;
use futures::TryStreamExt;
use tonic::Code;

use super::{Client, fetch, query, status, texts};

async fn orders(client: &mut Client) {
    for sql in [
        "CREATE TABLE orders (id bigint, state text, amount numeric(10,2))",
        "INSERT INTO orders VALUES (1, 'paid', 10), (2, 'open', 20), (3, 'paid', 30)",
    ] {
        client.execute_update(sql.into(), None).await.unwrap();
    }
}

fn parameters(least: i64, state: &str) -> RecordBatch {
    let schema = Schema::new(vec![Field::new("$1", DataType::Int64, true), Field::new("$2", DataType::Utf8, true)]);
    let columns: [Arc<dyn arrow::array::Array>; 2] =
        [Arc::new(Int64Array::from(vec![least])), Arc::new(StringArray::from(vec![state]))];
    RecordBatch::try_new(schema.into(), columns.into()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_announces_its_schema_and_keeps_it_when_empty() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    orders(&mut client).await;
    let info = client.execute("SELECT id, state, amount FROM orders WHERE false".into(), None).await.unwrap();
    let schema = info.clone().try_decode_schema().unwrap();
    let types: Vec<&DataType> = schema.fields().iter().map(|field| field.data_type()).collect();
    assert_eq!(types, [&DataType::Int64, &DataType::Utf8, &DataType::Decimal128(10, 2)]);
    assert_eq!(fetch(&mut client, info).await.unwrap().num_rows(), 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_counts_its_rows() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    orders(&mut client).await;
    let update = |sql: &str| sql.to_owned();
    let count = client.execute_update(update("UPDATE orders SET amount = 0 WHERE state = 'paid'"), None).await;
    assert_eq!(count.unwrap(), 2);
    let count = client.execute_update(update("DELETE FROM orders WHERE amount = 0"), None).await;
    assert_eq!(count.unwrap(), 2);
    assert_eq!(texts(&mut client, "SELECT * FROM orders").await, [["2", "open", "20.00"]]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepared_query_takes_parameters_again_and_again() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    orders(&mut client).await;
    for sql in [
        "SELECT id FROM orders WHERE id > $1 AND state = $2 ORDER BY id",
        "SELECT id FROM orders WHERE id > ? AND state = ? ORDER BY id",
    ] {
        let mut prepared = client.prepare(sql.into(), None).await.unwrap();
        let expected: Vec<&DataType> = vec![&DataType::Int64, &DataType::Utf8];
        let schema = prepared.parameter_schema().unwrap().clone();
        assert_eq!(schema.fields().iter().map(|field| field.data_type()).collect::<Vec<_>>(), expected);
        assert_eq!(prepared.dataset_schema().unwrap().fields().len(), 1);
        for (least, state, ids) in
            [(0, "paid", vec![1, 3]), (1, "paid", vec![3]), (0, "open", vec![2]), (0, "none", vec![])]
        {
            prepared.set_parameters(parameters(least, state)).unwrap();
            let info = prepared.execute().await.unwrap();
            let batch = fetch(&mut client, info).await.unwrap();
            let column = batch.column(0).as_any().downcast_ref::<Int64Array>().unwrap();
            assert_eq!(column.values().to_vec(), ids, "{sql} with {least} and {state}");
        }
        prepared.close().await.unwrap();
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepared_update_runs_with_its_parameters() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    orders(&mut client).await;
    let mut prepared =
        client.prepare("UPDATE orders SET amount = 1 WHERE id > $1 AND state = $2".into(), None).await.unwrap();
    assert!(prepared.dataset_schema().unwrap().fields().is_empty());
    prepared.set_parameters(parameters(1, "paid")).unwrap();
    assert_eq!(prepared.execute_update().await.unwrap(), 1);
    prepared.close().await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_of_another_user_is_not_found() {
    let server = TestServer::start().await;
    server.engine.create_role("guest", "guest's password", false).await.unwrap();
    let mut one = server.flight().await;
    let mut other = server.flight().await;
    other.clear_token();
    other.handshake("guest", "guest's password").await.unwrap();
    orders(&mut one).await;
    let mut prepared = one.prepare("SELECT * FROM orders".into(), None).await.unwrap();
    let info = prepared.execute().await.unwrap();
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let outcome = match other.do_get(ticket).await {
        Ok(stream) => stream.try_collect::<Vec<_>>().await.map(|_| ()),
        Err(error) => Err(error),
    };
    let refused = status(outcome.expect_err("another user's result"));
    assert!(matches!(refused.code(), Code::NotFound | Code::PermissionDenied | Code::InvalidArgument), "{refused}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_statement_names_its_sqlstate() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    let refused = status(query(&mut client, "SELECT * FROM absent").await.unwrap_err());
    assert!(refused.message().contains("relation \"absent\" does not exist"), "{refused}");
    assert_eq!(refused.metadata().get("sqlstate").and_then(|state| state.to_str().ok()), Some("42P01"));
    let refused = status(query(&mut client, "SELECT 1 / 0").await.unwrap_err());
    assert!(refused.message().contains("division by zero"), "{refused}");
    assert_eq!(texts(&mut client, "SELECT 1").await, [["1"]]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_dropped_ends_its_query() {
    let server = TestServer::start().await;
    let (mut client, mut watcher) = (server.flight().await, server.flight().await);
    let sql = "SELECT value, 'dropped' FROM generate_series(1, 1000000000) AS s (value)";
    let info = client.execute(sql.into(), None).await.unwrap();
    let mut stream = client.do_get(info.endpoint[0].ticket.clone().unwrap()).await.unwrap();
    assert!(stream.try_next().await.unwrap().is_some());
    drop(stream);
    let running = "SELECT count(*) FROM system.queries WHERE state = 'running' AND statement LIKE '%''dropped''%' \
                   AND statement NOT LIKE '%system.queries%'";
    let deadline = Instant::now() + Duration::from_secs(2);
    while texts(&mut watcher, running).await != [["0"]] {
        assert!(Instant::now() < deadline, "the query still runs two seconds after its reader left");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_results_come_in_many_messages() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    let sql = "SELECT value, repeat('x', 100) AS filler FROM generate_series(1, 500000) AS s (value)";
    let info = client.execute(sql.into(), None).await.unwrap();
    let mut stream = client.do_get(info.endpoint[0].ticket.clone().unwrap()).await.unwrap();
    let (mut rows, mut batches) = (0, 0);
    while let Some(batch) = stream.try_next().await.unwrap() {
        rows += batch.num_rows();
        batches += 1;
    }
    assert_eq!(rows, 500_000);
    assert!(batches > 10, "50 MB came in {batches} messages");
    server.stop().await;
}
