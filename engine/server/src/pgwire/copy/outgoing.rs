//! Rows of `COPY … TO STDOUT`, as fast as the client takes them.

use bellwether::{RecordStream, Session};
use futures::StreamExt;

use crate::pgwire::connection::attend;
use crate::pgwire::encode::CopyRows;
use crate::pgwire::fault::Fault;
use crate::pgwire::socket::{FLUSH_BYTES, Wire};

/// Sends all rows of a query and gives their number. At most one batch and one piece of output are in memory; a
/// client that does not read stops the query.
pub(super) async fn send(
    wire: &mut Wire,
    session: &Session,
    mut stream: RecordStream,
    mut rows: CopyRows,
) -> Result<u64, Fault> {
    let mut sent = 0;
    rows.begin(&stream.schema(), &mut wire.output)?;
    while let Some(batch) = attend(wire, session, stream.next()).await? {
        let batch = batch?;
        let mut next = 0;
        while next < batch.num_rows() {
            let written = rows.rows(&batch, next, batch.num_rows(), &mut wire.output)?;
            next += written;
            sent += written as u64;
            metrics::counter!("bellwether_postgres_rows_sent_total").increment(written as u64);
            if wire.output.len() >= FLUSH_BYTES {
                wire.flush().await?;
            }
        }
    }
    rows.end(&mut wire.output)?;
    Ok(sent)
}
