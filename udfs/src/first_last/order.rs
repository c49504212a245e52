//! One order column as integers that compare as its rows do.

use datafusion::arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, AsArray};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::error::Result;

/// The sign bit of a double, which puts negative numbers below positive ones when flipped.
const SIGN: u64 = 1 << 63;

/// How a column orders rows: the wanted row is the one with the smallest key.
#[derive(Debug)]
pub(super) struct Order {
    data_type: DataType,
    /// Whether larger values have smaller keys.
    descending: bool,
    null: u128,
}

impl Order {
    /// The order of a column of `data_type`, from its end when `from_end`; `None` for types that are no number of
    /// at most 64 bits, date or time.
    pub(super) fn new(data_type: &DataType, options: SortOptions, from_end: bool) -> Option<Self> {
        let is_known = data_type.is_integer()
            || matches!(
                data_type,
                DataType::Float32 | DataType::Float64 | DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
            );
        // Values have bit 64 set, so a NULL is below them as 0 and above them as 2^65.
        let null = if options.nulls_first != from_end { 0 } else { 1 << 65 };
        is_known.then(|| Self { data_type: data_type.clone(), descending: options.descending != from_end, null })
    }

    /// The type of the column.
    pub(super) fn data_type(&self) -> &DataType {
        &self.data_type
    }

    /// Writes the keys of a column's rows.
    pub(super) fn keys(&self, column: &ArrayRef, keys: &mut Vec<u128>) -> Result<()> {
        keys.clear();
        match &self.data_type {
            DataType::Int8 => self.fill::<Int8Type>(column, |value| integer(i64::from(value)), keys),
            DataType::Int16 => self.fill::<Int16Type>(column, |value| integer(i64::from(value)), keys),
            DataType::Int32 => self.fill::<Int32Type>(column, |value| integer(i64::from(value)), keys),
            DataType::Int64 => self.fill::<Int64Type>(column, integer, keys),
            DataType::UInt8 => self.fill::<UInt8Type>(column, u64::from, keys),
            DataType::UInt16 => self.fill::<UInt16Type>(column, u64::from, keys),
            DataType::UInt32 => self.fill::<UInt32Type>(column, u64::from, keys),
            DataType::UInt64 => self.fill::<UInt64Type>(column, |value| value, keys),
            DataType::Float32 => self.fill::<Float32Type>(column, |value| float(f64::from(value)), keys),
            DataType::Float64 => self.fill::<Float64Type>(column, float, keys),
            DataType::Date32 => self.fill::<Date32Type>(column, |value| integer(i64::from(value)), keys),
            DataType::Date64 => self.fill::<Date64Type>(column, integer, keys),
            DataType::Timestamp(TimeUnit::Second, _) => self.fill::<TimestampSecondType>(column, integer, keys),
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                self.fill::<TimestampMillisecondType>(column, integer, keys)
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                self.fill::<TimestampMicrosecondType>(column, integer, keys)
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => self.fill::<TimestampNanosecondType>(column, integer, keys),
            other => return datafusion::common::internal_err!("no order by a column of type {other}"),
        }
        Ok(())
    }

    fn fill<T: ArrowPrimitiveType>(&self, column: &ArrayRef, bits: impl Fn(T::Native) -> u64, keys: &mut Vec<u128>)
    where
        T::Native: ArrowNativeTypeOp,
    {
        let column = column.as_primitive::<T>();
        let flip = if self.descending { u64::MAX } else { 0 };
        let key = |value| u128::from(bits(value) ^ flip) | (1 << 64);
        match column.nulls() {
            None => keys.extend(column.values().iter().map(|&value| key(value))),
            Some(nulls) => {
                let rows = column.values().iter().zip(nulls.iter());
                keys.extend(rows.map(|(&value, is_valid)| if is_valid { key(value) } else { self.null }));
            }
        }
    }
}

fn integer(value: i64) -> u64 {
    value as u64 ^ SIGN
}

/// Arrow's total order of floats: by the bits, with those of negative numbers inverted.
fn float(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits & SIGN == 0 { bits ^ SIGN } else { !bits }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{Float64Array, Int64Array};

    use super::*;

    fn keys(column: ArrayRef, options: SortOptions, from_end: bool) -> Vec<u128> {
        let order = Order::new(column.data_type(), options, from_end).unwrap();
        let mut keys = Vec::new();
        order.keys(&column, &mut keys).unwrap();
        keys
    }

    #[test]
    fn ascending_keys_rise_with_the_values() {
        let column: ArrayRef =
            Arc::new(Int64Array::from(vec![None, Some(i64::MIN), Some(-1), Some(0), Some(i64::MAX)]));
        let rising = keys(Arc::clone(&column), SortOptions::new(false, true), false);
        assert!(rising.is_sorted_by(|a, b| a < b));
        let falling = keys(column, SortOptions::new(false, true), true);
        assert!(falling.is_sorted_by(|a, b| a > b));
    }

    #[test]
    fn nulls_last_are_above_every_value() {
        let column: ArrayRef = Arc::new(Int64Array::from(vec![Some(i64::MIN), Some(i64::MAX), None]));
        assert!(keys(Arc::clone(&column), SortOptions::new(false, false), false).is_sorted_by(|a, b| a < b));
        let descending = keys(column, SortOptions::new(true, false), false);
        assert!(descending[0] > descending[1] && descending[2] > descending[0]);
    }

    #[test]
    fn floats_have_arrows_total_order() {
        let values = vec![f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1.5, f64::INFINITY, f64::NAN];
        let column: ArrayRef = Arc::new(Float64Array::from(values));
        assert!(keys(column, SortOptions::new(false, true), false).is_sorted_by(|a, b| a < b));
    }
}
