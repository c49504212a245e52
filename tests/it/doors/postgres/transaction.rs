//! What a transaction block does to a table is one commit, seen by nobody else before it, or nothing at all.

use bellwether_tests::server::TestServer;
use futures::SinkExt;
use tokio_postgres::Client;

/// A server with tables `a` and `b` of three rows each, and two connections to it.
async fn two_clients() -> (TestServer, Client, Client) {
    let server = TestServer::start().await;
    let (one, other) = (server.connect().await.unwrap(), server.connect().await.unwrap());
    let tables = "CREATE TABLE a (id bigint, word text); INSERT INTO a VALUES (1, 'x'), (2, 'x'), (3, 'x');
        CREATE TABLE b (id bigint); INSERT INTO b VALUES (1), (2), (3)";
    one.batch_execute(tables).await.unwrap();
    (server, one, other)
}

async fn number(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

/// The SQLSTATE and the detail of a statement that must fail.
async fn refusal(client: &Client, sql: &str) -> (String, String) {
    let error = client.batch_execute(sql).await.unwrap_err();
    let error = error.as_db_error().unwrap();
    (error.code().code().to_owned(), error.detail().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_seen_by_itself_alone_until_it_commits() {
    let (server, mut one, other) = two_clients().await;
    let block = one.transaction().await.unwrap();
    // Planned once, before the block changes anything and again after: each run must see what is there then.
    let counted = block.prepare("SELECT count(*) FROM a").await.unwrap();
    block.execute("INSERT INTO a VALUES ($1, $2)", &[&4_i64, &"y"]).await.unwrap();
    assert_eq!(block.query_one(&counted, &[]).await.unwrap().get::<_, i64>(0), 4);
    assert_eq!(block.execute("UPDATE a SET word = 'z' WHERE id > 2", &[]).await.unwrap(), 2);
    assert_eq!(block.execute("DELETE FROM a WHERE id = 1", &[]).await.unwrap(), 1);
    assert_eq!(block.query_one(&counted, &[]).await.unwrap().get::<_, i64>(0), 3);
    assert_eq!(number(&other, "SELECT count(*) FROM a WHERE word = 'x'").await, 3);
    block.commit().await.unwrap();
    assert_eq!(number(&other, "SELECT count(*) FROM a WHERE word = 'z'").await, 2);
    assert_eq!(number(&other, "SELECT sum(id)::bigint FROM a").await, 9);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_of_many_inserts_is_one_version_and_one_file() {
    let (server, mut one, other) = two_clients().await;
    let version = "SELECT version FROM system.tables WHERE table_name = 'a'";
    let before = number(&other, version).await;
    let block = one.transaction().await.unwrap();
    let insert = block.prepare("INSERT INTO a VALUES ($1, 'new')").await.unwrap();
    for id in 0..300_i64 {
        block.execute(&insert, &[&id]).await.unwrap();
    }
    let sink = block.copy_in("COPY a FROM STDIN").await.unwrap();
    let mut sink = std::pin::pin!(sink);
    sink.send("1000\tcopied\n".as_bytes()).await.unwrap();
    sink.close().await.unwrap();
    assert_eq!(number(&other, "SELECT count(*) FROM a").await, 3);
    block.commit().await.unwrap();
    assert_eq!(number(&other, "SELECT count(*) FROM a").await, 304);
    assert_eq!(number(&other, version).await, before + 1);
    assert_eq!(number(&other, "SELECT files FROM system.tables WHERE table_name = 'a'").await, 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_was_never_there() {
    let (server, mut one, other) = two_clients().await;
    let version = "SELECT version FROM system.tables WHERE table_name = 'a'";
    let before = number(&other, version).await;
    let block = one.transaction().await.unwrap();
    let sink = block.copy_in("COPY a FROM STDIN WITH (FORMAT csv)").await.unwrap();
    let mut sink = std::pin::pin!(sink);
    sink.send("7,seven\n".as_bytes()).await.unwrap();
    sink.close().await.unwrap();
    block.batch_execute("UPDATE a SET word = 'gone'; TRUNCATE b").await.unwrap();
    block.rollback().await.unwrap();
    // A statement that fails takes what was done before it along.
    let failed = one.batch_execute("BEGIN; INSERT INTO a VALUES (8, 'eight'); SELECT 1 / 0").await;
    assert!(failed.is_err());
    one.batch_execute("COMMIT").await.unwrap();
    // So does a client that goes away.
    let gone = server.connect().await.unwrap();
    gone.batch_execute("BEGIN; DELETE FROM a; INSERT INTO b VALUES (9)").await.unwrap();
    drop(gone);
    assert_eq!(number(&other, "SELECT count(*) FROM a WHERE word = 'x'").await, 3);
    assert_eq!(number(&other, "SELECT count(*) FROM a").await, 3);
    assert_eq!(number(&other, "SELECT count(*) FROM b").await, 3);
    assert_eq!(number(&other, version).await, before);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_add_rows_do_not_conflict_and_others_do() {
    let (server, one, other) = two_clients().await;
    for client in [&one, &other] {
        client.batch_execute("BEGIN; INSERT INTO a VALUES (4, 'four')").await.unwrap();
    }
    for client in [&one, &other] {
        client.batch_execute("COMMIT").await.unwrap();
    }
    assert_eq!(number(&one, "SELECT count(*) FROM a WHERE id = 4").await, 2);

    for client in [&one, &other] {
        client.batch_execute("BEGIN; UPDATE a SET word = word || '!' WHERE id = 1").await.unwrap();
    }
    one.batch_execute("COMMIT").await.unwrap();
    let (code, detail) = refusal(&other, "COMMIT").await;
    assert_eq!((code.as_str(), detail.as_str()), ("40001", "the changes of table \"a\" were not committed"));
    // The block is over, and can be run again.
    other.batch_execute("BEGIN; UPDATE a SET word = word || '!' WHERE id = 1; COMMIT").await.unwrap();
    assert_eq!(number(&one, "SELECT count(*) FROM a WHERE id = 1 AND word = 'x!!'").await, 1);

    // Rows that fitted the table as it was.
    one.batch_execute("BEGIN; INSERT INTO a VALUES (5, NULL)").await.unwrap();
    other.batch_execute("UPDATE a SET word = 'w'; ALTER TABLE a ALTER COLUMN word SET NOT NULL").await.unwrap();
    assert_eq!(refusal(&one, "COMMIT").await.0, "40001");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_that_can_be_seen_keeps_every_table_as_it_is() {
    let (server, one, other) = two_clients().await;
    one.batch_execute("BEGIN; INSERT INTO b VALUES (4); DELETE FROM a WHERE id = 1").await.unwrap();
    other.batch_execute("INSERT INTO a VALUES (9, 'nine')").await.unwrap();
    assert_eq!(refusal(&one, "COMMIT").await.0, "40001");
    assert_eq!(number(&one, "SELECT count(*) FROM b").await, 3);
    one.batch_execute("BEGIN; INSERT INTO b VALUES (4); DELETE FROM a WHERE id = 1; COMMIT").await.unwrap();
    assert_eq!(number(&other, "SELECT count(*) FROM b").await, 4);
    assert_eq!(number(&other, "SELECT count(*) FROM a").await, 3);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_applied_once_also_in_a_block() {
    let (server, one, other) = two_clients().await;
    for client in [&one, &other] {
        client.batch_execute("SET bellwether.writer = 'nightly'; SET bellwether.batch = 1").await.unwrap();
        client.batch_execute("BEGIN; INSERT INTO b VALUES (4); INSERT INTO b VALUES (5); COMMIT").await.unwrap();
    }
    assert_eq!(number(&one, "SELECT count(*) FROM b").await, 4);
    server.stop().await;
}
