//! Basic credentials become a bearer token; nothing is answered without one.

use arrow_flight::sql::client::FlightSqlServiceClient;
use bellwether_tests::server::{PASSWORD, TestServer, USER};
use tonic::Code;
use tonic::transport::{Channel, Endpoint};

use super::{query, status, texts};

async fn stranger(server: &TestServer) -> FlightSqlServiceClient<Channel> {
    let address = format!("http://{}", server.server.flight_address());
    FlightSqlServiceClient::new(Endpoint::new(address).unwrap().connect().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_gives_a_token_that_opens_the_door() {
    let server = TestServer::start().await;
    let mut client = stranger(&server).await;
    client.handshake(USER, PASSWORD).await.unwrap();
    assert!(client.token().is_some());
    assert_eq!(texts(&mut client, "SELECT 1 AS one").await, [["1"]]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_user_are_refused_alike() {
    let server = TestServer::start().await;
    for (user, password) in [(USER, "wrong"), ("nobody", PASSWORD), (USER, "")] {
        let mut client = stranger(&server).await;
        let error = client.handshake(user, password).await.unwrap_err();
        let told = error.to_string();
        assert!(told.contains("password authentication failed for user") && told.contains(user), "{told}");
        assert!(client.token().is_none());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_without_a_token() {
    let server = TestServer::start().await;
    let mut client = stranger(&server).await;
    assert_eq!(status(query(&mut client, "SELECT 1").await.unwrap_err()).code(), Code::Unauthenticated);
    assert_eq!(status(client.get_catalogs().await.unwrap_err()).code(), Code::Unauthenticated);
    assert_eq!(status(client.get_sql_info(Vec::new()).await.unwrap_err()).code(), Code::Unauthenticated);
    assert_eq!(status(client.prepare("SELECT 1".into(), None).await.unwrap_err()).code(), Code::Unauthenticated);
    let update = client.execute_update("CREATE TABLE t (id bigint)".into(), None).await;
    assert_eq!(status(update.unwrap_err()).code(), Code::Unauthenticated);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_token_is_refused() {
    let server = TestServer::start().await;
    let mut client = stranger(&server).await;
    client.set_token("00000000000000000000000000000000".into());
    assert_eq!(status(query(&mut client, "SELECT 1").await.unwrap_err()).code(), Code::Unauthenticated);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_a_session_of_its_own() {
    let server = TestServer::start().await;
    let (mut one, mut other) = (server.flight().await, server.flight().await);
    one.execute_update("SET TIME ZONE 'Asia/Tokyo'".into(), None).await.unwrap();
    assert_eq!(texts(&mut one, "SHOW TimeZone").await, [["Asia/Tokyo"]]);
    assert_eq!(texts(&mut other, "SHOW TimeZone").await, [["UTC"]]);
    server.stop().await;
}
