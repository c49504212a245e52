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
/// Writes from here on are part of a stream of data and may travel together; smaller ones are answers.
const STREAMED_BYTES_MIN: usize = 8 << 10;
/// What travels together: HTTP/2's frames are 16 KiB, and a system call for each costs more than the copy.
const TOGETHER_BYTES: usize = 256 << 10;
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
    together: Together,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    fn new(stream: TcpStream, address: SocketAddr, place: OwnedSemaphorePermit) -> Self {
        let silence = Box::pin(tokio::time::sleep(SILENCE_MAX));
        Self {
            stream,
            address,
            open: Arc::new(()),
            heard_at: Instant::now(),
            silence,
            together: Together::default(),
            _place: place,
        }
    }

    /// Writes what was put together, all of it.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.together.rest() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.together.sent += sent;
        }
        self.together.bytes.clear();
        self.together.sent = 0;
        Poll::Ready(Ok(()))
    }
}

/// Frames of a stream that wait for each other.
///
/// HTTP/2 writes one frame, flushes it, writes the next. A flush right after a frame is therefore put off: the
/// next one, which comes when there is no further frame, finds nothing new and sends them all.
#[derive(Debug, Default)]
struct Together {
    bytes: Vec<u8>,
    sent: usize,
    grew: bool,
}

impl Together {
    fn rest(&self) -> Option<&[u8]> {
        self.bytes.get(self.sent..).filter(|rest| !rest.is_empty())
    }

    fn has_room_for(&self, bytes: usize) -> bool {
        self.bytes.len() + bytes <= TOGETHER_BYTES
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
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let bytes: usize = slices.iter().map(|slice| slice.len()).sum();
        let travels_alone = bytes > TOGETHER_BYTES || (bytes < STREAMED_BYTES_MIN && this.together.bytes.is_empty());
        if travels_alone || !this.together.has_room_for(bytes) {
            ready!(this.poll_send(cx))?;
        }
        if travels_alone {
            return Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        }
        for slice in slices {
            this.together.bytes.extend_from_slice(slice);
        }
        this.together.grew = true;
        Poll::Ready(Ok(bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if std::mem::take(&mut this.together.grew) {
            // Whoever writes is asked again at once, so nothing waits for a flush that does not come.
            cx.waker().wake_by_ref();
            return Poll::Ready(Ok(()));
        }
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

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
            let read = { refused }.read(&mut byte).await;
            assert!(matches!(read, Ok(0) | Err(_)));
            drop(held);
            TcpStream::connect(address).await.unwrap()
        };
        let (_third, connection) = tokio::join!(third, listener.next());
        assert!(!peer.is_connected());
        assert!(connection.connect_info().is_connected());
    }

    async fn pair() -> (TcpStream, Connection) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut listener = LimitedListener::new(listener, 1);
        let (client, server) = tokio::join!(TcpStream::connect(address), listener.next());
        (client.unwrap(), server)
    }

    #[tokio::test]
    async fn an_answer_is_sent_by_its_own_flush() {
        let (mut client, mut server) = pair().await;
        server.write_all(b"answer").await.unwrap();
        server.flush().await.unwrap();
        let mut received = [0; 6];
        client.read_exact(&mut received).await.unwrap();
        assert_eq!(&received, b"answer");
    }

    #[tokio::test]
    async fn frames_wait_for_the_flush_after_the_last_and_arrive_in_order() {
        let (mut client, mut server) = pair().await;
        let frames: Vec<Vec<u8>> =
            (0..100_u8).map(|frame| vec![frame; STREAMED_BYTES_MIN + usize::from(frame)]).collect();
        let sending = async {
            for frame in &frames {
                server.write_all(frame).await.unwrap();
                server.flush().await.unwrap();
                assert!(server.together.bytes.len() <= TOGETHER_BYTES);
            }
            assert!(server.together.rest().is_some(), "the last frame waits for another");
            server.flush().await.unwrap();
            assert!(server.together.rest().is_none());
            server.write_all(b"a word behind frames").await.unwrap();
            server.shutdown().await.unwrap();
        };
        let mut received = Vec::new();
        let (_, read) = tokio::join!(sending, client.read_to_end(&mut received));
        read.unwrap();
        assert!(received == [frames.concat(), b"a word behind frames".to_vec()].concat());
    }
}
