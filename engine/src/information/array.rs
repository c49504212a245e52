//! Columns in the types of the standard: identifiers and words are text, cardinal numbers are integers.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Field};

use crate::names::DATABASE;

/// A column of text that always has a value.
pub(super) fn text_field(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}

/// A column of text that may be NULL.
pub(super) fn optional_text_field(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

/// A column of cardinal numbers that may be NULL.
pub(super) fn number_field(name: &str) -> Field {
    Field::new(name, DataType::Int32, true)
}

pub(super) fn text<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

pub(super) fn optional_text<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

pub(super) fn numbers(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

/// The same text in every row.
pub(super) fn same(value: &str, rows: usize) -> ArrayRef {
    text(std::iter::repeat_n(value, rows))
}

/// The one database in every row.
pub(super) fn database(rows: usize) -> ArrayRef {
    same(DATABASE, rows)
}

/// NULL in every row.
pub(super) fn no_text(rows: usize) -> ArrayRef {
    Arc::new(StringArray::new_null(rows))
}

/// A place in a list, counted from one.
pub(super) fn ordinal(index: usize) -> Option<i32> {
    i32::try_from(index + 1).ok()
}
