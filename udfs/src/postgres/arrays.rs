//! Functions on arrays whose types or NULLs differ from DataFusion's.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, ListArray, ListBuilder, PrimitiveBuilder, make_comparator,
    new_null_array,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::{SortOptions, cast, concat, filter};
use datafusion::arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::error::Result;
use datafusion::logical_expr::{ReturnFieldArgs, ScalarUDF};

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use crate::value_error::ValueError;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let integer = Gives::One(|| DataType::Int32);
    let same = Gives::Same(0);
    vec![
        Function::new(
            "array_length",
            "array_length(array, dimension)",
            "Returns the length of a dimension; NULL if it is empty.",
        )
        .alias("list_length")
        .takes(&[Type::Array, Type::Int4], integer, length)
        .takes(&[Type::Array], integer, length)
        .build(),
        Function::new("array_ndims", "array_ndims(array)", "Returns the number of dimensions; NULL of an empty array.")
            .alias("list_ndims")
            .takes(&[Type::Array], integer, dimensions)
            .build(),
        Function::new("array_dims", "array_dims(array)", "Returns the bounds of each dimension as text: `[1:3]`.")
            .alias("list_dims")
            .takes(&[Type::Array], Gives::One(|| DataType::Utf8), bounds)
            .build(),
        Function::new("cardinality", "cardinality(array)", "Returns the number of elements over all dimensions.")
            .takes(&[Type::Array], integer, cardinality)
            .build(),
        Function::new(
            "array_position",
            "array_position(array, value [, start])",
            "Returns the first subscript of a value; NULL if there is none.",
        )
        .alias("list_position")
        .alias("array_indexof")
        .alias("list_indexof")
        .takes(&[Type::Array, Type::Any], integer, position)
        .takes(&[Type::Array, Type::Any, Type::Int4], integer, position)
        .sees_nulls()
        .build(),
        Function::new("array_positions", "array_positions(array, value)", "Returns all subscripts of a value.")
            .alias("list_positions")
            .takes(&[Type::Array, Type::Any], Gives::One(|| DataType::new_list(DataType::Int32, true)), positions)
            .sees_nulls()
            .build(),
        Function::new(
            "array_remove",
            "array_remove(array, value)",
            "Returns an array without all elements equal to a value.",
        )
        .alias("list_remove")
        .takes(&[Type::Array, Type::Any], same, remove)
        .sees_nulls()
        .build(),
        Function::new("trim_array", "trim_array(array, n)", "Returns an array without its last n elements.")
            .takes(&[Type::Array, Type::Int4], same, trim)
            .build(),
        Function::new(
            "array_fill",
            "array_fill(value, lengths)",
            "Returns an array of one dimension, filled with a value.",
        )
        .takes(&[Type::Any, Type::Array], Gives::From(filled_type), fill)
        .build(),
    ]
}

fn small(number: usize) -> Option<i32> {
    Some(i32::try_from(number).unwrap_or(i32::MAX))
}

/// The lengths of all dimensions; nothing of an empty array.
fn lengths(array: &ArrayRef) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut array = Arc::clone(array);
    while !array.is_empty() {
        lengths.push(array.len());
        match array.as_list_opt::<i32>() {
            Some(inner) if inner.is_valid(0) => array = inner.value(0),
            _ => break,
        }
    }
    lengths
}

fn length(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let Some(array) = call.array(0, row) else { return Ok(None) };
        let dimension = if call.len() > 1 { call.integer(1, row).unwrap_or(0) } else { 1 };
        let at = usize::try_from(dimension - 1).unwrap_or(usize::MAX);
        Ok(lengths(&array).get(at).copied().and_then(small))
    })
}

fn dimensions(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let dimensions = call.array(0, row).map_or(0, |array| lengths(&array).len());
        Ok(if dimensions == 0 { None } else { small(dimensions) })
    })
}

fn bounds(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let lengths = call.array(0, row).map_or_else(Vec::new, |array| lengths(&array));
        let bounds: String = lengths.iter().map(|length| format!("[1:{length}]")).collect();
        Ok((!bounds.is_empty()).then_some(bounds))
    })
}

fn cardinality(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let Some(array) = call.array(0, row) else { return Ok(None) };
        let mut leaves = Arc::clone(&array);
        while let Some(lists) = leaves.as_list_opt::<i32>() {
            let offsets = lists.value_offsets();
            let (first, last) = (offsets[0] as usize, offsets[lists.len()] as usize);
            leaves = lists.values().slice(first, last - first);
        }
        Ok(small(leaves.len()))
    })
}

