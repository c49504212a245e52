//! A connection is a session of its own: its settings, its temporary state, its several statements.

use bellwether_tests::server::{TestServer, connect};
use tokio_postgres::{Client, SimpleQueryMessage};

/// The first value of the last row.
async fn value(client: &Client, sql: &str) -> Option<String> {
    let messages = client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    messages.iter().rev().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).map(String::from)),
        _ => None,
    })?
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_one_connection_do_not_leak_into_another() {
    let server = TestServer::start().await;
    let (one, other) = (server.connect().await.unwrap(), server.connect().await.unwrap());
    one.simple_query("SET TIME ZONE 'Asia/Tokyo'; SET statement_timeout = '7s'").await.unwrap();
    assert_eq!(value(&one, "SHOW TimeZone").await.as_deref(), Some("Asia/Tokyo"));
    assert_eq!(value(&other, "SHOW TimeZone").await.as_deref(), Some("UTC"));
    assert_ne!(value(&other, "SHOW statement_timeout").await.as_deref(), Some("7s"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn start_up_options_set_the_session() {
    let server = TestServer::start().await;
    let mut config = server.postgres();
    config.application_name("a report").options("-c statement_timeout=4000 -c TimeZone=Europe/Paris");
    let client = connect(&config).await.unwrap();
    assert_eq!(value(&client, "SHOW application_name").await.as_deref(), Some("a report"));
    assert_eq!(value(&client, "SHOW statement_timeout").await.as_deref(), Some("4s"));
    assert_eq!(value(&client, "SHOW TimeZone").await.as_deref(), Some("Europe/Paris"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_statements_in_one_text_give_several_results() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let messages = client.simple_query("SELECT 1; SELECT 2; ; SELECT 3").await.unwrap();
    let values: Vec<&str> = messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        })
        .collect();
    assert_eq!(values, ["1", "2", "3"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_text_is_a_statement_without_effect() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.simple_query("").await.unwrap();
    client.simple_query(";").await.unwrap();
    client.simple_query("-- nothing but a comment").await.unwrap();
    assert_eq!(value(&client, "SELECT 1").await.as_deref(), Some("1"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_names_itself_as_the_postgresql_it_speaks() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let version = value(&client, "SELECT version()").await.unwrap();
    let major = version.strip_prefix("PostgreSQL ").and_then(|rest| rest.split(['.', ' ']).next());
    let major: u32 = major.and_then(|major| major.parse().ok()).unwrap_or_else(|| panic!("version() is {version}"));
    let number: u32 = value(&client, "SHOW server_version_num").await.unwrap().parse().unwrap();
    assert_eq!(number / 10_000, major);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_sees_itself_in_the_list_of_sessions() {
    let server = TestServer::start().await;
    let mut config = server.postgres();
    let client = connect(config.application_name("spotted")).await.unwrap();
    let count = value(&client, "SELECT count(*) FROM system.sessions WHERE application_name = 'spotted'").await;
    assert_eq!(count.as_deref(), Some("1"));
    server.stop().await;
}
