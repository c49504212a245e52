//! Rows are copied out and in, in three formats, and what fails on the way in leaves nothing behind.

use std::pin::pin;
use std::time::Duration;

use bellwether_tests::server::TestServer;
use futures::{SinkExt, StreamExt, TryStreamExt};
use tokio_postgres::binary_copy::{BinaryCopyInWriter, BinaryCopyOutStream};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

const TABLE: &str = "CREATE TABLE orders (id bigint NOT NULL, amount numeric(18, 4), day date, note text)";

async fn copied_out(client: &Client, sql: &str) -> String {
    let stream = client.copy_out(sql).await.unwrap();
    let pieces: Vec<_> = stream.try_collect().await.unwrap();
    String::from_utf8(pieces.concat()).unwrap()
}

/// Copies the pieces in, each in a message of its own.
async fn copied_in(client: &Client, sql: &str, pieces: &[&str]) -> Result<u64, tokio_postgres::Error> {
    let mut sink = pin!(client.copy_in(sql).await?);
    for piece in pieces {
        sink.send(bytes(piece)).await?;
        sink.flush().await?;
    }
    sink.finish().await
}

fn bytes(text: &str) -> std::io::Cursor<Vec<u8>> {
    std::io::Cursor::new(text.as_bytes().to_vec())
}

