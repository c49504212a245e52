//! `COPY`: many rows at once, out of the lake and into it.
//!
//! The engine says what is to be copied ([`bellwether::Copy`]); here are the messages. Rows leave as fast as the
//! client takes them (`outgoing`) and are read as fast as they are written (`incoming`), in lines of text or csv
//! or in binary. What comes in is one commit: a client that fails, stops or goes away leaves nothing behind.
//!
//! The messages: <https://www.postgresql.org/docs/16/protocol-flow.html#PROTOCOL-COPY>.

mod batch;
mod binary;
mod csv;
mod fields;
mod incoming;
mod input;
mod lines;
mod outgoing;
mod reader;
mod text;

use bellwether::{Copy, CopyFormat, CopyFrom, CopyTo, Error, Outcome, Statement};
use futures::{StreamExt, stream};

use self::incoming::Incoming;
use super::backend::{self, column_count};
use super::connection::{Connection, attend};
use super::encode::CopyRows;
use super::fault::Fault;
use super::frontend::Format;
use super::zone::Zone;

/// The first bytes of a copy in binary.
pub(super) const BINARY_SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// In binary, the count of values that says there are no more rows.
pub(super) const NO_MORE_ROWS: i16 = -1;

impl Connection {
    /// Runs a statement if it is a `COPY`, and says whether it was.
    pub(super) async fn copy(&mut self, statement: &Statement) -> Result<bool, Fault> {
        let rows = match attend(&mut self.wire, &self.session, self.session.copy(statement)).await?? {
            None => return Ok(false),
            Some(Copy::To(copy)) => self.copy_to(&copy).await?,
            Some(Copy::From(copy)) => self.copy_from(&copy).await?,
        };
        backend::command_complete(&mut self.wire.output, &format!("COPY {rows}"));
        Ok(true)
    }

    async fn copy_to(&mut self, copy: &CopyTo) -> Result<u64, Fault> {
        let work = self.session.execute(copy.prepared(), Vec::new());
        let Outcome::Rows(stream) = attend(&mut self.wire, &self.session, work).await?? else {
            return Err(Error::internal("a COPY … TO gave no rows").into());
        };
        let columns = stream.schema().fields().len();
        backend::copy_out_response(&mut self.wire.output, format(copy.format()), column_count(columns)?);
        let rows = CopyRows::new(copy.format(), columns, Zone::of(&self.session));
        let sent = outgoing::send(&mut self.wire, &self.session, stream, rows).await?;
        backend::copy_done(&mut self.wire.output);
        Ok(sent)
    }

    async fn copy_from(&mut self, copy: &CopyFrom) -> Result<u64, Fault> {
        let columns = column_count(copy.columns().fields().len())?;
        let mut incoming = Incoming::new(&mut self.wire, copy, Zone::of(&self.session))?;
        incoming.invite(columns).await?;
        let batches = stream::try_unfold(&mut incoming, |incoming| async move {
            incoming.next().await.map(|batch| batch.map(|batch| (batch, incoming)))
        });
        let outcome = self.session.copy_from(copy, batches.boxed()).await;
        match incoming.into_fault() {
            Some(fault) => Err(fault),
            None => outcome.map_err(Fault::from),
        }
    }
}

fn format(format: &CopyFormat) -> Format {
    match format {
        CopyFormat::Text { .. } | CopyFormat::Csv { .. } => Format::Text,
        CopyFormat::Binary => Format::Binary,
    }
}
