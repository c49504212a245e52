//! Refreshed materialized views hold exactly what their queries give, whatever was done to the tables before.
//!
//! Random histories append, update, delete and merge rows, bring late ones, change dimensions, compact files and add
//! columns. After each refresh a view's rows are compared with its query's, value by value.
//!
//! `BELLWETHER_TEST_HISTORIES` sets how many histories are made, `BELLWETHER_TEST_SEED` the first one's seed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use bellwether::Engine;
use bellwether_tests::chance::Chance;
use bellwether_tests::server::test_config;
use bellwether_tests::variable::number;
use futures::TryStreamExt;

/// The shapes of views: grouped, filtered, joined, with and without states that merge, on views, and none of these.
const VIEWS: [(&str, &str); 30] = [
    ("by_channel", "SELECT channel, sum(amount) AS total, count(*) AS n FROM facts GROUP BY channel"),
    (
        "by_day_channel",
        "SELECT day, channel, sum(price) AS revenue, avg(price) AS basket FROM facts GROUP BY day, channel",
    ),
    (
        "by_month",
        "SELECT date_trunc('month', ts) AS month, min(amount) AS low, max(amount) AS high FROM facts GROUP BY 1",
    ),
    (
        "by_customer",
        "SELECT customer, count(channel) AS n, min(ts) AS first, max(ts) AS latest FROM facts GROUP BY customer",
    ),
    ("of_all", "SELECT sum(amount) AS total, count(*) AS n, max(channel) AS top FROM facts"),
    (
        "spread",
        "SELECT channel, stddev(amount)::double precision AS s, variance(price)::double precision AS v FROM facts GROUP BY channel",
    ),
    (
        "ratio",
        "SELECT day, (sum(price) / nullif(count(*), 0))::double precision AS mean, round(sum(price), 1)::numeric(30, 1) AS rounded FROM facts GROUP BY day",
    ),
    (
        "digits",
        "SELECT channel, avg(amount) AS mean, stddev(amount) AS s, variance(price) AS v, sum(price) / nullif(count(amount), 0) AS each FROM facts GROUP BY channel",
    ),
    ("customers_of_days", "SELECT day, count(DISTINCT customer) AS customers FROM facts GROUP BY day"),
    (
        "customers_of_weeks",
        "SELECT date_trunc('week', ts) AS week, channel, count(DISTINCT customer) AS customers FROM facts GROUP BY 1, 2",
    ),
    (
        "customers_of_dates",
        "SELECT ts::date AS day, avg(DISTINCT amount) AS mean FROM facts WHERE paid GROUP BY 1 HAVING count(*) > 0",
    ),
    ("floating", "SELECT channel, sum(weight) AS weight, avg(weight) AS mean FROM facts GROUP BY channel"),
    (
        "floating_extremes",
        "SELECT channel, min(weight) AS low, max(weight) AS high FROM facts WHERE weight < 'NaN' GROUP BY channel",
    ),
    ("distinct_customers", "SELECT channel, count(DISTINCT customer) AS customers FROM facts GROUP BY channel"),
    ("approximate", "SELECT channel, approx_distinct(customer) AS customers FROM facts GROUP BY channel"),
    (
        "filtered",
        "SELECT channel, count(*) FILTER (WHERE paid) AS paid, sum(amount) AS total FROM facts WHERE amount > 20 GROUP BY channel",
    ),
    (
        "flags",
        "SELECT customer, bool_and(paid) AS every, bool_or(paid) AS some, bit_or(amount) AS bits FROM facts GROUP BY customer",
    ),
    ("having", "SELECT customer, sum(amount) AS total FROM facts GROUP BY customer HAVING count(*) > 3"),
    ("distinct_rows", "SELECT DISTINCT channel, paid FROM facts"),
    ("copied", "SELECT day, amount + 1 AS more, upper(channel) AS channel FROM facts WHERE paid"),
    (
        "joined",
        "SELECT s.city, sum(f.amount) AS total, count(*) AS n FROM facts f JOIN shops s ON s.shop = f.shop GROUP BY s.city",
    ),
    (
        "left_joined",
        "SELECT s.city, f.channel, sum(f.amount) AS total FROM facts f LEFT JOIN shops s ON s.shop = f.shop GROUP BY 1, 2",
    ),
    (
        "star",
        "SELECT r.name, s.city, sum(f.price) AS revenue FROM facts f JOIN shops s ON s.shop = f.shop JOIN regions r ON r.region = s.region GROUP BY r.name, s.city",
    ),
    ("copied_join", "SELECT f.id, s.city FROM facts f JOIN shops s USING (shop)"),
    (
        "expression_key",
        "SELECT amount % 7 AS bucket, coalesce(channel, 'none') AS channel, count(*) AS n FROM facts GROUP BY 1, 2",
    ),
    ("hidden_key", "SELECT sum(amount) AS total FROM facts GROUP BY channel, paid"),
    ("texts", "SELECT day, min(channel) AS first, max(upper(channel)) AS latest FROM facts GROUP BY day"),
    ("ranked", "SELECT id, rank() OVER (PARTITION BY channel ORDER BY amount, id) AS place FROM facts"),
    ("unioned", "SELECT channel, amount FROM facts WHERE paid UNION ALL SELECT city, shop FROM shops"),
    ("on_view", "SELECT channel, sum(revenue) AS revenue, max(basket) AS best FROM by_day_channel GROUP BY channel"),
];