/// Which elements are equal to the value, or NULL as it is.
fn equals(array: &ArrayRef, call: &Call, row: usize) -> Result<Vec<bool>> {
    let Some((values, at)) = call.value(1, row) else {
        return Ok((0..array.len()).map(|index| array.is_null(index)).collect());
    };
    let value = cast(&values.slice(at, 1), array.data_type())?;
    let compare = make_comparator(array, &value, SortOptions::default())?;
    Ok((0..array.len()).map(|index| array.is_valid(index) && compare(index, 0).is_eq()).collect())
}

fn position(call: &Call) -> Result<ArrayRef> {
    call.each::<Int32Type>(|row| {
        let Some(array) = call.array(0, row) else { return Ok(None) };
        let start = if call.len() > 2 {
            match call.integer(2, row) {
                Some(start) => usize::try_from(start - 1).unwrap_or(0),
                None => return Err(ValueError::invalid_parameter("initial position must not be null").into()),
            }
        } else {
            0
        };
        let equals = equals(&array, call, row)?;
        let found = equals.iter().enumerate().skip(start).find(|(_, is_equal)| **is_equal);
        Ok(found.and_then(|(index, _)| small(index + 1)))
    })
}

fn positions(call: &Call) -> Result<ArrayRef> {
    let mut builder = ListBuilder::new(PrimitiveBuilder::<Int32Type>::new());
    for row in 0..call.rows() {
        let Some(array) = call.array(0, row) else {
            builder.append(false);
            continue;
        };
        for (index, is_equal) in equals(&array, call, row)?.into_iter().enumerate() {
            if is_equal {
                builder.values().append_option(small(index + 1));
            }
        }
        builder.append(true);
    }
    Ok(Arc::new(builder.finish()))
}

/// A list for each row, in the type of the result.
fn each_list(call: &Call, mut of: impl FnMut(usize) -> Result<Option<ArrayRef>>) -> Result<ArrayRef> {
    let DataType::List(field) = call.result() else {
        // Of a NULL without a type nothing is known but that it is none.
        return Ok(new_null_array(call.result(), call.rows()));
    };
    let (mut parts, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    let mut total = 0;
    for row in 0..call.rows() {
        let list = of(row)?;
        valid.push(list.is_some());
        lengths.push(list.as_ref().map_or(0, |list| list.len()));
        if let Some(list) = list {
            call.bound(list.len().saturating_mul(field.data_type().primitive_width().unwrap_or(16)), &mut total)?;
            parts.push(cast(&list, field.data_type())?);
        }
    }
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    let values =
        if parts.is_empty() { datafusion::arrow::array::new_empty_array(field.data_type()) } else { concat(&parts)? };
    let nulls = NullBuffer::from(valid);
    let list = ListArray::try_new(Arc::clone(field), OffsetBuffer::from_lengths(lengths), values, Some(nulls))?;
    Ok(Arc::new(list))
}

fn remove(call: &Call) -> Result<ArrayRef> {
    each_list(call, |row| {
        let Some(array) = call.array(0, row) else { return Ok(None) };
        let kept: BooleanArray = equals(&array, call, row)?.into_iter().map(|is_equal| Some(!is_equal)).collect();
        Ok(Some(filter(&array, &kept)?))
    })
}

fn trim(call: &Call) -> Result<ArrayRef> {
    each_list(call, |row| {
        let (Some(array), Some(count)) = (call.array(0, row), call.integer(1, row)) else { return Ok(None) };
        match usize::try_from(count).ok().and_then(|count| array.len().checked_sub(count)) {
            Some(kept) => Ok(Some(array.slice(0, kept))),
            None => {
                let message = format!("number of elements to trim must be between 0 and {}", array.len());
                Err(ValueError::invalid_parameter(message).into())
            }
        }
    })
}

fn filled_type(args: &ReturnFieldArgs) -> Result<DataType> {
    let item = args.arg_fields.first().map_or(DataType::Null, |field| field.data_type().clone());
    Ok(DataType::List(Arc::new(Field::new_list_field(item, true))))
}

fn fill(call: &Call) -> Result<ArrayRef> {
    each_list(call, |row| {
        let (Some((values, at)), Some(lengths)) = (call.value(0, row), call.array(1, row)) else { return Ok(None) };
        if lengths.len() != 1 || lengths.is_null(0) {
            return Err(ValueError::invalid_parameter("array_fill makes arrays of one dimension").into());
        }
        let count = super::call::integer(lengths.as_ref(), 0).and_then(|count| usize::try_from(count).ok());
        let Some(count) = count else {
            return Err(ValueError::invalid_parameter("array size cannot be negative").into());
        };
        call.bound(count.saturating_mul(values.data_type().primitive_width().unwrap_or(16)), &mut 0)?;
        let indices = Int32Array::from(vec![i32::try_from(at).unwrap_or(0); count]);
        Ok(Some(datafusion::arrow::compute::take(values, &indices, None)?))
    })
}
