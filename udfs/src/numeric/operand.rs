//! Decimals of either width, read row by row.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Decimal256Array};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, i256};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;

use bellwether_kernels::numeric::BigInt;

use super::Shape;
use crate::value_error::ValueError;

/// The values of one argument; a constant is the same in every row.
#[derive(Debug)]
pub(super) struct Operand {
    values: Values,
    is_constant: bool,
    /// Digits after the point.
    pub(super) scale: i32,
}

#[derive(Debug)]
enum Values {
    Narrow(Decimal128Array),
    Wide(Decimal256Array),
}

impl Operand {
    pub(super) fn new(value: &ColumnarValue) -> Result<Self> {
        let (array, is_constant) = match value {
            ColumnarValue::Array(array) => (ArrayRef::clone(array), false),
            ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
        };
        let scale = match array.data_type() {
            DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => i32::from(*scale),
            other => return internal_err!("a decimal was expected, got {other}"),
        };
        let values = match array.data_type() {
            DataType::Decimal128(..) => Values::Narrow(array.as_primitive::<Decimal128Type>().clone()),
            _ => Values::Wide(array.as_primitive::<Decimal256Type>().clone()),
        };
        Ok(Self { values, is_constant, scale })
    }

    pub(super) fn is_constant(&self) -> bool {
        self.is_constant
    }

    fn at(&self, row: usize) -> usize {
        if self.is_constant { 0 } else { row }
    }

    pub(super) fn is_null(&self, row: usize) -> bool {
        match &self.values {
            Values::Narrow(values) => values.is_null(self.at(row)),
            Values::Wide(values) => values.is_null(self.at(row)),
        }
    }

    /// The value where it has a place in 128 bits.
    pub(super) fn narrow(&self, row: usize) -> Option<i128> {
        match &self.values {
            Values::Narrow(values) => Some(values.value(self.at(row))),
            Values::Wide(values) => values.value(self.at(row)).to_i128(),
        }
    }

    pub(crate) fn big(&self, row: usize) -> BigInt {
        match &self.values {
            Values::Narrow(values) => BigInt::from(values.value(self.at(row))),
            Values::Wide(values) => big(values.value(self.at(row))),
        }
    }
}

/// The type of decimals that holds an argument of `data_type`.
pub(super) fn decimal_type(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Decimal128(..) | DataType::Decimal256(..) => Some(data_type.clone()),
        DataType::Null => Some(DataType::Decimal128(1, 0)),
        other => Shape::of(other).map(Shape::data_type),
    }
}

/// Collects results of one decimal type.
#[derive(Debug)]
pub(crate) struct Results {
    data_type: DataType,
    values: Collected,
}

#[derive(Debug)]
enum Collected {
    Narrow(Vec<Option<i128>>),
    Wide(Vec<Option<i256>>),
}

impl Results {
    pub(crate) fn new(data_type: &DataType, rows: usize) -> Self {
        let values = match data_type {
            DataType::Decimal128(..) => Collected::Narrow(Vec::with_capacity(rows)),
            _ => Collected::Wide(Vec::with_capacity(rows)),
        };
        Self { data_type: data_type.clone(), values }
    }

    pub(crate) fn push_null(&mut self) {
        match &mut self.values {
            Collected::Narrow(values) => values.push(None),
            Collected::Wide(values) => values.push(None),
        }
    }

    pub(super) fn push(&mut self, value: i128) -> Result<()> {
        match (&mut self.values, &self.data_type) {
            (Collected::Narrow(values), DataType::Decimal128(precision, _)) => {
                if value.unsigned_abs() >= 10_u128.pow(u32::from(*precision)) {
                    return Err(ValueError::numeric_overflow().into());
                }
                values.push(Some(value));
            }
            (Collected::Wide(values), _) => values.push(Some(i256::from_i128(value))),
            (Collected::Narrow(_), _) => return Err(ValueError::numeric_overflow().into()),
        }
        Ok(())
    }

    pub(crate) fn push_big(&mut self, value: &BigInt) -> Result<()> {
        if let Ok(value) = i128::try_from(value) {
            return self.push(value);
        }
        match (&mut self.values, wide(value)) {
            (Collected::Wide(values), Some(value)) => {
                values.push(Some(value));
                Ok(())
            }
            _ => Err(ValueError::numeric_overflow().into()),
        }
    }

    pub(crate) fn finish(self) -> Result<ArrayRef> {
        use std::sync::Arc;
        Ok(match self.values {
            Collected::Narrow(values) => {
                Arc::new(Decimal128Array::from_iter(values).with_data_type(self.data_type)) as ArrayRef
            }
            Collected::Wide(values) => {
                Arc::new(Decimal256Array::from_iter(values).with_data_type(self.data_type)) as ArrayRef
            }
        })
    }
}

/// A number of 256 bits as one of any size.
pub(crate) fn big(value: i256) -> BigInt {
    BigInt::from_signed_bytes_le(&value.to_le_bytes())
}

/// A number of any size as one of 256 bits, if it has at most 76 digits.
pub(crate) fn wide(value: &BigInt) -> Option<i256> {
    // 76 digits take 253 bits.
    if value.bits() > 253 {
        return None;
    }
    let bytes = value.to_signed_bytes_le();
    let filler = if bytes.last().is_some_and(|last| last & 0x80 != 0) { 0xff } else { 0 };
    let mut all = [filler; 32];
    all.get_mut(..bytes.len())?.copy_from_slice(&bytes);
    Some(i256::from_le_bytes(all))
}

/// How many decimal digits a number has.
pub(crate) fn digits_of(value: &BigInt) -> usize {
    value.magnitude().to_str_radix(10).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_from_any_size() {
        for value in [i256::ZERO, i256::from_i128(-5), i256::from_i128(i128::MIN), i256::from_parts(7, 1 << 100)] {
            assert_eq!(wide(&big(value)), Some(value));
        }
        assert_eq!(wide(&BigInt::from(10).pow(77)), None);
    }
}
