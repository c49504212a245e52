//! Rows of a declared relation: a file that fills one names the columns it knows, the others are NULL or zero.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Float32Builder, Float64Builder, Int16Builder, Int32Builder, Int64Builder,
    ListBuilder, RecordBatch, RecordBatchOptions, StringBuilder, TimestampMicrosecondBuilder, UInt32Builder,
    new_null_array,
};
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::internal_err;
use datafusion::error::Result;

use super::declared::Declared;

/// A value on its way into a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// NULL; in a column that is never NULL, zero.
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
    Owned(String),
    Ints(Vec<i64>),
    Texts(Vec<String>),
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<i32> for Value<'_> {
    fn from(value: i32) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<i16> for Value<'_> {
    fn from(value: i16) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<usize> for Value<'_> {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Owned(value)
    }
}

impl From<Vec<i64>> for Value<'_> {
    fn from(value: Vec<i64>) -> Self {
        Self::Ints(value)
    }
}

impl From<Vec<String>> for Value<'_> {
    fn from(value: Vec<String>) -> Self {
        Self::Texts(value)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The rows of a relation, of whose columns `N` are filled.
pub(crate) struct Rows<const N: usize> {
    declared: &'static Declared,
    /// For each filled column its place in the relation.
    places: [usize; N],
    filled: [Column; N],
    rows: usize,
}

impl<const N: usize> Rows<N> {
    /// No rows yet; each row will have values for `columns`.
    pub(crate) fn new(declared: &'static Declared, columns: [&str; N]) -> Result<Self> {
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(columns) {
            match declared.schema.index_of(name) {
                Ok(index) => *place = index,
                Err(_) => return internal_err!("{} has no column {name}", declared.name),
            }
        }
        let filled = places.map(|place| Column::new(declared.schema.field(place)));
        Ok(Self { declared, places, filled, rows: 0 })
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, values: [Value<'_>; N]) {
        for (column, value) in self.filled.iter_mut().zip(values) {
            column.push(value);
        }
        self.rows += 1;
    }

    /// The rows as they are declared.
    pub(crate) fn finish(mut self) -> Result<RecordBatch> {
        let mut columns: Vec<Option<ArrayRef>> = vec![None; self.declared.schema.fields().len()];
        for (place, column) in self.places.iter().zip(&mut self.filled) {
            columns[*place] = Some(column.finish());
        }
        let columns = columns
            .into_iter()
            .zip(self.declared.schema.fields())
            .map(|(column, field)| column.unwrap_or_else(|| same(field, self.rows)))
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.declared.schema), columns, &options)?)
    }
}

/// A relation without rows.
pub(crate) fn none(declared: &'static Declared) -> RecordBatch {
    RecordBatch::new_empty(Arc::clone(&declared.schema))
}

/// A column nobody fills.
fn same(field: &Field, rows: usize) -> ArrayRef {
    if field.is_nullable() {
        return new_null_array(field.data_type(), rows);
    }
    let mut column = Column::new(field);
    for _ in 0..rows {
        column.push(Value::Null);
    }
    column.finish()
}

/// A column being filled.
pub(super) struct Column {
    nullable: bool,
    builder: Builder,
}

enum Builder {
    Bool(BooleanBuilder),
    Int2(Int16Builder),
    Int4(Int32Builder),
    Int8(Int64Builder),
    Oid(UInt32Builder),
    Float4(Float32Builder),
    Float8(Float64Builder),
    Text(StringBuilder),
    Moment(TimestampMicrosecondBuilder),
    Int2s(ListBuilder<Int16Builder>),
    Int4s(ListBuilder<Int32Builder>),
    Oids(ListBuilder<UInt32Builder>),
    Texts(ListBuilder<StringBuilder>),
    /// Of a type that is always NULL here.
    Nulls(DataType, usize),
}

