//! Clustered tables: sorted files change how fast a query is answered, never what it answers.

use bellwether::Engine;
use bellwether_tests::chance::Chance;
use bellwether_tests::server::test_config;
use futures::TryStreamExt;

/// What the table is clustered by, one after the other.
const ORDERS: [&str; 6] = ["customer_id, ts", "customer_id", "name, ts", "amount", "paid, day, customer_id", ""];

/// Orders that are asked for.
const QUERIES: [&str; 6] =
    ["customer_id", "customer_id, ts", "customer_id, ts, n", "name, ts", "amount", "paid, day, customer_id"];

const COLUMNS: &str =
    "n bigint, customer_id bigint, ts timestamp, name text, amount double precision, paid boolean, day date";

async fn run(engine: &Engine, sql: &str) -> Vec<Vec<String>> {
    let rows = async { engine.sql(sql).await?.try_collect::<Vec<_>>().await }.await;
    let batches = rows.unwrap_or_else(|error| panic!("{sql}: {error} {:?}", error.detail()));
    batches.iter().flat_map(bellwether_tests::text::rows).collect()
}

/// Rows with NULLs in every column, text too long for its bounds to be whole, and numbers beyond all bounds.
fn rows(first: u64, count: u64, salt: u64) -> String {
    let (last, n) = (first + count - 1, "s.n");
    format!(
        "SELECT {n}, \
         CASE WHEN ({n} * 31 + {salt}) % 17 = 0 THEN NULL ELSE ({n} * 7919 + {salt}) % 23 END, \
         CASE WHEN ({n} + {salt}) % 13 = 0 THEN NULL \
              ELSE TIMESTAMP '2026-01-01' + ((({n} * 104729 + {salt}) % 1000) || ' minutes')::interval END, \
         CASE ({n} + {salt}) % 5 WHEN 0 THEN NULL WHEN 1 THEN repeat('long ', 20) || ({n} % 7) ELSE 'name ' || ({n} % 11) END, \
         CASE ({n} + {salt}) % 7 WHEN 0 THEN NULL WHEN 1 THEN 'NaN'::double precision ELSE ((({n} * 37) % 19) - 9.5)::double precision END, \
         CASE {n} % 3 WHEN 0 THEN NULL WHEN 1 THEN true ELSE false END, \
         CASE WHEN {n} % 11 = 0 THEN NULL ELSE (DATE '2026-02-01' + (({n} % 29) || ' days')::interval)::date END \
         FROM generate_series({first}, {last}) AS s (n)"
    )
}

/// One change, with `{t}` where the table's name goes.
fn change(chance: &mut Chance, rows_made: &mut u64) -> String {
    let (k, salt) = (chance.below(23), chance.below(1000));
    match chance.below(8) {
        0..=2 => {
            let count = 1 + chance.below(400);
            let first = *rows_made + 1;
            *rows_made += count;
            format!("INSERT INTO {{t}} {}", rows(first, count, salt))
        }
        3 => format!("UPDATE {{t}} SET ts = ts + INTERVAL '{salt} minutes', name = NULL WHERE customer_id = {k}"),
        4 => format!("UPDATE {{t}} SET customer_id = 23 - customer_id WHERE n % 5 = {}", salt % 5),
        5 => format!("DELETE FROM {{t}} WHERE n % 9 = {} AND customer_id <> {k}", salt % 9),
        6 => format!("DELETE FROM {{t}} WHERE customer_id = {k}"),
        _ => {
            let (count, first) = (1 + chance.below(100), (*rows_made).saturating_sub(chance.below(60)));
            *rows_made = (*rows_made).max(first + count);
            format!(
                "MERGE INTO {{t}} AS t USING ({}) AS s (n, customer_id, ts, name, amount, paid, day) ON t.n = s.n \
                 WHEN MATCHED THEN UPDATE SET customer_id = s.customer_id, amount = s.amount \
                 WHEN NOT MATCHED THEN INSERT (n, customer_id, ts, name, amount, paid, day) \
                 VALUES (s.n, s.customer_id, s.ts, s.name, s.amount, s.paid, s.day)",
                rows(first, count + 1, salt)
            )
        }
    }
}

