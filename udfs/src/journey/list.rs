//! Results that are lists.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListArray, StructArray, TimestampMicrosecondArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use datafusion::error::Result;

/// The type of a list of moments in UTC.
pub(super) fn moments_type() -> DataType {
    DataType::List(moment_item())
}

fn moment_item() -> Arc<Field> {
    Arc::new(Field::new_list_field(DataType::Timestamp(TimeUnit::Microsecond, None), false))
}

/// Lists of moments, in microseconds: all of them in a row, and the length of each list.
pub(super) fn moments(micros: Vec<i64>, lengths: Vec<usize>) -> Result<ArrayRef> {
    let values = Arc::new(TimestampMicrosecondArray::from(micros));
    Ok(Arc::new(ListArray::try_new(moment_item(), OffsetBuffer::from_lengths(lengths), values, None)?))
}

/// The type of a list of records of these fields.
pub(super) fn records_type(fields: &[(&str, DataType)]) -> DataType {
    DataType::List(record_item(record_fields(fields)))
}

fn record_fields(fields: &[(&str, DataType)]) -> Fields {
    fields.iter().map(|(name, data_type)| Field::new(*name, data_type.clone(), true)).collect()
}

fn record_item(fields: Fields) -> Arc<Field> {
    Arc::new(Field::new_list_field(DataType::Struct(fields), true))
}

/// Lists of records: the columns of all of them in a row, and the length of each list.
pub(super) fn records(fields: &[(&str, DataType)], columns: Vec<ArrayRef>, lengths: Vec<usize>) -> Result<ArrayRef> {
    let fields = record_fields(fields);
    let values = Arc::new(StructArray::try_new(fields.clone(), columns, None)?);
    Ok(Arc::new(ListArray::try_new(record_item(fields), OffsetBuffer::from_lengths(lengths), values, None)?))
}
