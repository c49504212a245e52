//! Queries answered from materialized views: whatever was done to the tables, the answer is the raw one.

use bellwether::{ClientInfo, Door, Engine, Outcome, Principal, Session};
use bellwether_tests::chance::Chance;
use bellwether_tests::server::test_config;
use bellwether_tests::variable::number;
use futures::TryStreamExt;

/// Histories of a run, each on a lake of its own; `BELLWETHER_TEST_HISTORIES` asks for more, and `BELLWETHER_TEST_SEED`
/// is the seed of the first.
const HISTORIES: u64 = 2;

/// Changes of a history; after each, queries are compared.
const STEPS: u64 = 10;

/// Queries that are compared after each change.
const QUERIES: usize = 6;

/// What the views keep, each a shape of its own.
const VIEWS: [&str; 26] = [
    "SELECT day, channel, sum(amount) AS amount, count(*) AS orders FROM orders GROUP BY day, channel",
    "SELECT date_trunc('day', ts) AS day, channel, sum(amount) AS amount, count(*) AS n, sum(quantity) AS q, count(quantity) AS nq FROM orders GROUP BY 1, 2",
    "SELECT ts::date AS day, sum(amount) AS amount, min(amount) AS low, max(amount) AS high FROM orders GROUP BY 1",
    "SELECT date_trunc('month', ts) AS month, channel, count(*) AS n, sum(amount) AS amount FROM orders GROUP BY 1, 2",
    "SELECT date_trunc('week', ts) AS week, sum(amount) AS amount FROM orders GROUP BY 1",
    "SELECT date_trunc('hour', ts) AS hour, count(*) AS n, sum(quantity) AS q FROM orders GROUP BY 1",
    "SELECT customer_id, sum(amount) AS amount, count(*) AS n, min(ts) AS first, max(ts) AS last FROM orders GROUP BY customer_id",
    "SELECT customer_id, day, sum(amount) AS amount, count(*) AS n FROM orders GROUP BY 1, 2",
    "SELECT channel, count(DISTINCT customer_id) AS customers FROM orders GROUP BY channel",
    "SELECT channel, customer_id, count(*) AS n FROM orders GROUP BY 1, 2",
    "SELECT c.region, o.channel, sum(o.amount) AS amount, count(*) AS n FROM orders o JOIN customers c ON o.customer_id = c.id GROUP BY 1, 2",
    "SELECT c.region, date_trunc('day', o.ts) AS day, sum(o.amount) AS amount FROM orders o LEFT JOIN customers c ON o.customer_id = c.id GROUP BY 1, 2",
    "SELECT count(*) AS n, sum(amount) AS amount FROM orders",
    "SELECT channel, sum(amount) AS amount, count(*) AS n FROM orders WHERE quantity > 2 GROUP BY channel",
    "SELECT channel, quantity, sum(amount) AS amount, count(*) AS n FROM orders WHERE quantity >= 1 GROUP BY 1, 2",
    "SELECT day, sum(amount) AS amount, count(*) AS n FROM orders WHERE channel = 'search' GROUP BY day",
    "SELECT channel, avg(amount) AS mean, avg(quantity) AS pieces FROM orders GROUP BY channel",
    "SELECT day, channel, sum(amount) FILTER (WHERE quantity > 3) AS large, count(*) AS n FROM orders GROUP BY 1, 2",
    "SELECT extract(year FROM ts) AS year, channel, sum(amount) AS amount FROM orders GROUP BY 1, 2",
    "SELECT upper(channel) AS channel, sum(amount) AS amount, count(amount) AS n FROM orders GROUP BY 1",
    "SELECT region, count(*) AS customers FROM customers GROUP BY region",
    "SELECT channel, sum(amount) AS amount FROM orders GROUP BY channel HAVING count(*) > 3",
    "SELECT channel, sum(price) AS price, avg(price) AS mean FROM orders GROUP BY channel",
    "SELECT day, channel, bool_or(quantity > 5) AS any_large, max(channel) AS c FROM orders GROUP BY 1, 2",
    "SELECT customer_id, channel, day, sum(amount * 2) AS twice, sum(quantity) AS q, count(*) AS n FROM orders GROUP BY 1, 2, 3",
    "SELECT sum(amount) AS amount, count(*) AS n FROM orders WHERE day IS NOT NULL GROUP BY day",
];

