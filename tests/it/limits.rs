//! Every limit holds: what is too long, too deep, too much or too many is refused by name, and the
//! server goes on.

use std::time::Duration;

use bellwether::Config;
use bellwether_tests::server::{TestServer, connect};
use tokio_postgres::Client;

/// The SQLSTATE and message of a refused statement.
async fn refused(client: &Client, sql: &str) -> (String, String) {
    let shown: String = sql.chars().take(100).collect();
    let error = client.simple_query(sql).await.err().unwrap_or_else(|| panic!("not refused: {shown}"));
    let refused = error.as_db_error().unwrap_or_else(|| panic!("{shown}: {error}"));
    (refused.code().code().into(), refused.message().into())
}

async fn still_answers(client: &Client) {
    client.simple_query("SELECT 1").await.expect("the server goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn nesting_of_every_shape_is_bounded() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    for depth in [1_000, 10_000, 60_000] {
        let shapes = [
            ("a sum", format!("SELECT {}1", "1+".repeat(depth))),
            ("a disjunction", format!("SELECT {}x = 0 FROM (VALUES (1)) AS v (x)", "x = 1 OR ".repeat(depth))),
            ("parentheses", format!("SELECT {}1{}", "(".repeat(depth), ")".repeat(depth))),
            ("negation", format!("SELECT {}true", "NOT ".repeat(depth))),
            ("signs", format!("SELECT {}1", "- ".repeat(depth))),
            ("casts", format!("SELECT 1{}", "::int".repeat(depth))),
            ("functions", format!("SELECT {}1{}", "abs(".repeat(depth), ")".repeat(depth))),
            ("cases", format!("SELECT {}1{}", "CASE WHEN true THEN ".repeat(depth), " END".repeat(depth))),
            (
                "subqueries",
                format!("SELECT * FROM {}(SELECT 1){}", "(SELECT * FROM ".repeat(depth), " AS a)".repeat(depth)),
            ),
            ("unions", format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(depth))),
            ("arrays", format!("SELECT {}1{}", "ARRAY[".repeat(depth), "]".repeat(depth))),
            ("concatenation", format!("SELECT 'a'{}", " || 'b'".repeat(depth))),
        ];
        for (name, sql) in shapes {
            let (state, message) = refused(&client, &sql).await;
            assert!(matches!(state.as_str(), "54001" | "42601"), "{name}, {depth} deep: {state}: {message}");
        }
    }
    still_answers(&client).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_is_not_too_deep() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    for sql in [
        format!("SELECT {}1", "1+".repeat(100)),
        format!("SELECT {}1{}", "(".repeat(20), ")".repeat(20)),
        format!("SELECT x IN ({}0) FROM (VALUES (1)) AS v (x)", "1,".repeat(5_000)),
        format!("SELECT {}x = 0 FROM (VALUES (1)) AS v (x)", "x = 1 OR ".repeat(200)),
    ] {
        client.simple_query(&sql).await.unwrap();
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_that_multiply_their_input_are_bounded() {
    let server = TestServer::start_with(|config: &mut Config| config.memory_bytes = 256 << 20).await;
    let client = server.connect().await.unwrap();
    for sql in [
        "SELECT length(repeat('x', 2000000000))",
        "SELECT length(lpad('x', 2147483647, 'y'))",
        "SELECT length(rpad('x', 2147483647, 'y'))",
        "SELECT array_length(array_repeat(1, 1000000000))",
        "SELECT sum(cardinality(range(0, 1000000))) FROM generate_series(1, 1000000)",
        "SELECT sum(length(repeat('x', 1000000))) FROM generate_series(1, 100000)",
    ] {
        match client.simple_query(sql).await {
            // An engine that computes the answer within its memory owes no error.
            Ok(_) => {}
            Err(error) => {
                let state = error.code().map(|state| state.code().to_owned());
                let bounded = matches!(state.as_deref(), Some("53200" | "54000" | "22023" | "57014"));
                assert!(bounded, "{sql}: {error}");
            }
        }
        still_answers(&client).await;
    }
    let (state, _) = refused(&client, "SELECT length(repeat('x', 2000000000))").await;
    assert_eq!(state, "54000");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_doubles_itself_is_refused() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let mut sql = String::from("WITH a0 AS (SELECT 1 AS x)");
    // Eighteen doublings are a quarter of a million scans; unchecked, planning them took 1.6 GB.
    for level in 1..=18 {
        let below = level - 1;
        sql.push_str(&format!(", a{level} AS (SELECT * FROM a{below} UNION ALL SELECT * FROM a{below})"));
    }
    sql.push_str(" SELECT count(*) FROM a18");
    let outcome = tokio::time::timeout(Duration::from_secs(30), refused(&client, &sql)).await;
    assert_eq!(outcome.expect("refused before it has grown").0, "54001");
    still_answers(&client).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_beyond_its_memory_fails_and_its_neighbour_does_not() {
    let server = TestServer::start_with(|config: &mut Config| config.memory_bytes = 64 << 20).await;
    let (client, neighbour) = (server.connect().await.unwrap(), server.connect().await.unwrap());
    let sql = "SELECT array_agg(repeat('x', 1000) || value) FROM generate_series(1, 1000000) AS s (value)";
    let (state, message) = refused(&client, sql).await;
    assert_eq!(state, "53200", "{message}");
    still_answers(&client).await;
    still_answers(&neighbour).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sorting_and_grouping_beyond_memory_spill() {
    let server = TestServer::start_with(|config: &mut Config| config.memory_bytes = 128 << 20).await;
    let client = server.connect().await.unwrap();
    let sorted = "SELECT max(position) FROM (SELECT row_number() OVER (ORDER BY text DESC) AS position FROM \
                  (SELECT repeat('x', 100) || value AS text FROM generate_series(1, 1500000) AS s (value)) AS t) AS n";
    client.simple_query(sorted).await.unwrap();
    let grouped = "SELECT count(*) FROM (SELECT value, count(*) FROM generate_series(1, 3000000) AS s (value) GROUP BY value) AS g";
    client.simple_query(grouped).await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_outside_the_lake_are_neither_read_nor_written() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let outside = server.outside();
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret.csv"), "secret\n42\n").unwrap();
    std::os::unix::fs::symlink(&outside, server.lake().join("link")).unwrap();
    let (outside, lake) = (outside.display().to_string(), server.lake().display().to_string());

    let mut written = Vec::new();
    for target in [
        format!("{outside}/out.csv"),
        format!("file://{outside}/out.csv"),
        format!("{lake}/../outside/out.csv"),
        format!("{lake}/link/out.csv"),
        "/tmp/bellwether-out.csv".to_owned(),
        "../out.csv".to_owned(),
        "http://169.254.169.254/latest/out.csv".to_owned(),
        "s3://elsewhere/out.csv".to_owned(),
    ] {
        written.push(format!("COPY (SELECT 1 AS one) TO '{target}'"));
    }
    for source in [
        "/etc/passwd".to_owned(),
        "file:///etc/passwd".to_owned(),
        format!("{outside}/secret.csv"),
        format!("file://{outside}/secret.csv"),
        format!("{lake}/link/secret.csv"),
        format!("{lake}/../outside/secret.csv"),
        "http://127.0.0.1:1/secret.csv".to_owned(),
    ] {
        written.push(format!("CREATE EXTERNAL TABLE stolen (line text) STORED AS CSV LOCATION '{source}'"));
        written.push(format!("SELECT * FROM '{source}'"));
        written.push(format!("COPY stolen FROM '{source}'"));
    }
    for sql in &written {
        let (state, message) = refused(&client, sql).await;
        assert!(matches!(state.as_str(), "42501" | "0A000" | "42601" | "42P01"), "{sql}: {state}: {message}");
        assert!(!message.contains("root:"), "{sql}: {message}");
    }
    let left: Vec<_> = std::fs::read_dir(&outside).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["secret.csv"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_the_engine_are_the_operators() {
    let server = TestServer::start().await;
    server.engine.create_role("guest", "guest's password", false).await.unwrap();
    let mut config = server.postgres();
    let guest = connect(config.user("guest").password("guest's password")).await.unwrap();
    let tester = server.connect().await.unwrap();
    for client in [&guest, &tester] {
        for sql in [
            "SET datafusion.runtime.memory_limit = '100G'",
            "SET datafusion.runtime.temp_directory = '/tmp/elsewhere'",
            "SET datafusion.execution.target_partitions = 1000",
            "SET datafusion.catalog.location = '/etc'",
            "SET datafusion.sql_parser.recursion_limit = 1000000",
            "SET memory_bytes = 1000000000000",
        ] {
            let (state, message) = refused(client, sql).await;
            assert!(matches!(state.as_str(), "42704" | "42501"), "{sql}: {state}: {message}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_too_many_is_refused_with_a_reason() {
    let server = TestServer::start_with(|config: &mut Config| config.connections_max = 5).await;
    server.engine.create_role("guest", "guest's password", false).await.unwrap();
    let mut config = server.postgres();
    config.user("guest").password("guest's password");
    let mut open = Vec::new();
    let refused = loop {
        match connect(&config).await {
            Ok(client) => open.push(client),
            Err(error) => break error,
        }
        assert!(open.len() <= 5, "{} connections are open", open.len());
    };
    let refused = refused.as_db_error().expect("the server says why").clone();
    assert_eq!(refused.code().code(), "53300", "{refused}");
    still_answers(&open[0]).await;

    // A place that becomes free is taken by the next.
    open.pop();
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while connect(&config).await.is_err() {
        assert!(std::time::Instant::now() < deadline, "the place did not become free");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_wait_in_a_bounded_queue() {
    let server = TestServer::start_with(|config: &mut Config| {
        config.queries_max = 1;
        config.queue_max = 1;
        config.statement_timeout_ms = 3_000;
    })
    .await;
    let endless = "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b";
    // All are connected before the first one asks, so that all ask at the same time.
    let mut clients = Vec::new();
    for _ in 0..6 {
        clients.push(server.connect().await.unwrap());
    }
    let mut running = Vec::new();
    for client in clients {
        running.push(tokio::spawn(async move { client.simple_query(endless).await.map(|_| ()) }));
    }
    let mut states = Vec::new();
    for query in running {
        let error = query.await.unwrap().expect_err("nobody waits for it");
        states.push(error.code().map(|state| state.code().to_owned()).unwrap_or_default());
    }
    let refused = states.iter().filter(|state| *state == "53300").count();
    let timed_out = states.iter().filter(|state| *state == "57014").count();
    assert_eq!((refused, timed_out), (4, 2), "{states:?}");
    still_answers(&server.connect().await.unwrap()).await;
    server.stop().await;
}
