//! What EXPLAIN says of materialized views.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt;

/// The row of EXPLAIN that tells of views.
const ROW: &str = "materialized_views";

/// The rows of an EXPLAIN, with one more that has these lines.
pub(crate) fn with_lines(rows: SendableRecordBatchStream, lines: &[String]) -> Result<SendableRecordBatchStream> {
    let schema = rows.schema();
    if lines.is_empty() || schema.fields().len() != 2 {
        return Ok(rows);
    }
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(2);
    for (field, text) in schema.fields().iter().zip([ROW.to_owned(), lines.join("\n")]) {
        columns.push(cast(&StringArray::from(vec![text]), field.data_type())?);
    }
    let last = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    let rows = rows.chain(futures::stream::once(std::future::ready(Ok(last))));
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
}