/// What is asked; `{a}` and `{b}` are days, `{k}` a number, `{c}` a channel.
const ASKED: [&str; 52] = [
    "SELECT channel, sum(amount), count(*) FROM orders GROUP BY channel",
    "SELECT day, sum(amount) FROM orders GROUP BY day",
    "SELECT sum(amount), count(*) FROM orders",
    "SELECT count(*) FROM orders WHERE day >= '{a}'",
    "SELECT channel, sum(amount) FROM orders WHERE day >= '{a}' AND day < '{b}' GROUP BY channel",
    "SELECT channel, sum(amount) FROM orders WHERE ts >= '{a}' AND ts < '{b}' GROUP BY channel",
    "SELECT channel, sum(amount) FROM orders WHERE ts BETWEEN '{a}' AND '{b} 23:59:59.999999' GROUP BY channel",
    "SELECT channel, sum(amount) FROM orders WHERE ts >= '{a} 12:30:00' GROUP BY channel",
    "SELECT channel, sum(amount) FROM orders WHERE ts > '{a}' AND ts <= '{b}' GROUP BY channel",
    "SELECT date_trunc('month', ts), sum(amount), count(*) FROM orders GROUP BY 1",
    "SELECT date_trunc('month', ts), channel, sum(amount) FROM orders WHERE channel <> '{c}' GROUP BY 1, 2",
    "SELECT date_trunc('quarter', ts), count(*) FROM orders GROUP BY 1",
    "SELECT date_trunc('year', ts), sum(amount) FROM orders GROUP BY 1",
    "SELECT date_trunc('week', ts), sum(amount) FROM orders GROUP BY 1",
    "SELECT date_trunc('day', ts), count(*), sum(quantity) FROM orders GROUP BY 1",
    "SELECT date_trunc('hour', ts), count(*) FROM orders GROUP BY 1",
    "SELECT ts::date, sum(amount), min(amount), max(amount) FROM orders GROUP BY 1",
    "SELECT extract(year FROM ts), sum(amount) FROM orders GROUP BY 1",
    "SELECT extract(month FROM ts), channel, count(*) FROM orders GROUP BY 1, 2",
    "SELECT extract(dow FROM ts), sum(amount) FROM orders GROUP BY 1",
    "SELECT extract(hour FROM ts), count(*) FROM orders GROUP BY 1",
    "SELECT customer_id, sum(amount), min(ts), max(ts) FROM orders GROUP BY 1",
    "SELECT customer_id, count(*) FROM orders WHERE customer_id < {k} GROUP BY 1",
    "SELECT count(DISTINCT customer_id) FROM orders",
    "SELECT channel, count(DISTINCT customer_id) FROM orders GROUP BY channel",
    "SELECT day, count(DISTINCT channel), max(channel), min(day) FROM orders GROUP BY day",
    "SELECT c.region, sum(o.amount), count(*) FROM orders o JOIN customers c ON o.customer_id = c.id GROUP BY 1",
    "SELECT c.region, o.channel, sum(o.amount) FROM customers c JOIN orders o ON c.id = o.customer_id WHERE c.region <> 'north' GROUP BY 1, 2",
    "SELECT c.segment, sum(o.amount) FROM orders o JOIN customers c ON o.customer_id = c.id GROUP BY 1",
    "SELECT c.segment, o.day, count(*) FROM orders o, customers c WHERE o.customer_id = c.id AND o.day >= '{a}' GROUP BY 1, 2",
    "SELECT c.region, sum(o.amount) FROM orders o LEFT JOIN customers c ON o.customer_id = c.id GROUP BY 1",
    "SELECT c.id, sum(o.amount) FROM orders o JOIN customers c ON o.customer_id = c.id GROUP BY 1",
    "SELECT o.customer_id, count(c.id), sum(o.amount) FROM orders o LEFT JOIN customers c ON o.customer_id = c.id GROUP BY 1",
    "SELECT c.region, date_trunc('month', o.ts), sum(o.amount) FROM orders o LEFT JOIN customers c ON o.customer_id = c.id WHERE o.ts >= '{a}' GROUP BY 1, 2",
    "SELECT customer_id, sum(amount) FROM orders o JOIN customers c ON o.quantity = c.id AND o.customer_id = c.id GROUP BY 1",
    "SELECT customer_id, count(*) FROM orders WHERE customer_id = quantity GROUP BY 1",
    "SELECT channel, sum(amount) FROM orders WHERE quantity > 2 GROUP BY channel",
    "SELECT channel, sum(amount) FROM orders WHERE quantity > {k} GROUP BY channel",
    "SELECT channel, count(*) FROM orders WHERE quantity >= 2 AND quantity <= 4 GROUP BY channel",
    "SELECT sum(amount) FROM orders WHERE channel = '{c}' AND day = '{a}'",
    "SELECT day, sum(amount) FROM orders WHERE channel IN ('{c}', 'email') GROUP BY day",
    "SELECT channel, avg(amount), avg(quantity) FROM orders GROUP BY channel",
    "SELECT date_trunc('month', ts), avg(amount), avg(quantity) FROM orders GROUP BY 1",
    "SELECT day, sum(CASE WHEN channel = '{c}' THEN amount ELSE 0 END), sum(CASE WHEN channel = '{c}' THEN 1 ELSE 0 END) FROM orders GROUP BY day",
    "SELECT day, sum(amount) FILTER (WHERE channel = '{c}'), count(*) FILTER (WHERE channel <> '{c}') FROM orders GROUP BY day",
    "SELECT channel, sum(amount) FILTER (WHERE quantity > 3) FROM orders GROUP BY channel",
    "SELECT channel, sum(price), avg(price), min(price) FROM orders GROUP BY channel",
    "SELECT upper(channel), sum(amount), count(amount) FROM orders GROUP BY 1",
    "SELECT region, count(*) FROM customers GROUP BY region",
    "WITH monthly AS (SELECT date_trunc('month', ts) AS month, sum(amount) AS amount FROM orders GROUP BY 1) SELECT max(amount), count(*) FROM monthly",
    "SELECT channel, sum(amount) / (SELECT sum(amount) FROM orders WHERE day >= '{a}') FROM orders WHERE day >= '{a}' GROUP BY channel HAVING count(*) > 1",
    "SELECT day, bool_or(quantity > 5), sum(amount * 2) FROM orders GROUP BY day UNION ALL SELECT NULL, NULL, sum(quantity) FROM orders",
];

