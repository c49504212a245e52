//! Types every Arrow client reads: no views, no dictionaries, no run-end encoding, 32-bit list offsets.
//!
//! The engine computes on string views and dictionaries; Java's and older Python readers know neither.
//! The same mapping is applied to what a client sends, so that a table never takes an encoding for a type.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use bellwether::{Error, ErrorKind, Result};

/// The schema with plain types.
pub(super) fn schema(schema: &Schema) -> SchemaRef {
    let fields: Fields = schema.fields().iter().map(field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// The batch as one of `schema`; columns that have their type already are shared, not copied.
pub(super) fn batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    if batch.num_columns() != schema.fields().len() {
        let (got, expected) = (batch.num_columns(), schema.fields().len());
        return Err(Error::internal(format!("a batch has {got} columns where {expected} were announced")));
    }
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (column, field) in batch.columns().iter().zip(schema.fields()) {
        columns.push(cast(column, field.data_type(), field.name())?);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(|error| Error::internal("a batch does not fit its schema").with_detail(error.to_string()))
}

/// The column as one of `data_type`; a value that does not fit is an error, never a NULL.
pub(super) fn cast(column: &ArrayRef, data_type: &DataType, name: &str) -> Result<ArrayRef> {
    if column.data_type() == data_type {
        return Ok(Arc::clone(column));
    }
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(column, data_type, &options).map_err(|error| {
        let message = format!("column \"{name}\" of type {} is no {data_type}", column.data_type());
        Error::new(ErrorKind::TypeMismatch, message).with_detail(error.to_string())
    })
}

fn field(field: &FieldRef) -> FieldRef {
    let plain = data_type(field.data_type());
    if plain == *field.data_type() {
        return Arc::clone(field);
    }
    Arc::new(Field::clone(field).with_data_type(plain))
}

fn data_type(given: &DataType) -> DataType {
    match given {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::Dictionary(_, value) => data_type(value),
        DataType::RunEndEncoded(_, values) => data_type(values.data_type()),
        // The Flight encoder announces every list as one with 32-bit offsets; so must the schema before it.
        DataType::List(item) | DataType::LargeList(item) | DataType::ListView(item) | DataType::LargeListView(item) => {
            DataType::List(field(item))
        }
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(field(item), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(field).collect()),
        DataType::Map(entries, sorted) => DataType::Map(field(entries), *sorted),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray, DictionaryArray, Int64Array, StringViewArray};
    use arrow::datatypes::Int32Type;

    use super::*;

    #[test]
    fn views_and_dictionaries_become_plain_and_keep_their_values() {
        let names: ArrayRef = Arc::new(StringViewArray::from(vec![Some("a text longer than twelve bytes"), None]));
        let channels: DictionaryArray<Int32Type> = vec!["email", "search"].into_iter().collect();
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        let given = RecordBatch::try_from_iter([
            ("name", names),
            ("channel", Arc::new(channels) as ArrayRef),
            ("number", Arc::clone(&numbers)),
        ])
        .unwrap();

        let schema = schema(&given.schema());
        let plain = batch(&given, &schema).unwrap();
        assert_eq!(plain.column(0).as_string::<i32>().value(0), "a text longer than twelve bytes");
        assert!(plain.column(0).is_null(1));
        assert_eq!(plain.column(1).as_string::<i32>().value(1), "search");
        assert!(Arc::ptr_eq(plain.column(2), &numbers), "a column of the right type is not copied");
    }

    #[test]
    fn nested_types_become_plain_at_every_depth() {
        let item = Arc::new(Field::new("item", DataType::Utf8View, true));
        let list = Field::new("tags", DataType::LargeList(item), true);
        let nested = Schema::new(vec![Field::new("row", DataType::Struct(vec![list].into()), true)]);
        let DataType::Struct(fields) = schema(&nested).field(0).data_type().clone() else {
            panic!("a struct stays one")
        };
        let expected = DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)));
        assert_eq!(fields[0].data_type(), &expected);
    }

    #[test]
    fn a_batch_without_columns_keeps_its_rows() {
        let options = RecordBatchOptions::new().with_row_count(Some(7));
        let empty = Arc::new(Schema::empty());
        let given = RecordBatch::try_new_with_options(Arc::clone(&empty), vec![], &options).unwrap();
        assert_eq!(batch(&given, &empty).unwrap().num_rows(), 7);
    }

    #[test]
    fn a_value_that_does_not_fit_is_an_error() {
        let texts: ArrayRef = Arc::new(StringViewArray::from(vec!["ten"]));
        let error = cast(&texts, &DataType::Int64, "amount").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TypeMismatch);
        assert!(error.message().starts_with("column \"amount\""));
    }
}
