//! The features list is true: on the demo business, every example answers.

use bellwether::{ClientInfo, Door, Engine, Outcome, Principal, Session};
use bellwether_tests::child;
use bellwether_tests::text;
use futures::TryStreamExt;

/// The cells of a query's rows.
async fn rows(session: &Session, sql: &str) -> Result<Vec<Vec<String>>, bellwether::Error> {
    let Outcome::Rows(stream) = session.run(sql).await? else { return Ok(Vec::new()) };
    let batches: Vec<_> = stream.try_collect().await?;
    Ok(batches.iter().flat_map(text::rows).collect())
}

#[ignore = "builds the demo with all its views, which takes an unoptimised program a quarter of an hour: --run-ignored"]
#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_features_answers_on_the_demo() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = folder.path().join("lake").to_string_lossy().into_owned();
    let made = child::command().args(["demo", "--no-serve", "--lake", &lake]).output().expect("the program runs");
    let printed = String::from_utf8_lossy(&made.stdout).into_owned() + &String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{printed}");
    assert!(!printed.contains("nothing to answer this from"), "{printed}");

    let checked = child::command().args(["check", "model", "--lake", &lake]).output().expect("the program runs");
    let report = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success() && report.contains("25 of 25 tables have rows"), "{report}");

    let engine = Engine::open(lake).await.expect("the lake opens");
    let session = engine.session(Principal::owner(), Door::Embedded, ClientInfo::default()).expect("a session");
    let listed = rows(&session, "select id, kind, example from system.features where status = 'ready' order by id");
    let mut wrong = Vec::new();
    for feature in listed.await.expect("the features are listed") {
        let [id, kind, example] = feature.as_slice() else { panic!("three columns") };
        if kind == "command" {
            continue;
        }
        match rows(&session, example).await {
            Ok(answer) if !answer.is_empty() => {}
            Ok(_) => wrong.push(format!("{id}: no rows\n{example}")),
            Err(error) => wrong.push(format!("{id}: {error}\n{example}")),
        }
    }
    engine.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
