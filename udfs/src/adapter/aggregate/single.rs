//! The state of one group.

use std::fmt;
use std::mem::{size_of, size_of_val};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;
use datafusion::scalar::ScalarValue;

use super::{Call, State, load, saved};
use crate::adapter::column::Columns;
use crate::argument::Declared;

pub(super) struct Single<C: Call> {
    declared: Arc<Declared>,
    call: C,
    state: C::State,
}

impl<C: Call> Single<C> {
    pub(super) fn new(declared: Arc<Declared>, call: C) -> Self {
        let state = call.empty();
        Self { declared, call, state }
    }
}

impl<C: Call> Accumulator for Single<C> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |array| array.len());
        let columns = Columns::read(&self.declared, values, rows)?;
        for row in 0..rows {
            self.call.update(&mut self.state, &columns, row);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let values = self.call.evaluate(std::slice::from_ref(&self.state))?;
        ScalarValue::try_from_array(&values, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let saved = saved([&self.state]);
        Ok(vec![ScalarValue::Binary(Some(saved.value(0).to_vec()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(saved) = states.first().and_then(|array| array.as_binary_opt::<i32>()) else {
            return internal_err!("{} merges something that is no state", self.declared.name);
        };
        for bytes in saved.iter().flatten() {
            self.call.merge(&mut self.state, load(bytes)?);
        }
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self) + size_of::<C>() + self.state.heap_bytes()
    }
}

impl<C: Call> fmt::Debug for Single<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Single").field(&self.declared.name).finish()
    }
}
