//! The values of one column of collected rows.

use std::mem::size_of;

use datafusion::arrow::array::{Array, ArrayRef, UInt32Array};
use datafusion::arrow::compute::{concat, take};
use datafusion::error::Result;

/// The values of one column, by row.
#[derive(Debug, Clone)]
pub(super) enum Values {
    Number(Vec<f64>),
    Integer(Vec<i64>),
    Code(Vec<u32>),
    Flag(Vec<bool>),
    /// Not read: the arrays as they came, the first row of each, and the memory that is theirs.
    Carried {
        arrays: Vec<ArrayRef>,
        starts: Vec<usize>,
        bytes: usize,
    },
}

impl Values {
    /// No values that are not read.
    pub(super) fn carried() -> Self {
        Self::Carried { arrays: Vec::new(), starts: Vec::new(), bytes: 0 }
    }

    /// Adds an array that is not read, and has so many bytes of its own.
    pub(super) fn carry(&mut self, array: ArrayRef, own: usize) {
        if let Self::Carried { arrays, starts, bytes } = self {
            let start = match (starts.last(), arrays.last()) {
                (Some(start), Some(array)) => start + array.len(),
                _ => 0,
            };
            if !array.is_empty() {
                starts.push(start);
                arrays.push(array);
                *bytes += own;
            }
        }
    }

    /// Adds the values of other rows.
    pub(super) fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Number(own), Self::Number(more)) => own.extend(more),
            (Self::Integer(own), Self::Integer(more)) => own.extend(more),
            (Self::Code(own), Self::Code(more)) => own.extend(more),
            (Self::Flag(own), Self::Flag(more)) => own.extend(more),
            (own, Self::Carried { arrays, bytes, .. }) => {
                let count = arrays.len().max(1);
                arrays.into_iter().for_each(|array| own.carry(array, bytes / count));
            }
            _ => {}
        }
    }

    /// The values of these rows, in this order.
    pub(super) fn taken(self, rows: &UInt32Array) -> Result<Self> {
        let places = rows.values();
        Ok(match self {
            Self::Number(values) => Self::Number(gather(&values, places)),
            Self::Integer(values) => Self::Integer(gather(&values, places)),
            Self::Code(values) => Self::Code(gather(&values, places)),
            Self::Flag(values) => Self::Flag(gather(&values, places)),
            Self::Carried { arrays, .. } => {
                let mut carried = Self::carried();
                let parts: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
                if !parts.is_empty() {
                    let array = take(&concat(&parts)?, rows, None)?;
                    let bytes = array.get_array_memory_size();
                    carried.carry(array, bytes);
                }
                carried
            }
        })
    }

    /// Adds `rows` values from the place `start` of others, which are one array if they are not read.
    pub(super) fn extend(&mut self, all: &Self, start: usize, rows: usize) {
        let range = start..start + rows;
        match (self, all) {
            (Self::Number(own), Self::Number(all)) => own.extend_from_slice(&all[range]),
            (Self::Integer(own), Self::Integer(all)) => own.extend_from_slice(&all[range]),
            (Self::Code(own), Self::Code(all)) => own.extend_from_slice(&all[range]),
            (Self::Flag(own), Self::Flag(all)) => own.extend_from_slice(&all[range]),
            (own, Self::Carried { arrays, bytes, .. }) => {
                if let Some(array) = arrays.first() {
                    own.carry(array.slice(start, rows), bytes * rows / array.len().max(1));
                }
            }
            _ => {}
        }
    }

    /// Puts the values into the order of these rows; what is not read stays in the order of arrival.
    pub(super) fn arrange(&mut self, rows: &[u32]) {
        match self {
            Self::Number(values) => *values = gather(values, rows),
            Self::Integer(values) => *values = gather(values, rows),
            Self::Code(values) => *values = gather(values, rows),
            Self::Flag(values) => *values = gather(values, rows),
            Self::Carried { .. } => {}
        }
    }

    /// Takes the values from `start` on.
    pub(super) fn split_off(&mut self, start: usize) -> Self {
        match self {
            Self::Number(values) => Self::Number(values.split_off(start)),
            Self::Integer(values) => Self::Integer(values.split_off(start)),
            Self::Code(values) => Self::Code(values.split_off(start)),
            Self::Flag(values) => Self::Flag(values.split_off(start)),
            Self::Carried { arrays, starts, bytes } => {
                let mut rest = Self::carried();
                let share = *bytes / arrays.len().max(1);
                for (array, first) in arrays.iter().zip(starts.iter()) {
                    if first + array.len() > start {
                        let skipped = start.saturating_sub(*first);
                        rest.carry(array.slice(skipped, array.len() - skipped), share);
                    }
                }
                rest
            }
        }
    }

    /// The memory they hold.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Number(values) => values.capacity() * size_of::<f64>(),
            Self::Integer(values) => values.capacity() * size_of::<i64>(),
            Self::Code(values) => values.capacity() * size_of::<u32>(),
            Self::Flag(values) => values.capacity(),
            Self::Carried { bytes, .. } => *bytes,
        }
    }
}

/// The values of these rows.
pub(super) fn gather<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|&row| values[row as usize]).collect()
}
