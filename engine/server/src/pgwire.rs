//! The Postgres door: the wire protocol, version 3.
//!
//! `serve` accepts connections; each runs in a task of its own, from the first bytes (`startup`)
//! through login (`login`) to its messages (`connection`, with `simple` and `extended` for the two
//! ways to run a statement, and `copy` for many rows at once). Rows are written by `encode`, parameters read
//! by `parameter`.
//!
//! Nothing a client sends is trusted: messages are bounded before they are buffered, decoded with
//! checked reads, and results leave in pieces as fast as the client takes them.
//!
//! The protocol: <https://www.postgresql.org/docs/16/protocol.html>.

mod backend;
mod body;
mod calendar;
mod cancel;
mod connection;
mod copy;
mod deallocate;
mod encode;
mod extended;
mod fault;
mod frontend;
mod login;
mod parameter;
mod portal;
mod rows;
mod simple;
mod socket;
mod startup;
mod tag;
mod types;
mod zone;

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bellwether::{Engine, Error, ErrorKind};
use rustls::ServerConfig;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use self::backend::Severity;
use self::cancel::Cancels;
use self::connection::Connection;
use self::fault::{Fault, tell};
use self::socket::Wire;
use self::startup::Opening;

/// How long a client may take from connecting to being logged in.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections that may be on their way through login beside those that are through.
const LOGINS_MAX: usize = 256;
/// After so much silence the peer is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(60);
/// Accepting fails when file descriptors run out; trying again at once would spin.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// What all connections of the door share.
struct Door {
    engine: Engine,
    tls: Option<Arc<ServerConfig>>,
    cancels: Arc<Cancels>,
    stop: CancellationToken,
}

/// Accepts connections until `stop`; then each finishes the statement it runs and is closed.
///
/// Dropping the future disconnects whoever is left.
pub(crate) async fn serve(
    engine: Engine,
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    stop: CancellationToken,
) {
    let tasks_max = engine.config().connections_max.saturating_add(LOGINS_MAX);
    let door = Arc::new(Door { engine, tls, cancels: Arc::default(), stop: stop.clone() });
    let mut tasks = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(ended) = tasks.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a Postgres connection ended by a fault");
                }
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) if tasks.len() < tasks_max => {
                tasks.spawn(connect(Arc::clone(&door), stream, peer));
            }
            Ok((stream, peer)) => turn_away(stream, peer),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_RETRY).await;
            }
        }
    }
    drop(listener);
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a Postgres connection ended by a fault");
        }
    }
}

/// One connection from its first byte to its last.
async fn connect(door: Arc<Door>, stream: TcpStream, peer: SocketAddr) {
    tune(&stream, peer);
    let deadline = Instant::now() + LOGIN_TIMEOUT;
    let opening = timeout_at(deadline, startup::open(stream, peer, door.tls.as_ref())).await;
    let (mut wire, startup) = match opening {
        Ok(Ok(Opening::Session(wire, startup))) => (wire, startup),
        Ok(Ok(Opening::Cancel { id, secret })) => return door.cancels.cancel(id, secret),
        Ok(Ok(Opening::Refused(wire, error))) => return part(wire, &error).await,
        Ok(Err(_)) => return tracing::debug!(%peer, "the client left before login"),
        Err(_) => return tracing::debug!(%peer, "the client was too slow to log in"),
    };
    let established = timeout_at(deadline, login::establish(&mut wire, &door, &startup, peer)).await;
    let (session, registration) = match established {
        Ok(Ok(established)) => established,
        Ok(Err(Fault::Error(error) | Fault::Fatal(error))) => return part(wire, &error).await,
        Ok(Err(Fault::Gone)) => return tracing::debug!(%peer, "the client left during login"),
        Err(_) => return tracing::debug!(%peer, "the client was too slow to log in"),
    };
    Connection::new(wire, session, registration).run(&door.stop).await;
}

/// Tells the client why the connection ends.
async fn part(mut wire: Wire, error: &Error) {
    tell(&mut wire.output, Severity::Fatal, error);
    if wire.flush().await.is_ok() {
        wire.close().await;
    }
}

/// Refuses a connection without spending a task on it: the answer fits the socket's own buffer.
fn turn_away(stream: TcpStream, peer: SocketAddr) {
    let error = Error::new(ErrorKind::TooManyConnections, "sorry, too many clients already");
    let mut answer = Vec::new();
    tell(&mut answer, Severity::Fatal, &error);
    let sent = stream.into_std().and_then(|mut stream| stream.write(&answer));
    tracing::warn!(%peer, told = sent.is_ok(), "connection refused: too many clients");
}

fn tune(stream: &TcpStream, peer: SocketAddr) {
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE / 4);
    let tuned = stream.set_nodelay(true).and_then(|()| SockRef::from(stream).set_tcp_keepalive(&keepalive));
    if let Err(error) = tuned {
        tracing::debug!(%peer, %error, "the socket keeps its default settings");
    }
}
