//! Real clients connect, list, ask with parameters, insert and cancel.
//!
//! Each script prints a line for every check and ends with an error at the first thing that is wrong; the record of
//! what was printed is `docs/conformance.md`.

mod slow;

use std::path::Path;
use std::process::{Command, Output};

use bellwether_tests::clients::{file, node_modules, program, python};
use bellwether_tests::conformance::record;
use bellwether_tests::server::{DATABASE, PASSWORD, TestServer, USER};
use bellwether_tests::shared::workspace;

/// The tables every client finds.
const FIXTURE: &str = "
    CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, country text);
    CREATE TABLE orders (
        id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id), state text, amount numeric(12,2),
        score double precision, paid boolean, ordered_on date, created_at timestamptz
    );
    CREATE VIEW revenue AS SELECT state, sum(amount) AS amount FROM orders GROUP BY state;
    COMMENT ON TABLE orders IS 'One row per order.';
    INSERT INTO customers VALUES (1, 'Ada', 'GB'), (2, 'Bob', 'US'), (3, 'Zoë', NULL);
    INSERT INTO orders SELECT
        value, value % 3 + 1, CASE WHEN value % 4 = 0 THEN 'open' ELSE 'paid' END, value * 1.25, value / 8.0,
        value % 4 <> 0, DATE '2024-01-01', TIMESTAMPTZ '2024-01-01 00:00:00+00'
    FROM generate_series(1, 1000) AS s (value);
";

async fn server() -> TestServer {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(FIXTURE).await.unwrap();
    server
}

/// Runs a client's command with the server's addresses in its environment, and compares what it prints with the record.
async fn passes(server: &TestServer, command: &mut Command) {
    let postgres = server.server.postgres_address();
    command
        .env("PGHOST", postgres.ip().to_string())
        .env("PGPORT", postgres.port().to_string())
        .env("PGUSER", USER)
        .env("PGPASSWORD", PASSWORD)
        .env("PGDATABASE", DATABASE)
        .env("FLIGHT_URI", format!("grpc://{}", server.server.flight_address()));
    let output = run(command).await;
    let (told, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{told}");
    assert!(output.status.success(), "{command:?}\n{told}{failed}");
    record(&told);
}

/// The server answers in this process, so the client must not hold up its threads.
async fn run(command: &mut Command) -> Output {
    tokio::task::block_in_place(|| command.output().expect("the client can be run"))
}

fn script(name: &str) -> std::path::PathBuf {
    workspace().join("tests/it/clients").join(name)
}

async fn python_passes(name: &str) {
    let Some(python) = python() else { return };
    let server = server().await;
    passes(&server, Command::new(python).arg(script(name))).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn psycopg() {
    python_passes("psycopg_client.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn psycopg2() {
    python_passes("psycopg2_client.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pg8000() {
    python_passes("pg8000_client.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asyncpg() {
    python_passes("asyncpg_client.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlalchemy_pandas_and_polars() {
    python_passes("dataframes.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adbc_flight_sql() {
    python_passes("adbc_flight_sql.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adbc_postgresql() {
    python_passes("adbc_postgresql.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn duckdb_attach() {
    python_passes("duckdb_attach.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn node() {
    let Some(modules) = node_modules() else { return };
    let server = server().await;
    passes(&server, Command::new("node").arg(script("node_clients.js")).env("NODE_PATH", modules)).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pyarrow_flight() {
    python_passes("pyarrow_flight.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pgjdbc() {
    let Some(java) = program("java", "default-jdk-headless") else { return };
    let Some(driver) = file("/usr/share/java/postgresql.jar", "libpostgresql-jdbc-java") else { return };
    let server = server().await;
    let mut command = Command::new(java);
    command.arg("-cp").arg(driver).arg(script("PgJdbcClient.java"));
    passes(&server, &mut command).await;
    server.stop().await;
}

/// What psql prints for a backslash command or a statement.
async fn psql(server: &TestServer, psql: &Path, command: &str) -> String {
    let postgres = server.server.postgres_address();
    let connection = format!("host={} port={} user={USER} dbname={DATABASE}", postgres.ip(), postgres.port());
    let mut process = Command::new(psql);
    process.args(["-X", "-v", "ON_ERROR_STOP=1", "-P", "pager=off", &connection, "-c", command]);
    let output = run(process.env("PGPASSWORD", PASSWORD)).await;
    let (told, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && failed.is_empty(), "{command}: {told}{failed}");
    told.into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn psql_lists_and_describes() {
    let Some(program) = program("psql", "postgresql-client") else { return };
    let version = run(Command::new(&program).arg("--version")).await;
    let version = String::from_utf8_lossy(&version.stdout).split_whitespace().nth(2).unwrap_or_default().to_owned();
    let mut printed = format!("client psql {version}\n");
    let server = server().await;
    for (command, shown, hidden) in [
        ("\\dt", vec!["customers", "orders"], vec!["revenue"]),
        ("\\dv", vec!["revenue"], vec!["orders"]),
        ("\\d", vec!["orders", "revenue"], vec![]),
        ("\\d orders", vec!["amount", "numeric", "timestamp with time zone", "not null"], vec![]),
        ("\\d+ revenue", vec!["View definition", "sum(amount)"], vec![]),
        ("\\l", vec![DATABASE], vec![]),
        ("\\dn+", vec!["public"], vec![]),
        ("\\du", vec![USER, "Superuser"], vec![]),
        ("\\dp orders", vec!["orders", "table"], vec![]),
        ("\\df rfm_summary", vec!["rfm_summary"], vec![]),
        ("\\conninfo", vec![USER, DATABASE], vec![]),
        ("SELECT state, count(*) FROM orders GROUP BY state ORDER BY state", vec!["open  |   250", "(2 rows)"], vec![]),
    ] {
        let told = psql(&server, &program, command).await;
        for part in shown {
            assert!(told.contains(part), "{part} is missing in what {command} prints:\n{told}");
        }
        for part in hidden {
            assert!(!told.contains(part), "{part} is among what {command} prints:\n{told}");
        }
        printed += &format!("ok {command}\n");
    }
    server.stop().await;
    record(&printed);
}