async fn rows(engine: &Engine, sql: &str) -> Vec<Vec<String>> {
    let rows = async { engine.sql(sql).await?.try_collect::<Vec<_>>().await }.await;
    let batches = rows.unwrap_or_else(|error| panic!("{sql}: {error} {:?}", error.detail()));
    batches.iter().flat_map(bellwether_tests::text::rows).collect()
}

async fn sorted(engine: &Engine, sql: &str) -> Vec<Vec<String>> {
    let mut rows = rows(engine, sql).await;
    rows.sort();
    rows
}

/// Rows of facts, numbered from `first`, with NULLs in every column, around a day that `salt` tells.
fn facts(first: u64, count: u64, salt: u64) -> String {
    let n = "s.n";
    format!(
        "SELECT {n}, \
         CASE WHEN ({n} + {salt}) % 11 = 0 THEN NULL ELSE DATE '2026-01-01' + (({n} * 7 + {salt}) % 60)::int END, \
         CASE WHEN ({n} + {salt}) % 13 = 0 THEN NULL \
              ELSE TIMESTAMP '2026-01-01' + ((({n} * 104729 + {salt}) % 90000) || ' minutes')::interval END, \
         CASE ({n} * 3 + {salt}) % 5 WHEN 0 THEN NULL ELSE 'channel ' || (({n} + {salt}) % 4) END, \
         CASE WHEN ({n} + {salt}) % 9 = 0 THEN NULL ELSE ({n} * 31 + {salt}) % 6 END, \
         ({n} * 7919 + {salt}) % 17, \
         CASE WHEN ({n} + {salt}) % 7 = 0 THEN NULL ELSE ({n} * 37 + {salt}) % 101 - 20 END, \
         CASE WHEN ({n} + {salt}) % 8 = 0 THEN NULL ELSE ((({n} * 53 + {salt}) % 9973) / 100.0)::decimal(18, 4) END, \
         CASE ({n} + {salt}) % 6 WHEN 0 THEN NULL WHEN 1 THEN 'NaN'::double precision WHEN 2 THEN '-0'::double precision \
              ELSE ({n} * 0.5)::double precision END, \
         CASE {n} % 3 WHEN 0 THEN NULL WHEN 1 THEN true ELSE false END \
         FROM generate_series({first}, {}) AS s (n)",
        first + count - 1
    )
}

const COLUMNS: &str = "id, day, ts, channel, shop, customer, amount, price, weight, paid";

