//! States of many groups at once.

use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::{Call, State, load, saved};
use crate::adapter::column::Columns;
use crate::argument::Declared;

pub(super) struct Grouped<C: Call> {
    declared: Arc<Declared>,
    call: C,
    states: Vec<C::State>,
    /// What the states hold beside their own size: asked after every change, because asking all of them for
    /// every batch would take longer than the work.
    heap_bytes: usize,
}

impl<C: Call> Grouped<C> {
    pub(super) fn new(declared: Arc<Declared>, call: C) -> Self {
        Self { declared, call, states: Vec::new(), heap_bytes: 0 }
    }

    fn reach(&mut self, groups: usize) {
        while self.states.len() < groups {
            let state = self.call.empty();
            self.heap_bytes += state.heap_bytes();
            self.states.push(state);
        }
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<C::State> {
        let taken = emit_to.take_needed(&mut self.states);
        let bytes: usize = taken.iter().map(State::heap_bytes).sum();
        self.heap_bytes = self.heap_bytes.saturating_sub(bytes);
        taken
    }
}

impl<C: Call> GroupsAccumulator for Grouped<C> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.reach(total_num_groups);
        let columns = Columns::read(&self.declared, values, group_indices.len())?;
        for (row, &group) in group_indices.iter().enumerate() {
            if is_left_out(opt_filter, row) {
                continue;
            }
            let state = &mut self.states[group];
            let before = state.heap_bytes();
            self.call.update(state, &columns, row);
            self.heap_bytes = (self.heap_bytes + state.heap_bytes()).saturating_sub(before);
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let states = self.take(emit_to);
        self.call.evaluate(&states)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![Arc::new(saved(&self.take(emit_to)))])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.reach(total_num_groups);
        let Some(saved) = values.first().and_then(|array| array.as_binary_opt::<i32>()) else {
            return internal_err!("{} merges something that is no state", self.declared.name);
        };
        for (row, &group) in group_indices.iter().enumerate() {
            if saved.is_null(row) {
                continue;
            }
            let other: C::State = load(saved.value(row))?;
            let state = &mut self.states[group];
            let before = state.heap_bytes();
            self.call.merge(state, other);
            self.heap_bytes = (self.heap_bytes + state.heap_bytes()).saturating_sub(before);
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |array| array.len());
        let columns = Columns::read(&self.declared, values, rows)?;
        let states: Vec<C::State> = (0..rows)
            .map(|row| {
                let mut state = self.call.empty();
                if !is_left_out(opt_filter, row) {
                    self.call.update(&mut state, &columns, row);
                }
                state
            })
            .collect();
        Ok(vec![Arc::new(saved(&states))])
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<C::State>() + self.heap_bytes
    }
}

/// Whether `FILTER (WHERE …)` leaves the row out.
pub(crate) fn is_left_out(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_some_and(|filter| !(filter.is_valid(row) && filter.value(row)))
}
