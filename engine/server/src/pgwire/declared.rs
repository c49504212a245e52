//! Columns declared as `uuid` or `jsonb`, in the binary format of these types.
//!
//! Both are text to the engine. A client that asks for binary is given sixteen bytes for the one, and for the other
//! the text behind the number of its version.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, FixedSizeBinaryBuilder, RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use bellwether::{Error, ErrorKind, Result};
use uuid::Uuid;

use super::frontend::Format;
use super::types::{Type, oid};

/// The only version of jsonb's binary format.
const JSONB_VERSION: u8 = 1;

/// The columns of a result that are sent as other bytes than their text.
#[derive(Debug, Default)]
pub(super) struct Declared(Vec<(usize, u32)>);

impl Declared {
    /// What `schema` declares of the columns that are asked for in binary.
    pub(super) fn of(schema: &Schema, formats: &[Format]) -> Self {
        let mut columns = Vec::new();
        for (index, (field, format)) in schema.fields().iter().zip(formats).enumerate() {
            let announced = Type::of(field).oid;
            if matches!(format, Format::Binary) && matches!(announced, oid::UUID | oid::JSONB) {
                columns.push((index, announced));
            }
        }
        Self(columns)
    }

    /// The batch with those columns as bytes.
    pub(super) fn in_binary(&self, batch: RecordBatch) -> Result<RecordBatch> {
        if self.0.is_empty() {
            return Ok(batch);
        }
        let mut columns = batch.columns().to_vec();
        for &(index, announced) in &self.0 {
            let Some(column) = columns.get_mut(index) else { continue };
            let texts = cast(column, &DataType::Utf8).map_err(not_text)?;
            *column = if announced == oid::UUID { uuids(&texts)? } else { documents(&texts) };
        }
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new("", column.data_type().clone(), true)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options).map_err(not_text)
    }
}

fn not_text(error: arrow::error::ArrowError) -> Error {
    Error::internal("a declared column is no text").with_detail(error.to_string())
}

fn uuids(texts: &ArrayRef) -> Result<ArrayRef> {
    let mut bytes = FixedSizeBinaryBuilder::with_capacity(texts.len(), 16);
    for text in texts.as_string::<i32>() {
        match text {
            None => bytes.append_null(),
            Some(text) => {
                let uuid = Uuid::parse_str(text).map_err(|_| {
                    Error::new(ErrorKind::InvalidText, format!("invalid input syntax for type uuid: \"{text}\""))
                })?;
                bytes.append_value(uuid.as_bytes()).map_err(not_text)?;
            }
        }
    }
    Ok(Arc::new(bytes.finish()))
}

fn documents(texts: &ArrayRef) -> ArrayRef {
    let mut bytes = BinaryBuilder::new();
    let mut document = Vec::new();
    for text in texts.as_string::<i32>() {
        match text {
            None => bytes.append_null(),
            Some(text) => {
                document.clear();
                document.push(JSONB_VERSION);
                document.extend_from_slice(text.as_bytes());
                bytes.append_value(&document);
            }
        }
    }
    Arc::new(bytes.finish())
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::*;

    fn texts(values: Vec<Option<&str>>) -> ArrayRef {
        Arc::new(StringArray::from(values))
    }

    #[test]
    fn a_uuid_is_sixteen_bytes_and_nothing_else_is_one() {
        let found = uuids(&texts(vec![Some("550e8400-e29b-41d4-a716-446655440000"), None])).unwrap();
        assert_eq!(found.as_fixed_size_binary().value(0)[..4], [0x55, 0x0e, 0x84, 0]);
        assert!(found.is_null(1));
        assert!(uuids(&texts(vec![Some("no uuid")])).is_err());
    }

    #[test]
    fn a_document_stands_behind_the_version_of_its_format() {
        let found = documents(&texts(vec![Some("{}"), None]));
        assert_eq!(found.as_binary::<i32>().value(0), b"\x01{}");
        assert!(found.is_null(1));
    }
}
