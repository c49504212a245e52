//! The HTTP door answers health, readiness and figures.

use bellwether_tests::http;
use bellwether_tests::server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_is_healthy_and_ready() {
    let server = TestServer::start().await;
    let address = server.server.http_address();
    assert_eq!(http::get(address, "/healthz").await.unwrap().0, 200);
    assert_eq!(http::get(address, "/readyz").await.unwrap().0, 200);
    assert_eq!(http::get(address, "/no-such-page").await.unwrap().0, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_of_readiness_and_errors() {
    let server = TestServer::start().await;
    let mut client = server.flight().await;
    client.execute("SELECT * FROM absent".into(), None).await.expect_err("there is no such table");
    let (status, figures) = http::get(server.server.http_address(), "/metrics").await.unwrap();
    assert_eq!(status, 200);
    assert!(figures.lines().any(|line| line == "bellwether_ready 1"), "{figures}");
    let counted =
        |line: &str| line.starts_with("bellwether_errors_total{") && line.contains("42P01") && line.contains("flight");
    assert!(figures.lines().any(counted), "{figures}");
    server.stop().await;
}
