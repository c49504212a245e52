//! The HTTP door: what supervisors and Prometheus ask.
//!
//! - `/healthz`: 200 as long as the process answers
//! - `/readyz`: 200 while the engine takes statements, 503 while the server goes down
//! - `/metrics`: Prometheus text
//!
//! Nothing here tells of data or users, so nothing asks for a password.

mod metrics;

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use bellwether::Engine;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::metrics::Metrics;
use crate::connection::LimitedListener;

/// A scraper and a few probes need a handful.
const CONNECTIONS_MAX: usize = 64;
/// How often the end of draining is looked for.
const DRAIN_POLL: Duration = Duration::from_millis(50);

#[derive(Clone)]
struct Door {
    engine: Engine,
    stop: CancellationToken,
    metrics: Metrics,
}

/// Serves on `listener` until `stop` and, saying that it is not ready, until the last statement has ended.
pub async fn serve(engine: Engine, listener: TcpListener, stop: CancellationToken) {
    let door = Door { engine: engine.clone(), stop: stop.clone(), metrics: Metrics::install() };
    let upkeep = door.metrics.clone();
    let drained = async move {
        stop.cancelled().await;
        while engine.running() > 0 {
            tokio::time::sleep(DRAIN_POLL).await;
        }
    };
    let listener = LimitedListener::new(listener, CONNECTIONS_MAX);
    let serving = axum::serve(listener, router(door)).with_graceful_shutdown(drained).into_future();
    tokio::select! {
        served = serving => {
            if let Err(error) = served {
                tracing::error!(%error, "the HTTP door broke");
            }
        }
        never = upkeep.keep_up() => match never {},
    }
}

fn router(door: Door) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(prometheus))
        .with_state(door)
}

async fn ready(State(door): State<Door>) -> impl IntoResponse {
    if door.engine.is_ready() && !door.stop.is_cancelled() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n")
    }
}

async fn prometheus(State(door): State<Door>) -> impl IntoResponse {
    match door.metrics.render(&door.engine) {
        Some(text) => (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text),
        None => {
            let reason = "metrics of this process are recorded elsewhere\n".to_owned();
            (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], reason)
        }
    }
}

#[cfg(test)]
mod tests {
    use bellwether::Config;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    async fn ask(address: std::net::SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn the_door_answers_and_closes_when_told() {
        let folder = tempfile::tempdir().unwrap();
        let lake = folder.path().to_string_lossy().into_owned();
        let engine = Engine::start(Config { lake, ..Config::default() }).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let door = tokio::spawn(serve(engine.clone(), listener, stop.clone()));

        assert!(ask(address, "/healthz").await.starts_with("HTTP/1.1 200"));
        assert!(ask(address, "/readyz").await.contains("ready"));
        assert!(ask(address, "/metrics").await.contains("bellwether_statements_running 0"));
        assert!(ask(address, "/nothing").await.starts_with("HTTP/1.1 404"));

        stop.cancel();
        door.await.unwrap();
        engine.close().await;
    }

    #[tokio::test]
    async fn a_closing_engine_is_alive_and_not_ready() {
        let folder = tempfile::tempdir().unwrap();
        let lake = folder.path().to_string_lossy().into_owned();
        let engine = Engine::start(Config { lake, ..Config::default() }).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let door = tokio::spawn(serve(engine.clone(), listener, stop.clone()));

        engine.close().await;
        assert!(ask(address, "/readyz").await.starts_with("HTTP/1.1 503"));
        assert!(ask(address, "/healthz").await.starts_with("HTTP/1.1 200"));
        stop.cancel();
        door.await.unwrap();
    }
}
