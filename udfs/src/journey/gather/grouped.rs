//! The events of many groups, in the order in which they came, until they are written as journeys.

use std::mem::size_of;
use std::sync::Arc;

use bellwether_kernels::journey::stored::{Entry, Stored, Vocabulary, Writer, entries_of};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, BooleanArray};
use datafusion::common::{internal_err, resources_err};
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::Source;
use crate::adapter::aggregate::is_left_out;
use crate::adapter::column::Columns;
use crate::adapter::grouped_rows::GroupedRows;
use crate::argument::Declared;
use crate::journey::stored::{bytes_at, damaged};

pub(super) struct Journeys {
    declared: Arc<Declared>,
    source: Source,
    rows: GroupedRows<Entry>,
    events: Vocabulary,
    channels: Vocabulary,
}

impl Journeys {
    pub(super) fn new(declared: Arc<Declared>, source: Source) -> Self {
        let rows = GroupedRows::new(declared.name);
        Self { declared, source, rows, events: Vocabulary::new(), channels: Vocabulary::new() }
    }

    /// Adds the events of a row.
    fn take_row(&mut self, columns: &Columns, row: usize, group: usize) -> Result<()> {
        if self.source == Source::Journeys {
            return match columns.column(0).and_then(|column| bytes_at(column, row)) {
                Some(bytes) => self.take_journey(bytes, group),
                None => Ok(()),
            };
        }
        if let (Some(ts), Some(event)) = (columns.time(0, row), columns.text(1, row)) {
            let channel = columns.text(2, row).map_or(0, |channel| self.channels.code(channel) + 1);
            let entry = Entry { ts, event: self.events.code(event), channel };
            self.rows.push(self.rows.code(group)?, entry);
        }
        Ok(())
    }

    fn take_journey(&mut self, bytes: &[u8], group: usize) -> Result<()> {
        let code = self.rows.code(group)?;
        let stored = Stored::read(bytes).map_err(damaged)?;
        let rows = &mut self.rows;
        entries_of(&stored, &mut self.events, &mut self.channels, |entry| rows.push(code, entry)).map_err(damaged)
    }

    /// The journeys of the first groups, or of all; the others move up.
    fn emit(&mut self, emit_to: EmitTo) -> Result<BinaryArray> {
        let taken = self.rows.take(emit_to)?;
        let (events, event_ranks) = self.events.ranked();
        let (channels, channel_ranks) = self.channels.ranked();
        let mut writer = Writer::new(events, channels);
        let mut builder = BinaryBuilder::with_capacity(taken.groups.len(), 0);
        let (mut journey, mut bytes) = (Vec::new(), Vec::new());
        for entries in taken.iter() {
            journey.clear();
            journey.extend(entries.map(|entry| entry.ranked(&event_ranks, &channel_ranks)));
            bytes.clear();
            writer.write(&mut journey, &mut bytes);
            if builder.values_slice().len() + bytes.len() > i32::MAX as usize {
                return resources_err!(
                    "{} gives more than 2 GiB at once: group by fewer customers",
                    self.declared.name
                );
            }
            builder.append_value(&bytes);
        }
        Ok(builder.finish())
    }

    fn update(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>) -> Result<()> {
        let declared = Arc::clone(&self.declared);
        let columns = Columns::read(&declared, values, groups.len())?;
        for (row, &group) in groups.iter().enumerate() {
            if !is_left_out(filter, row) {
                self.take_row(&columns, row, group)?;
            }
        }
        Ok(())
    }
}

impl GroupsAccumulator for Journeys {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.rows.reach(total_num_groups);
        self.update(values, group_indices, opt_filter)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(Arc::new(self.emit(emit_to)?))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![Arc::new(self.emit(emit_to)?)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.rows.reach(total_num_groups);
        let Some(saved) = values.first().and_then(|array| array.as_binary_opt::<i32>()) else {
            return internal_err!("{} merges something that is no state", self.declared.name);
        };
        for (bytes, &group) in saved.iter().zip(group_indices) {
            if let Some(bytes) = bytes {
                self.take_journey(bytes, group)?;
            }
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |array| array.len());
        let mut each = Self::new(Arc::clone(&self.declared), self.source);
        each.rows.reach(rows);
        each.update(values, &(0..rows).collect::<Vec<_>>(), opt_filter)?;
        Ok(vec![Arc::new(each.emit(EmitTo::All)?)])
    }

    fn size(&self) -> usize {
        // The offsets of the results are counted from the start: they come at the end, when nothing can be given back.
        let names = self.events.heap_bytes() + self.channels.heap_bytes();
        self.rows.heap_bytes() + self.rows.len() * size_of::<u64>() + names
    }
}
