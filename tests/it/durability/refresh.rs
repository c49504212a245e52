//! Killed at any moment of a refresh, a materialized view holds what its query gives for one committed version of its
//! table, the version it says: never a mixture, and never the one with the other's name.
//!
//! `BELLWETHER_TEST_KILL_CYCLES` sets how often the process is killed, `BELLWETHER_TEST_SEED` when.

use std::time::Duration;

use bellwether_tests::chance::{Chance, any_seed};
use bellwether_tests::child::{self, ChildServer};
use bellwether_tests::server::{connect, postgres_config};
use bellwether_tests::variable::number;
use tokio_postgres::{Client, SimpleQueryMessage};

/// Views whose changes are merged in, computed by groups, and computed whole.
pub(super) const VIEWS: [(&str, &str); 3] = [
    (
        "merged",
        "SELECT key, sum(amount) AS total, avg(amount)::numeric(30, 6) AS mean, count(*) AS n FROM {facts} GROUP BY key",
    ),
    ("grouped", "SELECT key, count(DISTINCT amount) AS amounts FROM {facts} GROUP BY key"),
    ("computed", "SELECT amount, rank() OVER (ORDER BY amount) AS place FROM {facts}"),
];

async fn rows(client: &Client, sql: &str) -> Vec<Vec<Option<String>>> {
    let mut rows = Vec::new();
    for message in client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}")) {
        let SimpleQueryMessage::Row(row) = message else { continue };
        rows.push((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect());
    }
    rows.sort();
    rows
}

/// The version of `facts` that a view says its rows were made from.
async fn version(client: &Client, view: &str) -> String {
    let sql = format!("SELECT base_versions[1] FROM system.materialized_views WHERE view_name = '{view}'");
    let found = rows(client, &sql).await;
    let base = found.first().and_then(|row| row.first().cloned().flatten()).expect("a filled view names its base");
    base.rsplit_once('@').expect("a table and its version").1.to_owned()
}

/// The table with some rows, and the views.
pub(super) async fn create(client: &Client) {
    client.batch_execute("CREATE TABLE facts (key bigint, amount bigint)").await.unwrap();
    client.batch_execute(&append(&mut Chance::new(0))).await.unwrap();
    for (view, sql) in VIEWS {
        let sql = format!("CREATE MATERIALIZED VIEW {view} AS {}", sql.replace("{facts}", "facts"));
        client.batch_execute(&sql).await.unwrap();
    }
}

/// A statement that adds rows of every key.
pub(super) fn append(chance: &mut Chance) -> String {
    let first = chance.below(1_000_000);
    format!("INSERT INTO facts SELECT n % 20, n FROM generate_series({first}, {}) AS s (n)", first + 500)
}

/// A statement that changes the rows of a key.
pub(super) fn update(chance: &mut Chance) -> String {
    format!("UPDATE facts SET amount = amount + 1 WHERE key = {}", chance.below(20))
}

/// Compares every view with its query at the version it names; gives these versions.
pub(super) async fn check(client: &Client) -> Vec<String> {
    let mut versions = Vec::new();
    for (view, sql) in VIEWS {
        let version = version(client, view).await;
        let held = rows(client, &format!("SELECT * FROM {view}")).await;
        let given = rows(client, &sql.replace("{facts}", &format!("facts FOR VERSION AS OF {version}"))).await;
        assert!(held == given, "{view} does not hold what facts had at version {version}");
        versions.push(version);
    }
    versions
}

/// Changes the table and refreshes the views until the connection breaks.
async fn work(client: Client, mut chance: Chance) {
    loop {
        let change = match chance.below(4) {
            0 => update(&mut chance),
            1 => format!("DELETE FROM facts WHERE amount % 97 = {}", chance.below(97)),
            _ => append(&mut chance),
        };
        let view = VIEWS[chance.below(3) as usize].0;
        for statement in [change, format!("REFRESH MATERIALIZED VIEW {view}")] {
            if client.batch_execute(&statement).await.is_err() {
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_refreshing_a_view_holds_what_its_table_had_at_the_version_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake").display().to_string();
    let cycles = number("BELLWETHER_TEST_KILL_CYCLES").unwrap_or(10);
    let seed = number("BELLWETHER_TEST_SEED").unwrap_or_else(any_seed);
    println!("{cycles} cycles, seed {seed}");
    let mut chance = Chance::new(seed);
    child::create_user(&lake, &[]);
    let mut refreshed = 0;
    let mut before: Vec<String> = Vec::new();
    for cycle in 0..=cycles {
        let server = ChildServer::serve(&lake, &[]).await;
        let client = connect(&postgres_config(server.postgres)).await.unwrap();
        if cycle == 0 {
            create(&client).await;
        }
        let versions = check(&client).await;
        refreshed += before.iter().zip(&versions).filter(|(before, now)| before != now).count();
        before = versions;
        let working = tokio::spawn(work(client, Chance::new(any_seed())));
        tokio::time::sleep(Duration::from_millis(500 + chance.below(4_000))).await;
        server.kill();
        working.await.unwrap();
    }
    println!("{cycles} kills: views always held what their table had at one version; {refreshed} had moved on");
    assert!(refreshed > 0, "no view was ever refreshed");
}
