//! Background work: done by one of several servers, at its time, and taken over when that one is gone.

use std::time::{Duration, Instant};

use bellwether::{Config, Engine};
use bellwether_tests::child::{self, ChildServer};
use bellwether_tests::object_store::ObjectStore;
use bellwether_tests::server::{connect, postgres_config, test_config};
use futures::TryStreamExt;
use tokio_postgres::{Client, SimpleQueryMessage};

/// Longer than a server that waits for another's lease needs to notice that it was given back.
const PATIENCE: Duration = Duration::from_secs(40);

async fn opened(lake: &std::path::Path) -> Engine {
    let config = test_config(lake.display().to_string());
    Engine::start(Config { background_work: true, ..config }).await.unwrap()
}

async fn run(engine: &Engine, sql: &str) -> Vec<Vec<String>> {
    let rows = async { engine.sql(sql).await?.try_collect::<Vec<_>>().await }.await;
    let batches = rows.unwrap_or_else(|error| panic!("{sql}: {error} {:?}", error.detail()));
    batches.iter().flat_map(bellwether_tests::text::rows).collect()
}

/// Asks again until `is_so` or patience ends; gives how long it took.
async fn within(patience: Duration, what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < patience, "{what} did not come within {patience:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    started.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_engines_does_the_background_work_and_the_other_takes_over() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let first = opened(&lake).await;
    within(PATIENCE, "the first engine's turn", async || first.does_background_work()).await;
    let second = opened(&lake).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(first.does_background_work() && !second.does_background_work());
    first.close().await;
    assert!(!first.does_background_work(), "a closed engine has given the lease back");
    within(PATIENCE, "the second engine's turn", async || second.does_background_work()).await;
    second.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_follows_its_table_whoever_changes_it() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let owner = opened(&lake).await;
    within(PATIENCE, "the first engine's turn", async || owner.does_background_work()).await;
    let other = opened(&lake).await;
    run(&owner, "CREATE TABLE orders (day date, amount bigint)").await;
    run(
        &owner,
        "CREATE MATERIALIZED VIEW daily WITH (refresh = 'on change') AS SELECT day, sum(amount) AS amount FROM orders GROUP BY day",
    )
    .await;
    run(
        &owner,
        "CREATE MATERIALIZED VIEW total WITH (refresh = 'on change') AS SELECT sum(amount) AS amount FROM daily",
    )
    .await;
    for (engine, amount, total) in [(&owner, 5, "5"), (&other, 7, "12")] {
        run(engine, &format!("INSERT INTO orders VALUES ('2026-01-01', {amount})")).await;
        let is_there = async || run(engine, "SELECT amount FROM total").await == [[total.to_owned()]];
        within(Duration::from_secs(10), "the change", is_there).await;
    }
    // The lease is the first engine's: the other has refreshed nothing.
    let refreshed = run(&other, "SELECT count(*) FROM system.queries WHERE statement LIKE 'REFRESH%'").await;
    assert_eq!(refreshed, [["0".to_owned()]]);
    other.close().await;
    owner.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_on_a_schedule_is_refreshed_when_its_time_comes_and_a_manual_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let engine = opened(&folder.path().join("lake")).await;
    run(&engine, "CREATE TABLE t (x bigint)").await;
    run(&engine, "CREATE MATERIALIZED VIEW often WITH (refresh = 'every 1 second') AS SELECT count(*) AS n FROM t")
        .await;
    run(&engine, "CREATE MATERIALIZED VIEW never WITH (refresh = 'manual') AS SELECT count(*) AS n FROM t").await;
    run(&engine, "INSERT INTO t VALUES (1), (2)").await;
    let is_there = async || run(&engine, "SELECT n FROM often").await == [["2".to_owned()]];
    within(Duration::from_secs(20), "the schedule", is_there).await;
    assert_eq!(run(&engine, "SELECT n FROM never").await, [["0".to_owned()]]);
    engine.close().await;
}

/// Whether the view says so.
async fn shows(client: &Client, total: &str) -> bool {
    let rows = client.simple_query("SELECT amount FROM total").await.unwrap();
    rows.iter().any(|row| matches!(row, SimpleQueryMessage::Row(row) if row.get(0) == Some(total)))
}

/// Whether this server has refreshed a view.
async fn has_refreshed(client: &Client) -> bool {
    let sql = "SELECT count(*) FROM system.queries WHERE statement LIKE 'REFRESH%'";
    client.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) > 0
}

/// Of two servers that start together one does the work, and after its death the other.
async fn work_is_taken_over(lake: &str, variables: &[(&str, String)]) {
    child::create_user(lake, variables);
    let (one, other) = tokio::join!(ChildServer::serve(lake, variables), ChildServer::serve(lake, variables));
    let client = connect(&postgres_config(one.postgres)).await.unwrap();
    let others_client = connect(&postgres_config(other.postgres)).await.unwrap();
    for create in [
        "CREATE TABLE orders (amount bigint)",
        "CREATE MATERIALIZED VIEW total WITH (refresh = 'on change') AS SELECT sum(amount) AS amount FROM orders",
    ] {
        client.batch_execute(create).await.unwrap();
    }
    for (writer, amount, total) in [(&client, 1, "1"), (&others_client, 3, "4")] {
        writer.execute(&format!("INSERT INTO orders VALUES ({amount})"), &[]).await.unwrap();
        within(PATIENCE, "the refresh", async || shows(writer, total).await).await;
    }
    let is_one = has_refreshed(&client).await;
    assert_ne!(is_one, has_refreshed(&others_client).await, "both servers did the work");

    let (owner, (heir, heirs_client)) = match is_one {
        true => (one, (other, others_client)),
        false => (other, (one, client)),
    };
    owner.kill();
    heirs_client.execute("INSERT INTO orders VALUES (5)", &[]).await.unwrap();
    within(PATIENCE, "the other server's refresh", async || shows(&heirs_client, "9").await).await;
    assert!(has_refreshed(&heirs_client).await);
    heir.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_servers_work_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    work_is_taken_over(&folder.path().join("lake").display().to_string(), &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_servers_work_is_taken_over_on_an_object_store() {
    let Some(store) = ObjectStore::start().await else { return };
    work_is_taken_over(&store.lake, &store.variables).await;
}
