//! Accepted sockets of the gRPC and HTTP doors: limited in number, closed when silent.
//!
//! Neither hyper's HTTP/2 preface nor its HTTP/1 header has a deadline of its own, so a peer that
//! connects and says nothing would hold a socket for ever; the limits live in the socket instead.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};
use tonic::transport::server::Connected;

/// A live HTTP/2 peer answers our keep-alive pings every 20 s, so this much silence means it is gone.
const SILENCE_MAX: Duration = Duration::from_secs(75);
/// Accepting fails when file descriptors run out; trying again at once would spin.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// A listener that holds a limited number of sockets open and drops what comes beyond.
#[derive(Debug)]
pub(crate) struct LimitedListener {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

impl LimitedListener {
    /// At most `connections_max` sockets of `listener` at a time.
    pub(crate) fn new(listener: TcpListener, connections_max: usize) -> Self {
        let places = connections_max.clamp(1, Semaphore::MAX_PERMITS);
        Self { listener, places: Arc::new(Semaphore::new(places)) }
    }

    /// The next socket that has a place.
    pub(crate) async fn next(&mut self) -> Connection {
        loop {
            let (stream, address) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_RETRY).await;
                    continue;
                }
            };
            let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
                tracing::warn!(%address, "connection dropped: all places are taken");
                continue;
            };
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%address, %error, "small packets will be delayed");
            }
            return Connection::new(stream, address, place);
        }
    }
}

impl axum::serve::Listener for LimitedListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let connection = self.next().await;
        let address = connection.address;
        (connection, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One accepted socket and its place among the limited number.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    open: Arc<()>,
    heard_at: Instant,
    silence: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    fn new(stream: TcpStream, address: SocketAddr, place: OwnedSemaphorePermit) -> Self {
        let silence = Box::pin(tokio::time::sleep(SILENCE_MAX));
        Self { stream, address, open: Arc::new(()), heard_at: Instant::now(), silence, _place: place }
    }
}

/// Who is at the other end of a request's socket, and whether the socket is still there.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// The other end's address.
    pub(crate) address: SocketAddr,
    open: Weak<()>,
}

impl Peer {
    /// Whether the socket is open.
    pub(crate) fn is_connected(&self) -> bool {
        self.open.strong_count() > 0
    }
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        Peer { address: self.address, open: Arc::downgrade(&self.open) }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Poll::Ready(read) = Pin::new(&mut this.stream).poll_read(cx, buffer) {
            this.heard_at = Instant::now();
            return Poll::Ready(read);
        }
        // The timer is moved only when it fires, not on every read.
        loop {
            ready!(this.silence.as_mut().poll(cx));
            let deadline = this.heard_at + SILENCE_MAX;
            if Instant::now() >= deadline {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            this.silence.as_mut().reset(deadline);
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_beyond_the_limit_is_closed_and_a_freed_place_is_given_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut listener = LimitedListener::new(listener, 1);

        let _first = TcpStream::connect(address).await.unwrap();
        let held = listener.next().await;
        let peer = held.connect_info();
        assert!(peer.is_connected());

        let refused = TcpStream::connect(address).await.unwrap();
        let third = async {
            let mut byte = [0];
            // The end of the stream is how the refused client learns of it.
            let read = tokio::io::AsyncReadExt::read(&mut { refused }, &mut byte).await;
            assert!(matches!(read, Ok(0) | Err(_)));
            drop(held);
            TcpStream::connect(address).await.unwrap()
        };
        let (_third, connection) = tokio::join!(third, listener.next());
        assert!(!peer.is_connected());
        assert!(connection.connect_info().is_connected());
    }
}
