//! Moments as DataFusion folds them: of one group, and of many at once.

use std::mem::size_of;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion::scalar::ScalarValue;

use super::{Measure, Moments};

/// One group.
#[derive(Debug)]
pub(super) struct Single<M> {
    moments: M,
    measure: Measure,
    result: DataType,
}

impl<M: Moments> Single<M> {
    pub(super) fn new(measure: Measure, result: &DataType) -> Self {
        Self { moments: M::default(), measure, result: result.clone() }
    }
}

impl<M: Moments> Accumulator for Single<M> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some(array) = values.first() else { return exec_err!("a deviation takes 1 argument") };
        let values = M::values(array)?;
        for row in 0..array.len() {
            if !M::is_null(&values, row) {
                self.moments.add(&values, row)?;
            }
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some(array) = values.first() else { return exec_err!("a deviation takes 1 argument") };
        let values = M::values(array)?;
        for row in 0..array.len() {
            if !M::is_null(&values, row) {
                self.moments.remove(&values, row)?;
            }
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let results = M::results(std::slice::from_ref(&self.moments), self.measure, &self.result)?;
        ScalarValue::try_from_array(&results, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        M::state(std::slice::from_ref(&self.moments))?
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states.first().map_or(0, |column| column.len()) {
            self.moments.merge(states, row)?;
        }
        Ok(())
    }
}

/// Many groups.
#[derive(Debug)]
pub(super) struct Groups<M> {
    moments: Vec<M>,
    measure: Measure,
    result: DataType,
}

impl<M: Moments> Groups<M> {
    pub(super) fn new(measure: Measure, result: &DataType) -> Self {
        Self { moments: Vec::new(), measure, result: result.clone() }
    }

    fn group(&mut self, index: usize) -> Result<&mut M> {
        match self.moments.get_mut(index) {
            Some(moments) => Ok(moments),
            None => exec_err!("there is no group {index}"),
        }
    }
}

impl<M: Moments> GroupsAccumulator for Groups<M> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        self.moments.resize(groups, M::default());
        let Some(array) = values.first() else { return exec_err!("a deviation takes 1 argument") };
        let values = M::values(array)?;
        for (row, &group) in group_indices.iter().enumerate() {
            if !M::is_null(&values, row) && passes(filter, row) {
                self.group(group)?.add(&values, row)?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        M::results(&emit_to.take_needed(&mut self.moments), self.measure, &self.result)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        M::state(&emit_to.take_needed(&mut self.moments))
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], groups: usize) -> Result<()> {
        self.moments.resize(groups, M::default());
        for (row, &group) in group_indices.iter().enumerate() {
            self.group(group)?.merge(values, row)?;
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let Some(array) = values.first() else { return exec_err!("a deviation takes 1 argument") };
        let values = M::values(array)?;
        let mut moments = vec![M::default(); array.len()];
        for (row, moments) in moments.iter_mut().enumerate() {
            if !M::is_null(&values, row) && passes(filter, row) {
                moments.add(&values, row)?;
            }
        }
        M::state(&moments)
    }

    fn size(&self) -> usize {
        self.moments.capacity() * size_of::<M>()
    }
}

fn passes(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}
