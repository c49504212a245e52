//! The result of a table function while it is built.

use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanBuilder, Decimal128Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondArray, UInt32Array, UInt32Builder, new_null_array,
};
use datafusion::arrow::compute::{cast, concat, interleave, take};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::internal_err;
use datafusion::error::Result;

use super::arrange::Arranged;
use super::call::{Planned, Slot};
use super::values::Values;

/// A column of a result.
#[derive(Debug, Clone)]
pub(crate) enum ResultColumn {
    /// The `by` columns.
    By,
    /// The key of a parameter.
    Key(&'static str),
    /// Values that the function gives.
    Value(&'static str, DataType),
    /// Values of a column of an input, given as numbers of its rows.
    Carried(&'static str, usize, Slot),
}

impl ResultColumn {
    /// The `by` columns, filled in.
    pub(crate) fn by() -> Self {
        Self::By
    }

    /// The column that a key parameter names, filled in.
    pub(crate) fn key(parameter: &'static str) -> Self {
        Self::Key(parameter)
    }

    /// Numbers.
    pub(crate) fn number(name: &'static str) -> Self {
        Self::Value(name, DataType::Float64)
    }

    /// Integers.
    pub(crate) fn integer(name: &'static str) -> Self {
        Self::Value(name, DataType::Int64)
    }

    /// Texts.
    pub(crate) fn text(name: &'static str) -> Self {
        Self::Value(name, DataType::Utf8)
    }

    /// Booleans.
    pub(crate) fn flag(name: &'static str) -> Self {
        Self::Value(name, DataType::Boolean)
    }

    /// Decimals, given in units of their last digit, of a type that is one.
    pub(crate) fn decimal(name: &'static str, data_type: DataType) -> Self {
        Self::Value(name, data_type)
    }

    /// Times, given in microseconds, as values of the type that a column of the input has.
    pub(crate) fn time(name: &'static str, data_type: DataType) -> Self {
        Self::Value(name, data_type)
    }

    /// Values of any other type, given as arrays of one value.
    pub(crate) fn value(name: &'static str, data_type: DataType) -> Self {
        Self::Value(name, data_type)
    }

    /// Values of a column of an input as they are, given as numbers of its rows.
    pub(crate) fn carried(name: &'static str, input: usize, slot: Slot) -> Self {
        Self::Carried(name, input, slot)
    }
}

/// Values of one column.
#[derive(Debug)]
enum Building {
    /// Filled in: the place among the keys.
    Key(usize),
    Number(Float64Builder),
    Integer(Int64Builder),
    Text(StringBuilder),
    Flag(BooleanBuilder),
    Decimal(Decimal128Builder),
    Time(Int64Builder, DataType),
    Value(Vec<ArrayRef>, DataType),
    Carried(UInt32Builder, usize, Slot),
}

/// Rows of a result that were not handed on yet.
#[derive(Debug)]
pub(super) struct Output {
    schema: SchemaRef,
    columns: Vec<Building>,
    /// The group of each row.
    groups: Vec<u32>,
    /// Whether a row got a value of another type, or too many.
    misfit: bool,
}

/// What rows are completed with when they are handed on.
pub(super) struct Sources<'a> {
    /// Each key of all groups.
    pub keys: &'a [ArrayRef],
    pub inputs: &'a [Arranged],
}

impl Output {
    pub(super) fn new(call: &Planned) -> Self {
        let mut columns = Vec::new();
        for column in &call.bound.columns {
            match column {
                ResultColumn::By => columns.extend((0..call.by).map(Building::Key)),
                ResultColumn::Key(parameter) => {
                    let position = call.function.declared.parameters.iter().position(|known| known.name == *parameter);
                    let place = position.and_then(|position| call.layouts.first()?.place_of(position));
                    columns.push(Building::Key(place.unwrap_or(0)));
                }
                ResultColumn::Value(_, data_type) => columns.push(match data_type {
                    DataType::Float64 => Building::Number(Float64Builder::new()),
                    DataType::Int64 => Building::Integer(Int64Builder::new()),
                    DataType::Utf8 => Building::Text(StringBuilder::new()),
                    DataType::Boolean => Building::Flag(BooleanBuilder::new()),
                    DataType::Decimal128(..) => {
                        Building::Decimal(Decimal128Builder::new().with_data_type(data_type.clone()))
                    }
                    DataType::Struct(_) | DataType::List(_) => Building::Value(Vec::new(), data_type.clone()),
                    other => Building::Time(Int64Builder::new(), other.clone()),
                }),
                ResultColumn::Carried(_, input, slot) => {
                    columns.push(Building::Carried(UInt32Builder::new(), *input, *slot));
                }
            }
        }
        Self { schema: Arc::clone(&call.schema), columns, groups: Vec::new(), misfit: false }
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.groups.len()
    }

    /// The memory the rows hold, about.
    pub(super) fn size(&self) -> usize {
        let texts: usize = self
            .columns
            .iter()
            .map(|column| match column {
                Building::Text(builder) => builder.values_slice().len(),
                Building::Value(values, _) => values.iter().map(|value| value.get_array_memory_size()).sum(),
                _ => size_of::<u64>() * self.groups.len(),
            })
            .sum();
        texts + self.groups.capacity() * size_of::<u32>()
    }

    /// Hands the rows on.
    pub(super) fn batch(&mut self, sources: &Sources<'_>) -> Result<RecordBatch> {
        if self.misfit {
            return internal_err!("a row of {} has values that are not its columns'", self.schema.field(0).name());
        }
        let rows = self.groups.len();
        let groups = UInt32Array::from(std::mem::take(&mut self.groups));
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.columns.len());
        for (index, column) in self.columns.iter_mut().enumerate() {
            let array: ArrayRef = match column {
                Building::Key(place) => match sources.keys.get(*place) {
                    Some(key) => take(key, &groups, None)?,
                    None => return internal_err!("a result has a key that its groups do not have"),
                },
                Building::Number(builder) => Arc::new(builder.finish()),
                Building::Integer(builder) => Arc::new(builder.finish()),
                Building::Text(builder) => Arc::new(builder.finish()),
                Building::Flag(builder) => Arc::new(builder.finish()),
                Building::Decimal(builder) => Arc::new(builder.finish()),
                Building::Time(builder, data_type) => times(builder, data_type)?,
                Building::Value(values, data_type) => {
                    let values = std::mem::take(values);
                    let parts: Vec<&dyn Array> = values.iter().map(AsRef::as_ref).collect();
                    if parts.is_empty() { new_null_array(data_type, 0) } else { concat(&parts)? }
                }
                Building::Carried(builder, input, slot) => {
                    carried(&builder.finish(), &sources.inputs[*input], *slot, self.schema.field(index).data_type())?
                }
            };
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?)
    }
}

fn times(builder: &mut Int64Builder, data_type: &DataType) -> Result<ArrayRef> {
    let micros = builder.finish();
    let zone = match data_type {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    };
    let (_, values, nulls) = micros.into_parts();
    let timestamps = TimestampMicrosecondArray::new(values, nulls).with_timezone_opt(zone);
    Ok(cast(&timestamps, data_type)?)
}

/// The values of rows by their numbers.
fn carried(rows: &UInt32Array, input: &Arranged, slot: Slot, data_type: &DataType) -> Result<ArrayRef> {
    let Some(Some(Values::Carried { arrays, starts, .. })) = input.columns.get(slot.0) else {
        return Ok(new_null_array(data_type, rows.len()));
    };
    let null = new_null_array(data_type, 1);
    let mut parts: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
    parts.push(null.as_ref());
    let places: Vec<(usize, usize)> = rows
        .iter()
        .map(|row| match row {
            Some(row) => {
                let part = starts.partition_point(|start| *start <= row as usize) - 1;
                (part, row as usize - starts[part])
            }
            None => (arrays.len(), 0),
        })
        .collect();
    Ok(interleave(&parts, &places)?)
}

/// Where the rows of one group go.
#[derive(Debug)]
pub(crate) struct Sink<'a> {
    output: &'a mut Output,
    group: u32,
}

