//! The pages of functions are true: their examples print what they say, and `FUNCTIONS.md` is made of them.

use std::time::{Duration, SystemTime};

use arrow::array::RecordBatch;
use bellwether::{ClientInfo, Door, Outcome, Principal, Session, functions, functions_markdown};
use bellwether_tests::server::TestServer;
use bellwether_tests::shared::workspace;
use bellwether_tests::text;
use futures::TryStreamExt;

/// What a query prints: a line of names, and a line for each row.
async fn printed(session: &Session, sql: &str) -> Result<String, bellwether::Error> {
    let Outcome::Rows(stream) = session.run(sql).await? else { return Ok(String::new()) };
    let names: Vec<String> = stream.schema().fields().iter().map(|field| field.name().clone()).collect();
    let batches: Vec<RecordBatch> = stream.try_collect().await?;
    let rows = batches.iter().flat_map(text::rows);
    let lines: Vec<String> = std::iter::once(names).chain(rows).map(|cells| cells.join(" | ")).collect();
    Ok(lines.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_prints_what_its_page_says() {
    let server = TestServer::start().await;
    let session = server.engine.session(Principal::owner(), Door::Embedded, ClientInfo::default()).expect("a session");
    let mut wrong = Vec::new();
    for function in functions() {
        let (sql, expected) = function.example;
        let printed = printed(&session, sql).await.unwrap_or_else(|error| error.to_string());
        if printed != expected.trim() {
            wrong.push(format!("{}:\n{sql}\nprints\n{printed}\nits page says\n{expected}", function.name));
        }
    }
    server.stop().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn functions_md_is_what_the_pages_say() {
    let path = workspace().join("udfs/FUNCTIONS.md");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == functions_markdown(),
        "udfs/FUNCTIONS.md is out of date: run `bellwether functions --write udfs/FUNCTIONS.md`"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_stand_for_constants_of_table_functions() {
    let server = TestServer::start().await;
    let client = server.connect().await.expect("a connection");
    let sql = "SELECT customer_id, t FROM rfm_summary((SELECT $1::bigint AS c, DATE '2026-01-01' AS d), customer => 'c', \
               ts => 'd', until => $2, unit => $3)";
    let statement = client.prepare(sql).await.expect("the statement can be planned");
    let types: Vec<&str> = statement.params().iter().map(|known| known.name()).collect();
    assert_eq!(types, ["int8", "timestamp", "text"]);
    // The tenth of February.
    let until = SystemTime::UNIX_EPOCH + Duration::from_secs(1_770_700_000);
    for (unit, expected) in [("day", 40.0), ("month", 1.0)] {
        let row = client.query_one(&statement, &[&7_i64, &until, &unit]).await.expect("a row");
        assert_eq!((row.get::<_, i64>(0), row.get::<_, f64>(1)), (7, expected));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn table_functions_are_listed_with_their_pages() {
    let server = TestServer::start().await;
    let session = server.engine.session(Principal::owner(), Door::Embedded, ClientInfo::default()).expect("a session");
    let listed = printed(
        &session,
        "SELECT routine_name, description IS NOT NULL AS described, syntax_example \
         FROM information_schema.routines WHERE routine_name IN ('ratio', 'basket_rules') ORDER BY 1",
    )
    .await
    .expect("a list");
    assert_eq!(
        listed,
        "routine_name | described | syntax_example\n\
         basket_rules | t | basket_rules((orders), order_id => …, item => …, [min_support => …], [by => …])\n\
         ratio | t | ratio(numerator, denominator)"
    );
    server.stop().await;
}
