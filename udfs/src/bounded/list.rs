//! How large the results of functions on lists are.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::argument::{Arguments, items};

/// Every item is copied by its number, which takes as much again.
const ITEM_BYTES: u64 = 8;

/// A number, date or time written as text.
const TEXT_OF_A_NUMBER_BYTES: u64 = 64;

/// `array_repeat(item, count)`.
pub(super) fn repeat(args: &Arguments, row: usize) -> Result<u64> {
    let item = item_bytes(args, 0, row);
    Ok(args.count(1, row).saturating_mul(item))
}

/// `array_resize(list, length [, item])`.
pub(super) fn resize(args: &Arguments, row: usize) -> Result<u64> {
    let Some((values, range)) = args.list(0, row) else {
        return Ok(0);
    };
    let added = args.count(1, row).saturating_sub(range.len() as u64);
    let item = item_bytes(args, 2, row);
    Ok(bytes(values, range).saturating_add(added.saturating_mul(item)))
}

/// `array_concat(list, …)`.
pub(super) fn concat(args: &Arguments, row: usize) -> Result<u64> {
    let mut total = 0_u64;
    for index in 0..args.len() {
        if let Some((values, range)) = args.list(index, row) {
            total = total.saturating_add(bytes(values, range));
        }
    }
    Ok(total)
}

/// `make_array(item, …)`, `array_append(list, item)`, `array_prepend(item, list)`: all of them.
pub(super) fn together(args: &Arguments, row: usize) -> Result<u64> {
    let mut total = 0_u64;
    for index in 0..args.len() {
        total = total.saturating_add(item_bytes(args, index, row));
    }
    Ok(total)
}

/// `array_to_string(list, separator [, text for NULL])`, with the items of nested lists.
pub(super) fn to_string(args: &Arguments, row: usize) -> Result<u64> {
    let Some((mut values, mut range)) = args.list(0, row) else {
        return Ok(0);
    };
    while let Some((inner, inner_range)) = items(values, range.clone()) {
        (values, range) = (inner, inner_range);
    }
    let count = range.len() as u64;
    let texts = text_bytes(values, range.clone()).unwrap_or(count.saturating_mul(TEXT_OF_A_NUMBER_BYTES));
    let between = args.bytes(1, row).saturating_add(args.bytes(2, row));
    Ok(count.saturating_mul(between).saturating_add(texts))
}

/// What one more copy of argument `index` takes.
fn item_bytes(args: &Arguments, index: usize, row: usize) -> u64 {
    let Some((values, row)) = args.value(index, row) else {
        return 2 * ITEM_BYTES;
    };
    bytes(values, row..row + 1).saturating_add(ITEM_BYTES)
}

/// What the values in `range` take, with everything in nested lists.
fn bytes(values: &ArrayRef, range: Range<usize>) -> u64 {
    let (mut values, mut range) = (values, range);
    let mut total = 0_u64;
    while let Some((inner, inner_range)) = items(values, range.clone()) {
        total = total.saturating_add(range.len() as u64 * ITEM_BYTES);
        (values, range) = (inner, inner_range);
    }
    let count = range.len() as u64;
    let leaves = if let Some(texts) = text_bytes(values, range) {
        texts.saturating_add(count * ITEM_BYTES)
    } else if let Some(width) = values.data_type().primitive_width() {
        count * width as u64
    } else {
        // Structs and the like: their share of what all of them take.
        let average = values.get_array_memory_size().div_ceil(values.len().max(1));
        count.saturating_mul(average as u64)
    };
    total.saturating_add(leaves)
}

/// The lengths of the texts in `range`, all together; `None` if these are no texts.
fn text_bytes(values: &ArrayRef, range: Range<usize>) -> Option<u64> {
    let bytes = match values.data_type() {
        DataType::Utf8 => {
            let offsets = values.as_string::<i32>().value_offsets();
            u64::try_from(offsets[range.end] - offsets[range.start]).unwrap_or_default()
        }
        DataType::LargeUtf8 => {
            let offsets = values.as_string::<i64>().value_offsets();
            u64::try_from(offsets[range.end] - offsets[range.start]).unwrap_or_default()
        }
        DataType::Utf8View => {
            let views = &values.as_string_view().views()[range];
            // The lower half of a view is the length of its text.
            views.iter().map(|view| u64::from(*view as u32)).sum()
        }
        _ => return None,
    };
    Some(bytes)
}
