//! The rows of one input while they come: keys in the arrays they came in, the other columns as plain values.

use std::mem::size_of;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, DynComparator, UInt32Array, make_comparator};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{SortOptions, cast, concat, filter_record_batch, take};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::Result;

use super::super::call::Layout;
use super::super::dictionary::Dictionary;
use super::super::matching::hash;
use super::super::rows::NULL_INTEGER;
use super::super::values::Values;
use super::PARTS;
use crate::adapter::column::{NULL_TIME, micros};
use crate::argument::Type;

/// So many batches of keys are made one, which gives back what they share with those of other parts.
const BATCHES_MAX: usize = 32;

/// The rows of one input.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub rows: usize,
    /// The columns of keys, batch by batch.
    pub keys: Vec<Vec<ArrayRef>>,
    /// How many of these batches were made of others.
    joined: usize,
    key_bytes: usize,
    pub times: Vec<i64>,
    pub columns: Vec<Option<Values>>,
}

impl Input {
    /// No rows.
    pub(super) fn new(layout: &Layout) -> Self {
        let values = |data_type: Type| match data_type {
            Type::Number | Type::Label => Values::Number(Vec::new()),
            Type::Integer | Type::Time => Values::Integer(Vec::new()),
            Type::Text => Values::Code(Vec::new()),
            Type::Flag => Values::Flag(Vec::new()),
            Type::Path | Type::Record | Type::Model | Type::Features | Type::Any => Values::carried(),
        };
        let columns = layout.columns.iter().map(|column| column.map(|(_, data_type)| values(data_type))).collect();
        Self { columns, ..Self::default() }
    }

    /// The rows of a batch.
    pub(super) fn read(layout: &Layout, batch: &RecordBatch, dictionaries: &mut [Option<Dictionary>]) -> Result<Self> {
        let batch = without_nulls(batch, layout)?;
        let mut rows = Self { rows: batch.num_rows(), ..Self::new(layout) };
        if layout.keys > 0 {
            let keys = batch.columns()[..layout.keys].to_vec();
            rows.key_bytes = keys.iter().map(|key| key.get_array_memory_size()).sum();
            rows.keys.push(keys);
        }
        if let Some((place, _)) = layout.order {
            let times = micros(batch.column(place))?;
            match times.nulls() {
                None => rows.times.extend_from_slice(times.values()),
                Some(_) => rows.times.extend(times.iter().map(|time| time.unwrap_or(NULL_TIME))),
            }
        }
        for ((column, stored), dictionary) in layout.columns.iter().zip(&mut rows.columns).zip(dictionaries) {
            if let (Some((place, data_type)), Some(stored)) = (column, stored) {
                append(stored, batch.column(*place), *data_type, dictionary.as_mut())?;
            }
        }
        Ok(rows)
    }

    /// Adds the rows of another.
    pub(super) fn append(&mut self, other: Self) {
        self.rows += other.rows;
        self.key_bytes += other.key_bytes;
        self.keys.extend(other.keys);
        self.times.extend(other.times);
        for (own, more) in self.columns.iter_mut().zip(other.columns) {
            if let (Some(own), Some(more)) = (own, more) {
                own.append(more);
            }
        }
    }

