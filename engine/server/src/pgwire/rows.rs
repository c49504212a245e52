//! A running query's rows, sent as fast as the client takes them and as many as it asked for.

use arrow::array::RecordBatch;
use bellwether::{RecordStream, Session};
use futures::StreamExt;

use super::connection::attend;
use super::encode;
use super::fault::Fault;
use super::frontend::Format;
use super::socket::{FLUSH_BYTES, Wire};
use super::zone::Zone;

/// A query's rows and how far they are sent.
pub(super) struct Rows {
    stream: RecordStream,
    /// The batch being sent and its next row.
    current: Option<(RecordBatch, usize)>,
    formats: Vec<Format>,
    zone: Zone,
}

/// What a piece of the rows came to.
pub(super) struct Sent {
    pub(super) rows: u64,
    /// Whether the query has no more.
    pub(super) is_complete: bool,
}

impl Rows {
    /// The rows of `stream`, each column in its format, times in `zone`.
    pub(super) fn new(stream: RecordStream, formats: Vec<Format>, zone: Zone) -> Self {
        Self { stream, current: None, formats, zone }
    }

    /// Sends rows until there are no more or `max` are sent. At most one batch and one piece of
    /// output are in memory; a client that does not read stops the query.
    pub(super) async fn send(&mut self, wire: &mut Wire, session: &Session, max: Option<u64>) -> Result<Sent, Fault> {
        let mut sent = 0;
        loop {
            let room = match max {
                Some(max) if sent >= max => return Ok(Sent { rows: sent, is_complete: false }),
                Some(max) => usize::try_from(max - sent).unwrap_or(usize::MAX),
                None => usize::MAX,
            };
            let (batch, next) = match &mut self.current {
                Some((batch, next)) if *next < batch.num_rows() => (&*batch, next),
                _ => match attend(wire, session, self.stream.next()).await? {
                    Some(batch) => {
                        self.current = Some((batch?, 0));
                        continue;
                    }
                    None => {
                        self.current = None;
                        return Ok(Sent { rows: sent, is_complete: true });
                    }
                },
            };
            let end = batch.num_rows().min(next.saturating_add(room));
            let schema = self.stream.schema();
            let written = encode::rows(batch, &schema, &self.formats, self.zone, *next, end, &mut wire.output)?;
            *next += written;
            sent += written as u64;
            metrics::counter!("bellwether_postgres_rows_sent_total").increment(written as u64);
            if wire.output.len() >= FLUSH_BYTES {
                wire.flush().await?;
            }
        }
    }
}
