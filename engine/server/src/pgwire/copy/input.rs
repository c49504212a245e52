//! What a client has sent of a copy and nobody has read yet.

use bellwether::{Error, ErrorKind, Result};
use bytes::{Buf, BytesMut};

use crate::pgwire::socket::MESSAGE_BYTES;

/// Bytes in the order they came; where messages begin means nothing in a copy.
#[derive(Debug, Default)]
pub(super) struct Input {
    bytes: BytesMut,
    /// Whether the client has said that this is all.
    pub(super) is_ended: bool,
}

impl Input {
    /// Adds the contents of a message.
    pub(super) fn push(&mut self, bytes: BytesMut) {
        if self.bytes.is_empty() {
            self.bytes = bytes;
        } else {
            self.bytes.extend_from_slice(&bytes);
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes the first `length` bytes out.
    pub(super) fn take(&mut self, length: usize) -> BytesMut {
        self.bytes.split_to(length.min(self.bytes.len()))
    }

    /// Passes over the first `length` bytes.
    pub(super) fn skip(&mut self, length: usize) {
        self.bytes.advance(length.min(self.bytes.len()));
    }

    /// Refuses to wait for the rest of a row that needs `bytes`: it would be kept in memory.
    pub(super) fn check_row(bytes: usize) -> Result<()> {
        if bytes <= MESSAGE_BYTES {
            return Ok(());
        }
        Err(Error::new(ErrorKind::LimitExceeded, format!("a row has more than {MESSAGE_BYTES} bytes"))
            .with_hint("a quote or a line end may be missing before it"))
    }
}