    /// Deals the rows out to parts by the hash of their keys; `place` is that of the input.
    pub(super) fn deal(mut self, parts: &mut [Vec<Self>], place: usize) -> Result<()> {
        self.join(0)?;
        let Some(keys) = self.keys.pop() else { return Ok(()) };
        let (order, bounds) = dealt(&keys, self.rows)?;
        let indices = UInt32Array::from(order);
        let keys = keys.iter().map(|key| take(key, &indices, None)).collect::<Result<Vec<_>, _>>()?;
        let key_bytes: usize = keys.iter().map(|key| key.get_array_memory_size()).sum();
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            columns.push(column.map(|values| values.taken(&indices)).transpose()?);
        }
        for (part, bounds) in parts.iter_mut().zip(bounds.windows(2)) {
            let (start, rows) = (bounds[0], bounds[1] - bounds[0]);
            if rows == 0 {
                continue;
            }
            let own = &mut part[place];
            own.rows += rows;
            own.key_bytes += key_bytes * rows / self.rows;
            own.keys.push(keys.iter().map(|key| key.slice(start, rows)).collect());
            if own.keys.len() > own.joined + BATCHES_MAX {
                own.join(own.joined)?;
            }
            if !self.times.is_empty() {
                let dealt = &indices.values()[start..start + rows];
                own.times.extend(dealt.iter().map(|&row| self.times[row as usize]));
            }
            for (own, all) in own.columns.iter_mut().zip(&columns) {
                if let (Some(own), Some(all)) = (own, all) {
                    own.extend(all, start, rows);
                }
            }
        }
        Ok(())
    }

    /// Makes one batch of keys of those from `first` on.
    fn join(&mut self, first: usize) -> Result<()> {
        if self.keys.len() > first + 1 {
            let batches = self.keys.split_off(first);
            let mut joined = Vec::with_capacity(batches[0].len());
            for column in 0..batches[0].len() {
                let arrays: Vec<&dyn Array> = batches.iter().map(|batch| batch[column].as_ref()).collect();
                joined.push(concat(&arrays)?);
            }
            self.keys.push(joined);
        }
        self.joined = self.keys.len();
        Ok(())
    }

    /// Where the rows of the last key begin, of rows that are sorted by keys; `None` if all have it.
    pub(super) fn last_key(&self) -> Result<Option<usize>> {
        let Some(last) = self.keys.last() else { return Ok(None) };
        let mut end = self.rows;
        for batch in self.keys.iter().rev() {
            let rows = batch.first().map_or(0, |key| key.len());
            let compare = |(left, right): (&ArrayRef, &ArrayRef)| -> Result<DynComparator> {
                Ok(make_comparator(left.as_ref(), right.as_ref(), SortOptions::default())?)
            };
            let comparators = batch.iter().zip(last).map(compare).collect::<Result<Vec<_>>>()?;
            let last_row = last.first().map_or(0, |key| key.len()).saturating_sub(1);
            let is_last = |row: usize| comparators.iter().all(|compare| compare(row, last_row).is_eq());
            let (mut low, mut high) = (0, rows);
            while low < high {
                let middle = low + (high - low) / 2;
                if is_last(middle) { high = middle } else { low = middle + 1 }
            }
            if low > 0 {
                return Ok(Some(end - rows + low));
            }
            end -= rows;
        }
        Ok(None)
    }

    /// Takes the rows from `start` on.
    pub(super) fn split_off(&mut self, start: usize) -> Self {
        let mut rest = Self { rows: self.rows - start, ..Self::default() };
        let mut seen = 0;
        for batch in std::mem::take(&mut self.keys) {
            let rows = batch.first().map_or(0, |key| key.len());
            let before = start.saturating_sub(seen).min(rows);
            let slice = |from: usize, rows: usize| batch.iter().map(|key| key.slice(from, rows)).collect();
            if before > 0 {
                self.keys.push(slice(0, before));
            }
            if before < rows {
                rest.keys.push(slice(before, rows - before));
            }
            seen += rows;
        }
        rest.key_bytes = if self.rows > 0 { self.key_bytes * rest.rows / self.rows } else { 0 };
        self.key_bytes -= rest.key_bytes;
        self.rows = start;
        rest.times = if self.times.is_empty() { Vec::new() } else { self.times.split_off(start) };
        rest.columns =
            self.columns.iter_mut().map(|column| column.as_mut().map(|values| values.split_off(start))).collect();
        rest
    }

    /// The memory it holds.
    pub(super) fn size(&self) -> usize {
        let columns: usize = self.columns.iter().flatten().map(Values::size).sum();
        self.key_bytes + self.times.capacity() * size_of::<i64>() + columns
    }
}

/// The rows in the order of their parts, and where each part begins and ends.
fn dealt(keys: &[ArrayRef], rows: usize) -> Result<(Vec<u32>, Vec<usize>)> {
    let mut hashes = Vec::new();
    hash(keys, rows, &mut hashes)?;
    // The hash is quick rather than good: a multiplication brings all of it to the upper bits.
    let part = |hash: u64| (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - PARTS.ilog2())) as usize;
    let mut bounds = vec![0; PARTS + 1];
    for &hash in &hashes {
        bounds[part(hash) + 1] += 1;
    }
    for part in 0..PARTS {
        bounds[part + 1] += bounds[part];
    }
    let mut next = bounds.clone();
    let mut order = vec![0; rows];
    for (&hash, row) in hashes.iter().zip(0..) {
        let place = &mut next[part(hash)];
        order[*place] = row;
        *place += 1;
    }
    Ok((order, bounds))
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
        Values::Carried { .. } => stored.carry(ArrayRef::clone(array), array.get_array_memory_size()),
    }
    Ok(())
}
