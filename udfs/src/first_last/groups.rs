//! The wanted row of each group: its key, and where its value is.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, BooleanArray, StringViewArray, UInt32Array, new_null_array,
};
use datafusion::arrow::compute::{interleave, take};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::order::Order;

/// Chunks are brought together when this many rows of them belong to no group any more, and most do not.
const DEAD_ROWS_MAX: usize = 1 << 16;

/// A group without a row: the single NULL of the first chunk.
const NONE: Place = Place { chunk: 0, row: 0 };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    chunk: u32,
    row: u32,
}

/// A group of whose rows none was seen has a key above all keys.
const NO_KEY: u128 = u128::MAX;

/// For each group the value of the row with the smallest key, the earliest seen of equals.
#[derive(Debug)]
pub(super) struct FirstGroups {
    order: Order,
    ignore_nulls: bool,
    keys: Vec<u128>,
    places: Vec<Place>,
    /// Values and order columns of rows that were the best of their group in some batch.
    chunks: Vec<[ArrayRef; 2]>,
    chunk_bytes: usize,
    chunk_rows: usize,
    batch: Batch,
}

/// What is worked out for a batch; kept for its memory.
#[derive(Debug, Default)]
struct Batch {
    keys: Vec<u128>,
    /// Groups that got a better row in this batch.
    improved: Vec<u32>,
    /// For each group the batch's best row, valid for those in `improved`.
    best: Vec<u32>,
    /// For each group whether it is in `improved`.
    is_improved: Vec<bool>,
}

impl FirstGroups {
    pub(super) fn new(value_type: &DataType, order: Order, ignore_nulls: bool) -> Result<Self> {
        let nothing = [new_null_array(value_type, 1), new_null_array(order.data_type(), 1)];
        Ok(Self {
            order,
            ignore_nulls,
            keys: Vec::new(),
            places: Vec::new(),
            chunks: vec![nothing],
            chunk_bytes: 0,
            chunk_rows: 0,
            batch: Batch::default(),
        })
    }

    fn fold(
        &mut self,
        values: &ArrayRef,
        order: &ArrayRef,
        groups: &[usize],
        wanted: Option<&BooleanArray>,
        group_count: usize,
    ) -> Result<()> {
        self.keys.resize(group_count, NO_KEY);
        self.places.resize(group_count, NONE);
        self.batch.best.resize(group_count, 0);
        self.batch.is_improved.resize(group_count, false);
        self.order.keys(order, &mut self.batch.keys)?;
        let nulls = if self.ignore_nulls { values.logical_nulls() } else { None };
        let batch = &mut self.batch;
        for (row, &group) in groups.iter().enumerate() {
            let is_wanted = wanted.is_none_or(|wanted| wanted.is_valid(row) && wanted.value(row));
            if !is_wanted || nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                continue;
            }
            let key = batch.keys[row];
            if key < self.keys[group] {
                self.keys[group] = key;
                batch.best[group] = row as u32;
                if !batch.is_improved[group] {
                    batch.is_improved[group] = true;
                    batch.improved.push(group as u32);
                }
            }
        }
        self.keep_improved(values, order)
    }

    /// Copies the rows that were better than what was known into a chunk.
    fn keep_improved(&mut self, values: &ArrayRef, order: &ArrayRef) -> Result<()> {
        if self.batch.improved.is_empty() {
            return Ok(());
        }
        let chunk = self.chunks.len() as u32;
        let mut rows = Vec::with_capacity(self.batch.improved.len());
        for (row, &group) in self.batch.improved.iter().enumerate() {
            rows.push(self.batch.best[group as usize]);
            self.places[group as usize] = Place { chunk, row: row as u32 };
            self.batch.is_improved[group as usize] = false;
        }
        self.batch.improved.clear();
        let rows = UInt32Array::from(rows);
        self.push([owned(take(values, &rows, None)?), take(order, &rows, None)?]);
        let dead = self.chunk_rows.saturating_sub(self.places.len());
        if dead > DEAD_ROWS_MAX && dead > self.chunk_rows / 2 { self.compact() } else { Ok(()) }
    }

    fn push(&mut self, chunk: [ArrayRef; 2]) {
        self.chunk_bytes += chunk.iter().map(Array::get_array_memory_size).sum::<usize>();
        self.chunk_rows += chunk[0].len();
        self.chunks.push(chunk);
    }

    /// Brings the rows that still belong to a group into one chunk.
    fn compact(&mut self) -> Result<()> {
        let mut live = Vec::with_capacity(self.places.len());
        for place in &mut self.places {
            if *place != NONE {
                live.push((place.chunk as usize, place.row as usize));
                *place = Place { chunk: 1, row: (live.len() - 1) as u32 };
            }
        }
        let chunk = [owned(self.gather(0, &live)?), self.gather(1, &live)?];
        self.chunks.truncate(1);
        (self.chunk_bytes, self.chunk_rows) = (0, 0);
        self.push(chunk);
        Ok(())
    }

    fn gather(&self, column: usize, rows: &[(usize, usize)]) -> Result<ArrayRef> {
        let chunks: Vec<&dyn Array> = self.chunks.iter().map(|chunk| chunk[column].as_ref()).collect();
        Ok(interleave(&chunks, rows)?)
    }

    fn emit(&mut self, emit_to: EmitTo) -> (Vec<(usize, usize)>, Vec<u128>) {
        let places = emit_to.take_needed(&mut self.places);
        let keys = emit_to.take_needed(&mut self.keys);
        self.batch.best.truncate(self.keys.len());
        self.batch.is_improved.truncate(self.keys.len());
        (places.into_iter().map(|place| (place.chunk as usize, place.row as usize)).collect(), keys)
    }

    /// Once no group is left, nothing refers to the chunks.
    fn forget(&mut self) {
        if self.places.is_empty() {
            self.chunks.truncate(1);
            (self.chunk_bytes, self.chunk_rows) = (0, 0);
        }
    }
}

