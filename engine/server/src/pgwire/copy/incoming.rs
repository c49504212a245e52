//! Rows of `COPY … FROM STDIN`: messages in, batches out, never much more than one batch ahead.

use arrow::array::RecordBatch;
use bellwether::{CopyFrom, Error, ErrorKind, Result};
use bytes::BytesMut;

use super::batch::{Batch, located};
use super::fields::Fields;
use super::input::Input;
use super::reader::Reader;
use crate::pgwire::backend;
use crate::pgwire::body::Body;
use crate::pgwire::fault::Fault;
use crate::pgwire::socket::{Frame, MESSAGE_BYTES, Wire};
use crate::pgwire::zone::Zone;

/// What a client copies in.
pub(super) struct Incoming<'a> {
    wire: &'a mut Wire,
    table: &'a str,
    input: Input,
    reader: Reader,
    fields: Fields,
    batch: Batch,
    /// What ended the connection, if something did.
    fault: Option<Fault>,
}

impl<'a> Incoming<'a> {
    /// Rows for a table, with local times in a zone.
    pub(super) fn new(wire: &'a mut Wire, copy: &'a CopyFrom, zone: Zone) -> Result<Self> {
        let reader = Reader::new(copy.format(), copy.columns().fields().len());
        let batch = Batch::new(copy.columns(), reader.format(), zone)?;
        Ok(Self {
            wire,
            table: copy.table(),
            input: Input::default(),
            reader,
            fields: Fields::default(),
            batch,
            fault: None,
        })
    }

    /// Asks the client for rows of so many columns.
    pub(super) async fn invite(&mut self, columns: i16) -> Result<(), Fault> {
        backend::copy_in_response(&mut self.wire.output, self.reader.format(), columns);
        self.wire.flush().await
    }

    /// The next batch, `None` when the client has sent them all.
    pub(super) async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if self.collect()? || self.input.is_ended {
                return self.batch.take();
            }
            let frame = match self.wire.read(MESSAGE_BYTES).await {
                Ok(frame) => frame,
                Err(fault) => return Err(self.end(fault)),
            };
            self.take(frame)?;
        }
    }

    /// What ended the connection while the rows were read.
    pub(super) fn into_fault(self) -> Option<Fault> {
        self.fault
    }

    /// Reads the rows that have arrived, as far as a batch holds them, and says whether it is full.
    fn collect(&mut self) -> Result<bool> {
        let Self { table, input, reader, fields, batch, .. } = self;
        let place = |line: u64| format!("COPY {table}, line {line}");
        while reader.next(input, fields).map_err(|error| located(error, place(reader.line())))? {
            batch.push(fields, || place(reader.line()))?;
            if batch.is_full() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn take(&mut self, frame: Option<Frame>) -> Result<()> {
        let Some(Frame { tag, body }) = frame else { return Err(self.end(Fault::Gone)) };
        match tag {
            b'd' => self.input.push(body),
            b'c' => self.input.is_ended = true,
            b'f' => return Err(given_up(&body)),
            // Drivers send these right after Execute, before they know that a copy begins.
            b'S' | b'H' => {}
            b'X' => return Err(self.end(Fault::Gone)),
            other => {
                let name = char::from(other).escape_default();
                return Err(
                    self.end(Fault::protocol(format!("a message of type '{name}' came in the middle of a COPY")))
                );
            }
        }
        Ok(())
    }

    /// Keeps what ended the connection; what reads the rows just learns that no more come.
    fn end(&mut self, fault: Fault) -> Error {
        self.fault = Some(fault);
        Error::new(ErrorKind::Cancelled, "the client went away in the middle of a COPY")
    }
}

fn given_up(body: &BytesMut) -> Error {
    let reason = Body::new(body).text().unwrap_or_default();
    Error::new(ErrorKind::Cancelled, format!("COPY from stdin failed: {reason}"))
}
