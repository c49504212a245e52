//! The connection's bytes: framing what comes in, buffering what goes out.

use std::future::pending;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use super::fault::Fault;
use super::frontend::TAGS;

/// A socket in plain text or under TLS.
pub(super) type Socket = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// The largest message before login: user name, options and a SCRAM proof.
pub(super) const MESSAGE_BYTES_BEFORE_LOGIN: usize = 16 << 10;
/// The largest message after login: one statement's parameters.
pub(super) const MESSAGE_BYTES: usize = 64 << 20;
/// Output is sent on when it has grown to this.
pub(super) const FLUSH_BYTES: usize = 128 << 10;

/// Space made for each read.
const READ_BYTES: usize = 8 << 10;
/// What a client may send ahead while its statement runs; the rest stays in the network.
const READ_AHEAD_BYTES: usize = 64 << 10;
/// An output buffer that one large row has blown up is given back above this.
const KEPT_OUTPUT_BYTES: usize = 1 << 20;

/// A message as it came: its first byte and its body.
pub(super) struct Frame {
    pub(super) tag: u8,
    pub(super) body: BytesMut,
}

/// A socket with its buffers.
pub(super) struct Wire {
    socket: Socket,
    input: BytesMut,
    /// What will be sent with the next [`Wire::flush`].
    pub(super) output: Vec<u8>,
}

impl Wire {
    pub(super) fn new(socket: Socket) -> Self {
        Self { socket, input: BytesMut::new(), output: Vec::new() }
    }

    /// The next message of at most `limit` bytes, `None` at the end of the connection.
    ///
    /// Dropping the future loses nothing: what was read stays in the buffer.
    pub(super) async fn read(&mut self, limit: usize) -> Result<Option<Frame>, Fault> {
        loop {
            if let Some(frame) = take_frame(&mut self.input, limit)? {
                return Ok(Some(frame));
            }
            if self.input.is_empty() {
                // What a large message has made the buffer grow to is given back.
                self.input = BytesMut::new();
            }
            // The buffer grows with what arrives, not with what the header announces.
            self.input.reserve(READ_BYTES);
            if self.socket.read_buf(&mut self.input).await? == 0 {
                return if self.input.is_empty() { Ok(None) } else { Err(Fault::Gone) };
            }
        }
    }

    /// Ends when the client has gone; until then it keeps a bounded part of what the client sends.
    pub(super) async fn gone(&mut self) {
        loop {
            if self.input.len() >= READ_AHEAD_BYTES {
                return pending().await;
            }
            self.input.reserve(READ_BYTES);
            match self.socket.read_buf(&mut self.input).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }

    /// Sends the output, as fast as the client takes it.
    pub(super) async fn flush(&mut self) -> Result<(), Fault> {
        if !self.output.is_empty() {
            self.socket.write_all(&self.output).await?;
            if self.output.capacity() > KEPT_OUTPUT_BYTES {
                self.output = Vec::new();
            }
            self.output.clear();
        }
        self.socket.flush().await?;
        Ok(())
    }

    /// Says goodbye to TLS and TCP; whether the client hears it does not matter.
    pub(super) async fn close(mut self) {
        if self.socket.shutdown().await.is_err() {
            tracing::debug!("the client was gone before the connection was closed");
        }
    }
}

/// Takes the first message off the input, if it is there in full.
fn take_frame(input: &mut BytesMut, limit: usize) -> Result<Option<Frame>, Fault> {
    let Some(&tag) = input.first() else { return Ok(None) };
    if !TAGS.contains(&tag) {
        return Err(Fault::protocol(format!(
            "a message of type '{}' does not exist",
            char::from(tag).escape_default()
        )));
    }
    let Some(&header) = input.get(1..).and_then(<[u8]>::first_chunk::<4>) else { return Ok(None) };
    let length = u32::from_be_bytes(header) as usize;
    if length < 4 || length > limit {
        return Err(Fault::protocol(format!(
            "a message of type '{}' has a length of {length} bytes, outside 4 to {limit}",
            char::from(tag)
        )));
    }
    if input.len() < 1 + length {
        return Ok(None);
    }
    let mut body = input.split_to(1 + length);
    body.advance(5);
    Ok(Some(Frame { tag, body }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_when_it_is_complete() {
        let mut input = BytesMut::from(&b"Q\0\0\0\x06a"[..]);
        assert!(take_frame(&mut input, 100).unwrap().is_none());
        input.extend_from_slice(b"\0S");
        let frame = take_frame(&mut input, 100).unwrap().unwrap();
        assert_eq!((frame.tag, &frame.body[..]), (b'Q', &b"a\0"[..]));
        assert_eq!(&input[..], b"S");
    }

    #[test]
    fn impossible_headers_end_the_connection() {
        for bytes in [&b"Q\0\0\0\x03"[..], b"Q\xff\xff\xff\xff", b"Q\0\0\0\x65", b"\0", b"G"] {
            assert!(matches!(take_frame(&mut BytesMut::from(bytes), 100), Err(Fault::Fatal(_))), "{bytes:?}");
        }
    }
}