const CHANNELS: [&str; 4] = ["search", "email", "social", "direct"];

fn day(chance: &mut Chance) -> String {
    format!("2026-{:02}-{:02}", 1 + chance.below(4), 1 + chance.below(28))
}

async fn run(session: &Session, sql: &str) -> Vec<Vec<String>> {
    let outcome = session.run(sql).await.unwrap_or_else(|error| panic!("{sql}: {error} {:?}", error.detail()));
    let Outcome::Rows(rows) = outcome else { return Vec::new() };
    let batches: Vec<_> = rows.try_collect().await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    batches.iter().flat_map(bellwether_tests::text::rows).collect()
}

/// The rows in an order of their own, because neither answer promises one.
async fn sorted(session: &Session, sql: &str) -> Vec<Vec<String>> {
    let mut rows = run(session, sql).await;
    rows.sort();
    rows
}

/// Orders with NULLs in every column but the number, spread over some months.
fn orders(first: u64, count: u64, salt: u64) -> String {
    let last = first + count - 1;
    format!(
        "SELECT s.n, \
         CASE WHEN (s.n + {salt}) % 13 = 0 THEN NULL ELSE (s.n * 31 + {salt}) % 17 END, \
         CASE (s.n * 7 + {salt}) % 6 WHEN 0 THEN 'search' WHEN 1 THEN 'email' WHEN 2 THEN 'social' WHEN 3 THEN NULL ELSE 'direct' END, \
         TIMESTAMP '2026-01-01' + (((s.n * 104729 + {salt} * 977) % 160000) || ' minutes')::interval, \
         CASE WHEN (s.n + {salt}) % 11 = 0 THEN NULL ELSE DATE '2026-01-01' + ((s.n * 13 + {salt}) % 110)::int END, \
         CASE WHEN (s.n + {salt}) % 7 = 0 THEN NULL ELSE (((s.n * 37 + {salt}) % 1000) / 8.0)::decimal(18, 4) END, \
         CASE WHEN (s.n + {salt}) % 5 = 0 THEN NULL ELSE ((s.n + {salt}) % 9)::int END, \
         ((s.n * 17 + {salt}) % 100 / 7.0)::double precision \
         FROM generate_series({first}, {last}) AS s (n)"
    )
}

