//! The events of many groups, in the order in which they came, until they are written as journeys.

use std::mem::size_of;
use std::sync::Arc;

use bellwether_kernels::journey::stored::{Digits, Entry, Stored, Vocabulary, Writer, entries_of, word};
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
use crate::journey::value::Values;

/// The event of what is kept of an event's value.
const VALUE: u32 = u32::MAX;

/// An event; or, behind it, what it is worth, because few events are worth anything.
#[derive(Debug, Clone, Copy)]
struct Kept {
    /// When it happened; or the word of the value.
    word: u64,
    event: u32,
    /// The channel; or how exactly the value is known.
    channel: u32,
}

pub(super) struct Journeys {
    declared: Arc<Declared>,
    source: Source,
    rows: GroupedRows<Kept>,
    events: Vocabulary,
    channels: Vocabulary,
}

impl Journeys {
    pub(super) fn new(declared: Arc<Declared>, source: Source) -> Self {
        let rows = GroupedRows::new(declared.name);
        Self { declared, source, rows, events: Vocabulary::new(), channels: Vocabulary::new() }
    }

    /// Adds the events of a row.
    fn take_row(&mut self, columns: &Columns, values: Option<&Values>, row: usize, group: usize) -> Result<()> {
        if self.source == Source::Journeys {
            return match columns.column(0).and_then(|column| bytes_at(column, row)) {
                Some(bytes) => self.take_journey(bytes, group),
                None => Ok(()),
            };
        }
        if let (Some(ts), Some(event)) = (columns.time(0, row), columns.text(1, row)) {
            let channel = columns.text(2, row).map_or(0, |channel| self.channels.code(channel) + 1);
            let value = values.and_then(|values| values.at(row));
            let entry = Entry {
                ts,
                event: self.events.code(event),
                channel,
                value: value.map_or(0, |value| word(value.number)),
            };
            let code = self.rows.code(group)?;
            keep(&mut self.rows, code, entry, value.map(|value| value.digits));
        }
        Ok(())
    }

    fn take_journey(&mut self, bytes: &[u8], group: usize) -> Result<()> {
        let code = self.rows.code(group)?;
        let stored = Stored::read(bytes).map_err(damaged)?;
        let (rows, digits) = (&mut self.rows, stored.digits());
        let take = |entry| keep(rows, code, entry, digits);
        entries_of(&stored, &mut self.events, &mut self.channels, take).map_err(damaged)
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
            let digits = gather(entries, &mut journey);
            journey.iter_mut().for_each(|entry| *entry = entry.ranked(&event_ranks, &channel_ranks));
            bytes.clear();
            writer.write(&mut journey, digits, &mut bytes);
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
        let values = Values::read(&columns)?;
        for (row, &group) in groups.iter().enumerate() {
            if !is_left_out(filter, row) {
                self.take_row(&columns, values.as_ref(), row, group)?;
            }
        }
        Ok(())
    }
}

/// Keeps an event, and behind it what it is worth.
fn keep(rows: &mut GroupedRows<Kept>, code: u32, entry: Entry, digits: Option<Digits>) {
    let Entry { ts, event, channel, value } = entry;
    rows.push(code, Kept { word: ts.cast_unsigned(), event, channel });
    if let Some(digits) = digits.filter(|_| value != 0) {
        rows.push(code, Kept { word: value, event: VALUE, channel: digits.byte().into() });
    }
}

/// The events that were kept, and how exactly their values are known if any has one.
fn gather(kept: impl Iterator<Item = Kept>, journey: &mut Vec<Entry>) -> Option<Digits> {
    let mut digits = None;
    for Kept { word, event, channel } in kept {
        match journey.last_mut() {
            Some(last) if event == VALUE => {
                last.value = word;
                let own = u8::try_from(channel).ok().and_then(|byte| Digits::of_byte(byte).ok());
                digits = digits.max(Some(own.unwrap_or(Digits::Float)));
            }
            _ => journey.push(Entry { ts: word.cast_signed(), event, channel, value: 0 }),
        }
    }
    digits
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
