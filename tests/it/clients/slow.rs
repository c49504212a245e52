//! Clients that take minutes to install and to run: `tests/run slow` does both. No other run has them.

use std::path::PathBuf;
use std::process::Command;

use bellwether_tests::clients::{program, slow_client};
use bellwether_tests::server::TestServer;

use super::{passes, run, script};

/// A table whose rows are spread over time, beside those every client finds.
const FIXTURE: &str = "
    CREATE TABLE sales (
        id bigint PRIMARY KEY, state text, amount numeric(18,2), note text, sold_at timestamp, created_at timestamptz
    );
    INSERT INTO sales SELECT
        value, CASE value % 3 WHEN 1 THEN 'refunded' WHEN 2 THEN 'pending' ELSE 'paid' END, value * 7 % 500 + 0.25,
        CASE WHEN value % 11 <> 0 THEN 'note ' || value END, TIMESTAMP '2024-01-01 10:30:00' + value * INTERVAL '7 hours',
        TIMESTAMPTZ '2024-01-01 10:30:00+00' + value * INTERVAL '7 hours'
    FROM generate_series(1, 1000) AS s (value);
";

async fn server() -> TestServer {
    let server = super::server().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(FIXTURE).await.unwrap();
    server
}

/// Runs a script with the interpreter of a virtual environment.
async fn python_passes(environment: &str, name: &str) {
    let Some(folder) = slow_client(environment) else { return };
    let server = server().await;
    passes(&server, Command::new(folder.join("bin/python")).arg(slow(name))).await;
    server.stop().await;
}

fn slow(name: &str) -> PathBuf {
    script("slow").join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn superset_with_chromium() {
    python_passes("superset", "superset.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pgadmin() {
    python_passes("pgadmin", "pgadmin.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dbt() {
    python_passes("dbt", "dbt.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn psqlodbc() {
    python_passes("drivers", "odbc.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pgbouncer() {
    python_passes("drivers", "pgbouncer.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cube_evidence_and_knex() {
    let Some(folder) = slow_client("node") else { return };
    let server = server().await;
    passes(&server, Command::new("node").arg(slow("cube.js")).env("NODE_PATH", folder.join("node_modules"))).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pgx() {
    // Its packages are those of Debian, outside of any folder of ours.
    let Some(_) = slow_client("node") else { return };
    let Some(go) = program("go", "golang-go") else { return };
    let package = "golang-github-jackc-pgx-v4-dev";
    let version = run(Command::new("dpkg-query").args(["--show", "--showformat=${Version}", package])).await;
    let server = server().await;
    let mut command = Command::new(go);
    command.arg("run").arg(slow("pgx/main.go"));
    command.envs([("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode")]);
    passes(&server, command.env("PGX_VERSION", String::from_utf8_lossy(&version.stdout).as_ref())).await;
    server.stop().await;
}