/// One change of the tables.
fn change(chance: &mut Chance, made: &mut u64) -> String {
    let (k, salt) = (chance.below(17), chance.below(1000));
    match chance.below(9) {
        0..=3 => {
            let count = 1 + chance.below(60);
            let first = *made + 1;
            *made += count;
            format!("INSERT INTO orders {}", orders(first, count, salt))
        }
        4 => format!("UPDATE orders SET amount = amount + 1, channel = 'email' WHERE customer_id = {k}"),
        5 => format!("DELETE FROM orders WHERE customer_id = {k} AND quantity > 3"),
        6 => format!("UPDATE customers SET region = 'west' WHERE id % 5 = {}", salt % 5),
        7 => format!("INSERT INTO customers VALUES ({k}, 'east', 'new')"),
        _ => {
            let (count, first) = (1 + chance.below(20), (*made).saturating_sub(chance.below(10)).max(1));
            *made = (*made).max(first + count);
            format!(
                "MERGE INTO orders AS t USING ({}) AS s (id, customer_id, channel, ts, day, amount, quantity, price) \
                 ON t.id = s.id WHEN MATCHED THEN UPDATE SET amount = s.amount, day = s.day \
                 WHEN NOT MATCHED THEN INSERT (id, customer_id, channel, ts, day, amount, quantity, price) \
                 VALUES (s.id, s.customer_id, s.channel, s.ts, s.day, s.amount, s.quantity, s.price)",
                orders(first, count, salt)
            )
        }
    }
}

fn asked(chance: &mut Chance) -> String {
    let query = ASKED[chance.below(ASKED.len() as u64) as usize];
    let (mut a, mut b) = (day(chance), day(chance));
    if a > b {
        std::mem::swap(&mut a, &mut b);
    }
    let channel = CHANNELS[chance.below(4) as usize];
    query.replace("{a}", &a).replace("{b}", &b).replace("{k}", &chance.below(9).to_string()).replace("{c}", channel)
}

async fn opened(folder: &tempfile::TempDir) -> Engine {
    Engine::start(test_config(folder.path().join("lake").display().to_string())).await.unwrap()
}

fn session(engine: &Engine, rewrites: bool) -> Session {
    let session = engine.session(Principal::owner(), Door::Embedded, ClientInfo::default()).unwrap();
    session.set("bellwether.rewrite", if rewrites { "on" } else { "off" }).unwrap();
    session
}

async fn fill(session: &Session) {
    run(session, "CREATE TABLE orders (id bigint, customer_id bigint, channel text, ts timestamp, day date, amount decimal(18, 4), quantity int, price double precision)").await;
    run(session, "CREATE TABLE customers (id bigint, region text, segment text)").await;
    run(session, "INSERT INTO customers SELECT n, CASE n % 3 WHEN 0 THEN 'north' WHEN 1 THEN 'south' END, 'segment ' || (n % 4) FROM generate_series(0, 14) AS s (n)").await;
    run(session, &format!("INSERT INTO orders {}", orders(1, 200, 5))).await;
}

