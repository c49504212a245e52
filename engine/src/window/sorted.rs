//! The plan that a chain replaced, over rows that were collected already: it sorts, and can write to disk.

use std::fmt::{self, Formatter};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{
    ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions, SendableRecordBatchStream,
};
use futures::{StreamExt, stream};
use parking_lot::Mutex;

use super::chain::Chain;

/// The results of the chain for the rows of `batches` and then `rest`.
pub(super) fn evaluate(
    chain: &Chain,
    batches: Vec<RecordBatch>,
    rest: SendableRecordBatchStream,
    context: Arc<TaskContext>,
) -> Result<SendableRecordBatchStream> {
    let schema = rest.schema();
    let rows = stream::iter(batches.into_iter().map(Ok)).chain(rest);
    let rows: SendableRecordBatchStream = Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&schema), rows));
    let rows = Rows { schema: Arc::clone(&schema), stream: Mutex::new(Some(rows)) };
    let mut plan: Arc<dyn ExecutionPlan> =
        Arc::new(StreamingTableExec::try_new(schema, vec![Arc::new(rows)], None, [], false, None)?);
    for node in &chain.nodes {
        let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        plan = Arc::clone(node).replace_children(vec![plan], options)?;
    }
    plan.execute(0, context)
}

/// A stream as the input of a plan that is executed once.
struct Rows {
    schema: SchemaRef,
    stream: Mutex<Option<SendableRecordBatchStream>>,
}

impl fmt::Debug for Rows {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.debug_struct("Rows").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        match self.stream.lock().take() {
            Some(stream) => stream,
            None => {
                let error = exec_datafusion_err!("the collected rows of a window were already read");
                let failure = stream::once(async { Err(error) });
                Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), failure))
            }
        }
    }
}
