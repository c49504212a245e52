//! The events of many groups: three columns while they come, put into order when results are asked for.

use std::mem::size_of;
use std::sync::Arc;

use bellwether_kernels::journey::event::{Event, sort};
use bellwether_kernels::ordering::Groups;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::common::{internal_err, resources_datafusion_err};
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::{Call, Timelines, load};
use crate::adapter::aggregate::is_left_out;
use crate::adapter::column::Columns;
use crate::argument::Declared;

pub(super) struct Grouped<C> {
    declared: Arc<Declared>,
    call: Arc<C>,
    groups: usize,
    codes: Vec<u32>,
    events: Vec<Event>,
}

impl<C: Call> Grouped<C> {
    pub(super) fn new(declared: Arc<Declared>, call: Arc<C>) -> Self {
        Self { declared, call, groups: 0, codes: Vec::new(), events: Vec::new() }
    }

    /// The timelines of the first groups, or of all; the others move up.
    fn take(&mut self, emit_to: EmitTo) -> Result<Timelines> {
        let taken = match emit_to {
            EmitTo::All => self.groups,
            EmitTo::First(groups) => groups.min(self.groups),
        };
        let (codes, events) = match taken == self.groups {
            true => (std::mem::take(&mut self.codes), std::mem::take(&mut self.events)),
            false => self.split(taken),
        };
        self.groups -= taken;
        let groups = Groups::new(&codes, taken)
            .ok_or_else(|| resources_datafusion_err!("{} saw more rows than it can count", self.declared.name))?;
        drop(codes);
        let mut ordered: Vec<Event> = groups.rows().iter().map(|&row| events[row as usize]).collect();
        drop(events);
        for bounds in groups.offsets().windows(2) {
            sort(&mut ordered[bounds[0] as usize..bounds[1] as usize]);
        }
        Ok(Timelines { events: ordered, offsets: groups.offsets().to_vec() })
    }

    /// Takes the rows of the groups before `taken` out.
    fn split(&mut self, taken: usize) -> (Vec<u32>, Vec<Event>) {
        let (mut codes, mut events) = (Vec::new(), Vec::new());
        let mut kept = 0;
        for row in 0..self.codes.len() {
            let (code, event) = (self.codes[row], self.events[row]);
            if (code as usize) < taken {
                codes.push(code);
                events.push(event);
            } else {
                self.codes[kept] = code - taken as u32;
                self.events[kept] = event;
                kept += 1;
            }
        }
        self.codes.truncate(kept);
        self.events.truncate(kept);
        (codes, events)
    }

    fn push(&mut self, group: usize, event: Event) -> Result<()> {
        let code = u32::try_from(group)
            .map_err(|_| resources_datafusion_err!("{} saw more groups than it can count", self.declared.name))?;
        self.codes.push(code);
        self.events.push(event);
        Ok(())
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
        self.groups = self.groups.max(total_num_groups);
        let columns = Columns::read(&self.declared, values, group_indices.len())?;
        for (row, &group) in group_indices.iter().enumerate() {
            if is_left_out(opt_filter, row) {
                continue;
            }
            if let Some(event) = self.call.event(&columns, row) {
                self.push(group, event)?;
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
        self.groups = self.groups.max(total_num_groups);
        let Some(saved) = values.first().and_then(|array| array.as_binary_opt::<i32>()) else {
            return internal_err!("{} merges something that is no state", self.declared.name);
        };
        for (row, &group) in group_indices.iter().enumerate() {
            if saved.is_valid(row) {
                load(saved.value(row), |event| self.push(group, event))?;
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
        // What putting into order needs beside the columns is counted from the start: it comes at the end, when
        // nothing can be given back.
        let row_bytes = 2 * (size_of::<u32>() + size_of::<Event>());
        self.codes.capacity() * row_bytes + self.groups * size_of::<u32>()
    }
}
