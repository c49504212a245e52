//! A running query can be cancelled, ends at its deadline, and streams in flat memory.

use std::time::{Duration, Instant};

use bellwether::Config;
use bellwether_tests::child::ChildServer;
use bellwether_tests::server::{PASSWORD, TestServer, USER, connect, postgres_config, test_config};
use futures::{StreamExt, pin_mut};
use tokio_postgres::NoTls;

/// Ten thousand million pairs: nobody waits for it.
const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b";

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_request_ends_the_query() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let token = client.cancel_token();
    let canceller = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        token.cancel_query(NoTls).await.unwrap();
        Instant::now()
    });
    let error = client.simple_query(ENDLESS).await.unwrap_err();
    let ended = Instant::now();
    assert_eq!(error.code().map(|state| state.code()), Some("57014"));
    let sent = canceller.await.unwrap();
    let took = ended.saturating_duration_since(sent);
    // By itself it would run for hours; how soon it ends is measured elsewhere.
    assert!(took < Duration::from_secs(20), "the query ended {took:?} after the request");
    client.simple_query("SELECT 1").await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_request_with_a_wrong_key_does_nothing() {
    let server = TestServer::start().await;
    let (client, other) = (server.connect().await.unwrap(), server.connect().await.unwrap());
    // The other connection's key is right for itself and idle there: nothing of ours may end.
    other.cancel_token().cancel_query(NoTls).await.unwrap();
    client.simple_query("SELECT count(*) FROM generate_series(1, 1000000)").await.unwrap();
    other.simple_query("SELECT 1").await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_ends_at_its_deadline() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute("SET statement_timeout = '400ms'").await.unwrap();
    let started = Instant::now();
    let error = client.simple_query(ENDLESS).await.unwrap_err();
    assert_eq!(error.code().map(|state| state.code()), Some("57014"));
    assert!(started.elapsed() < Duration::from_secs(20), "the query ended after {:?}", started.elapsed());
    client.simple_query("SELECT 1").await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_cannot_lift_the_operators_deadline() {
    let server = TestServer::start_with(|config: &mut Config| config.statement_timeout_ms = 300).await;
    let client = server.connect().await.unwrap();
    // Whether the setting is refused or capped is the server's choice; the deadline holds.
    let _ = client.batch_execute("SET statement_timeout = 0").await;
    let error = client.simple_query(ENDLESS).await.unwrap_err();
    assert_eq!(error.code().map(|state| state.code()), Some("57014"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_ends_its_query() {
    let server = TestServer::start().await;
    let watcher = server.connect().await.unwrap();
    let (client, connection) = server.postgres().connect(NoTls).await.unwrap();
    let driver = tokio::spawn(connection);
    let query = tokio::spawn(async move { client.simple_query(ENDLESS).await.map(|_| ()) });
    let running = "SELECT query_id FROM system.queries WHERE state = 'running' AND statement LIKE '%100000) AS b%' \
                   AND statement NOT LIKE '%system.queries%'";
    wait_for(&watcher, running, 1).await;
    driver.abort();
    query.abort();
    wait_for(&watcher, running, 0).await;
    server.stop().await;
}

async fn wait_for(client: &tokio_postgres::Client, sql: &str, rows: usize) {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let found = client.query(sql, &[]).await.unwrap().len();
        if found == rows {
            return;
        }
        assert!(Instant::now() < deadline, "{found} rows instead of {rows} after five seconds: {sql}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_million_rows_stream_in_flat_memory() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake").display().to_string();
    let engine = bellwether::Engine::start(test_config(lake.clone())).await.unwrap();
    engine.create_role(USER, PASSWORD, true).await.unwrap();
    engine.close().await;
    drop(engine);

    let server = ChildServer::serve(&lake, &[]).await;
    let client = connect(&postgres_config(server.postgres)).await.unwrap();
    client.simple_query("SELECT count(*) FROM generate_series(1, 1000)").await.unwrap();
    let before = server.peak_memory_bytes();
    let sql = "SELECT value, value * 2, value * 0.5, 'row ' || value, value % 7 = 0 FROM generate_series(1, 5000000) AS s (value)";
    let parameters: [i64; 0] = [];
    let rows = client.query_raw(sql, parameters).await.unwrap();
    pin_mut!(rows);
    let mut count = 0_u64;
    while let Some(row) = rows.next().await {
        row.unwrap();
        count += 1;
    }
    assert_eq!(count, 5_000_000);
    let grown = server.peak_memory_bytes().saturating_sub(before) >> 20;
    println!("the server's peak memory grew by {grown} MiB while 5,000,000 rows were read");
    assert!(grown < 200, "the server's peak memory grew by {grown} MiB");
}
