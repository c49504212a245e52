//! The events of many groups, put into order when results are asked for.

use std::mem::size_of;
use std::sync::Arc;

use bellwether_kernels::journey::event::{Event, sort};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::{Call, Timelines, load};
use crate::adapter::aggregate::is_left_out;
use crate::adapter::column::Columns;
use crate::adapter::grouped_rows::GroupedRows;
use crate::argument::Declared;

pub(super) struct Grouped<C> {
    declared: Arc<Declared>,
    call: C,
    rows: GroupedRows<Event>,
}

impl<C: Call> Grouped<C> {
    pub(super) fn new(declared: Arc<Declared>, call: C) -> Self {
        let rows = GroupedRows::new(declared.name);
        Self { declared, call, rows }
    }

    /// The timelines of the first groups, or of all.
    fn take(&mut self, emit_to: EmitTo) -> Result<Timelines> {
        let taken = self.rows.take(emit_to)?;
        let mut events: Vec<Event> = Vec::with_capacity(taken.groups.rows().len());
        for timeline in taken.iter() {
            let start = events.len();
            events.extend(timeline);
            sort(&mut events[start..]);
        }
        Ok(Timelines { events, offsets: taken.groups.offsets().to_vec() })
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
        self.rows.reach(total_num_groups);
        let columns = Columns::read(&self.declared, values, group_indices.len())?;
        for (row, &group) in group_indices.iter().enumerate() {
            if is_left_out(opt_filter, row) {
                continue;
            }
            if let Some(event) = self.call.event(&columns, row) {
                self.rows.push(self.rows.code(group)?, event);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let timelines = self.take(emit_to)?;
        self.call.evaluate(&timelines)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![Arc::new(self.take(emit_to)?.saved())])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.rows.reach(total_num_groups);
        let Some(saved) = values.first().and_then(|array| array.as_binary_opt::<i32>()) else {
            return internal_err!("{} merges something that is no state", self.declared.name);
        };
        for (row, &group) in group_indices.iter().enumerate() {
            if saved.is_valid(row) {
                let code = self.rows.code(group)?;
                load(saved.value(row), |event| self.rows.push(code, event))?;
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |array| array.len());
        let columns = Columns::read(&self.declared, values, rows)?;
        let mut timelines = Timelines { events: Vec::with_capacity(rows), offsets: Vec::with_capacity(rows + 1) };
        timelines.offsets.push(0);
        for row in 0..rows {
            if !is_left_out(opt_filter, row) {
                timelines.events.extend(self.call.event(&columns, row));
            }
            timelines.offsets.push(timelines.events.len() as u32);
        }
        Ok(vec![Arc::new(timelines.saved())])
    }

    fn size(&self) -> usize {
        // The events in order stand beside the events as they came.
        self.rows.heap_bytes() + self.rows.len() * size_of::<Event>()
    }
}
