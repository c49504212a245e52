//! The state of a window frame whose start moves: rows leave in the order in which they came.
//!
//! A state cannot forget a row, but states merge. Rows that came lately are a stack with their sum; older rows are a
//! stack whose every entry is the sum of its row and all that came after it, so that the oldest can be taken off.
//! When the older ones are used up, the later ones are turned over. Each row is merged at most three times.

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

pub(super) struct Sliding<C: Call> {
    declared: Arc<Declared>,
    call: C,
    /// The state of each row that came lately, and of all of them together.
    later: Vec<C::State>,
    later_sum: C::State,
    /// The states of older rows, each with all that came after it; the oldest row last.
    older: Vec<C::State>,
}

impl<C: Call> Sliding<C> {
    pub(super) fn new(declared: Arc<Declared>, call: C) -> Self {
        let later_sum = call.empty();
        Self { declared, call, later: Vec::new(), later_sum, older: Vec::new() }
    }

    fn push(&mut self, state: C::State) -> Result<()> {
        self.call.merge(&mut self.later_sum, copy(&state)?);
        self.later.push(state);
        Ok(())
    }

    fn pop(&mut self) -> Result<()> {
        if self.older.is_empty() {
            while let Some(mut state) = self.later.pop() {
                if let Some(after) = self.older.last() {
                    self.call.merge(&mut state, copy(after)?);
                }
                self.older.push(state);
            }
            self.later_sum = self.call.empty();
        }
        match self.older.pop() {
            Some(_) => Ok(()),
            None => internal_err!("{} has no row to take out of its frame", self.declared.name),
        }
    }

    fn sum(&self) -> Result<C::State> {
        let mut sum = match self.older.last() {
            Some(older) => copy(older)?,
            None => self.call.empty(),
        };
        self.call.merge(&mut sum, copy(&self.later_sum)?);
        Ok(sum)
    }
}

fn copy<S: State>(state: &S) -> Result<S> {
    load(saved([state]).value(0))
}

impl<C: Call> Accumulator for Sliding<C> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |array| array.len());
        let columns = Columns::read(&self.declared, values, rows)?;
        for row in 0..rows {
            let mut state = self.call.empty();
            self.call.update(&mut state, &columns, row);
            self.push(state)?;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for _ in 0..values.first().map_or(0, |array| array.len()) {
            self.pop()?;
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let values = self.call.evaluate(&[self.sum()?])?;
        ScalarValue::try_from_array(&values, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let saved = saved([&self.sum()?]);
        Ok(vec![ScalarValue::Binary(Some(saved.value(0).to_vec()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(saved) = states.first().and_then(|array| array.as_binary_opt::<i32>()) else {
            return internal_err!("{} merges something that is no state", self.declared.name);
        };
        for bytes in saved.iter().flatten() {
            self.push(load(bytes)?)?;
        }
        Ok(())
    }

    fn size(&self) -> usize {
        let states = || self.later.iter().chain(&self.older).chain([&self.later_sum]);
        let heap: usize = states().map(State::heap_bytes).sum();
        size_of_val(self) + (self.later.capacity() + self.older.capacity()) * size_of::<C::State>() + heap
    }
}

impl<C: Call> fmt::Debug for Sliding<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sliding").field(&self.declared.name).finish()
    }
}
