//! Batches of typed files as batches of the table: columns by name, types without loss.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use arrow::record_batch::RecordBatch;
use bellwether_catalog::{storable_schema, storable_type};

use super::column::{find, repeated, sql_name};
use crate::{Error, ErrorKind, Result};

/// The table a file of `schema` would make; columns may be NULL whatever the file says of itself.
pub(super) fn table_schema(schema: &Schema, file: &str) -> Result<SchemaRef> {
    let stored = storable_schema(schema).map_err(|error| {
        let hint = error.hint().unwrap_or("leave the column out of the file").to_owned();
        Error::new(error.kind(), format!("{file}: {}", error.message())).with_hint(hint)
    })?;
    let names: Vec<String> = stored.fields().iter().map(|field| field.name().clone()).collect();
    let repeated = repeated(&names);
    if !repeated.is_empty() {
        let fact = format!("{file} has more than one column {}", repeated.join(", "));
        return Err(Error::new(ErrorKind::DuplicateColumn, fact).with_hint("rename them in the file"));
    }
    let fields = stored.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
    Ok(Arc::new(Schema::new(fields.collect::<Vec<Field>>())))
}

/// The columns of `table` that a file of `schema` has, in the table's order.
pub(super) fn common_columns(table: &Schema, schema: &Schema) -> SchemaRef {
    let names = || schema.fields().iter().map(|field| field.name().as_str());
    let fields = table.fields().iter().filter(|field| find(names(), field.name()).is_some()).cloned();
    Arc::new(Schema::new(fields.collect::<Fields>()))
}

/// How the batches of one file become batches of the table.
#[derive(Debug)]
pub(super) struct Adapter {
    file: Arc<str>,
    schema: SchemaRef,
    /// The place of the file's column that fills each column.
    places: Vec<usize>,
}

impl Adapter {
    /// Matches the columns of a file with those to fill: the same ones, in any order.
    pub(super) fn new(file: &Arc<str>, from: &Schema, wanted: &SchemaRef) -> Result<Self> {
        let all = || wanted.fields().iter().map(|field| field.name().as_str());
        if let Some(field) = from.fields().iter().find(|field| find(all(), field.name()).is_none()) {
            let fact = format!("the table has no column {}, which {file} has", field.name());
            return Err(Error::new(ErrorKind::UndefinedColumn, fact)
                .with_detail(format!("the columns to fill are {}", all().collect::<Vec<_>>().join(", ")))
                .with_hint("add the column to the table, or leave it out of the file"));
        }
        let mut places = Vec::with_capacity(wanted.fields().len());
        for field in wanted.fields() {
            let names = from.fields().iter().map(|field| field.name().as_str());
            let Some(place) = find(names, field.name()) else {
                let fact = format!("{file} has no column {}, which another file has", field.name());
                return Err(Error::new(ErrorKind::UndefinedColumn, fact)
                    .with_hint("load files with different columns one after the other"));
            };
            let (stored, into) = (storable_type(from.field(place).data_type())?, field.data_type());
            if !is_lossless(&stored, into) {
                let fact = format!(
                    "the column {} is {} in {file} and {} in the table",
                    field.name(),
                    sql_name(&stored),
                    sql_name(into)
                );
                return Err(Error::new(ErrorKind::TypeMismatch, fact)
                    .with_hint("load the file into a table of its own, and insert from there with a cast"));
            }
            places.push(place);
        }
        Ok(Self { file: Arc::clone(file), schema: Arc::clone(wanted), places })
    }

    /// One batch of the file as a batch of the table.
    pub(super) fn adapt(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.places.len());
        for (field, place) in self.schema.fields().iter().zip(&self.places) {
            columns.push(self.cast(batch.column(*place), field)?);
        }
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|error| {
            Error::new(ErrorKind::NotNullViolation, format!("{}: {error}", self.file)).with_source(error)
        })
    }

    fn cast(&self, column: &ArrayRef, field: &Field) -> Result<ArrayRef> {
        if column.data_type() == field.data_type() {
            return Ok(Arc::clone(column));
        }
        // A value that does not fit is an error, never NULL.
        let options = CastOptions { safe: false, ..CastOptions::default() };
        cast_with_options(column, field.data_type(), &options).map_err(|error| {
            let fact =
                format!("{}, column {}: a value does not fit {}", self.file, field.name(), sql_name(field.data_type()));
            Error::new(ErrorKind::NumericOutOfRange, fact).with_detail(error.to_string()).with_source(error)
        })
    }
}

