//! Columns between Arrow and Delta: what a table can hold, and how other types are taken in.
//!
//! Delta holds booleans, integers up to 64 bits, floats, decimals up to 38 digits, text, bytes, dates,
//! microsecond timestamps (with UTC or without a zone), lists, structs and maps. Arrow's other types are
//! stored as the nearest of these that loses nothing. Two types are stored as others, marked as what they are, and
//! other readers of the table see those: times of day as microseconds since midnight, decimals of more than 38 digits,
//! which averages and quotients have, as text.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use deltalake::kernel::StructField;
use deltalake::kernel::engine::arrow_conversion::TryIntoKernel;

use crate::{Error, ErrorKind, Result};

/// The field metadata that holds a column's description.
pub const COMMENT: &str = "comment";

/// The field metadata by which Arrow marks types that others define: what a column was declared as where its Arrow
/// type says less, `varchar(32)` or `jsonb`.
const EXTENSION: &str = "ARROW:extension:name";

/// How a column of times of day is marked among columns of integers.
const TIME_OF_DAY: &str = "postgres.time";

/// How a column of decimals of more than 38 digits is marked among columns of text: all digits, those after the point.
const DIGITS: &str = "bellwether.digits";

/// What survives of a field's metadata when it is stored and read back.
const KEPT: [&str; 2] = [COMMENT, EXTENSION];

/// The type a column of `data_type` is stored as.
pub fn storable_type(data_type: &DataType) -> Result<DataType> {
    let stored = match data_type {
        DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Float32
        | DataType::Float64
        | DataType::Utf8
        | DataType::Binary
        | DataType::Date32 => data_type.clone(),
        DataType::Null | DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 => DataType::Int64,
        DataType::UInt64 => DataType::Decimal128(20, 0),
        DataType::Float16 => DataType::Float32,
        DataType::Date64 => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Timestamp(_, zone) => {
            DataType::Timestamp(TimeUnit::Microsecond, zone.as_ref().map(|_| Arc::from("UTC")))
        }
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Microsecond),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale)
            if (1..=38).contains(precision) && (0..=i16::from(*precision)).contains(&i16::from(*scale)) =>
        {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::Decimal256(39.., 0..) => data_type.clone(),
        DataType::Dictionary(_, values) => storable_type(values)?,
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item) => DataType::List(storable_field(item)?),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(storable_field).collect::<Result<Fields>>()?),
        DataType::Map(entries, sorted) => DataType::Map(storable_field(entries)?, *sorted),
        other => {
            return Err(Error::new(ErrorKind::Unsupported, format!("a table cannot hold values of type {other}"))
                .with_hint("cast the column to text, a number, a date or a timestamp"));
        }
    };
    Ok(stored)
}

fn storable_field(field: &FieldRef) -> Result<FieldRef> {
    let stored = storable_type(field.data_type())?;
    // The mark of what is stored as another type stands on columns alone.
    if matches!(stored, DataType::Decimal256(..)) {
        let fact = format!("a table cannot hold values of type {stored} inside others");
        return Err(Error::new(ErrorKind::Unsupported, fact).with_hint("cast them to a numeric of at most 38 digits"));
    }
    Ok(Arc::new(field.as_ref().clone().with_data_type(stored)))
}

/// The columns a table needs in order to hold rows of `schema`; of field metadata, descriptions
/// and declared types survive.
pub fn storable_schema(schema: &Schema) -> Result<SchemaRef> {
    let mut fields = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let data_type = storable_type(field.data_type()).map_err(|error| {
            Error::new(error.kind(), format!("column `{}`: {}", field.name(), error.message()))
                .with_hint("cast the column to text, a number, a date or a timestamp")
        })?;
        fields.push(Field::new(field.name(), data_type, field.is_nullable()).with_metadata(kept(field)));
    }
    Ok(Arc::new(Schema::new(fields)))
}

pub(crate) fn to_delta_fields(schema: &Schema) -> Result<Vec<StructField>> {
    schema
        .fields()
        .iter()
        .map(|field| {
            let converted: StructField = as_filed(field).as_ref().try_into_kernel().map_err(|source| {
                Error::unsupported(format!("column `{}` has a type a table cannot hold", field.name()))
                    .with_source(source)
            })?;
            Ok(converted)
        })
        .collect()
}

/// Delta's schema as our scans deliver it: plain text and bytes, microsecond timestamps, times of day, descriptions
/// kept.
pub(crate) fn from_delta_schema(schema: &Schema) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            let mut metadata = kept(field);
            let mut data_type = field.data_type().clone();
            if metadata.get(EXTENSION).is_some_and(|name| name == TIME_OF_DAY) {
                metadata.remove(EXTENSION);
                data_type = DataType::Time64(TimeUnit::Microsecond);
            }
            if let Some(decimal) = field.metadata().get(DIGITS).and_then(|digits| decimal_of(digits)) {
                data_type = decimal;
            }
            Field::new(field.name(), data_type, field.is_nullable()).with_metadata(metadata)
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// The columns as files and Delta's log hold them.
pub(crate) fn filed_schema(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().iter().map(as_filed).collect::<Fields>()))
}

