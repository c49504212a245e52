//! The same statements on PostgreSQL and here: names, types, values and SQLSTATEs must be the same.
//!
//! The statements are in `tests/differential`, one a line. One that may differ says why behind `-- differs:`.

use std::process::Command;

use bellwether_tests::clients::python;
use bellwether_tests::postgresql::PostgreSql;
use bellwether_tests::server::{DATABASE, PASSWORD, TestServer, USER};
use bellwether_tests::shared::workspace;

/// Statements that are answered alike, in three time zones.
const SAME_MIN: usize = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_those_of_postgresql() {
    let Some(python) = python() else { return };
    let Some(reference) = PostgreSql::start() else { return };
    let server = TestServer::start().await;
    let address = server.server.postgres_address();
    let mut command = Command::new(python);
    command
        .arg(workspace().join("tests/it/clients/differential.py"))
        .env("DIFFERENTIAL", workspace().join("tests/differential"))
        .env("REFERENCE_DSN", reference.dsn())
        .env("PGHOST", address.ip().to_string())
        .env("PGPORT", address.port().to_string())
        .env("PGUSER", USER)
        .env("PGPASSWORD", PASSWORD)
        .env("PGDATABASE", DATABASE);
    // The server answers in this process, so the client must not hold up its threads.
    let output = tokio::task::block_in_place(|| command.output().expect("the client can be run"));
    let (told, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}{failed}");
    let same = told.lines().last().and_then(|line| line.strip_prefix("same ")?.split(' ').next()?.parse().ok());
    assert!(same >= Some(SAME_MIN), "{told}");
    server.stop().await;
}
