//! Aggregates over frames: `count`, `sum` and `avg`.
//!
//! Rows enter and leave a running total exactly as in the accumulators: rows that enter together are added up
//! first, then those that leave are taken away. So sums of floats are the same to the last bit, with the same
//! lasting effect of NaN and infinity, and sums of integers wrap. Bellwether's `sum` adds up the floats of a moving
//! frame anew for each row instead.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, ArrowNumericType, AsArray, Float64Array, Int64Array, PrimitiveArray,
};
use arrow::buffer::NullBuffer;
use arrow::compute;
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type, UInt64Type};
use datafusion::common::internal_err;
use datafusion::error::Result;

use super::frame::Frame;
use super::layout::Layout;

/// How many rows of each frame have no NULL in any of `values`.
pub(super) fn count(values: &[ArrayRef], layout: &Layout<'_>, frame: Frame) -> ArrayRef {
    let nulls = values
        .iter()
        .map(|values| values.logical_nulls())
        .fold(None, |all, nulls| NullBuffer::union(all.as_ref(), nulls.as_ref()))
        .filter(|nulls| nulls.null_count() > 0);
    // The rows that count before each row.
    let before: Option<Vec<i64>> = nulls.map(|nulls| {
        let counted = nulls.iter().scan(0, |count, valid| {
            *count += i64::from(valid);
            Some(*count)
        });
        std::iter::once(0).chain(counted).collect()
    });
    let mut counts = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        for row in partition.clone() {
            let rows = frame.rows(layout, &partition, row);
            counts.push(match &before {
                _ if rows.is_empty() => 0,
                Some(before) => before[rows.end] - before[rows.start],
                None => rows.len() as i64,
            });
        }
    }
    Arc::new(Int64Array::from(counts))
}

/// Whether [`sum`] knows the type.
pub(super) fn can_sum(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Int64 | DataType::UInt64 | DataType::Float64 | DataType::Decimal128(..))
}

/// The sum of the values that are not NULL in each frame; NULL without any. Integers are made as wide as the result.
pub(super) fn sum(values: &ArrayRef, layout: &Layout<'_>, frame: Frame, result: &DataType) -> Result<ArrayRef> {
    let values = &match values.data_type().is_integer() {
        true => compute::cast(values, result)?,
        false => Arc::clone(values),
    };
    Ok(match result {
        DataType::Int64 => Arc::new(sums(values.as_primitive::<Int64Type>(), layout, frame, |sum, _| sum)),
        DataType::UInt64 => Arc::new(sums(values.as_primitive::<UInt64Type>(), layout, frame, |sum, _| sum)),
        DataType::Float64 => Arc::new(sums(values.as_primitive::<Float64Type>(), layout, frame, |sum, _| sum)),
        DataType::Decimal128(..) => Arc::new(
            sums(values.as_primitive::<Decimal128Type>(), layout, frame, |sum, _| sum).with_data_type(result.clone()),
        ),
        other => return internal_err!("sum over a window cannot add up {other}"),
    })
}

/// The sum of the floats that are not NULL in each frame, one after the other; NULL without any.
pub(super) fn sum_anew(values: &ArrayRef, layout: &Layout<'_>, frame: Frame) -> ArrayRef {
    let values = values.as_primitive::<Float64Type>();
    let mut sums = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        for row in partition.clone() {
            let rows = frame.rows(layout, &partition, row);
            let known = rows.filter(|row| values.is_valid(*row)).map(|row| values.value(row));
            sums.push(known.reduce(|sum, value| sum + value));
        }
    }
    Arc::new(Float64Array::from(sums))
}

/// The mean of the values that are not NULL in each frame; NULL without any.
pub(super) fn average(values: &ArrayRef, layout: &Layout<'_>, frame: Frame) -> ArrayRef {
    Arc::new(sums(values.as_primitive::<Float64Type>(), layout, frame, |sum, count| sum / count as f64))
}

fn sums<T: ArrowNumericType>(
    values: &PrimitiveArray<T>,
    layout: &Layout<'_>,
    frame: Frame,
    finish: impl Fn(T::Native, usize) -> T::Native,
) -> PrimitiveArray<T> {
    let mut results = Vec::with_capacity(layout.rows());
    let mut valid = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        let mut total = Total { values, sum: T::Native::ZERO, count: 0 };
        let mut last = partition.start..partition.start;
        for row in partition.clone() {
            let rows = frame.rows(layout, &partition, row);
            if !rows.is_empty() {
                total.enter(last.end..rows.end);
                total.leave(last.start..rows.start);
            }
            let known = !rows.is_empty() && total.count > 0;
            results.push(if known { finish(total.sum, total.count) } else { T::Native::ZERO });
            valid.push(known);
            last = rows;
        }
    }
    PrimitiveArray::new(results.into(), Some(valid.into()))
}

/// The sum and the number of the values in a frame that are not NULL.
struct Total<'a, T: ArrowNumericType> {
    values: &'a PrimitiveArray<T>,
    sum: T::Native,
    count: usize,
}

impl<T: ArrowNumericType> Total<'_, T> {
    #[inline]
    fn enter(&mut self, rows: Range<usize>) {
        let (sum, count) = self.sum_of(rows);
        if count > 0 {
            self.sum = self.sum.add_wrapping(sum);
            self.count += count;
        }
    }

    #[inline]
    fn leave(&mut self, rows: Range<usize>) {
        let (sum, count) = self.sum_of(rows);
        if count > 0 {
            self.sum = self.sum.sub_wrapping(sum);
            self.count = self.count.saturating_sub(count);
        }
    }

    #[inline]
    fn sum_of(&self, rows: Range<usize>) -> (T::Native, usize) {
        if rows.is_empty() {
            return (T::Native::ZERO, 0);
        }
        if rows.len() == 1 {
            return match self.values.is_valid(rows.start) {
                true => (self.values.value(rows.start), 1),
                false => (T::Native::ZERO, 0),
            };
        }
        let slice = self.values.slice(rows.start, rows.len());
        (compute::sum(&slice).unwrap_or(T::Native::ZERO), slice.len() - slice.null_count())
    }
}
