//! Moments of floats, by the recurrence that does not subtract large squares.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::{Measure, Moments};

/// Count, sum, and sum of squared distances from the mean.
#[derive(Debug, Default, Clone)]
pub(super) struct FloatMoments {
    count: f64,
    sum: f64,
    squares: f64,
}

impl FloatMoments {
    fn measure(&self, measure: Measure) -> Option<f64> {
        let divisor = self.count - if measure.is_sample { 1.0 } else { 0.0 };
        if self.count < 1.0 || divisor < 1.0 {
            return None;
        }
        let variance = self.squares / divisor;
        Some(if measure.is_root { variance.sqrt() } else { variance })
    }

    fn combine(&mut self, other: &Self) {
        if other.count == 0.0 {
            return;
        }
        if self.count == 0.0 {
            *self = other.clone();
            return;
        }
        let distance = self.sum / self.count - other.sum / other.count;
        let count = self.count + other.count;
        self.squares += other.squares + self.count * other.count * distance * distance / count;
        self.sum += other.sum;
        self.count = count;
    }
}

impl Moments for FloatMoments {
    const STATE: [DataType; 3] = [DataType::Float64, DataType::Float64, DataType::Float64];
    type Values = Float64Array;

    fn values(array: &ArrayRef) -> Result<Float64Array> {
        match array.as_primitive_opt::<Float64Type>() {
            Some(values) => Ok(values.clone()),
            None => exec_err!("a deviation was to be of floats, got {}", array.data_type()),
        }
    }

    fn is_null(values: &Float64Array, row: usize) -> bool {
        values.is_null(row)
    }

    fn add(&mut self, values: &Float64Array, row: usize) -> Result<()> {
        let value = values.value(row);
        let before = self.count;
        self.count += 1.0;
        self.sum += value;
        if before > 0.0 {
            let distance = value * self.count - self.sum;
            self.squares += distance * distance / (self.count * before);
        } else if !value.is_finite() {
            self.squares = f64::NAN;
        }
        Ok(())
    }

    fn remove(&mut self, values: &Float64Array, row: usize) -> Result<()> {
        let value = values.value(row);
        let after = self.count - 1.0;
        if after < 1.0 {
            *self = Self::default();
            return Ok(());
        }
        let distance = value * self.count - self.sum;
        self.squares = (self.squares - distance * distance / (self.count * after)).max(0.0);
        self.sum -= value;
        self.count = after;
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], row: usize) -> Result<()> {
        let [counts, sums, squares] = states else {
            return exec_err!("a deviation's state has 3 columns, got {}", states.len());
        };
        let value =
            |column: &ArrayRef| column.as_primitive_opt::<Float64Type>().map_or(0.0, |values| values.value(row));
        self.combine(&Self { count: value(counts), sum: value(sums), squares: value(squares) });
        Ok(())
    }

    fn state(moments: &[Self]) -> Result<Vec<ArrayRef>> {
        let column =
            |part: fn(&Self) -> f64| -> ArrayRef { Arc::new(Float64Array::from_iter_values(moments.iter().map(part))) };
        Ok(vec![column(|moments| moments.count), column(|moments| moments.sum), column(|moments| moments.squares)])
    }

    fn results(moments: &[Self], measure: Measure, _result: &DataType) -> Result<ArrayRef> {
        Ok(Arc::new(moments.iter().map(|moments| moments.measure(measure)).collect::<Float64Array>()))
    }
}
