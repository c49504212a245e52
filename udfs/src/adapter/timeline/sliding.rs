//! The events of a window frame whose start moves: rows leave in the order in which they came.

use std::collections::VecDeque;
use std::fmt;
use std::mem::{size_of, size_of_val};
use std::sync::Arc;

use bellwether_kernels::journey::event::Event;
use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;
use datafusion::scalar::ScalarValue;

use super::{Call, Timelines, load};
use crate::adapter::column::Columns;
use crate::argument::Declared;

pub(super) struct Sliding<C> {
    declared: Arc<Declared>,
    call: C,
    /// What each row in the frame was, if anything.
    rows: VecDeque<Option<Event>>,
}

impl<C: Call> Sliding<C> {
    pub(super) fn new(declared: Arc<Declared>, call: C) -> Self {
        Self { declared, call, rows: VecDeque::new() }
    }

    fn timelines(&self) -> Timelines {
        Timelines::of(self.rows.iter().flatten().copied().collect())
    }
}

impl<C: Call> Accumulator for Sliding<C> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |array| array.len());
        let columns = Columns::read(&self.declared, values, rows)?;
        self.rows.extend((0..rows).map(|row| self.call.event(&columns, row)));
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |array| array.len());
        self.rows.drain(..rows.min(self.rows.len()));
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let values = self.call.evaluate(&self.timelines())?;
        ScalarValue::try_from_array(&values, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let saved = self.timelines().saved();
        Ok(vec![ScalarValue::Binary(Some(saved.value(0).to_vec()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(saved) = states.first().and_then(|array| array.as_binary_opt::<i32>()) else {
            return internal_err!("{} merges something that is no state", self.declared.name);
        };
        for bytes in saved.iter().flatten() {
            load(bytes, |event| self.rows.push_back(Some(event)))?;
        }
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self) + 2 * self.rows.capacity() * size_of::<Option<Event>>()
    }
}

impl<C> fmt::Debug for Sliding<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sliding").field(&self.declared.name).finish()
    }
}
