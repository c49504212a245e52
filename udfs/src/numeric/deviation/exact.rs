//! Exact moments of decimals: the sums of values and of squares as whole numbers.

use std::sync::Arc;

use bellwether_kernels::numeric::BigInt;
use bellwether_kernels::numeric::division::{divide_big, rescale_big, square_root};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BinaryArray, Int64Array};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;

use super::super::Shape;
use super::super::operand::{Operand, Results};
use super::{Measure, Moments};

/// Sums over values `v · 10^-scale`. They leave 128 bits only where the values are extreme.
#[derive(Debug, Default, Clone)]
pub(super) struct ExactMoments {
    count: i64,
    scale: i32,
    sum: Whole,
    squares: Whole,
}

/// A whole number, in 128 bits as long as it fits.
#[derive(Debug, Clone)]
enum Whole {
    Narrow(i128),
    Big(BigInt),
}

impl Default for Whole {
    fn default() -> Self {
        Self::Narrow(0)
    }
}

impl Whole {
    fn add(&mut self, value: i128) {
        if let Self::Narrow(sum) = self
            && let Some(total) = sum.checked_add(value)
        {
            *sum = total;
            return;
        }
        *self = Self::Big(self.big() + value);
    }

    fn add_big(&mut self, value: &BigInt) {
        *self = Self::of(self.big() + value);
    }

    fn of(value: BigInt) -> Self {
        match i128::try_from(&value) {
            Ok(narrow) => Self::Narrow(narrow),
            Err(_) => Self::Big(value),
        }
    }

    fn big(&self) -> BigInt {
        match self {
            Self::Narrow(value) => BigInt::from(*value),
            Self::Big(value) => value.clone(),
        }
    }
}

impl ExactMoments {
    fn shift(&mut self, values: &Operand, row: usize, sign: i64) {
        self.count += sign;
        self.scale = values.scale;
        let narrow = values.narrow(row).and_then(|value| Some((value, value.checked_mul(value)?)));
        match narrow {
            Some((value, square)) => {
                self.sum.add(value * i128::from(sign));
                self.squares.add(square * i128::from(sign));
            }
            None => {
                let value = values.big(row);
                self.squares.add_big(&(&value * &value * sign));
                self.sum.add_big(&(value * sign));
            }
        }
    }

    /// The measure and its digits after the point.
    fn measure(&self, measure: Measure, scale_max: i32) -> Option<(BigInt, i32)> {
        let divisor = self.count - i64::from(measure.is_sample);
        if self.count == 0 || divisor == 0 {
            return None;
        }
        let count = BigInt::from(self.count);
        let sum = self.sum.big();
        let spread = &count * self.squares.big() - &sum * &sum;
        if spread <= BigInt::ZERO {
            return Some((BigInt::ZERO, 0));
        }
        let (variance, scale) = divide_big(&spread, 2 * self.scale, &(count * divisor), 0, scale_max)?;
        if measure.is_root { Some((square_root(&variance, scale), scale)) } else { Some((variance, scale)) }
    }
}

impl Moments for ExactMoments {
    /// The sums have no limit, so they travel as bytes; the scale comes with the count.
    const STATE: [DataType; 3] = [DataType::Int64, DataType::Binary, DataType::Binary];
    type Values = Operand;

    fn values(array: &ArrayRef) -> Result<Operand> {
        Operand::new(&ColumnarValue::Array(Arc::clone(array)))
    }

    fn is_null(values: &Operand, row: usize) -> bool {
        values.is_null(row)
    }

    fn add(&mut self, values: &Operand, row: usize) -> Result<()> {
        self.shift(values, row, 1);
        Ok(())
    }

    fn remove(&mut self, values: &Operand, row: usize) -> Result<()> {
        self.shift(values, row, -1);
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], row: usize) -> Result<()> {
        let [counts, sums, squares] = states else {
            return exec_err!("a deviation's state has 3 columns, got {}", states.len());
        };
        let (Some(counts), Some(sums), Some(squares)) =
            (counts.as_primitive_opt::<Int64Type>(), sums.as_binary_opt::<i32>(), squares.as_binary_opt::<i32>())
        else {
            return exec_err!("a deviation's state has other columns");
        };
        if counts.is_null(row) || counts.value(row) == 0 {
            return Ok(());
        }
        // The first byte of the sum is the scale.
        let Some((scale, sum)) = sums.value(row).split_first() else {
            return exec_err!("a deviation's state is empty");
        };
        self.count += counts.value(row);
        self.scale = i32::from(*scale);
        self.sum.add_big(&BigInt::from_signed_bytes_le(sum));
        self.squares.add_big(&BigInt::from_signed_bytes_le(squares.value(row)));
        Ok(())
    }

    fn state(moments: &[Self]) -> Result<Vec<ArrayRef>> {
        let counts: Int64Array = moments.iter().map(|moments| Some(moments.count)).collect();
        let sums = moments.iter().map(|moments| {
            let mut bytes = vec![u8::try_from(moments.scale).unwrap_or(0)];
            bytes.extend(moments.sum.big().to_signed_bytes_le());
            Some(bytes)
        });
        let squares = moments.iter().map(|moments| Some(moments.squares.big().to_signed_bytes_le()));
        Ok(vec![Arc::new(counts), Arc::new(BinaryArray::from_iter(sums)), Arc::new(BinaryArray::from_iter(squares))])
    }

    fn results(moments: &[Self], measure: Measure, result: &DataType) -> Result<ArrayRef> {
        let scale = i32::from(Shape::of(result).map_or(0, Shape::scale));
        let mut results = Results::new(result, moments.len());
        for moments in moments {
            match moments.measure(measure, scale) {
                Some((value, own)) => results.push_big(&rescale_big(&value, own, scale))?,
                None => results.push_null(),
            }
        }
        results.finish()
    }
}