/// Whether every value of one type that a table holds is either a value of the other, the same
/// one, or an error when it is cast.
fn is_lossless(from: &DataType, into: &DataType) -> bool {
    if from == into || *from == DataType::Null {
        return true;
    }
    match (from, into) {
        (from, into) if is_integer(from) && is_integer(into) => true,
        (from, DataType::Decimal128(_, scale)) if is_integer(from) => *scale >= 0,
        (DataType::Int8 | DataType::Int16, DataType::Float32 | DataType::Float64) => true,
        (DataType::Int32 | DataType::Float32, DataType::Float64) => true,
        (DataType::Decimal128(_, from), DataType::Decimal128(_, into)) => from <= into,
        (DataType::Decimal128(_, 0), into) if is_integer(into) => true,
        (DataType::Date32, DataType::Timestamp(TimeUnit::Microsecond, None)) => true,
        (DataType::Timestamp(TimeUnit::Microsecond, from), DataType::Timestamp(TimeUnit::Microsecond, into)) => {
            from.is_some() == into.is_some()
        }
        (DataType::List(from), DataType::List(into)) => is_lossless(from.data_type(), into.data_type()),
        (DataType::Struct(from), DataType::Struct(into)) => {
            from.len() == into.len()
                && from
                    .iter()
                    .zip(into)
                    .all(|(from, into)| from.name() == into.name() && is_lossless(from.data_type(), into.data_type()))
        }
        (DataType::Map(from, _), DataType::Map(into, _)) => match (from.data_type(), into.data_type()) {
            (DataType::Struct(from), DataType::Struct(into)) => {
                from.len() == into.len()
                    && from.iter().zip(into).all(|(from, into)| is_lossless(from.data_type(), into.data_type()))
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_integer(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64)
}

#[cfg(test)]
mod tests {
    use arrow::array::{AsArray, DictionaryArray, Int64Array, StringArray, TimestampNanosecondArray, UInt64Array};
    use arrow::datatypes::{Decimal128Type, Int32Type, TimestampMicrosecondType};

    use super::*;

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter(columns).unwrap()
    }

    #[test]
    fn types_a_table_does_not_have_become_ones_it_has() {
        let words: DictionaryArray<Int32Type> = vec!["a", "b", "a"].into_iter().collect();
        let batch = batch(vec![
            ("big", Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1]))),
            ("at", Arc::new(TimestampNanosecondArray::from(vec![1_999, 0, 1]).with_timezone("Europe/Berlin"))),
            ("word", Arc::new(words)),
        ]);
        let file: Arc<str> = "a.parquet".into();
        let table = table_schema(&batch.schema(), &file).unwrap();
        let adapted = Adapter::new(&file, &batch.schema(), &table).unwrap().adapt(&batch).unwrap();
        assert_eq!(adapted.column(0).as_primitive::<Decimal128Type>().value(0), i128::from(u64::MAX));
        assert_eq!(adapted.column(1).as_primitive::<TimestampMicrosecondType>().value(0), 1);
        assert_eq!(adapted.column(1).data_type(), &DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())));
        assert_eq!(adapted.column(2).as_string::<i32>().value(1), "b");
    }

    #[test]
    fn columns_are_matched_by_name_and_those_the_file_lacks_are_left_out() {
        let batch = batch(vec![("B", Arc::new(Int64Array::from(vec![7]))), ("a", Arc::new(Int64Array::from(vec![1])))]);
        let table = Schema::new(vec![
            Field::new("a", DataType::Int32, false),
            Field::new("b", DataType::Decimal128(18, 4), true),
            Field::new("c", DataType::Utf8, true),
        ]);
        let wanted = common_columns(&table, &batch.schema());
        let adapted = Adapter::new(&"a.parquet".into(), &batch.schema(), &wanted).unwrap().adapt(&batch).unwrap();
        assert_eq!(adapted.num_columns(), 2);
        assert_eq!(adapted.column(0).as_primitive::<Int32Type>().value(0), 1);
        assert_eq!(adapted.column(1).as_primitive::<Decimal128Type>().value(0), 70_000);
    }

    #[test]
    fn what_would_lose_something_is_refused() {
        let table = |data_type: DataType| Arc::new(Schema::new(vec![Field::new("a", data_type, true)]));
        let big = batch(vec![("a", Arc::new(Int64Array::from(vec![i64::MAX])))]);
        let file = "a.parquet".into();
        let adapter = Adapter::new(&file, &big.schema(), &table(DataType::Int32)).unwrap();
        assert_eq!(adapter.adapt(&big).unwrap_err().message(), "a.parquet, column a: a value does not fit integer");
        let error = Adapter::new(&file, &big.schema(), &table(DataType::Float64)).unwrap_err();
        assert_eq!(error.message(), "the column a is bigint in a.parquet and double precision in the table");
        let error =
            Adapter::new(&file, &big.schema(), &common_columns(&table(DataType::Int64), &Schema::empty())).unwrap_err();
        assert_eq!(error.message(), "the table has no column a, which a.parquet has");
        let text = batch(vec![("a", Arc::new(StringArray::from(vec!["1"])))]);
        assert!(Adapter::new(&file, &text.schema(), &table(DataType::Int64)).is_err());
        assert!(!is_lossless(&DataType::Decimal128(18, 4), &DataType::Decimal128(18, 2)));
    }

    #[test]
    fn types_nothing_can_hold_are_named() {
        let schema = Schema::new(vec![Field::new("took", DataType::Duration(TimeUnit::Second), true)]);
        let error = table_schema(&schema, "a.arrow").unwrap_err();
        assert!(error.message().starts_with("a.arrow: column `took`: "), "{error}");
    }
}
