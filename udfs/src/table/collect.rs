//! The rows of one partition while they come: keys as codes, the other columns as plain values.

use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{SortColumn, cast, filter_record_batch, lexsort_to_indices};
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::resources_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;

use super::arrange::{Arranged, Values};
use super::call::{Layout, Planned};
use super::dictionary::Dictionary;
use super::rows::{NULL_CODE, NULL_INTEGER};
use crate::adapter::column::{NULL_TIME, micros};
use crate::argument::Type;

/// The rows of one partition.
pub(super) struct Collector {
    call: Arc<Planned>,
    keys: Keys,
    /// By parameter, the same for all inputs.
    dictionaries: Vec<Option<Dictionary>>,
    inputs: Vec<Input>,
}

/// The keys seen so far; each has a code.
struct Keys {
    schema: Arc<Schema>,
    values: Option<Box<dyn GroupValues>>,
    /// Reused.
    codes: Vec<usize>,
}

/// The rows of one input.
#[derive(Debug, Default)]
struct Input {
    codes: Vec<u32>,
    times: Vec<i64>,
    columns: Vec<Option<Values>>,
}

/// All groups, ready to be seen.
#[derive(Debug)]
pub(super) struct Grouped {
    pub inputs: Vec<Arranged>,
    pub keys: Vec<ArrayRef>,
    pub texts: Vec<Option<StringArray>>,
    pub groups: usize,
    /// The place of each group's key among all keys in order; empty until it is asked for.
    pub ranks: Vec<u32>,
}

impl Grouped {
    /// Puts the keys in order.
    pub(super) fn rank(&mut self) -> Result<()> {
        if self.keys.is_empty() {
            return Ok(());
        }
        let columns: Vec<SortColumn> =
            self.keys.iter().map(|key| SortColumn { values: Arc::clone(key), options: None }).collect();
        self.ranks = vec![0; self.groups];
        for (rank, group) in (0..).zip(lexsort_to_indices(&columns, None)?.values()) {
            self.ranks[*group as usize] = rank;
        }
        Ok(())
    }
}

impl Collector {
    pub(super) fn new(call: &Arc<Planned>, schema: &Schema) -> Result<Self> {
        let keys = Keys::new(schema.fields().iter().take(call.keys()).map(|field| field.as_ref().clone()).collect())?;
        let parameters = call.layouts.iter().map(|layout| layout.columns.len()).max().unwrap_or(0);
        let mut dictionaries: Vec<Option<Dictionary>> = Vec::new();
        for parameter in 0..parameters {
            let is_text = |layout: &Layout| matches!(layout.columns.get(parameter), Some(Some((_, Type::Text))));
            let is_text = call.layouts.iter().any(is_text);
            dictionaries.push(is_text.then(Dictionary::new));
        }
        let inputs = call.layouts.iter().map(Input::new).collect();
        Ok(Self { call: Arc::clone(call), keys, dictionaries, inputs })
    }

    /// Adds a batch of an input.
    pub(super) fn push(&mut self, input: usize, batch: &RecordBatch) -> Result<()> {
        let call = Arc::clone(&self.call);
        let layout = &call.layouts[input];
        let batch = without_nulls(batch, layout)?;
        let rows = &mut self.inputs[input];
        self.keys.encode(&batch.columns()[..layout.keys], batch.num_rows(), &mut rows.codes)?;
        if let Some((place, _)) = layout.order {
            let times = micros(batch.column(place))?;
            match times.nulls() {
                None => rows.times.extend_from_slice(times.values()),
                Some(_) => rows.times.extend(times.iter().map(|time| time.unwrap_or(NULL_TIME))),
            }
        }
        for ((column, stored), dictionary) in layout.columns.iter().zip(&mut rows.columns).zip(&mut self.dictionaries) {
            if let (Some((place, data_type)), Some(stored)) = (column, stored) {
                append(stored, batch.column(*place), *data_type, dictionary.as_mut())?;
            }
        }
        Ok(())
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.inputs.iter().map(|input| input.codes.len()).sum()
    }

