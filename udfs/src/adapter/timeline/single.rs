//! The events of one group.

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

pub(super) struct Single<C> {
    declared: Arc<Declared>,
    call: C,
    events: Vec<Event>,
}

impl<C: Call> Single<C> {
    pub(super) fn new(declared: Arc<Declared>, call: C) -> Self {
        Self { declared, call, events: Vec::new() }
    }
}

impl<C: Call> Accumulator for Single<C> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |array| array.len());
        let columns = Columns::read(&self.declared, values, rows)?;
        self.events.extend((0..rows).filter_map(|row| self.call.event(&columns, row)));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        // A window asks again after more rows have come, so the events stay.
        let values = self.call.evaluate(&Timelines::of(self.events.clone()))?;
        ScalarValue::try_from_array(&values, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let saved = Timelines::of(std::mem::take(&mut self.events)).saved();
        Ok(vec![ScalarValue::Binary(Some(saved.value(0).to_vec()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(saved) = states.first().and_then(|array| array.as_binary_opt::<i32>()) else {
            return internal_err!("{} merges something that is no state", self.declared.name);
        };
        for bytes in saved.iter().flatten() {
            load(bytes, |event| self.events.push(event))?;
        }
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self) + size_of::<C>() + 2 * self.events.capacity() * size_of::<Event>()
    }
}

impl<C> fmt::Debug for Single<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Single").field(&self.declared.name).finish()
    }
}
