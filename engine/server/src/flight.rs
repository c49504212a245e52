//! The Arrow Flight SQL door: columns in and out over gRPC, for ADBC, JDBC, pyarrow and polars.
//!
//! - `door`, `service`: the calls; everything else serves them
//! - `login`, `handle`: who calls, and what they hold
//! - `query`, `prepared`, `parameters`, `placeholder`, `ingest`: statements
//! - `outgoing`, `message`, `incoming`, `plain`, `body`: batches on the wire
//! - `tables`, `keys`, `sql_info`, `type_info`, `lookup`, `pattern`: the catalogue
//! - `action`, `options`, `status`: actions, session options, errors
//!
//! The protocol: <https://arrow.apache.org/docs/format/FlightSql.html>.

mod action;
mod body;
mod door;
mod handle;
mod incoming;
mod ingest;
mod keys;
mod login;
mod lookup;
mod message;
mod options;
mod outgoing;
mod parameters;
mod pattern;
mod placeholder;
mod plain;
mod prepared;
mod query;
mod service;
mod sql_info;
mod status;
mod tables;
#[cfg(test)]
mod tests;
mod type_info;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bellwether::{Engine, Error, Result};
use futures::stream;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tower::util::MapRequestLayer;

use self::door::Door;
use self::login::Logins;
use self::service::Service;
use crate::connection::LimitedListener;

/// Calls one connection may have open; a BI tool's dozens of tiles fit, a flood does not.
const STREAMS_MAX: u32 = 64;
/// Calls of one connection that are worked on at a time; more are refused at once.
const CALLS_MAX: usize = 32;
/// The largest message taken: batches of ADBC's bulk ingest are far smaller.
const MESSAGE_BYTES_MAX: usize = 64 << 20;
/// A bearer token and a few headers of proxies fit.
const HEADER_BYTES_MAX: u32 = 16 << 10;
/// What a client may send before it is acknowledged, for one call and for a connection: with HTTP/2's
/// own 64 KiB an upload waits for the network after every few rows.
const CALL_WINDOW_BYTES: u32 = 4 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 16 << 20;
const KEEP_ALIVE: Duration = Duration::from_secs(20);
const TLS_HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// How often logins of clients that left without a word are looked for.
const SWEEP: Duration = Duration::from_secs(15);

/// Serves Flight SQL on `listener` until `stop`, then lets open calls end.
///
/// `tls` is a certificate chain and its key, both PEM; without it the door speaks plain text, and with
/// one that cannot be used it stays closed.
pub async fn serve(engine: Engine, listener: TcpListener, tls: Option<(Vec<u8>, Vec<u8>)>, stop: CancellationToken) {
    if let Err(error) = run(engine, listener, tls, stop).await {
        tracing::error!(%error, "the Flight SQL door is closed");
    }
}

async fn run(
    engine: Engine,
    listener: TcpListener,
    tls: Option<(Vec<u8>, Vec<u8>)>,
    stop: CancellationToken,
) -> Result<()> {
    let connections_max = engine.config().connections_max;
    let logins = Arc::new(Logins::new(engine.clone()));
    let service = Door::new(Service::new(&engine, Arc::clone(&logins))?, MESSAGE_BYTES_MAX);

    let mut server = Server::builder()
        .max_concurrent_streams(STREAMS_MAX)
        .concurrency_limit_per_connection(CALLS_MAX)
        .load_shed(true)
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .http2_keepalive_timeout(Some(KEEP_ALIVE))
        .http2_max_header_list_size(HEADER_BYTES_MAX)
        .initial_stream_window_size(CALL_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .layer(MapRequestLayer::new(body::ends_in_full));
    if let Some((chain, key)) = tls {
        server = server.tls_config(tls_config(&chain, &key)).map_err(|error| {
            Error::configuration("the certificate and key cannot be used for Flight SQL").with_source(error)
        })?;
    }

    let connections = stream::unfold(LimitedListener::new(listener, connections_max), |mut listener| async move {
        let connection = listener.next().await;
        Some((Ok::<_, Infallible>(connection), listener))
    });
    let serving = server.add_service(service).serve_with_incoming_shutdown(connections, stop.cancelled_owned());
    tokio::select! {
        served = serving => served.map_err(|error| Error::io("the Flight SQL door broke").with_source(error)),
        never = sweep(&logins) => match never {},
    }
}

async fn sweep(logins: &Logins) -> Infallible {
    loop {
        tokio::time::sleep(SWEEP).await;
        logins.sweep();
    }
}

fn tls_config(chain: &[u8], key: &[u8]) -> ServerTlsConfig {
    // Two cryptography providers are in the program, and tonic asks for the process's; a program that
    // chose one already keeps it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    ServerTlsConfig::new().identity(Identity::from_pem(chain, key)).timeout(TLS_HANDSHAKE_MAX)
}