impl Column {
    pub(super) fn new(field: &Field) -> Self {
        let builder = match field.data_type() {
            DataType::Boolean => Builder::Bool(BooleanBuilder::new()),
            DataType::Int16 => Builder::Int2(Int16Builder::new()),
            DataType::Int32 => Builder::Int4(Int32Builder::new()),
            DataType::Int64 => Builder::Int8(Int64Builder::new()),
            DataType::UInt32 => Builder::Oid(UInt32Builder::new()),
            DataType::Float32 => Builder::Float4(Float32Builder::new()),
            DataType::Float64 => Builder::Float8(Float64Builder::new()),
            DataType::Utf8 => Builder::Text(StringBuilder::new()),
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
                Builder::Moment(TimestampMicrosecondBuilder::new().with_timezone("UTC"))
            }
            DataType::List(item) => match item.data_type() {
                DataType::Int16 => Builder::Int2s(ListBuilder::new(Int16Builder::new()).with_field(Arc::clone(item))),
                DataType::Int32 => Builder::Int4s(ListBuilder::new(Int32Builder::new()).with_field(Arc::clone(item))),
                DataType::UInt32 => Builder::Oids(ListBuilder::new(UInt32Builder::new()).with_field(Arc::clone(item))),
                DataType::Utf8 => Builder::Texts(ListBuilder::new(StringBuilder::new()).with_field(Arc::clone(item))),
                _ => Builder::Nulls(field.data_type().clone(), 0),
            },
            other => Builder::Nulls(other.clone(), 0),
        };
        Self { nullable: field.is_nullable(), builder }
    }

    /// Adds a value.
    pub(super) fn push(&mut self, value: Value<'_>) {
        if value == Value::Null && self.nullable {
            self.push_null();
            return;
        }
        match &mut self.builder {
            Builder::Bool(builder) => builder.append_value(value == Value::Bool(true)),
            Builder::Int2(builder) => builder.append_value(i16::try_from(int(&value)).unwrap_or(i16::MAX)),
            Builder::Int4(builder) => builder.append_value(i32::try_from(int(&value)).unwrap_or(i32::MAX)),
            Builder::Int8(builder) => builder.append_value(int(&value)),
            Builder::Oid(builder) => builder.append_value(u32::try_from(int(&value)).unwrap_or(0)),
            Builder::Float4(builder) => builder.append_value(float(&value) as f32),
            Builder::Float8(builder) => builder.append_value(float(&value)),
            Builder::Text(builder) => builder.append_value(text(&value)),
            Builder::Moment(builder) => builder.append_value(int(&value)),
            Builder::Int2s(builder) => {
                for number in ints(value) {
                    builder.values().append_value(i16::try_from(number).unwrap_or(i16::MAX));
                }
                builder.append(true);
            }
            Builder::Int4s(builder) => {
                for number in ints(value) {
                    builder.values().append_value(i32::try_from(number).unwrap_or(i32::MAX));
                }
                builder.append(true);
            }
            Builder::Oids(builder) => {
                for number in ints(value) {
                    builder.values().append_value(u32::try_from(number).unwrap_or(0));
                }
                builder.append(true);
            }
            Builder::Texts(builder) => {
                if let Value::Texts(texts) = value {
                    for text in texts {
                        builder.values().append_value(text);
                    }
                }
                builder.append(true);
            }
            Builder::Nulls(_, rows) => *rows += 1,
        }
    }

    fn push_null(&mut self) {
        match &mut self.builder {
            Builder::Bool(builder) => builder.append_null(),
            Builder::Int2(builder) => builder.append_null(),
            Builder::Int4(builder) => builder.append_null(),
            Builder::Int8(builder) => builder.append_null(),
            Builder::Oid(builder) => builder.append_null(),
            Builder::Float4(builder) => builder.append_null(),
            Builder::Float8(builder) => builder.append_null(),
            Builder::Text(builder) => builder.append_null(),
            Builder::Moment(builder) => builder.append_null(),
            Builder::Int2s(builder) => builder.append(false),
            Builder::Int4s(builder) => builder.append(false),
            Builder::Oids(builder) => builder.append(false),
            Builder::Texts(builder) => builder.append(false),
            Builder::Nulls(_, rows) => *rows += 1,
        }
    }

    /// The values.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match &mut self.builder {
            Builder::Bool(builder) => ArrayBuilder::finish(builder),
            Builder::Int2(builder) => ArrayBuilder::finish(builder),
            Builder::Int4(builder) => ArrayBuilder::finish(builder),
            Builder::Int8(builder) => ArrayBuilder::finish(builder),
            Builder::Oid(builder) => ArrayBuilder::finish(builder),
            Builder::Float4(builder) => ArrayBuilder::finish(builder),
            Builder::Float8(builder) => ArrayBuilder::finish(builder),
            Builder::Text(builder) => ArrayBuilder::finish(builder),
            Builder::Moment(builder) => ArrayBuilder::finish(builder),
            Builder::Int2s(builder) => ArrayBuilder::finish(builder),
            Builder::Int4s(builder) => ArrayBuilder::finish(builder),
            Builder::Oids(builder) => ArrayBuilder::finish(builder),
            Builder::Texts(builder) => ArrayBuilder::finish(builder),
            Builder::Nulls(data_type, rows) => new_null_array(data_type, *rows),
        }
    }
}

fn int(value: &Value<'_>) -> i64 {
    match value {
        Value::Int(number) => *number,
        _ => 0,
    }
}

fn float(value: &Value<'_>) -> f64 {
    match value {
        Value::Float(number) => *number,
        Value::Int(number) => *number as f64,
        _ => 0.0,
    }
}

fn text<'a>(value: &'a Value<'_>) -> &'a str {
    match value {
        Value::Text(text) => text,
        Value::Owned(text) => text,
        _ => "",
    }
}

fn ints(value: Value<'_>) -> Vec<i64> {
    match value {
        Value::Ints(numbers) => numbers,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Array, AsArray};
    use datafusion::arrow::datatypes::{Int16Type, UInt32Type};

    use super::*;
    use crate::pg_catalog::declared::in_pg_catalog;

    #[test]
    fn what_nobody_fills_is_null_or_zero() {
        let mut rows = Rows::new(in_pg_catalog("pg_class").unwrap(), ["oid", "relname"]).unwrap();
        rows.push([7_u32.into(), "orders".into()]);
        let batch = rows.finish().unwrap();
        assert_eq!(batch.column_by_name("oid").unwrap().as_primitive::<UInt32Type>().value(0), 7);
        assert_eq!(batch.column_by_name("relnatts").unwrap().as_primitive::<Int16Type>().value(0), 0);
        assert_eq!(batch.column_by_name("relkind").unwrap().as_string::<i32>().value(0), "");
        assert!(batch.column_by_name("relacl").unwrap().is_null(0));
    }

    #[test]
    fn a_column_that_is_not_there_is_an_error() {
        assert!(Rows::new(in_pg_catalog("pg_class").unwrap(), ["relnam"]).is_err());
    }

    #[test]
    fn vectors_are_lists() {
        let mut rows = Rows::new(in_pg_catalog("pg_index").unwrap(), ["indkey", "indclass"]).unwrap();
        rows.push([vec![1_i64, 2].into(), vec![1978_i64].into()]);
        let batch = rows.finish().unwrap();
        let key = batch.column_by_name("indkey").unwrap().as_list::<i32>().value(0);
        assert_eq!(key.as_primitive::<Int16Type>().values(), &[1, 2]);
    }
}