    /// Takes all rows, and arranges them.
    pub(super) fn take(&mut self) -> Result<Grouped> {
        let (keys, groups) = self.keys.take(self.rows() > 0)?;
        let mut texts = Vec::with_capacity(self.dictionaries.len());
        let mut ranks = Vec::with_capacity(self.dictionaries.len());
        for dictionary in &self.dictionaries {
            let (in_order, rank) = dictionary.as_ref().map(Dictionary::in_order).unzip();
            texts.push(in_order);
            ranks.push(rank);
        }
        let mut inputs = Vec::with_capacity(self.inputs.len());
        for (input, layout) in self.inputs.iter_mut().zip(&self.call.layouts) {
            let taken = std::mem::replace(input, Input::new(layout));
            let mut columns = taken.columns;
            for (column, rank) in columns.iter_mut().zip(&ranks) {
                if let (Some(Values::Code(codes)), Some(rank)) = (column, rank) {
                    for code in codes.iter_mut().filter(|code| **code != NULL_CODE) {
                        *code = rank[*code as usize];
                    }
                }
            }
            inputs.push(Arranged::new(taken.codes, taken.times, columns, groups)?);
        }
        Ok(Grouped { inputs, keys, texts, groups, ranks: Vec::new() })
    }

    /// Takes all rows but those of the last key, which may go on, and arranges them. Of one input, sorted by keys.
    pub(super) fn take_complete(&mut self) -> Result<Option<Grouped>> {
        let [input] = self.inputs.as_mut_slice() else { return Ok(None) };
        let Some(&last) = input.codes.last() else { return Ok(None) };
        let Some(start) = input.codes.iter().rposition(|code| *code != last).map(|row| row + 1) else {
            return Ok(None);
        };
        let mut rest = input.split_off(start);
        let grouped = self.take()?;
        let last_key: Vec<ArrayRef> = grouped.keys.iter().map(|key| key.slice(last as usize, 1)).collect();
        let mut codes = Vec::new();
        self.keys.encode(&last_key, 1, &mut codes)?;
        rest.codes.fill(codes[0]);
        self.inputs = vec![rest];
        Ok(Some(grouped))
    }

    /// The memory it holds, and what arranging it will need.
    pub(super) fn size(&self) -> usize {
        let dictionaries: usize = self.dictionaries.iter().flatten().map(Dictionary::size).sum();
        let inputs: usize = self.inputs.iter().map(Input::size).sum();
        self.keys.values.as_ref().map_or(0, |values| values.size())
            + self.keys.codes.capacity() * size_of::<usize>()
            + dictionaries
            + inputs
    }
}

impl Keys {
    fn new(fields: Vec<Field>) -> Result<Self> {
        let schema = Arc::new(Schema::new(fields));
        let mut keys = Self { schema, values: None, codes: Vec::new() };
        keys.values = keys.empty()?;
        Ok(keys)
    }

    fn empty(&self) -> Result<Option<Box<dyn GroupValues>>> {
        if self.schema.fields().is_empty() {
            return Ok(None);
        }
        new_group_values(Arc::clone(&self.schema), &GroupOrdering::None).map(Some)
    }

    fn encode(&mut self, keys: &[ArrayRef], rows: usize, codes: &mut Vec<u32>) -> Result<()> {
        let Some(values) = &mut self.values else {
            codes.resize(codes.len() + rows, 0);
            return Ok(());
        };
        values.intern(keys, &mut self.codes)?;
        if u32::try_from(values.len()).is_err() {
            return Err(resources_datafusion_err!("there are more groups in one partition than can be counted"));
        }
        codes.extend(self.codes.iter().map(|code| *code as u32));
        Ok(())
    }

    /// Takes all keys; without key columns there is one group, if there are rows.
    fn take(&mut self, has_rows: bool) -> Result<(Vec<ArrayRef>, usize)> {
        let Some(values) = &mut self.values else { return Ok((Vec::new(), usize::from(has_rows))) };
        let groups = values.len();
        let keys = values.emit(EmitTo::All)?;
        self.values = self.empty()?;
        Ok((keys, groups))
    }
}

impl Input {
    fn new(layout: &Layout) -> Self {
        let values = |data_type: Type| match data_type {
            Type::Number | Type::Label => Values::Number(Vec::new()),
            Type::Integer | Type::Time => Values::Integer(Vec::new()),
            Type::Text => Values::Code(Vec::new()),
            Type::Flag => Values::Flag(Vec::new()),
            Type::Path | Type::Record | Type::Model | Type::Features | Type::Any => {
                Values::Carried { arrays: Vec::new(), starts: Vec::new() }
            }
        };
        let columns = layout.columns.iter().map(|column| column.map(|(_, data_type)| values(data_type))).collect();
        Self { codes: Vec::new(), times: Vec::new(), columns }
    }