/// One change of the tables.
fn change(chance: &mut Chance, made: &mut u64) -> String {
    let (k, salt) = (chance.below(17), chance.below(1000));
    match chance.below(14) {
        0..=4 => {
            let count = 1 + chance.below(30);
            let first = *made + 1;
            *made += count;
            format!("INSERT INTO facts ({COLUMNS}) {}", facts(first, count, salt))
        }
        5 => format!("UPDATE facts SET amount = amount + 1 WHERE customer = {k}"),
        6 => format!("UPDATE facts SET channel = NULL, day = day + 1 WHERE id % 17 = {k}"),
        7 => format!("DELETE FROM facts WHERE customer = {k}"),
        8 => {
            let (count, first) = (1 + chance.below(30), (*made).saturating_sub(chance.below(20)).max(1));
            *made = (*made).max(first + count);
            format!(
                "MERGE INTO facts AS t USING ({}) AS s ({COLUMNS}) ON t.id = s.id \
                 WHEN MATCHED THEN UPDATE SET amount = s.amount, price = s.price \
                 WHEN NOT MATCHED THEN INSERT ({COLUMNS}) VALUES (s.id, s.day, s.ts, s.channel, s.shop, s.customer, \
                 s.amount, s.price, s.weight, s.paid)",
                facts(first, count, salt)
            )
        }
        9 => format!("INSERT INTO shops VALUES ({}, 'city {}', {})", salt % 9, salt % 5, salt % 3),
        10 => format!("UPDATE shops SET city = 'city {}' WHERE shop = {}", salt % 5, salt % 6),
        11 => format!("DELETE FROM shops WHERE shop = {} AND region = {}", salt % 6, salt % 3),
        12 => format!("UPDATE regions SET name = 'region {salt}' WHERE region = {}", salt % 3),
        _ if salt % 10 == 0 => "TRUNCATE facts".to_owned(),
        _ if salt % 10 == 1 => format!("ALTER TABLE facts ADD COLUMN note_{} bigint", *made + salt),
        _ => format!("INSERT INTO regions VALUES ({}, 'region {salt}')", 3 + salt % 3),
    }
}

/// How the files of the facts are laid out, which changes what is read and not what is found.
const LAYOUTS: [&str; 4] =
    ["", "WITH (partition_by = 'channel')", "WITH (cluster_by = 'day, customer')", "WITH (cluster_by = 'ts')"];

