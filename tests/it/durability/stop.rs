//! Asked to stop, the server finishes what runs, loses nothing, and ends in time.

use std::time::{Duration, Instant};

use bellwether_tests::child::{self, ChildServer};
use bellwether_tests::http;
use bellwether_tests::server::{connect, postgres_config};

async fn lake(folder: &tempfile::TempDir) -> String {
    let lake = folder.path().join("lake").display().to_string();
    child::create_user(&lake, &[]);
    lake
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_lets_a_running_query_finish() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let server = ChildServer::serve(&lake, &[]).await;
    let client = connect(&postgres_config(server.postgres)).await.unwrap();
    client.batch_execute("CREATE TABLE facts (id bigint)").await.unwrap();
    let writing = tokio::spawn(async move {
        let insert = "INSERT INTO facts SELECT value FROM generate_series(1, 2000000) AS s (value)";
        client.simple_query(insert).await.map(|_| ())
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(server.terminate().await.success());
    writing.await.unwrap().expect("the statement that ran was finished and acknowledged");

    let server = ChildServer::serve(&lake, &[]).await;
    let client = connect(&postgres_config(server.postgres)).await.unwrap();
    let count = client.query_one("SELECT count(*) FROM facts", &[]).await.unwrap();
    assert_eq!(count.get::<_, i64>(0), 2_000_000);
    assert!(server.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_beyond_the_drain_time_is_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let server = ChildServer::serve(&lake, &[("BELLWETHER_DRAIN_SECONDS", "1".into())]).await;
    let client = connect(&postgres_config(server.postgres)).await.unwrap();
    let endless = tokio::spawn(async move {
        let sql = "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b";
        client.simple_query(sql).await.map(|_| ())
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let started = Instant::now();
    assert!(server.terminate().await.success());
    assert!(started.elapsed() < Duration::from_secs(20), "the server took {:?} to end", started.elapsed());
    let error = endless.await.unwrap().expect_err("nobody waits for it");
    let state = error.code().map(|state| state.code().to_owned());
    assert!(matches!(state.as_deref(), Some("57014" | "57P01") | None), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_tables_are_served_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(&folder).await;
    let server = ChildServer::serve(&lake, &[]).await;
    let client = connect(&postgres_config(server.postgres)).await.unwrap();
    for table in 0..200 {
        client.batch_execute(&format!("CREATE TABLE t{table} AS SELECT {table} AS id")).await.unwrap();
    }
    assert!(server.terminate().await.success());
    let started = Instant::now();
    let server = ChildServer::serve(&lake, &[]).await;
    let took = started.elapsed();
    let client = connect(&postgres_config(server.postgres)).await.unwrap();
    let row = client.query_one("SELECT id::bigint FROM t199", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 199);
    println!("ready {took:.0?} after the start, on 200 tables");
    assert!(took < Duration::from_secs(5), "the server took {took:?} to become ready");
    assert_eq!(http::get(server.http, "/healthz").await.unwrap().0, 200);
    assert!(server.terminate().await.success());
}
