//! The events of one group.

use std::fmt;
use std::mem::size_of_val;
use std::sync::Arc;

use bellwether_kernels::journey::stored::Journey;
use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;
use datafusion::scalar::ScalarValue;

use super::Source;
use crate::adapter::column::Columns;
use crate::argument::Declared;
use crate::journey::stored::{bytes_at, damaged};
use crate::journey::value::Values;

pub(super) struct Single {
    declared: Arc<Declared>,
    source: Source,
    journey: Journey,
}

impl Single {
    pub(super) fn new(declared: Arc<Declared>, source: Source) -> Self {
        Self { declared, source, journey: Journey::new() }
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        self.journey.merge(bytes).map_err(damaged)
    }
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |array| array.len());
        let columns = Columns::read(&self.declared, values, rows)?;
        let values = Values::read(&columns)?;
        for row in 0..rows {
            match self.source {
                Source::Journeys => {
                    if let Some(bytes) = columns.column(0).and_then(|column| bytes_at(column, row)) {
                        self.merge(bytes)?;
                    }
                }
                Source::Rows => {
                    if let (Some(ts), Some(event)) = (columns.time(0, row), columns.text(1, row)) {
                        let value = values.as_ref().and_then(|values| values.at(row));
                        self.journey.update(ts, event, columns.text(2, row), value);
                    }
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.journey.finish())))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(saved) = states.first().and_then(|array| array.as_binary_opt::<i32>()) else {
            return internal_err!("{} merges something that is no state", self.declared.name);
        };
        saved.iter().flatten().try_for_each(|bytes| self.merge(bytes))
    }

    fn size(&self) -> usize {
        size_of_val(self) + 2 * self.journey.heap_bytes()
    }
}

impl fmt::Debug for Single {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Single").field(&self.declared.name).finish()
    }
}
