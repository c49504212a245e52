//! The values of a batch as a function reads them: numbers, times, booleans and text, whatever Arrow holds them in.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::common::internal_err;
use datafusion::error::Result;

use crate::argument::{Declared, Takes, Type};

/// The microsecond that stands for a NULL timestamp where NULLs are kept: before all others.
pub(crate) const NULL_TIME: i64 = i64::MIN;

/// The values of one argument.
#[derive(Debug)]
pub(crate) enum Column {
    Number(Float64Array),
    /// Times too, in microseconds.
    Integer(Int64Array),
    Text(StringArray),
    Flag(BooleanArray),
    Any(ArrayRef),
}

impl Column {
    /// Reads an array as values of a type.
    pub(crate) fn read(array: &ArrayRef, data_type: Type) -> Result<Self> {
        Ok(match data_type {
            Type::Number | Type::Label => {
                Self::Number(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
            }
            Type::Integer => Self::Integer(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone()),
            Type::Time => Self::Integer(micros(array)?),
            Type::Text => Self::Text(cast(array, &DataType::Utf8)?.as_string::<i32>().clone()),
            Type::Flag => Self::Flag(cast(array, &DataType::Boolean)?.as_boolean().clone()),
            Type::Path | Type::Record | Type::Model | Type::Features | Type::Any => Self::Any(ArrayRef::clone(array)),
        })
    }
}

/// Timestamps and dates as microseconds since 1970 in UTC; a timestamp without a zone is taken as UTC.
pub(crate) fn micros(array: &ArrayRef) -> Result<Int64Array> {
    let zone = match array.data_type() {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    };
    let timestamps = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, zone))?;
    let timestamps = timestamps.as_primitive::<TimestampMicrosecondType>();
    Ok(Int64Array::new(timestamps.values().clone(), timestamps.nulls().cloned()))
}

/// The arguments of a batch, by their place in the call.
#[derive(Debug)]
pub(crate) struct Columns {
    columns: Vec<Option<Column>>,
    rows: usize,
}

impl Columns {
    /// Reads the arguments of a call; constants are left out.
    pub(crate) fn read(declared: &Declared, arrays: &[ArrayRef], rows: usize) -> Result<Self> {
        let mut columns = Vec::with_capacity(arrays.len());
        for (index, array) in arrays.iter().enumerate() {
            columns.push(match declared.at(index).map(|parameter| &parameter.takes) {
                Some(Takes::Rows(data_type)) => Some(Column::read(array, *data_type)?),
                Some(_) => None,
                None => return internal_err!("{} was called with too many arguments", declared.name),
            });
        }
        Ok(Self { columns, rows })
    }

    /// The number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The values of an argument as they are, for loops over a whole column.
    pub(crate) fn column(&self, argument: usize) -> Option<&Column> {
        self.columns.get(argument).and_then(Option::as_ref)
    }

    /// The number of an argument, `None` when it is NULL.
    #[inline]
    pub(crate) fn number(&self, argument: usize, row: usize) -> Option<f64> {
        match self.column(argument) {
            Some(Column::Number(values)) if values.is_valid(row) => Some(values.value(row)),
            _ => None,
        }
    }

    /// The microseconds of an argument, `None` when it is NULL.
    #[inline]
    pub(crate) fn time(&self, argument: usize, row: usize) -> Option<i64> {
        match self.column(argument) {
            Some(Column::Integer(values)) if values.is_valid(row) => Some(values.value(row)),
            _ => None,
        }
    }

    /// Whether an argument is true; NULL is not.
    #[inline]
    pub(crate) fn flag(&self, argument: usize, row: usize) -> bool {
        match self.column(argument) {
            Some(Column::Flag(values)) => values.is_valid(row) && values.value(row),
            _ => false,
        }
    }

    /// The text of an argument, `None` when it is NULL.
    #[inline]
    pub(crate) fn text(&self, argument: usize, row: usize) -> Option<&str> {
        match self.column(argument) {
            Some(Column::Text(values)) if values.is_valid(row) => Some(values.value(row)),
            _ => None,
        }
    }
}
