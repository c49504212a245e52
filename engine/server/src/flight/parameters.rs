//! Parameters of prepared statements: a batch of them becomes a row of values for each run.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use bellwether::{Error, ErrorKind, Result};
use datafusion::scalar::ScalarValue;

use super::plain;

/// What a client is told to send: a column for each parameter, of type null where nothing tells its type.
pub(super) fn schema(types: &[Option<DataType>]) -> SchemaRef {
    let fields: Vec<Field> = types
        .iter()
        .enumerate()
        .map(|(index, data_type)| Field::new(name(index), data_type.clone().unwrap_or(DataType::Null), true))
        .collect();
    plain::schema(&Schema::new(fields))
}

/// The types to plan with: those the statement knows, and for the others those that the client sends.
/// An error when client and statement disagree on how many there are.
pub(super) fn types(known: &[Option<DataType>], sent: &Schema) -> Result<Vec<Option<DataType>>> {
    if known.len() != sent.fields().len() {
        let (needed, got) = (known.len(), sent.fields().len());
        return Err(Error::invalid_parameter(format!("the statement has {needed} parameters, got {got}")));
    }
    let sent = sent.fields().iter().map(|field| match field.data_type() {
        // A column of NULLs alone says nothing of its type.
        DataType::Null => None,
        other => Some(other.clone()),
    });
    Ok(known.iter().zip(sent).map(|(known, sent)| known.clone().or(sent)).collect())
}

/// The values of each row, of the types that the statement takes.
pub(super) fn rows(batch: &RecordBatch, types: &[Option<DataType>]) -> Result<Vec<Vec<ScalarValue>>> {
    let mut columns = Vec::with_capacity(types.len());
    for (index, (column, data_type)) in batch.columns().iter().zip(types).enumerate() {
        let data_type = data_type.as_ref().unwrap_or(column.data_type());
        columns.push(plain::cast(column, data_type, &name(index))?);
    }
    let mut rows = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        let values = columns.iter().map(|column| ScalarValue::try_from_array(column, row));
        rows.push(values.collect::<Result<_, _>>().map_err(|error| {
            Error::new(ErrorKind::Unsupported, "a parameter has a type that is not taken").with_source(error)
        })?);
    }
    Ok(rows)
}

fn name(index: usize) -> String {
    format!("${}", index + 1)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    fn batch() -> RecordBatch {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["7", "8"]));
        RecordBatch::try_from_iter([("1", numbers), ("2", texts)]).unwrap()
    }

    #[test]
    fn parameters_without_a_type_are_announced_as_null() {
        let schema = schema(&[Some(DataType::Utf8View), None]);
        assert_eq!(schema.field(0), &Field::new("$1", DataType::Utf8, true));
        assert_eq!(schema.field(1), &Field::new("$2", DataType::Null, true));
    }

    #[test]
    fn the_statement_decides_the_type_and_the_client_where_it_has_none() {
        let known = [Some(DataType::Int32), None];
        assert_eq!(types(&known, &batch().schema()).unwrap(), [Some(DataType::Int32), Some(DataType::Utf8)]);
        let nulls = Schema::new(vec![Field::new("a", DataType::Null, true), Field::new("b", DataType::Null, true)]);
        assert_eq!(types(&known, &nulls).unwrap(), [Some(DataType::Int32), None]);
    }

    #[test]
    fn another_number_of_parameters_is_an_error_that_names_both() {
        let error = types(&[None], &batch().schema()).unwrap_err();
        assert_eq!(error.message(), "the statement has 1 parameters, got 2");
    }

    #[test]
    fn each_row_becomes_values_of_the_statements_types() {
        let rows = rows(&batch(), &[None, Some(DataType::Int32)]).unwrap();
        assert_eq!(
            rows,
            [
                vec![ScalarValue::Int64(Some(1)), ScalarValue::Int32(Some(7))],
                vec![ScalarValue::Int64(None), ScalarValue::Int32(Some(8))],
            ]
        );
    }

    #[test]
    fn a_value_of_another_type_names_its_parameter() {
        let text: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
        let batch = RecordBatch::try_from_iter([("1", text)]).unwrap();
        let error = rows(&batch, &[Some(DataType::Int64)]).unwrap_err();
        assert!(error.message().starts_with("column \"$1\""), "{error}");
    }
}
