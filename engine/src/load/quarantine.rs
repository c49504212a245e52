//! The first of two passes: refused rows into a table of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use futures::future;
use futures::stream::{self, StreamExt};

use super::column::sql_identifier;
use super::plan::Plan;
use super::refusal::Refusal;
use super::{Load, Progress};
use crate::{BatchId, Error, Ingest, IngestMode, Result, Session};

/// What the pass did.
pub(super) struct Pass {
    /// Rows that were refused.
    pub(super) rows_refused: u64,
    /// Rows that were written: the same, or none when the batch had been written before.
    pub(super) rows_written: u64,
}

/// Writes all rows of the files that are refused, in one commit; none at all when every row fits.
pub(super) async fn pass(session: &Session, load: &Load, plan: &Plan, progress: Arc<Progress>) -> Result<Pass> {
    let refused = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&refused);
    let mut batches = plan
        .pieces(progress)
        .filter_map(move |piece| {
            let refused = match piece {
                Ok(piece) if piece.refusals.is_empty() => None,
                Ok(piece) => {
                    count.fetch_add(piece.refusals.len() as u64, Ordering::Relaxed);
                    Some(batch(&piece.refusals))
                }
                Err(error) => Some(Err(error)),
            };
            future::ready(refused)
        })
        .boxed();
    let Some(first) = batches.next().await else {
        return Ok(Pass { rows_refused: 0, rows_written: 0 });
    };
    let first = first?;
    let ingest = Ingest {
        schema: load.schema.clone(),
        table: table(load),
        mode: IngestMode::CreateAppend,
        batch: load
            .batch
            .clone()
            .map(|BatchId { writer, number }| BatchId { writer: format!("{writer}:quarantine"), number }),
        cluster_by: Vec::new(),
    };
    let all = stream::once(future::ready(Ok(first))).chain(batches).boxed();
    let rows_written = session.ingest(ingest, schema(), all).await?;
    Ok(Pass { rows_refused: refused.load(Ordering::Relaxed), rows_written })
}

/// The table refused rows go to.
fn table(load: &Load) -> String {
    format!("{}_quarantine", load.table)
}

/// Its name as SQL.
pub(super) fn full_name(load: &Load) -> String {
    let table = sql_identifier(&table(load));
    match &load.schema {
        Some(schema) => format!("{}.{table}", sql_identifier(schema)),
        None => table,
    }
}

/// The columns of every quarantine table.
fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("file", DataType::Utf8, true),
        Field::new("line", DataType::Int64, true),
        Field::new("column", DataType::Utf8, true),
        Field::new("value", DataType::Utf8, true),
        Field::new("reason", DataType::Utf8, true),
        Field::new("raw", DataType::Utf8, true),
    ]))
}

fn batch(refusals: &[Refusal]) -> Result<RecordBatch> {
    let texts = |text: fn(&Refusal) -> Option<&str>| -> ArrayRef {
        Arc::new(refusals.iter().map(text).collect::<StringArray>())
    };
    let lines: Int64Array = refusals.iter().map(|refusal| i64::try_from(refusal.line).ok()).collect();
    RecordBatch::try_new(
        schema(),
        vec![
            texts(|refusal| Some(&refusal.file)),
            Arc::new(lines),
            texts(|refusal| refusal.column.as_deref()),
            texts(|refusal| refusal.value.as_deref()),
            texts(|refusal| Some(&refusal.reason)),
            texts(|refusal| Some(&refusal.raw)),
        ],
    )
    .map_err(|error| Error::internal("refused rows do not form a batch").with_source(error))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};

    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_refused_row_keeps_everything_that_is_known_of_it() {
        let refusal = Refusal {
            file: "orders.csv".into(),
            line: 7,
            column: None,
            value: None,
            kind: ErrorKind::InvalidText,
            reason: "expected 2 fields, got 1".into(),
            hint: String::new(),
            raw: "x".into(),
        };
        let batch = batch(&[refusal]).unwrap();
        assert_eq!(batch.column(0).as_string::<i32>().value(0), "orders.csv");
        assert!(batch.column(2).is_null(0));
        assert_eq!(batch.column(4).as_string::<i32>().value(0), "expected 2 fields, got 1");
        assert_eq!(batch.column(5).as_string::<i32>().value(0), "x");
    }
}