/// Compares what both tables answer: a look-up of `k`, all rows, and two of the orders.
async fn compare(engine: &Engine, seed: u64, step: u64, k: u64) {
    let asked = (k as usize, k as usize + 3);
    for by in [QUERIES[asked.0 % QUERIES.len()], QUERIES[asked.1 % QUERIES.len()]] {
        let select = |table: &str| format!("SELECT {by} FROM {table} ORDER BY {by}");
        let (found, expected) = (run(engine, &select("clustered")).await, run(engine, &select("plain")).await);
        assert_eq!(found.len(), expected.len(), "seed {seed}, step {step}, by {by}");
        let first = found.iter().zip(&expected).position(|(found, expected)| found != expected);
        assert_eq!(first, None, "seed {seed}, step {step}, by {by}");
    }
    let look_up = |table: &str| format!("SELECT * FROM {table} WHERE customer_id = {k} ORDER BY n");
    assert_eq!(run(engine, &look_up("clustered")).await, run(engine, &look_up("plain")).await);
    let all = |table: &str| format!("SELECT * FROM {table} ORDER BY n");
    assert_eq!(run(engine, &all("clustered")).await, run(engine, &all("plain")).await, "seed {seed}, step {step}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clustered_table_answers_as_its_unclustered_copy_whatever_was_done_to_both() {
    for seed in 0..2 {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::start(test_config(folder.path().join("lake").display().to_string())).await.unwrap();
        run(&engine, &format!("CREATE TABLE clustered ({COLUMNS}) WITH (cluster_by = '{}')", ORDERS[0])).await;
        run(&engine, &format!("CREATE TABLE plain ({COLUMNS})")).await;
        let (mut chance, mut rows_made) = (Chance::new(seed), 0);
        for step in 0..16 {
            match chance.below(6) {
                0 => drop(engine.maintain().await.unwrap()),
                1 => {
                    let order = ORDERS[chance.below(ORDERS.len() as u64) as usize];
                    run(&engine, &format!("ALTER TABLE clustered SET (cluster_by = '{order}')")).await;
                }
                _ => {
                    let change = change(&mut chance, &mut rows_made);
                    for table in ["clustered", "plain"] {
                        run(&engine, &change.replace("{t}", table)).await;
                    }
                }
            }
            compare(&engine, seed, step, chance.below(23)).await;
        }
        let report = engine.check(|_| {}).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        engine.close().await;
    }
}

/// The operators of a query, as EXPLAIN shows them.
async fn operators(engine: &Engine, sql: &str) -> String {
    run(engine, &format!("EXPLAIN {sql}")).await.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compacted_clustered_table_is_read_in_order_without_sorting() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(test_config(folder.path().join("lake").display().to_string())).await.unwrap();
    run(
        &engine,
        "CREATE TABLE events (customer_id bigint, ts bigint, page text) WITH (cluster_by = 'customer_id, ts')",
    )
    .await;
    for part in 0..10 {
        let insert = format!(
            "INSERT INTO events SELECT (n * 7919) % 5003, n, 'page ' || (n % 10) \
             FROM generate_series({}, {}) AS s (n)",
            part * 20_000 + 1,
            part * 20_000 + 20_000
        );
        run(&engine, &insert).await;
    }
    let ordered = "SELECT customer_id, ts FROM events ORDER BY customer_id, ts";
    let before = run(&engine, ordered).await;
    assert_eq!(engine.maintain().await.unwrap().files_joined, 10);
    let files = "SELECT files FROM system.tables WHERE table_name = 'events'";
    assert_eq!(run(&engine, files).await, [["1"]]);
    let plan = operators(&engine, ordered).await;
    assert!(!plan.contains("SortExec"), "{plan}");
    assert!(plan.contains("output_ordering"), "{plan}");
    assert!(run(&engine, ordered).await == before, "the rows are the same");
    // A second round finds nothing to do.
    assert_eq!(engine.maintain().await.unwrap().files_joined, 0);

    // What was sorted another way before is sorted anew, and until then nothing is claimed of it.
    run(&engine, "ALTER TABLE events SET (cluster_by = 'page')").await;
    let by_page = "SELECT page FROM events ORDER BY page";
    assert!(operators(&engine, by_page).await.contains("SortExec"));
    assert!(operators(&engine, ordered).await.contains("SortExec"));
    assert_eq!(engine.maintain().await.unwrap().files_joined, 1);
    let plan = operators(&engine, by_page).await;
    assert!(!plan.contains("SortExec"), "{plan}");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_do_not_overlap_are_read_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(test_config(folder.path().join("lake").display().to_string())).await.unwrap();
    run(&engine, "CREATE TABLE days (ts bigint, n bigint) WITH (cluster_by = 'ts')").await;
    for part in [3, 0, 4, 1, 5, 2] {
        let insert = format!(
            "INSERT INTO days SELECT n, n * 2 FROM generate_series({}, {}) AS s (n)",
            part * 1000,
            part * 1000 + 999
        );
        run(&engine, &insert).await;
    }
    let ordered = "SELECT ts FROM days ORDER BY ts";
    let plan = operators(&engine, ordered).await;
    assert!(!plan.contains("SortExec"), "{plan}");
    let found = run(&engine, ordered).await;
    assert!(found.iter().enumerate().all(|(index, row)| row[0] == index.to_string()));
    assert_eq!(found.len(), 6000);
    // A NULL is within no bounds: its file is read beside the others.
    run(&engine, "INSERT INTO days VALUES (NULL, 1), (2500, 2)").await;
    let found = run(&engine, ordered).await;
    assert_eq!(found.len(), 6002);
    assert_eq!((found[2501][0].as_str(), found[6001][0].as_str()), ("2500", "NULL"));
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_a_file_that_is_not_sorted_as_it_is_declared() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let engine = Engine::start(test_config(lake.display().to_string())).await.unwrap();
    run(&engine, "CREATE TABLE facts (a bigint, b bigint) WITH (cluster_by = 'a')").await;
    run(&engine, "INSERT INTO facts SELECT n, -n FROM generate_series(1, 100) AS s (n)").await;
    assert!(engine.check(|_| {}).await.unwrap().problems.is_empty());
    engine.close().await;
    let mut lies = 0;
    for table in std::fs::read_dir(lake.join("tables")).unwrap() {
        let entry = table.unwrap().path().join("_delta_log/00000000000000000001.json");
        let said = std::fs::read_to_string(&entry).unwrap();
        let lie = said.replace(r#"[\"a\"]"#, r#"[\"b\"]"#);
        lies += usize::from(lie != said);
        std::fs::write(&entry, lie).unwrap();
    }
    assert_eq!(lies, 1);
    let engine = Engine::start(test_config(lake.display().to_string())).await.unwrap();
    let problems = engine.check(|_| {}).await.unwrap().problems;
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("is declared to be sorted by b, and row 2 comes too late"), "{problems:?}");
    engine.close().await;
}