impl<'a> Sink<'a> {
    pub(super) fn new(output: &'a mut Output, group: u32) -> Self {
        Self { output, group }
    }

    /// Begins a row. Every column that is no key and no `by` must then get a value, in order.
    pub(crate) fn row(&mut self) -> Row<'_> {
        self.output.groups.push(self.group);
        Row { output: self.output, next: 0 }
    }
}

/// A row that is being written.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    output: &'a mut Output,
    next: usize,
}

impl Row<'_> {
    fn next(&mut self) -> Option<&mut Building> {
        while matches!(self.output.columns.get(self.next), Some(Building::Key(_))) {
            self.next += 1;
        }
        self.next += 1;
        self.output.columns.get_mut(self.next - 1)
    }

    /// A number or NULL. NaN is not made NULL.
    pub(crate) fn number(&mut self, value: impl Into<Option<f64>>) -> &mut Self {
        match self.next() {
            Some(Building::Number(builder)) => builder.append_option(value.into()),
            _ => self.output.misfit = true,
        }
        self
    }

    /// An integer or NULL.
    pub(crate) fn integer(&mut self, value: impl Into<Option<i64>>) -> &mut Self {
        match self.next() {
            Some(Building::Integer(builder)) => builder.append_option(value.into()),
            _ => self.output.misfit = true,
        }
        self
    }

    /// A text or NULL.
    pub(crate) fn text<'t>(&mut self, value: impl Into<Option<&'t str>>) -> &mut Self {
        match self.next() {
            Some(Building::Text(builder)) => builder.append_option(value.into()),
            _ => self.output.misfit = true,
        }
        self
    }

    /// A boolean or NULL.
    pub(crate) fn flag(&mut self, value: impl Into<Option<bool>>) -> &mut Self {
        match self.next() {
            Some(Building::Flag(builder)) => builder.append_option(value.into()),
            _ => self.output.misfit = true,
        }
        self
    }

    /// Units of the last digit of a decimal, or NULL.
    pub(crate) fn decimal(&mut self, value: impl Into<Option<i128>>) -> &mut Self {
        match self.next() {
            Some(Building::Decimal(builder)) => builder.append_option(value.into()),
            _ => self.output.misfit = true,
        }
        self
    }

    /// Microseconds since 1970, or NULL.
    pub(crate) fn time(&mut self, value: impl Into<Option<i64>>) -> &mut Self {
        match self.next() {
            Some(Building::Time(builder, _)) => builder.append_option(value.into()),
            _ => self.output.misfit = true,
        }
        self
    }

    /// The only value of an array of the column's type.
    pub(crate) fn value(&mut self, value: ArrayRef) -> &mut Self {
        match self.next() {
            Some(Building::Value(values, data_type)) if value.len() == 1 && value.data_type() == data_type => {
                values.push(value);
            }
            _ => self.output.misfit = true,
        }
        self
    }

    /// The value of the row of this number, or NULL.
    pub(crate) fn carried(&mut self, row: impl Into<Option<u32>>) -> &mut Self {
        match self.next() {
            Some(Building::Carried(builder, ..)) => builder.append_option(row.into()),
            _ => self.output.misfit = true,
        }
        self
    }
}
