//! Aggregates whose result is a journey: the events of many customers in columns until they are asked for.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use bellwether_kernels::journey::stored::{Entry, Journey, Stored, Vocabulary, Writer, entries_of};
use bellwether_kernels::ordering::Groups;
use datafusion::arrow::array::{Array, ArrayRef, BinaryArray, BinaryBuilder, BooleanArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{internal_err, not_impl_err, resources_datafusion_err, resources_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator, Signature,
};
use datafusion::scalar::ScalarValue;

use super::stored::{bytes_at, damaged, is_journey};
use crate::adapter::column::Columns;
use crate::adapter::{coerce, signature};
use crate::argument::Declared;
use crate::function::{Body, Function};

/// What the events are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// One row an event: time, event, channel.
    Rows,
    /// Journeys.
    Journeys,
}

/// An aggregate that gives journeys.
pub(super) fn function(declared: Declared, source: Source) -> Function {
    let documentation = declared.page.documentation(&declared);
    let signature = signature(&declared);
    let declared = Arc::new(declared);
    let aggregate = Gather { declared: Arc::clone(&declared), source, signature, documentation };
    Function { declared, body: Body::Aggregate(Arc::new(AggregateUDF::from(aggregate))) }
}

/// The aggregate as DataFusion calls it.
struct Gather {
    declared: Arc<Declared>,
    source: Source,
    signature: Signature,
    documentation: Documentation,
}

impl Gather {
    fn refuse_distinct(&self, args: &AccumulatorArgs<'_>) -> Result<()> {
        match args.is_distinct {
            true => not_impl_err!("{}(DISTINCT …) is not supported", self.declared.name),
            false => Ok(()),
        }
    }
}

impl AggregateUDFImpl for Gather {
    fn name(&self) -> &str {
        self.declared.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        coerce(&self.declared, arg_types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        if self.source == Source::Journeys {
            is_journey(self.declared.name, arg_types)?;
        }
        Ok(DataType::Binary)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.refuse_distinct(&args)?;
        Ok(Box::new(Single { declared: Arc::clone(&self.declared), source: self.source, journey: Journey::new() }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(args.name, "journey"), DataType::Binary, true))])
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        self.refuse_distinct(&args)?;
        Ok(Box::new(Journeys::new(Arc::clone(&self.declared), self.source)))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

// A function is known by its name: there is one of each.
impl PartialEq for Gather {
    fn eq(&self, other: &Self) -> bool {
        self.declared.name == other.declared.name
    }
}

impl Eq for Gather {}

impl Hash for Gather {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.declared.name.hash(state);
    }
}

impl fmt::Debug for Gather {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gather").field(&self.declared.name).finish()
    }
}

/// The events of many groups, in the order in which they came.
struct Journeys {
    declared: Arc<Declared>,
    source: Source,
    groups: usize,
    /// The group of each event.
    codes: Vec<u32>,
    entries: Vec<Entry>,
    events: Vocabulary,
    channels: Vocabulary,
}

impl Journeys {
    fn new(declared: Arc<Declared>, source: Source) -> Self {
        let (events, channels) = (Vocabulary::new(), Vocabulary::new());
        Self { declared, source, groups: 0, codes: Vec::new(), entries: Vec::new(), events, channels }
    }