fn as_filed(field: &FieldRef) -> FieldRef {
    let (filed, key, mark) = match field.data_type() {
        DataType::Time64(_) => (DataType::Int64, EXTENSION, TIME_OF_DAY.to_owned()),
        DataType::Decimal256(precision, scale) => (DataType::Utf8, DIGITS, format!("{precision} {scale}")),
        _ => return Arc::clone(field),
    };
    let mut metadata = field.metadata().clone();
    metadata.insert(key.to_owned(), mark);
    Arc::new(field.as_ref().clone().with_data_type(filed).with_metadata(metadata))
}

/// The columns without their descriptions, as plans have them: what a column means is the table's, and two columns that
/// meet in a query differ in nothing that matters to it.
pub(crate) fn undescribed(schema: &Schema) -> Schema {
    let plain = |field: &FieldRef| {
        let mut metadata = field.metadata().clone();
        match metadata.remove(COMMENT) {
            Some(_) => Arc::new(field.as_ref().clone().with_metadata(metadata)),
            None => Arc::clone(field),
        }
    };
    Schema::new(schema.fields().iter().map(plain).collect::<Fields>())
}

/// The type that a mark of digits tells.
fn decimal_of(digits: &str) -> Option<DataType> {
    let (precision, scale) = digits.split_once(' ')?;
    Some(DataType::Decimal256(precision.parse().ok()?, scale.parse().ok()?))
}

fn kept(field: &Field) -> HashMap<String, String> {
    let value = |key: &str| Some((key.to_owned(), field.metadata().get(key)?.clone()));
    KEPT.into_iter().filter_map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unsigned_integer_finds_a_type_that_holds_its_largest_value() {
        assert_eq!(storable_type(&DataType::UInt8).unwrap(), DataType::Int16);
        assert_eq!(storable_type(&DataType::UInt32).unwrap(), DataType::Int64);
        assert_eq!(storable_type(&DataType::UInt64).unwrap(), DataType::Decimal128(20, 0));
    }

    #[test]
    fn a_declared_type_and_a_description_survive_storage() {
        let metadata = [(EXTENSION, "postgres.varchar(32)"), (COMMENT, "where"), ("other", "gone")];
        let metadata = metadata.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let field = Field::new("channel", DataType::LargeUtf8, true).with_metadata(metadata.into());
        let stored = storable_schema(&Schema::new(vec![field])).unwrap();
        let read = from_delta_schema(&stored);
        assert_eq!(read.field(0).metadata().len(), 2);
        assert_eq!(read.field(0).metadata().get(EXTENSION).map(String::as_str), Some("postgres.varchar(32)"));
    }

    #[test]
    fn a_time_of_day_is_a_number_in_files_and_a_time_when_read() {
        let field = Field::new("opens", DataType::Time32(TimeUnit::Second), true);
        let stored = storable_schema(&Schema::new(vec![field])).unwrap();
        assert_eq!(stored.field(0).data_type(), &DataType::Time64(TimeUnit::Microsecond));
        let filed = filed_schema(&stored);
        assert_eq!(filed.field(0).data_type(), &DataType::Int64);
        assert_eq!(from_delta_schema(&filed), stored);
    }

    #[test]
    fn a_decimal_of_many_digits_is_text_in_files_and_keeps_its_mark() {
        let metadata = [(EXTENSION.to_owned(), "postgres.numeric".to_owned())];
        let wide = DataType::Decimal256(56, 36);
        let field = Field::new("mean", wide.clone(), true).with_metadata(metadata.into());
        let stored = storable_schema(&Schema::new(vec![field])).unwrap();
        let filed = filed_schema(&stored);
        assert_eq!(filed.field(0).data_type(), &DataType::Utf8);
        assert_eq!(from_delta_schema(&filed), stored);
        let items = DataType::List(Arc::new(Field::new("item", wide, true)));
        assert_eq!(storable_type(&items).unwrap_err().kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn a_zoned_timestamp_is_stored_in_utc_microseconds() {
        let paris = DataType::Timestamp(TimeUnit::Nanosecond, Some("Europe/Paris".into()));
        assert_eq!(storable_type(&paris).unwrap(), DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())));
    }

    #[test]
    fn a_type_no_table_holds_is_refused_with_the_column_named() {
        let schema = Schema::new(vec![Field::new(
            "wait",
            DataType::Interval(datafusion::arrow::datatypes::IntervalUnit::DayTime),
            true,
        )]);
        let error = storable_schema(&schema).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().starts_with("column `wait`:"), "{error}");
    }
}
