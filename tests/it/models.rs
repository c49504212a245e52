//! The ready views answer as their headers and specifications say.

use bellwether::{ErrorKind, Model, models_markdown};
use bellwether_tests::model::{ModelLake, by_given, models};
use bellwether_tests::shared::workspace;

/// Views that are looked at side by side: planning them is most of the time.
const AT_A_TIME: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn views_hold_to_their_headers_without_rows_and_to_their_specifications_with_them() {
    let empty = ModelLake::empty().await;
    let findings = empty.findings(AT_A_TIME);
    let mut failures = Vec::new();
    for (given, files) in by_given() {
        let lake = match &given {
            Some(rows) => Some(empty.given(rows).await),
            None => None,
        };
        for file in files {
            if let Err(failure) = lake.as_ref().unwrap_or(&empty).run(&file).await {
                failures.push(failure.to_string());
            }
        }
        if let Some(lake) = lake {
            lake.close().await;
        }
    }
    failures.extend(findings.join_all().await.into_iter().flatten());
    empty.close().await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is missing or odd in the tables of a real business makes rows that hold to the headers, and numbers.
#[tokio::test(flavor = "multi_thread")]
async fn views_of_orders_alone_and_of_odd_rows_hold_to_their_audits_and_divide_by_nothing() {
    let empty = ModelLake::empty().await;
    let mut failures = Vec::new();
    for given in ["orders_alone", "odd"] {
        let lake = empty.given(given).await;
        failures.extend(lake.oddities(AT_A_TIME).join_all().await.into_iter().flatten());
        lake.close().await;
    }
    empty.close().await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_installed_once_and_replaced_with_what_reads_them() {
    let lake = ModelLake::open_empty().await;
    let session = lake.session();
    let model = |name: &str, query: &str| {
        let header = "-- A row.\n-- grain: a\n-- plan: 1.1.1\n-- audits: unique(grain), a > 0\n-- example: select 1\n";
        Model::parse(&format!("shop/{name}.sql"), &format!("{header}-- columns:\n--   a  One.\n{query}"))
            .expect("a model")
    };
    let names = |names: &[bellwether::ModelName]| names.iter().map(|name| name.name.clone()).collect::<Vec<_>>();
    let first = vec![
        model("above", "select a from shop.below"),
        model("below", "select 1 as a"),
        model("other", "select 0 as a"),
    ];
    let installed = session.install_models(first.clone(), |_| {}).await.expect("the models are installed");
    assert_eq!(names(&installed.created), ["below", "other", "above"]);

    let again = session.install_models(first.clone(), |_| {}).await.expect("the models are installed again");
    assert_eq!((again.created.len(), again.replaced.len(), again.unchanged.len()), (0, 0, 3));

    let findings = session.audit_models(&first).await.expect("the audits run");
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].model.name.as_str(), findings[0].audit.as_str(), findings[0].rows), ("other", "a > 0", 1));

    let second = vec![
        model("above", "select a from shop.below"),
        model("below", "select 2 as a"),
        model("other", "select 0 as a"),
    ];
    let changed = session.install_models(second, |_| {}).await.expect("the changed models are installed");
    assert_eq!(names(&changed.replaced), ["below", "above"]);
    assert_eq!(names(&changed.unchanged), ["other"]);

    let refused = session
        .install_models(vec![model("wrong", "select a from shop.nowhere")], |_| {})
        .await
        .expect_err("a missing relation");
    assert_eq!(refused.kind(), ErrorKind::UndefinedTable);
    assert!(refused.message().starts_with("model shop.wrong: "), "{refused}");
    lake.close().await;
}

#[test]
fn views_md_is_what_the_headers_say() {
    let written = std::fs::read_to_string(workspace().join("docs/views.md")).unwrap_or_default();
    assert!(
        written == models_markdown(&models()),
        "docs/views.md is out of date: run `bellwether model pages --models sql --write docs/views.md`"
    );
}