    /// The group of a number as it is kept.
    fn group(&self, group: usize) -> Result<u32> {
        u32::try_from(group)
            .map_err(|_| resources_datafusion_err!("{} saw more groups than it can count", self.declared.name))
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
            let code = self.group(group)?;
            self.codes.push(code);
            self.entries.push(Entry { ts, event: self.events.code(event), channel });
        }
        Ok(())
    }

    fn take_journey(&mut self, bytes: &[u8], group: usize) -> Result<()> {
        let code = self.group(group)?;
        let stored = Stored::read(bytes).map_err(damaged)?;
        let entries = &mut self.entries;
        entries_of(&stored, &mut self.events, &mut self.channels, |entry| entries.push(entry)).map_err(damaged)?;
        self.codes.resize(self.entries.len(), code);
        Ok(())
    }

    /// The journeys of the first groups, or of all; the others move up.
    fn emit(&mut self, emit_to: EmitTo) -> Result<BinaryArray> {
        let name = self.declared.name;
        let taken = match emit_to {
            EmitTo::All => self.groups,
            EmitTo::First(groups) => groups.min(self.groups),
        };
        let (codes, entries) = match taken == self.groups {
            true => (std::mem::take(&mut self.codes), std::mem::take(&mut self.entries)),
            false => self.split(taken),
        };
        self.groups -= taken;
        let groups = Groups::new(&codes, taken)
            .ok_or_else(|| resources_datafusion_err!("{name} saw more rows than it can count"))?;
        drop(codes);
        let (events, event_ranks) = self.events.ranked();
        let (channels, channel_ranks) = self.channels.ranked();
        let mut writer = Writer::new(events, channels);
        let mut builder = BinaryBuilder::with_capacity(taken, 0);
        let (mut journey, mut bytes) = (Vec::new(), Vec::new());
        for bounds in groups.offsets().windows(2) {
            let rows = &groups.rows()[bounds[0] as usize..bounds[1] as usize];
            journey.clear();
            journey.extend(rows.iter().map(|&row| entries[row as usize].ranked(&event_ranks, &channel_ranks)));
            bytes.clear();
            writer.write(&mut journey, &mut bytes);
            if builder.values_slice().len() + bytes.len() > i32::MAX as usize {
                return resources_err!("{name} gives more than 2 GiB at once: group by fewer customers");
            }
            builder.append_value(&bytes);
        }
        Ok(builder.finish())
    }

    /// Takes the events of the groups before `taken` out.
    fn split(&mut self, taken: usize) -> (Vec<u32>, Vec<Entry>) {
        let (mut codes, mut entries) = (Vec::new(), Vec::new());
        let mut kept = 0;
        for row in 0..self.codes.len() {
            let (code, entry) = (self.codes[row], self.entries[row]);
            if (code as usize) < taken {
                codes.push(code);
                entries.push(entry);
            } else {
                self.codes[kept] = code - taken as u32;
                self.entries[kept] = entry;
                kept += 1;
            }
        }
        self.codes.truncate(kept);
        self.entries.truncate(kept);
        (codes, entries)
    }

    fn update(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>) -> Result<()> {
        let declared = Arc::clone(&self.declared);
        let columns = Columns::read(&declared, values, groups.len())?;
        for (row, &group) in groups.iter().enumerate() {
            if filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row)) {
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
        self.groups = self.groups.max(total_num_groups);
        self.update(values, group_indices, opt_filter)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(Arc::new(self.emit(emit_to)?))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![Arc::new(self.emit(emit_to)?)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.groups = self.groups.max(total_num_groups);
        let Some(saved) = values.first().and_then(|array| array.as_any().downcast_ref::<BinaryArray>()) else {
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
        each.groups = rows;
        each.update(values, &(0..rows).collect::<Vec<_>>(), opt_filter)?;
        Ok(vec![Arc::new(each.emit(EmitTo::All)?)])
    }

    fn size(&self) -> usize {
        // Bringing the events together needs their positions once more, and the results their bytes: counted from
        // the start, because they come at the end, when nothing can be given back.
        let row_bytes = size_of::<Entry>() + 2 * size_of::<u32>() + size_of::<u64>();
        let names = self.events.heap_bytes() + self.channels.heap_bytes();
        self.codes.capacity() * row_bytes + self.groups * size_of::<u64>() + names
    }
}

/// The events of one group.
struct Single {
    declared: Arc<Declared>,
    source: Source,
    journey: Journey,
}

impl Single {
    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        self.journey.merge(bytes).map_err(damaged)
    }
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |array| array.len());
        let columns = Columns::read(&self.declared, values, rows)?;
        for row in 0..rows {
            match self.source {
                Source::Journeys => {
                    if let Some(bytes) = columns.column(0).and_then(|column| bytes_at(column, row)) {
                        self.merge(bytes)?;
                    }
                }
                Source::Rows => {
                    if let (Some(ts), Some(event)) = (columns.time(0, row), columns.text(1, row)) {
                        self.journey.update(ts, event, columns.text(2, row));
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
        let Some(saved) = states.first().and_then(|array| array.as_any().downcast_ref::<BinaryArray>()) else {
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
