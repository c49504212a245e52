//! A socket that makes mistakes in what is written to it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use bellwether_tests::chance::Chance;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Whether mistakes are being made.
pub(super) struct Mistakes(AtomicBool);

impl Mistakes {
    pub(super) fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Messages that were sent with a mistake, by their first byte: a letter, or 0 for a message that begins a connection.
pub(super) struct Sent([AtomicUsize; 256]);

impl Sent {
    pub(super) fn none() -> Self {
        Self(std::array::from_fn(|_| AtomicUsize::new(0)))
    }

    fn note(&self, kind: u8) {
        self.0[usize::from(kind)].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn of(&self, kind: u8) -> usize {
        self.0[usize::from(kind)].load(Ordering::Relaxed)
    }

    pub(super) fn all(&self) -> usize {
        (0..=u8::MAX).map(|kind| self.of(kind)).sum()
    }
}

/// A socket to the server.
pub(super) struct Garbled {
    socket: TcpStream,
    chance: Chance,
    mistakes: Arc<Mistakes>,
    sent: Arc<Sent>,
    /// What is being written, and how much of it is; the length of the text it stands for.
    pending: Option<(Vec<u8>, usize, usize)>,
}

impl Garbled {
    pub(super) fn new(socket: TcpStream, chance: Chance, sent: Arc<Sent>) -> (Self, Arc<Mistakes>) {
        let mistakes = Arc::new(Mistakes(AtomicBool::new(false)));
        (Self { socket, chance, mistakes: Arc::clone(&mistakes), sent, pending: None }, mistakes)
    }

    /// A number below `bound`, 0 where there is none.
    fn any(&mut self, bound: usize) -> usize {
        self.chance.below(bound.max(1) as u64) as usize
    }

    /// The messages in `bytes`, one of them with a mistake, and of those after it every second.
    fn garble(&mut self, bytes: &[u8]) -> Vec<u8> {
        let messages = messages(bytes);
        let first = self.any(messages.len());
        let mut garbled = Vec::with_capacity(bytes.len());
        for (place, message) in messages.into_iter().enumerate() {
            if place == first || (place > first && self.any(2) == 0) {
                self.sent.note(message[0]);
                garbled.extend(self.with_mistake(message));
            } else {
                garbled.extend(message);
            }
        }
        garbled
    }

    fn with_mistake(&mut self, message: &[u8]) -> Vec<u8> {
        let mut bytes = message.to_vec();
        let place = self.any(bytes.len());
        match self.any(8) {
            // A bit of it turns over.
            0 | 1 => bytes[place] ^= 1 << self.any(8),
            // It is of another kind.
            2 => bytes[0] = self.any(256) as u8,
            // Its length is another, near or far.
            3 => {
                if let Some(length) = bytes.get_mut(4) {
                    *length = length.wrapping_add(self.any(9) as u8).wrapping_sub(4);
                }
            }
            4 => {
                if let Some(length) = bytes.get_mut(1) {
                    *length = self.any(256) as u8;
                }
            }
            // The rest is missing.
            5 => bytes.truncate(place.max(1)),
            // It comes twice.
            6 => bytes.extend_from_within(..),
            // Something is put in: counts become enormous, texts lose their end.
            _ => {
                let filler = [0xff, 0x7f, 0x00, b'\''][self.any(4)];
                let count = 1 + self.any(6);
                bytes.splice(place..place, std::iter::repeat_n(filler, count));
            }
        }
        bytes
    }
}

/// The messages in `bytes`, a letter and a length each; what is none is the last.
fn messages(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut messages = Vec::new();
    while let Some(length) = bytes.get(1..5) {
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let (message, rest) = bytes.split_at(bytes.len().min(1 + length.max(4)));
        messages.push(message);
        bytes = rest;
    }
    if !bytes.is_empty() {
        messages.push(bytes);
    }
    messages
}

impl AsyncWrite for Garbled {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        if !self.mistakes.0.load(Ordering::Relaxed) || bytes.is_empty() {
            return Pin::new(&mut self.socket).poll_write(context, bytes);
        }
        let (text, mut written, stands_for) = match self.pending.take() {
            Some(pending) => pending,
            None => (self.garble(bytes), 0, bytes.len()),
        };
        while written < text.len() {
            match Pin::new(&mut self.socket).poll_write(context, &text[written..]) {
                Poll::Ready(outcome) => written += outcome?,
                Poll::Pending => {
                    self.pending = Some((text, written, stands_for));
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(stands_for))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(context))?;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

impl AsyncRead for Garbled {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}