async fn start(lake: &std::path::Path, layout: &str) -> Engine {
    let engine = Engine::start(test_config(lake.display().to_string())).await.unwrap();
    let facts = format!(
        "CREATE TABLE facts (id bigint, day date, ts timestamp, channel text, shop bigint, customer bigint, amount bigint, \
         price decimal(18, 4), weight double precision, paid boolean) {layout}"
    );
    let tables = [
        facts.as_str(),
        "CREATE TABLE shops (shop bigint, city text, region bigint)",
        "CREATE TABLE regions (region bigint, name text)",
        "INSERT INTO shops SELECT n, 'city ' || n % 4, n % 3 FROM generate_series(0, 4) AS s (n)",
        "INSERT INTO regions SELECT n, 'region ' || n FROM generate_series(0, 2) AS s (n)",
    ];
    for table in tables {
        rows(&engine, table).await;
    }
    engine
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refreshed_view_holds_what_its_query_gives_whatever_was_done_before() {
    let histories = number("BELLWETHER_TEST_HISTORIES").unwrap_or(1);
    let first = number("BELLWETHER_TEST_SEED").unwrap_or(1);
    let mut refreshes = 0;
    let mut modes = std::collections::BTreeMap::<String, u64>::new();
    for seed in first..first + histories {
        let folder = tempfile::tempdir().unwrap();
        let engine = start(&folder.path().join("lake"), LAYOUTS[seed as usize % LAYOUTS.len()]).await;
        let (mut chance, mut made) = (Chance::new(seed), 40);
        rows(&engine, &format!("INSERT INTO facts ({COLUMNS}) {}", facts(1, 40, seed))).await;
        for (name, sql) in VIEWS {
            rows(&engine, &format!("CREATE MATERIALIZED VIEW {name} AS {sql}")).await;
        }
        for step in 0..3 {
            for _ in 0..=chance.below(3) {
                rows(&engine, &change(&mut chance, &mut made)).await;
            }
            if chance.below(4) == 0 {
                engine.maintain().await.unwrap();
            }
            for (name, sql) in VIEWS {
                if chance.below(4) > 0 {
                    continue;
                }
                rows(&engine, &format!("REFRESH MATERIALIZED VIEW {name}")).await;
                refreshes += 1;
                let mode = format!("SELECT last_refresh FROM system.materialized_views WHERE view_name = '{name}'");
                *modes.entry(rows(&engine, &mode).await[0][0].clone()).or_default() += 1;
                let held = sorted(&engine, &format!("SELECT * FROM {name}")).await;
                let given = sorted(&engine, &format!("SELECT * FROM ({sql}) AS q")).await;
                assert_eq!(held, given, "seed {seed}, step {step}, {name}: {sql}");
            }
        }
        let report = engine.check(|_| {}).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        engine.close().await;
    }
    println!("{histories} histories, {refreshes} refreshes over {} views, wrong rows 0: {modes:?}", VIEWS.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_of_another_version_makes_a_refresh_compute_all_rows() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let engine = start(&lake, LAYOUTS[0]).await;
    rows(&engine, &format!("INSERT INTO facts ({COLUMNS}) {}", facts(1, 40, 7))).await;
    rows(&engine, "CREATE MATERIALIZED VIEW totals AS SELECT channel, sum(amount) AS total FROM facts GROUP BY 1")
        .await;
    engine.close().await;
    let mut changed = 0;
    for table in std::fs::read_dir(lake.join("tables")).unwrap() {
        for entry in std::fs::read_dir(table.unwrap().path().join("_delta_log")).unwrap() {
            let path = entry.unwrap().path();
            let Ok(said) = std::fs::read_to_string(&path) else { continue };
            let other = said.replace(r#"\"sum\":\"datafusion "#, r#"\"sum\":\"datafusion 0."#);
            let other = other.replace(r#"\"sum\":\"bellwether "#, r#"\"sum\":\"bellwether 0."#);
            changed += usize::from(other != said);
            std::fs::write(&path, other).unwrap();
        }
    }
    assert_eq!(changed, 1);
    let engine = Engine::start(test_config(lake.display().to_string())).await.unwrap();
    rows(&engine, "REFRESH MATERIALIZED VIEW totals").await;
    let mode = "SELECT last_refresh FROM system.materialized_views WHERE view_name = 'totals'";
    assert_eq!(rows(&engine, mode).await, [["whole"]]);
    engine.close().await;
}

/// The data files under a folder.
fn data_files(folder: &std::path::Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(data_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "parquet") {
            files.insert(path);
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_reads_only_where_rows_of_touched_groups_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let engine = Engine::start(test_config(lake.display().to_string())).await.unwrap();
    let keys = [
        ("WITH (partition_by = 'day')", "day"),
        ("", "day"),
        ("WITH (cluster_by = 'ts')", "date_trunc('month', ts)"),
        ("", "ts::date"),
        ("", "visitor"),
    ];
    for (number, (layout, key)) in keys.into_iter().enumerate() {
        rows(&engine, &format!("CREATE TABLE visits_{number} (day date, ts timestamp, visitor bigint) {layout}")).await;
        let days = |first: &str, visitor: u64| {
            format!(
                "INSERT INTO visits_{number} SELECT DATE '{first}' + n::int, TIMESTAMP '{first}' + (n || ' days')::interval, \
                 {visitor} + n FROM generate_series(0, 3) AS s (n)"
            )
        };
        let before = data_files(&lake);
        rows(&engine, &days("2026-01-01", 0)).await;
        let of_january: Vec<PathBuf> = data_files(&lake).difference(&before).cloned().collect();
        rows(&engine, &days("2026-03-01", 10)).await;
        let query = format!("SELECT {key} AS key, count(DISTINCT ts) AS times FROM visits_{number} GROUP BY 1");
        rows(&engine, &format!("CREATE MATERIALIZED VIEW v_{number} AS {query}")).await;
        let times = format!("SELECT sum(times)::bigint FROM v_{number}");
        assert_eq!(rows(&engine, &times).await, [["8"]]);

        // Whoever reads January now fails.
        assert!(!of_january.is_empty());
        of_january.iter().for_each(|file| std::fs::remove_file(file).unwrap());
        let late = format!("INSERT INTO visits_{number} VALUES ('2026-03-02', '2026-03-02 12:00', 11)");
        rows(&engine, &late).await;
        rows(&engine, &format!("REFRESH MATERIALIZED VIEW v_{number}")).await;
        assert_eq!(rows(&engine, &times).await, [["9"]], "{layout} {key}");
        let mode = format!("SELECT last_refresh FROM system.materialized_views WHERE view_name = 'v_{number}'");
        assert_eq!(rows(&engine, &mode).await, [["groups"]]);
    }
    engine.close().await;
}
