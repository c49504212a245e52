//! Only the right password opens the door, and the answer does not tell which half was wrong.

use bellwether_tests::server::{TestServer, connect};

async fn refusal(config: &tokio_postgres::Config) -> (String, String) {
    let error = connect(config).await.err().expect("the login is refused");
    let refused = error.as_db_error().unwrap_or_else(|| panic!("the server did not say why: {error}"));
    (refused.code().code().into(), refused.message().into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused() {
    let server = TestServer::start().await;
    let (state, message) = refusal(server.postgres().password("wrong")).await;
    assert_eq!(state, "28P01");
    assert_eq!(message, "password authentication failed for user \"tester\"");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_user_is_refused_in_the_same_words() {
    let server = TestServer::start().await;
    let (state, message) = refusal(server.postgres().user("nobody")).await;
    assert_eq!(state, "28P01");
    assert_eq!(message, "password authentication failed for user \"nobody\"");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_password_is_refused() {
    let server = TestServer::start().await;
    let (state, _) = refusal(server.postgres().password("")).await;
    assert_eq!(state, "28P01");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_counts_from_the_next_login() {
    let server = TestServer::start().await;
    let before = server.connect().await.unwrap();
    server.engine.set_password("tester", "another").await.unwrap();
    assert_eq!(refusal(&server.postgres()).await.0, "28P01");
    let after = connect(server.postgres().password("another")).await.unwrap();
    after.simple_query("SELECT 1").await.unwrap();
    before.simple_query("SELECT 1").await.unwrap();
    server.stop().await;
}