/// What EXPLAIN says of views.
async fn views(session: &Session, sql: &str) -> String {
    let rows = run(session, &format!("EXPLAIN {sql}")).await;
    let lines = rows.iter().filter_map(|row| row[0].strip_prefix("Materialized views: "));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewritten_answer_is_the_raw_answer_whatever_was_done_to_the_tables() {
    let histories = number("BELLWETHER_TEST_HISTORIES").unwrap_or(HISTORIES);
    let first = number("BELLWETHER_TEST_SEED").unwrap_or(0);
    let (mut compared, mut answered) = (0, 0);
    for seed in first..first + histories {
        let folder = tempfile::tempdir().unwrap();
        let engine = opened(&folder).await;
        let (raw, rewritten) = (session(&engine, false), session(&engine, true));
        fill(&raw).await;
        for (number, query) in VIEWS.iter().enumerate() {
            run(&raw, &format!("CREATE MATERIALIZED VIEW v{number} AS {query}")).await;
        }
        let (mut chance, mut made) = (Chance::new(seed), 200);
        for step in 0..STEPS {
            match chance.below(6) {
                0 => drop(engine.maintain().await.unwrap()),
                1..=3 => {
                    for _ in 0..5 {
                        let view = chance.below(VIEWS.len() as u64);
                        run(&raw, &format!("REFRESH MATERIALIZED VIEW v{view}")).await;
                    }
                }
                _ => drop(run(&raw, &change(&mut chance, &mut made)).await),
            }
            for _ in 0..QUERIES {
                let query = asked(&mut chance);
                let (found, expected) = (sorted(&rewritten, &query).await, sorted(&raw, &query).await);
                compared += 1;
                if found == expected {
                    answered += usize::from(views(&rewritten, &query).await.contains(" answers"));
                    continue;
                }
                let views = views(&rewritten, &query).await;
                // Not from a view: both are raw, and a sum of doubles, which prices alone are, takes its rows as the
                // threads bring them.
                if query.contains("price") && !views.contains(" answers") {
                    continue;
                }
                panic!("seed {seed}, step {step}: {query}\n{views}\nfound {found:?}\nexpected {expected:?}");
            }
        }
        engine.close().await;
    }
    println!("{histories} histories, {compared} answers compared, {answered} of them from views; wrong answers: 0");
    assert!(answered * 5 > compared, "only {answered} of {compared} answers came from views");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_fresh_views_most_questions_are_answered_from_them() {
    let folder = tempfile::tempdir().unwrap();
    let engine = opened(&folder).await;
    let (raw, rewritten) = (session(&engine, false), session(&engine, true));
    fill(&raw).await;
    for (number, query) in VIEWS.iter().enumerate() {
        run(&raw, &format!("CREATE MATERIALIZED VIEW v{number} AS {query}")).await;
    }
    let mut chance = Chance::new(7);
    let mut unanswered = Vec::new();
    for query in ASKED {
        let (k, c) = (chance.below(9).to_string(), CHANNELS[chance.below(4) as usize]);
        let query =
            query.replace("{a}", "2026-01-20").replace("{b}", "2026-03-05").replace("{k}", &k).replace("{c}", c);
        assert_eq!(sorted(&rewritten, &query).await, sorted(&raw, &query).await, "{query}");
        let views = views(&rewritten, &query).await;
        if !views.contains(" answers") {
            unanswered.push(format!("{query}\n{views}"));
        }
    }
    // Times of day, doubles, a join that is no key's, and a filter no view keeps: ten at most.
    assert!(unanswered.len() <= 10, "{} questions are not answered:\n{}", unanswered.len(), unanswered.join("\n\n"));
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_dropped_or_replaced_no_longer_answers() {
    let folder = tempfile::tempdir().unwrap();
    let engine = opened(&folder).await;
    let session = session(&engine, true);
    fill(&session).await;
    let query = "SELECT channel, sum(amount) FROM orders GROUP BY channel";
    run(&session, &format!("CREATE MATERIALIZED VIEW v AS {query}")).await;
    assert!(views(&session, query).await.contains("public.v answers"));
    run(&session, "CREATE OR REPLACE MATERIALIZED VIEW v AS SELECT channel, count(*) FROM orders GROUP BY channel")
        .await;
    assert!(views(&session, query).await.contains("does not follow"));
    run(&session, "DROP MATERIALIZED VIEW v").await;
    assert_eq!(views(&session, query).await, "");
    run(&session, &format!("CREATE MATERIALIZED VIEW v AS {query}")).await;
    run(&session, "ALTER TABLE orders RENAME TO old_orders").await;
    run(&session, "CREATE TABLE orders (channel text, amount decimal(18, 4))").await;
    assert_eq!(run(&session, query).await, Vec::<Vec<String>>::new());
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_view_is_read_from_memory_and_never_with_the_rows_of_before() {
    let folder = tempfile::tempdir().unwrap();
    let engine = opened(&folder).await;
    let (raw, rewritten) = (session(&engine, false), session(&engine, true));
    fill(&raw).await;
    run(&raw, "CREATE MATERIALIZED VIEW v AS SELECT channel, sum(amount) AS amount, avg(amount) AS mean, count(*) AS n FROM orders GROUP BY channel").await;
    let asked = "SELECT channel, sum(amount), avg(amount), count(*) FROM orders GROUP BY channel";
    let (computed, named) = ("SELECT sum(amount), count(*) FROM orders", "SELECT sum(amount), sum(n) FROM v");
    let read = async |sql: &str| {
        let plan = run(&rewritten, &format!("EXPLAIN {sql}")).await;
        plan.into_iter().flatten().find(|line| line.contains("DataSourceExec")).expect("something is read")
    };
    for round in 0..4 {
        assert!(read(asked).await.contains(".parquet"), "round {round}: nothing is kept of what was not read before");
        for _ in 0..3 {
            assert_eq!(sorted(&rewritten, asked).await, sorted(&raw, asked).await, "round {round}");
            assert_eq!(run(&rewritten, named).await, run(&raw, computed).await, "round {round}");
        }
        for sql in [asked, computed, named] {
            let read = read(sql).await;
            assert!(read.contains("partition_sizes=") && !read.contains(".parquet"), "round {round}: {sql}: {read}");
        }
        run(&raw, &format!("INSERT INTO orders {}", orders(300 + 10 * round, 10, round))).await;
        run(&raw, "UPDATE orders SET amount = amount + 1 WHERE customer_id = 3").await;
        run(&raw, "REFRESH MATERIALIZED VIEW v").await;
    }
    engine.close().await;
}
