//! Window functions that judge a row by the rows of its frame, which moves from row to row.
//!
//! ```ignore
//! Function::framed(Framed { declared, result: |_types| Ok(DataType::Float64), bind: |arguments| Ok(Score { … }) })
//! impl OverFrame for Score {
//!     type Frame = Ordered;                                       // what is kept of the rows of a frame
//!     fn enter(&self, frame: &mut Ordered, columns: &Columns, row: usize) { … }
//!     fn leave(&self, frame: &mut Ordered, columns: &Columns, row: usize) { … }
//!     fn value(&self, frame: &Ordered, columns: &Columns, row: usize) -> Result<ScalarValue> { … }
//! }
//! ```
//!
//! Each row enters a frame once and leaves it once: frames of windows only move forward.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::PartitionEvaluator;
use datafusion::scalar::ScalarValue;

use super::column::Columns;
use super::definition::Definition;
use super::over::Over;
use crate::argument::Declared;

/// A window function over frames.
pub(crate) type Framed<C> = Definition<C>;

/// One call: its constants, and the value it gives a row among those of its frame.
pub(crate) trait OverFrame: Send + Sync + 'static {
    /// What is kept of the rows of a frame. That of no rows is the default.
    type Frame: Default + Send;

    /// A row comes in at the end.
    fn enter(&self, frame: &mut Self::Frame, columns: &Columns, row: usize);

    /// The row that came in first goes.
    fn leave(&self, frame: &mut Self::Frame, columns: &Columns, row: usize);

    /// The value of a row, which may be in its frame or not.
    fn value(&self, frame: &Self::Frame, columns: &Columns, row: usize) -> Result<ScalarValue>;
}

/// Seeing the frame of each row.
pub(crate) struct OfFrames;

impl<C: OverFrame> Over<C> for OfFrames {
    fn evaluator(declared: Arc<Declared>, call: C, arguments: usize) -> Box<dyn PartitionEvaluator> {
        Box::new(Evaluator {
            declared,
            call,
            arguments,
            columns: None,
            frame: C::Frame::default(),
            range: 0..0,
            row: 0,
        })
    }
}

/// The frames of one partition, from its first row to its last.
struct Evaluator<C: OverFrame> {
    declared: Arc<Declared>,
    call: C,
    /// How many of the arrays are arguments; the others order the rows.
    arguments: usize,
    /// The arguments, read with the first row.
    columns: Option<Columns>,
    frame: C::Frame,
    range: Range<usize>,
    row: usize,
}

impl<C: OverFrame> PartitionEvaluator for Evaluator<C> {
    fn evaluate(&mut self, values: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        let columns = match self.columns.take() {
            Some(columns) => columns,
            None => {
                let arguments = values.get(..self.arguments).unwrap_or(values);
                Columns::read(&self.declared, arguments, arguments.first().map_or(0, |array| array.len()))?
            }
        };
        if range.start < self.range.start || range.end < self.range.end || range.end > columns.rows() {
            return internal_err!("a frame of {} moved from {:?} to {range:?}", self.declared.name, self.range);
        }
        for row in self.range.end..range.end {
            self.call.enter(&mut self.frame, &columns, row);
        }
        for row in self.range.start..range.start {
            self.call.leave(&mut self.frame, &columns, row);
        }
        self.range = range.clone();
        let value = self.call.value(&self.frame, &columns, self.row);
        self.row += 1;
        self.columns = Some(columns);
        value
    }

    fn uses_window_frame(&self) -> bool {
        true
    }
}

impl<C: OverFrame> fmt::Debug for Evaluator<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Evaluator").field(&self.declared.name).finish()
    }
}
