//! A refused statement carries its SQLSTATE, its position and a hint, and leaves the connection usable.

use bellwether_tests::server::TestServer;
use tokio_postgres::Client;
use tokio_postgres::error::{DbError, ErrorPosition};

async fn refused(client: &Client, sql: &str) -> DbError {
    let error = client.simple_query(sql).await.expect_err(sql);
    error.as_db_error().unwrap_or_else(|| panic!("{sql}: {error}")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_relation_is_named_with_its_position() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let error = refused(&client, "SELECT *\nFROM no_such_table").await;
    assert_eq!(error.code().code(), "42P01");
    assert_eq!(error.severity(), "ERROR");
    assert_eq!(error.message(), "relation \"no_such_table\" does not exist");
    assert_eq!(error.position(), Some(&ErrorPosition::Original(15)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_column_is_named_with_its_position() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let error = refused(&client, "SELECT 1 + nope FROM (VALUES (1)) AS v (x)").await;
    assert_eq!(error.code().code(), "42703");
    assert_eq!(error.message(), "column \"nope\" does not exist");
    assert_eq!(error.position(), Some(&ErrorPosition::Original(12)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_count_characters_not_bytes() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let error = refused(&client, "SELECT 'äöü漢', nope FROM (VALUES (1)) AS v (x)").await;
    assert_eq!(error.position(), Some(&ErrorPosition::Original(16)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_statement_points_at_the_word() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let error = refused(&client, "SELCT 1").await;
    assert_eq!(error.code().code(), "42601");
    assert_eq!(error.message(), "syntax error at or near \"SELCT\"");
    assert_eq!(error.position(), Some(&ErrorPosition::Original(1)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_in_the_middle_of_the_rows_ends_the_result_and_not_the_connection() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let error = refused(&client, "SELECT 100 / (50000 - value) FROM generate_series(1, 100000) AS s (value)").await;
    assert_eq!(error.code().code(), "22012");
    client.simple_query("SELECT 1").await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statements_after_a_refused_one_do_not_run() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let sql = "CREATE TABLE first (id bigint); SELECT * FROM absent; CREATE TABLE second (id bigint)";
    assert_eq!(refused(&client, sql).await.code().code(), "42P01");
    client.simple_query("SELECT * FROM first").await.unwrap();
    assert_eq!(refused(&client, "SELECT * FROM second").await.code().code(), "42P01");
    server.stop().await;
}
