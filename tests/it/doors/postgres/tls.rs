//! TLS: certificates made at test time, verified by the client; nothing falls back to plain text.

use std::path::Path;
use std::sync::Arc;

use bellwether::{Engine, ErrorKind};
use bellwether_server::server::Server;
use bellwether_tests::server::{TestServer, test_config};
use rcgen::CertifiedKey;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;
use tokio_rustls::TlsConnector;

/// Length 8, then the code that asks for TLS.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Writes a certificate for `localhost` and its key, and gives the certificate to trust.
fn certificate(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".into()]).unwrap();
    std::fs::write(folder.join("server.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("server.key"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

async fn tls_server(folder: &Path) -> TestServer {
    TestServer::start_with(|config| {
        config.tls_certificate = Some(folder.join("server.pem"));
        config.tls_key = Some(folder.join("server.key"));
    })
    .await
}

fn connector(trusted: CertificateDer<'static>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_trusts_the_certificate_talks_through_tls() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = certificate(folder.path());
    let server = tls_server(folder.path()).await;
    let mut stream = TcpStream::connect(server.server.postgres_address()).await.unwrap();
    stream.write_all(&SSL_REQUEST).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), b'S');
    let name = ServerName::try_from("localhost").unwrap();
    let stream = connector(trusted).connect(name, stream).await.unwrap();
    // The stream is encrypted already, so the driver must not ask for TLS again.
    let (client, connection) = server.postgres().ssl_mode(SslMode::Disable).connect_raw(stream, NoTls).await.unwrap();
    tokio::spawn(connection);
    assert_eq!(client.query_one("SELECT 42::bigint", &[]).await.unwrap().get::<_, i64>(0), 42);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_trust_the_certificate_stays_away() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path());
    let server = tls_server(folder.path()).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let trusted = certificate(elsewhere.path());
    let mut stream = TcpStream::connect(server.server.postgres_address()).await.unwrap();
    stream.write_all(&SSL_REQUEST).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), b'S');
    let name = ServerName::try_from("localhost").unwrap();
    assert!(connector(trusted).connect(name, stream).await.is_err());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_text_sent_ahead_of_the_handshake_ends_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path());
    let server = tls_server(folder.path()).await;
    let mut stream = TcpStream::connect(server.server.postgres_address()).await.unwrap();
    // A man in the middle injects a query behind the request (CVE-2021-23214).
    let mut request = SSL_REQUEST.to_vec();
    request.extend_from_slice(b"Q\0\0\0\x0dSELECT 1\0");
    stream.write_all(&request).await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(std::time::Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    read.expect("the server ends the connection").ok();
    assert!(!answer.contains(&b'T'), "rows came back in plain text: {answer:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_certificate_tls_is_declined_in_one_letter() {
    let server = TestServer::start().await;
    let mut stream = TcpStream::connect(server.server.postgres_address()).await.unwrap();
    stream.write_all(&SSL_REQUEST).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), b'N');
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_a_broken_key_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path());
    std::fs::write(folder.path().join("server.key"), "not a key").unwrap();
    let mut config = test_config(folder.path().join("lake").display().to_string());
    config.tls_certificate = Some(folder.path().join("server.pem"));
    config.tls_key = Some(folder.path().join("server.key"));
    let engine = Engine::start(config).await.unwrap();
    let error = Server::start(engine).await.expect_err("a broken key is no reason for plain text");
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_beyond_loopback_needs_a_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = test_config(folder.path().join("lake").display().to_string());
    config.postgres_address = "0.0.0.0:0".parse().unwrap();
    let engine = Engine::start(config).await.unwrap();
    let error = Server::start(engine).await.expect_err("an open door without TLS");
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
}
