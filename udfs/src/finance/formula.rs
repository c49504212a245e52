//! Formulas: a number from finite numbers of the same row.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::error::Result;

use crate::adapter::column::Columns;
use crate::adapter::scalar::Map;

/// A formula of so many arguments; `None` where it is not defined.
pub(super) struct Formula<const N: usize>(pub fn([f64; N]) -> Option<f64>);

impl<const N: usize> Map for Formula<N> {
    fn map(&self, columns: &Columns) -> Result<ArrayRef> {
        let value = |row| {
            let mut numbers = [0.0; N];
            for (argument, number) in numbers.iter_mut().enumerate() {
                *number = columns.number(argument, row).filter(|number| number.is_finite())?;
            }
            (self.0)(numbers).filter(|value| value.is_finite())
        };
        Ok(Arc::new((0..columns.rows()).map(value).collect::<Float64Array>()))
    }
}
