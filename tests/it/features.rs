//! The features list is true: on the demo business, every example answers, and what is planted there is found.

use bellwether::{ClientInfo, Config, Door, Engine, Outcome, Principal, Session};
use bellwether_tests::child;
use bellwether_tests::text;
use futures::TryStreamExt;

/// What is planted in the demo (`demo.truths`), as a condition that finds it with the ready views.
const PLANTED: [(&str, &str); 6] = [
    (
        "the hours in which the front desk has too few people, all of them and no others",
        "select array_agg(weekday || ' ' || hour order by weekday, hour)
             = (select array_agg(subject order by subject) from demo.truths where kind = 'staffing_gap')
         from operations.call_capacity where state in ('nobody', 'too few')",
    ),
    (
        "how late each industry pays, to the day",
        "select count(*) = 4 and bool_and(abs(late - value) <= 1)
         from (
             select t.subject, t.value, avg(i.days_late) as late
             from core.invoices as i
             join core.parties as p on p.id = i.customer_id
             join demo.truths as t on t.kind = 'payment_delay' and t.subject = p.industry
             where i.paid_on is not null
             group by t.subject, t.value
         ) as delays",
    ),
    (
        "the one cost centre that spent more than it had",
        "select string_agg(subject, ', ') = (select subject from demo.truths where kind = 'budget_overrun')
         from (
             select subject from finance.variance
             where metric = 'cost' and period_start between '2025-07-01' and '2025-09-30'
             group by subject having sum(actual) > 1.1 * sum(budget)
         ) as over_budget",
    ),
    (
        "the days without a website and the day of the robot",
        "select count(*) = 3 from signals.anomalies
         where metric = 'visits' and on_date in ('2024-11-12', '2024-11-13', '2025-02-18')",
    ),
    (
        "hardly any other day: at most two a year of a metric, on days of which nothing is planted and the one before neither",
        "select count(*) = 0
         from (
             select metric from signals.anomalies
             where on_date not in (
                 select generate_series(starts_on, ends_on + 1, interval '1 day')::date
                 from demo.truths where kind in ('anomaly', 'conversion_drop')
             )
             group by metric having count(*) > 6
         ) as alarming",
    ),
    (
        "all revenue, credited to the last digit by every model",
        "select count(*) = 7 and bool_and(credited = (select sum(revenue) from core.orders))
         from (select model, sum(revenue) as credited from marketing.attribution_credits group by model) as models",
    ),
];

/// An order that comes after the views were filled.
const LATE_ORDER: &str = "insert into core.documents
    (id, source, source_id, kind, status, issued_at, currency, subtotal, discount, tax, shipping, total, updated_at)
    values ('late', 'test', 'late', 'order', 'paid', '2025-12-31', 'USD', 1, 0, 0, 0, 1, '2025-12-31')";

/// The cells of a query's rows.
async fn rows(session: &Session, sql: &str) -> Result<Vec<Vec<String>>, bellwether::Error> {
    let Outcome::Rows(stream) = session.run(sql).await? else { return Ok(Vec::new()) };
    let batches: Vec<_> = stream.try_collect().await?;
    Ok(batches.iter().flat_map(text::rows).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_answers_on_the_demo_and_what_is_planted_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = folder.path().join("lake").to_string_lossy().into_owned();
    let made = child::command().args(["demo", "--no-serve", "--lake", &lake]).output().expect("the program runs");
    let printed = String::from_utf8_lossy(&made.stdout).into_owned() + &String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{printed}");
    assert!(!printed.contains("nothing to answer this from"), "{printed}");

    let report = checked(&lake);
    assert!(report.contains("25 of 25 tables have rows") && !report.contains("before changes of"), "{report}");

    let config = Config { lake: lake.clone(), background_work: false, ..Config::default() };
    let engine = Engine::start(config).await.expect("the lake opens");
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
    for (truth, condition) in PLANTED {
        let found = rows(&session, condition).await.unwrap_or_else(|error| panic!("{truth}: {error}"));
        if found != [["t"]] {
            wrong.push(format!("not found: {truth}"));
        }
    }
    session.run(LATE_ORDER).await.expect("an order comes");
    engine.close().await;
    let report = checked(&lake);
    for view in ["core.document_values", "marketing.roi_daily"] {
        if !report.lines().any(|line| line.starts_with(&format!("{view} is of "))) {
            wrong.push(format!("{view} is not said to be behind:\n{report}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What is said of a lake whose keys resolve.
fn checked(lake: &str) -> String {
    let checked = child::command().args(["check", "model", "--lake", lake]).output().expect("the program runs");
    let report = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{report}");
    report
}
