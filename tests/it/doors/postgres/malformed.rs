//! Bytes that are no protocol end their own connection and nothing else.

use std::time::Duration;

use bellwether_tests::server::TestServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends bytes, reads until the server hangs up or five seconds have passed.
async fn send(server: &TestServer, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.server.postgres_address()).await.unwrap();
    // The server may hang up while we are still writing; that is an answer, too.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    answer
}

/// A message of the front end: its letter, its length, its body.
fn message(letter: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[letter], &length[..], body].concat()
}

fn startup() -> Vec<u8> {
    let body = [&196_608_u32.to_be_bytes()[..], b"user\0tester\0database\0lake\0\0"].concat();
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&length[..], &body].concat()
}

async fn still_answers(server: &TestServer) {
    let client = server.connect().await.unwrap();
    assert_eq!(client.query_one("SELECT 1::bigint", &[]).await.unwrap().get::<_, i64>(0), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_protocol_end_their_own_connection_only() {
    let server = TestServer::start().await;
    let huge = 0x7fff_ffff_u32.to_be_bytes();
    let cases: [(&str, Vec<u8>); 9] = [
        ("nothing but zeros", vec![0; 64]),
        ("another protocol", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
        ("a start-up message of two gigabytes", [&huge[..], &196_608_u32.to_be_bytes()].concat()),
        ("a start-up message shorter than its own length", vec![0, 0, 0, 3]),
        (
            "a start-up message without an end",
            [&20_u32.to_be_bytes()[..], &196_608_u32.to_be_bytes(), b"user\0tester\0"].concat(),
        ),
        ("a password message shorter than its own length", [startup(), vec![b'p', 0, 0, 0, 1]].concat()),
        ("a password message of two gigabytes", [startup(), [&b"p"[..], &huge].concat()].concat()),
        ("a query before the login", [startup(), message(b'Q', b"SELECT 1\0")].concat()),
        ("a made-up SCRAM answer", [startup(), message(b'p', b"SCRAM-SHA-256\0\0\0\0\x05hello")].concat()),
    ];
    for (name, bytes) in cases {
        let answer = send(&server, &bytes).await;
        assert!(!answer.contains(&b'Z'), "{name}: the server became ready for queries: {answer:?}");
        still_answers(&server).await;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_beyond_the_limit_is_refused_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let limit = server.engine.config().statement_bytes;
    let long = format!("SELECT '{}'", "x".repeat(limit));
    let error = client.simple_query(&long).await.unwrap_err();
    assert_eq!(error.code().map(|state| state.code()), Some("54001"));
    client.simple_query("SELECT 1").await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_beyond_every_limit_ends_the_connection() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let long = format!("SELECT '{}'", "x".repeat(32 << 20));
    assert!(client.simple_query(&long).await.is_err());
    still_answers(&server).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_negative_or_enormous_row_limit_reserves_no_memory() {
    let server = TestServer::start().await;
    let mut client = server.connect().await.unwrap();
    for limit in [i32::MAX, -1, i32::MIN] {
        let transaction = client.transaction().await.unwrap();
        let portal = transaction.bind("SELECT value FROM generate_series(1, 7) AS s (value)", &[]).await.unwrap();
        let rows = transaction.query_portal(&portal, limit).await.unwrap();
        assert_eq!(rows.len(), 7, "a limit of {limit} is none");
        transaction.rollback().await.unwrap();
    }
    still_answers(&server).await;
    server.stop().await;
}