    fn split_off(&mut self, start: usize) -> Self {
        let times = if self.times.is_empty() { Vec::new() } else { self.times.split_off(start) };
        let columns = self.columns.iter_mut().map(|column| column.as_mut().map(|values| values.split_off(start)));
        let columns = columns.collect();
        Self { codes: self.codes.split_off(start), times, columns }
    }

    fn size(&self) -> usize {
        // Arranging holds the order of the rows and one more copy of the widest column at a time.
        let row_bytes = size_of::<u32>() + 2 * size_of::<i64>();
        let columns: usize = self.columns.iter().flatten().map(Values::size).sum();
        self.codes.capacity() * (size_of::<u32>() + row_bytes) + self.times.capacity() * size_of::<i64>() + columns
    }
}

impl Values {
    fn split_off(&mut self, start: usize) -> Self {
        match self {
            Self::Number(values) => Self::Number(values.split_off(start)),
            Self::Integer(values) => Self::Integer(values.split_off(start)),
            Self::Code(values) => Self::Code(values.split_off(start)),
            Self::Flag(values) => Self::Flag(values.split_off(start)),
            Self::Carried { arrays, starts } => {
                let mut rest = Self::Carried { arrays: Vec::new(), starts: Vec::new() };
                for (array, first) in arrays.iter().zip(starts.iter()) {
                    if first + array.len() > start {
                        let skipped = start.saturating_sub(*first);
                        rest.carry(array.slice(skipped, array.len() - skipped));
                    }
                }
                rest
            }
        }
    }

    fn carry(&mut self, array: ArrayRef) {
        if let Self::Carried { arrays, starts } = self {
            let start = match (starts.last(), arrays.last()) {
                (Some(start), Some(array)) => start + array.len(),
                _ => 0,
            };
            if !array.is_empty() {
                starts.push(start);
                arrays.push(array);
            }
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Number(values) => values.capacity() * size_of::<f64>(),
            Self::Integer(values) => values.capacity() * size_of::<i64>(),
            Self::Code(values) => values.capacity() * size_of::<u32>(),
            Self::Flag(values) => values.capacity(),
            Self::Carried { arrays, .. } => arrays.iter().map(|array| array.get_array_memory_size()).sum(),
        }
    }
}

/// The batch without rows that a key or the order leaves out because they are NULL.
fn without_nulls(batch: &RecordBatch, layout: &Layout) -> Result<RecordBatch> {
    let mut present: Option<NullBuffer> = None;
    let keys = layout.keeps_null_keys.iter().copied().enumerate();
    for (place, keeps_nulls) in keys.chain(layout.order) {
        let nulls = batch.column(place).logical_nulls().filter(|nulls| nulls.null_count() > 0);
        if !keeps_nulls {
            present = NullBuffer::union(present.as_ref(), nulls.as_ref());
        }
    }
    match present {
        None => Ok(batch.clone()),
        Some(present) => Ok(filter_record_batch(batch, &BooleanArray::new(present.into_inner(), None))?),
    }
}

fn append(stored: &mut Values, array: &ArrayRef, data_type: Type, dictionary: Option<&mut Dictionary>) -> Result<()> {
    match stored {
        Values::Number(values) => {
            let numbers = cast(array, &DataType::Float64)?;
            let numbers = numbers.as_primitive::<Float64Type>();
            match numbers.nulls() {
                None => values.extend_from_slice(numbers.values()),
                Some(_) => values.extend(numbers.iter().map(|number| number.unwrap_or(f64::NAN))),
            }
        }
        Values::Integer(values) if data_type == Type::Time => {
            values.extend(micros(array)?.iter().map(|time| time.unwrap_or(NULL_TIME)));
        }
        Values::Integer(values) => {
            let integers = cast(array, &DataType::Int64)?;
            let integers = integers.as_primitive::<Int64Type>();
            match integers.nulls() {
                None => values.extend_from_slice(integers.values()),
                Some(_) => values.extend(integers.iter().map(|integer| integer.unwrap_or(NULL_INTEGER))),
            }
        }
        Values::Code(codes) => {
            if let Some(dictionary) = dictionary {
                dictionary.encode(array, codes)?;
            }
        }
        Values::Flag(values) => {
            let flags = cast(array, &DataType::Boolean)?;
            values.extend(flags.as_boolean().iter().map(|flag| flag.unwrap_or(false)));
        }
        Values::Carried { .. } => stored.carry(ArrayRef::clone(array)),
    }
    Ok(())
}