async fn count(client: &Client) -> i64 {
    client.query_one("SELECT count(*) FROM orders", &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn text_and_csv_look_as_postgresql_writes_them() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    client
        .batch_execute("INSERT INTO orders VALUES (1, 12.5, '2024-02-29', 'a,\t\"b\"'), (2, NULL, NULL, '')")
        .await
        .unwrap();
    let rows = "(SELECT * FROM orders ORDER BY id)";
    let text = copied_out(&client, &format!("COPY {rows} TO STDOUT")).await;
    assert_eq!(text, "1\t12.5000\t2024-02-29\ta,\\t\"b\"\n2\t\\N\t\\N\t\n");
    let csv = copied_out(&client, &format!("COPY {rows} TO STDOUT WITH (FORMAT csv, HEADER)")).await;
    assert_eq!(csv, "id,amount,day,note\n1,12.5000,2024-02-29,\"a,\t\"\"b\"\"\"\n2,,,\"\"\n");
    let csv = copied_out(&client, "COPY orders (note, id) TO STDOUT WITH CSV DELIMITER ';' NULL 'none'").await;
    let mut lines: Vec<_> = csv.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["\"a,\t\"\"b\"\"\";1", ";2"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn binary_goes_out_and_comes_in() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute("CREATE TABLE points (id bigint, x double precision, label text)").await.unwrap();
    let types = [Type::INT8, Type::FLOAT8, Type::TEXT];
    let sink = client.copy_in("COPY points FROM STDIN WITH (FORMAT \"binary\")").await.unwrap();
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for id in 0..20_000_i64 {
        let label = (id % 3 != 0).then(|| format!("point {id}"));
        writer.as_mut().write(&[&id, &(id as f64 / 2.0), &label]).await.unwrap();
    }
    assert_eq!(writer.finish().await.unwrap(), 20_000);

    let stream = client.copy_out("COPY (SELECT * FROM points ORDER BY id) TO STDOUT WITH BINARY").await.unwrap();
    let rows: Vec<_> = BinaryCopyOutStream::new(stream, &types).try_collect().await.unwrap();
    assert_eq!(rows.len(), 20_000);
    assert_eq!(rows[7].get::<i64>(0), 7);
    assert_eq!(rows[7].get::<f64>(1), 3.5);
    assert_eq!(rows[7].get::<Option<String>>(2).as_deref(), Some("point 7"));
    assert_eq!(rows[9].get::<Option<String>>(2), None);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_and_csv_come_in_wherever_messages_end() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    let text = ["1\t12.5\t2024-02", "-29\ta\\tb\n2\t\\N\t\\", "N\t\\\\N\n\\.\nnothing"];
    assert_eq!(copied_in(&client, "COPY orders FROM STDIN", &text).await.unwrap(), 2);
    let csv = ["note,id\r\n\"two\nli", "nes\",3\r\n", ",4"];
    let sql = "COPY orders (note, id) FROM STDIN WITH (FORMAT csv, HEADER)";
    assert_eq!(copied_in(&client, sql, &csv).await.unwrap(), 2);
    let rows = client.query("SELECT id, amount::text, day::text, note FROM orders ORDER BY id", &[]).await.unwrap();
    let rows: Vec<(i64, Option<String>, Option<String>, Option<String>)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        rows,
        [
            (1, some("12.5000"), some("2024-02-29"), some("a\tb")),
            (2, None, None, some("\\N")),
            (3, None, None, some("two\nlines")),
            (4, None, None, None),
        ]
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_are_left_out_get_their_defaults() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let table = "CREATE TABLE visits (id bigint, source text DEFAULT 'web', seen_at timestamptz DEFAULT now())";
    client.batch_execute(table).await.unwrap();
    assert_eq!(copied_in(&client, "COPY visits (id) FROM STDIN", &["1\n2\n"]).await.unwrap(), 2);
    let row = client
        .query_one("SELECT count(*), min(source), max(source), bool_and(seen_at > '2020-01-01') FROM visits", &[])
        .await
        .unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(2), row.get(3)), (2_i64, "web", "web", true));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_names_line_and_column_and_leaves_nothing_behind() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    for (data, code, message, detail) in [
        (
            "1\t2\t\\N\ta\n2\t3\t\\N\tb\n3\tx\t\\N\tc\n",
            "22P02",
            "invalid input syntax for type numeric: \"x\"",
            Some("COPY orders, line 3, column amount: \"x\""),
        ),
        ("1\t2\n", "22P02", "missing data for column \"day\"", Some("COPY orders, line 1")),
        ("1\t2\t\\N\ta\tb\n", "22P02", "extra data after last expected column", Some("COPY orders, line 1")),
        (
            "1\t2\t\\N\ta\n\\N\t2\t\\N\ta\n",
            "23502",
            "null value in column \"id\" of relation \"orders\" violates not-null constraint",
            None,
        ),
    ] {
        let error = copied_in(&client, "COPY orders FROM STDIN", &[data]).await.unwrap_err();
        let error = error.as_db_error().unwrap_or_else(|| panic!("{data:?}: {error}"));
        assert_eq!((error.code().code(), error.message()), (code, message));
        if detail.is_some() {
            assert_eq!(error.detail(), detail);
        }
        assert_eq!(count(&client).await, 0, "{data:?}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_gives_up_or_goes_away_leaves_nothing_behind() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    let rows = "1\t2\t\\N\ta\n".repeat(100_000);
    {
        // A sink that is dropped sends CopyFail.
        let mut sink = pin!(client.copy_in("COPY orders FROM STDIN").await.unwrap());
        sink.send(bytes(&rows)).await.unwrap();
        sink.flush().await.unwrap();
    }
    assert_eq!(count(&client).await, 0);

    let (leaving, connection) = server.postgres().connect(NoTls).await.unwrap();
    let driver = tokio::spawn(connection);
    let mut sink = pin!(leaving.copy_in("COPY orders FROM STDIN").await.unwrap());
    sink.send(bytes(&rows)).await.unwrap();
    sink.flush().await.unwrap();
    driver.abort();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(count(&client).await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_request_ends_a_copy_that_waits_for_rows() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    let mut sink = pin!(client.copy_in("COPY orders FROM STDIN").await.unwrap());
    sink.send(bytes("1\t2\t\\N\ta\n")).await.unwrap();
    sink.flush().await.unwrap();
    // A request that comes before the rows are waited for has nothing to end.
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    client.cancel_token().cancel_query(NoTls).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let error = sink.finish().await.unwrap_err();
    assert_eq!(error.code().map(|state| state.code()), Some("57014"));
    assert_eq!(count(&client).await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_copy_ends_its_text_and_not_the_connection() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    let error = client.simple_query("SELECT 1; COPY orders TO '/tmp/orders.csv'; SELECT 2").await.unwrap_err();
    let error = error.as_db_error().unwrap();
    assert_eq!(error.code().code(), "42501");
    assert_eq!(error.message(), "COPY to or from a file of the server is not offered");
    assert!(error.hint().is_some_and(|hint| hint.contains("STDOUT")));
    let messages = client.simple_query("SELECT 3").await.unwrap();
    assert!(messages.iter().any(|message| matches!(message, SimpleQueryMessage::Row(row) if row.get(0) == Some("3"))));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_programs_of_the_server_are_out_of_reach() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    for sql in [
        "COPY orders FROM '/etc/passwd'",
        "COPY (SELECT 1) TO '/tmp/out'",
        "COPY orders TO PROGRAM 'cat > /tmp/out'",
        "COPY orders FROM PROGRAM 'id'",
    ] {
        let error = client.execute(sql, &[]).await.unwrap_err();
        assert_eq!(error.code().map(|state| state.code()), Some("42501"), "{sql}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_what_is_not_there_is_an_error_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    for (sql, code) in [
        ("COPY missing TO STDOUT", "42P01"),
        ("COPY (SELECT nothing FROM orders) TO STDOUT", "42703"),
        ("COPY orders (missing) TO STDOUT", "42703"),
        ("COPY orders TO STDOUT (FORMAT xml)", "22023"),
    ] {
        let error = client.copy_out(sql).await.err().unwrap_or_else(|| panic!("{sql} ran"));
        assert_eq!(error.code().map(|state| state.code()), Some(code), "{sql}");
    }
    for (sql, code) in [("COPY missing FROM STDIN", "42P01"), ("COPY orders (missing) FROM STDIN", "42703")] {
        // This driver sends a second Sync after a refused copy and takes its answer for that of the next request,
        // with PostgreSQL too; so each copy has a connection of its own.
        let error = copied_in(&server.connect().await.unwrap(), sql, &["1\n"]).await.unwrap_err();
        assert_eq!(error.code().map(|state| state.code()), Some(code), "{sql}");
    }
    assert_eq!(count(&client).await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_out_can_be_left_before_its_end() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let sql = "COPY (SELECT value FROM generate_series(1, 1000000) AS s (value)) TO STDOUT";
    {
        let mut stream = pin!(client.copy_out(sql).await.unwrap());
        assert!(stream.next().await.unwrap().is_ok());
    }
    assert_eq!(client.query_one("SELECT 1::bigint", &[]).await.unwrap().get::<_, i64>(0), 1);
    server.stop().await;
}
