//! Paths as arguments of aggregates, and the channels of a group as its result.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Builder, ListArray, StringBuilder, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use crate::adapter::column::{Column, Columns};
use crate::argument::{Parameter, Type};
use crate::table::Names;

/// The arguments of aggregates over paths, by place.
pub(super) const PATH: usize = 0;
pub(super) const CONVERSIONS: usize = 1;
pub(super) const VALUE: usize = 2;
pub(super) const NULLS: usize = 3;

/// What they take.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::value("path", Type::Path, "The channels in order: an array, or a text with > between them."),
        Parameter::value("conversions", Type::Number, "How often the path ended in a conversion, at least 0."),
        Parameter::value("value", Type::Number, "What these conversions were worth in all.").optional(),
        Parameter::value("nulls", Type::Number, "How often the path ended in none, at least 0.").optional(),
    ]
}

/// The channels of a row's path as codes of `names`. Empty ones and NULLs are left out.
pub(super) fn read(columns: &Columns, row: usize, names: &mut Names, path: &mut Vec<u32>) {
    path.clear();
    let Some(Column::Any(array)) = columns.column(PATH) else { return };
    if array.is_null(row) {
        return;
    }
    if let Some(texts) = array.as_string_opt::<i32>() {
        let steps = texts.value(row).split('>').map(str::trim).filter(|step| !step.is_empty());
        path.extend(steps.map(|step| names.code(step)));
    } else if let Some(lists) = array.as_list_opt::<i32>() {
        let steps = lists.value(row);
        let steps = steps.as_string_opt::<i32>().into_iter().flatten().flatten();
        path.extend(steps.filter(|step| !step.is_empty()).map(|step| names.code(step)));
    }
}

/// A list of channels for each group, with numbers that `numbers` names.
pub(super) struct Channels {
    numbers: &'static [&'static str],
    lengths: Vec<usize>,
    length: usize,
    channels: StringBuilder,
    values: Vec<Float64Builder>,
}

impl Channels {
    pub(super) fn new(numbers: &'static [&'static str]) -> Self {
        let values = numbers.iter().map(|_| Float64Builder::new()).collect();
        Self { numbers, lengths: Vec::new(), length: 0, channels: StringBuilder::new(), values }
    }

    /// The type of the list.
    pub(super) fn data_type(numbers: &[&str]) -> DataType {
        DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields(numbers)), true)))
    }

    /// Adds a channel to the list of the group.
    pub(super) fn push(&mut self, channel: &str, numbers: &[Option<f64>]) {
        self.length += 1;
        self.channels.append_value(channel);
        for (values, number) in self.values.iter_mut().zip(numbers) {
            values.append_option(*number);
        }
    }

    /// Ends the list of the group.
    pub(super) fn end(&mut self) {
        self.lengths.push(std::mem::take(&mut self.length));
    }

    pub(super) fn finish(mut self) -> Result<ArrayRef> {
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.channels.finish())];
        for values in &mut self.values {
            arrays.push(Arc::new(values.finish()));
        }
        let items = StructArray::try_new(fields(self.numbers), arrays, None)?;
        let item = Arc::new(Field::new_list_field(items.data_type().clone(), true));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(items), None)?))
    }
}

fn fields(numbers: &[&str]) -> Fields {
    let numbers = numbers.iter().map(|name| Field::new(*name, DataType::Float64, true));
    std::iter::once(Field::new("channel", DataType::Utf8, false)).chain(numbers).collect()
}
