//! The rows of one query, read by column name.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Float64Type, SchemaRef};
use bellwether::{Error, Outcome, Result, Session};
use futures::TryStreamExt;

/// What a query gave, as one batch.
#[derive(Debug)]
pub(super) struct Answer {
    rows: RecordBatch,
}

impl Answer {
    /// Runs a query and waits for all of its rows.
    pub(super) async fn to(session: &Session, sql: &str) -> Result<Self> {
        match session.run(sql).await? {
            Outcome::Rows(stream) => {
                let schema = stream.schema();
                let batches: Vec<_> = stream.try_collect().await?;
                Self::new(&schema, &batches)
            }
            Outcome::Done(done) => Err(Error::internal(format!("a query gave no rows but {}", done.command))),
        }
    }

    pub(super) fn new(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Self> {
        let rows = concat_batches(schema, batches)
            .map_err(|error| Error::internal("an answer's batches differ in their columns").with_source(error))?;
        Ok(Self { rows })
    }

    pub(super) fn rows(&self) -> &RecordBatch {
        &self.rows
    }

    pub(super) fn len(&self) -> usize {
        self.rows.num_rows()
    }

    /// A value as a number; `None` for NULL, and where there is no such column, row or number.
    pub(super) fn number(&self, column: &str, row: usize) -> Option<f64> {
        let value = self.value(column, row, &DataType::Float64)?;
        Some(value.as_primitive::<Float64Type>().value(0))
    }

    /// A value as text; `None` for NULL, and where there is no such column or row.
    pub(super) fn text(&self, column: &str, row: usize) -> Option<String> {
        let value = self.value(column, row, &DataType::Utf8)?;
        Some(value.as_string::<i32>().value(0).to_owned())
    }

    /// An array of one value that is not NULL.
    fn value(&self, column: &str, row: usize, data_type: &DataType) -> Option<ArrayRef> {
        if row >= self.len() {
            return None;
        }
        let value = cast(&self.rows.column_by_name(column)?.slice(row, 1), data_type).ok()?;
        value.is_valid(0).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::Decimal128Array;

    use super::*;

    #[test]
    fn decimals_are_read_as_numbers_and_nulls_as_nothing() {
        let values = Decimal128Array::from_iter([Some(123_450_i128), None]).with_precision_and_scale(18, 4).unwrap();
        let rows = RecordBatch::try_from_iter([("amount", Arc::new(values) as ArrayRef)]).unwrap();
        let answer = Answer::new(&rows.schema(), &[rows]).unwrap();
        assert_eq!(answer.number("amount", 0), Some(12.345));
        assert_eq!(answer.number("amount", 1), None);
        assert_eq!(answer.number("amount", 2), None);
        assert_eq!(answer.number("revenue", 0), None);
    }
}