/// An array that holds no more of others' memory than it shows: views taken from a batch keep its pages alive.
fn owned(array: ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Utf8View => Arc::new(array.as_string_view().gc()) as Arc<StringViewArray> as ArrayRef,
        DataType::BinaryView => Arc::new(array.as_binary_view().gc()) as Arc<BinaryViewArray> as ArrayRef,
        _ => array,
    }
}

impl GroupsAccumulator for FirstGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let [values, order] = values else {
            return internal_err!("first_value takes a value and an order, got {} columns", values.len());
        };
        self.fold(values, order, group_indices, opt_filter, total_num_groups)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        let [values, order, is_set] = values else {
            return internal_err!("the state of first_value has 3 columns, got {}", values.len());
        };
        self.fold(values, order, group_indices, Some(is_set.as_boolean()), total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let (rows, _) = self.emit(emit_to);
        let values = self.gather(0, &rows)?;
        self.forget();
        Ok(values)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (rows, keys) = self.emit(emit_to);
        let is_set = BooleanArray::from_iter(keys.iter().map(|&key| Some(key != NO_KEY)));
        let state = vec![self.gather(0, &rows)?, self.gather(1, &rows)?, Arc::new(is_set) as ArrayRef];
        self.forget();
        Ok(state)
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let [values, order] = values else {
            return internal_err!("first_value takes a value and an order, got {} columns", values.len());
        };
        let is_set = match opt_filter {
            Some(filter) => filter.clone(),
            None => BooleanArray::from(vec![true; values.len()]),
        };
        Ok(vec![Arc::clone(values), Arc::clone(order), Arc::new(is_set)])
    }

    fn size(&self) -> usize {
        let batch = &self.batch;
        self.chunk_bytes
            + self.keys.capacity() * size_of::<u128>()
            + self.places.capacity() * size_of::<Place>()
            + self.chunks.capacity() * size_of::<[ArrayRef; 2]>()
            + batch.keys.capacity() * size_of::<u128>()
            + (batch.improved.capacity() + batch.best.capacity()) * size_of::<u32>()
            + batch.is_improved.capacity()
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Int64Array, StringArray};
    use datafusion::arrow::compute::SortOptions;

    use super::*;

    fn accumulator(ignore_nulls: bool, from_end: bool) -> FirstGroups {
        let order = Order::new(&DataType::Int64, SortOptions::new(false, false), from_end).unwrap();
        FirstGroups::new(&DataType::Utf8, order, ignore_nulls).unwrap()
    }

    fn columns(rows: &[(Option<&str>, i64)]) -> Vec<ArrayRef> {
        let values: ArrayRef = Arc::new(StringArray::from_iter(rows.iter().map(|row| row.0)));
        let order: ArrayRef = Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.1)));
        vec![values, order]
    }

    fn texts(values: ArrayRef) -> Vec<Option<String>> {
        values.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn the_earliest_row_of_each_group_wins_across_batches() {
        let mut first = accumulator(false, false);
        first.update_batch(&columns(&[(Some("b"), 2), (Some("x"), 9), (Some("c"), 3)]), &[0, 1, 0], None, 2).unwrap();
        first.update_batch(&columns(&[(Some("a"), 1), (Some("y"), 10)]), &[0, 1], None, 3).unwrap();
        assert_eq!(texts(first.evaluate(EmitTo::All).unwrap()), [some("a"), some("x"), None]);
    }

    #[test]
    fn the_latest_row_wins_from_the_end_and_the_first_of_equals_is_kept() {
        let mut last = accumulator(false, true);
        last.update_batch(&columns(&[(Some("a"), 1), (Some("b"), 2), (Some("c"), 2)]), &[0, 0, 0], None, 1).unwrap();
        assert_eq!(texts(last.evaluate(EmitTo::All).unwrap()), [some("b")]);
    }

    #[test]
    fn nulls_are_values_unless_they_are_ignored() {
        for (ignored, expected) in [(false, None), (true, some("b"))] {
            let mut first = accumulator(ignored, false);
            first.update_batch(&columns(&[(None, 1), (Some("b"), 2)]), &[0, 0], None, 1).unwrap();
            assert_eq!(texts(first.evaluate(EmitTo::All).unwrap()), [expected]);
        }
    }

    #[test]
    fn states_merge_to_what_the_rows_give() {
        let mut left = accumulator(false, false);
        left.update_batch(&columns(&[(Some("b"), 2)]), &[0], None, 2).unwrap();
        let mut right = accumulator(false, false);
        right.update_batch(&columns(&[(Some("a"), 1), (Some("z"), 5)]), &[0, 1], None, 2).unwrap();
        let mut merged = accumulator(false, false);
        merged.merge_batch(&left.state(EmitTo::All).unwrap(), &[0, 1], 2).unwrap();
        merged.merge_batch(&right.state(EmitTo::All).unwrap(), &[0, 1], 2).unwrap();
        assert_eq!(texts(merged.evaluate(EmitTo::All).unwrap()), [some("a"), some("z")]);
    }

    #[test]
    fn groups_emitted_early_leave_the_others_in_place() {
        let mut first = accumulator(false, false);
        first.update_batch(&columns(&[(Some("a"), 1), (Some("b"), 1), (Some("c"), 1)]), &[0, 1, 2], None, 3).unwrap();
        assert_eq!(texts(first.evaluate(EmitTo::First(2)).unwrap()), [some("a"), some("b")]);
        first.update_batch(&columns(&[(Some("d"), 0)]), &[0], None, 1).unwrap();
        assert_eq!(texts(first.evaluate(EmitTo::All).unwrap()), [some("d")]);
    }

    #[test]
    fn replaced_rows_are_given_back() {
        let mut first = accumulator(false, false);
        for moment in (0..40).rev() {
            let rows: Vec<_> = (0..8192).map(|_| (Some("some text of a length"), moment)).collect();
            let groups: Vec<usize> = (0..8192).collect();
            first.update_batch(&columns(&rows), &groups, None, 8192).unwrap();
        }
        assert!(first.chunk_rows < 3 * 8192 + DEAD_ROWS_MAX);
        assert_eq!(first.evaluate(EmitTo::All).unwrap().len(), 8192);
    }
}
