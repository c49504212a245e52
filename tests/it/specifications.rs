//! Every specification under `slt/` holds through every door.

use std::path::PathBuf;

use bellwether_tests::server::TestServer;
use bellwether_tests::shared::workspace;
use bellwether_tests::slt;
use sqllogictest::TestError;

/// The specifications, by name; `BELLWETHER_TEST_SLT` narrows them to names that contain it.
fn specifications() -> Vec<PathBuf> {
    let wanted = std::env::var("BELLWETHER_TEST_SLT").unwrap_or_default();
    let mut files = Vec::new();
    let mut folders = vec![workspace().join("tests/slt")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of specifications") {
            let path = entry.expect("an entry of the folder").path();
            if path.is_dir() {
                // Those of models need lakes of their own: `models.rs` runs them.
                if !path.ends_with("models") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "slt")
                && path.to_string_lossy().contains(&wanted)
            {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no specification matches BELLWETHER_TEST_SLT={wanted}");
    files
}

/// All failures at once, because one run is expensive and one answer is little.
fn report(door: &str, outcomes: Vec<(PathBuf, Result<(), TestError>)>) {
    let held = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    println!("{held} of {} specifications hold through the {door} door", outcomes.len());
    let failures: Vec<String> =
        outcomes.iter().filter_map(|(_, outcome)| outcome.as_ref().err()).map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn specifications_hold_in_process() {
    let server = TestServer::start().await;
    let mut outcomes = Vec::new();
    for file in specifications() {
        let outcome = slt::run_embedded(&server, &file).await;
        outcomes.push((file, outcome));
    }
    server.stop().await;
    report("embedded", outcomes);
}

#[tokio::test(flavor = "multi_thread")]
async fn specifications_hold_over_the_postgres_door() {
    let server = TestServer::start().await;
    let mut outcomes = Vec::new();
    for file in specifications() {
        let outcome = slt::run_postgres(&server, &file).await;
        outcomes.push((file, outcome));
    }
    server.stop().await;
    report("postgres", outcomes);
}

#[tokio::test(flavor = "multi_thread")]
async fn specifications_hold_over_the_flight_door() {
    let server = TestServer::start().await;
    let mut outcomes = Vec::new();
    for file in specifications() {
        let outcome = slt::run_flight(&server, &file).await;
        outcomes.push((file, outcome));
    }
    server.stop().await;
    report("flight", outcomes);
}
