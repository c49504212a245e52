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

/// A socket to the server.
pub(super) struct Garbled {
    socket: TcpStream,
    chance: Chance,
    mistakes: Arc<Mistakes>,
    /// Messages sent with a mistake.
    sent: Arc<AtomicUsize>,
    /// What is being written, and how much of it is; the length of the text it stands for.
    pending: Option<(Vec<u8>, usize, usize)>,
}

impl Garbled {
    pub(super) fn new(socket: TcpStream, chance: Chance, sent: Arc<AtomicUsize>) -> (Self, Arc<Mistakes>) {
        let mistakes = Arc::new(Mistakes(AtomicBool::new(false)));
        (Self { socket, chance, mistakes: Arc::clone(&mistakes), sent, pending: None }, mistakes)
    }

    /// A number below `bound`, 0 where there is none.
    fn any(&mut self, bound: usize) -> usize {
        self.chance.below(bound.max(1) as u64) as usize
    }

    /// The messages in `bytes` with a mistake in one of them.
    fn garble(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        let starts = starts(&bytes);
        self.sent.fetch_add(starts.len().max(1), Ordering::Relaxed);
        let start = starts.get(self.any(starts.len())).copied().unwrap_or(0);
        let place = start + self.any(bytes.len() - start);
        match self.any(8) {
            // A bit of it turns over.
            0 | 1 => bytes[place] ^= 1 << self.any(8),
            // It is of another kind.
            2 => bytes[start] = self.any(256) as u8,
            // Its length is another, near or far.
            3 => {
                if let Some(length) = bytes.get_mut(start + 4) {
                    *length = length.wrapping_add(self.any(9) as u8).wrapping_sub(4);
                }
            }
            4 => {
                if let Some(length) = bytes.get_mut(start + 1) {
                    *length = self.any(256) as u8;
                }
            }
            // The rest is missing.
            5 => bytes.truncate(place.max(1)),
            // It comes twice.
            6 => bytes.extend_from_within(start..),
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

/// Where messages start: a letter and a length each.
fn starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut start = 0;
    while let Some(length) = bytes.get(start + 1..start + 5) {
        starts.push(start);
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        start += 1 + length.max(4);
    }
    starts
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
