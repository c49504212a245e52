//! Window functions: a value for each row of a partition, computed for the whole partition at once.
//!
//! ```ignore
//! Function::window(Window { declared, result: |_types| Ok(DataType::Float64), bind: |arguments| Ok(Credit { … }) })
//! impl Evaluate for Credit { fn evaluate(&self, columns: &Columns) -> Result<ArrayRef> { … } }
//! ```
//!
//! The rows are those of one partition, in the order of the window. A window's frame is not seen: what needs one
//! is an aggregate.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::PartitionEvaluator;

use super::column::Columns;
use super::definition::Definition;
use super::over::Over;
use crate::argument::Declared;

/// A window function.
pub(crate) type Window<C> = Definition<C>;

/// One call: its constants, and the values it gives the rows of a partition.
pub(crate) trait Evaluate: Send + Sync + 'static {
    /// The values of all rows, in order.
    fn evaluate(&self, columns: &Columns) -> Result<ArrayRef>;
}

/// Seeing all rows of a partition at once.
pub(crate) struct WholePartition;

impl<C: Evaluate> Over<C> for WholePartition {
    fn evaluator(declared: Arc<Declared>, call: C, _arguments: usize) -> Box<dyn PartitionEvaluator> {
        Box::new(Evaluator { declared, call })
    }
}

struct Evaluator<C> {
    declared: Arc<Declared>,
    call: C,
}

impl<C: Evaluate> PartitionEvaluator for Evaluator<C> {
    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> Result<ArrayRef> {
        let values = self.call.evaluate(&Columns::read(&self.declared, values, num_rows)?)?;
        if values.len() != num_rows {
            return internal_err!("{} gave {} values for {num_rows} rows", self.declared.name, values.len());
        }
        Ok(values)
    }
}

impl<C> fmt::Debug for Evaluator<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Evaluator").field(&self.declared.name).finish()
    }
}
