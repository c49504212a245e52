//! What a batch takes once its dictionaries are gone.
//!
//! A table holds each value where it stands, so a text of a megabyte that a million rows share becomes a terabyte.
//! Rows that would take too much are cast a few at a time.

use arrow::array::{Array, ArrayData, AsArray, make_array};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;

use super::super::input::Input;
use crate::{Error, ErrorKind, Result};

/// What the rows that are cast at a time may take beyond what they take now.
const ROWS_BYTES_MAX: usize = 64 << 20;

/// The same of what is inside of lists, which are cast whole.
const LISTS_BYTES_MAX: usize = 1 << 30;

/// The largest value that is no text and is inside none: a decimal.
const NUMBER_BYTES: usize = 32;

/// What a NULL takes in a column of texts.
const NULL_BYTES: usize = 4;

/// The batch in parts that can be cast.
pub(super) fn castable(input: &Input, batch: RecordBatch) -> Result<Vec<RecordBatch>> {
    let (mut of_row, mut of_lists) = (0_usize, 0_usize);
    for column in batch.columns() {
        match column.data_type() {
            DataType::Dictionary(..) => {
                let lengths = column.as_any_dictionary_opt().map(|column| lengths(&column.values().to_data()));
                let longest = lengths.and_then(|lengths| lengths.into_iter().max()).unwrap_or(0);
                of_row = of_row.saturating_add(longest);
            }
            DataType::Null => of_row = of_row.saturating_add(NULL_BYTES),
            _ => of_lists = of_lists.saturating_add(bytes_inside(&column.to_data())),
        }
    }
    if of_lists > LISTS_BYTES_MAX {
        let fact = format!(
            "{}: lists of a batch take {of_lists} bytes without their dictionaries, and at most {LISTS_BYTES_MAX} are \
             taken",
            input.name
        );
        return Err(Error::new(ErrorKind::LimitExceeded, fact).with_hint("write the file again with smaller batches"));
    }
    let (all, rows) = (batch.num_rows(), (ROWS_BYTES_MAX / of_row.max(1)).max(1));
    if all <= rows {
        return Ok(vec![batch]);
    }
    Ok((0..all).step_by(rows).map(|first| batch.slice(first, rows.min(all - first))).collect())
}

/// What the dictionaries inside of a column's values take without them.
fn bytes_inside(data: &ArrayData) -> usize {
    let mut bytes = 0_usize;
    for child in data.child_data() {
        let array = make_array(child.clone());
        bytes = bytes.saturating_add(match array.as_any_dictionary_opt() {
            Some(column) if !column.values().is_empty() => {
                let lengths = lengths(&column.values().to_data());
                let items = column.normalized_keys().into_iter().filter_map(|key| lengths.get(key).copied());
                items.fold(0, usize::saturating_add)
            }
            Some(_) => 0,
            None => bytes_inside(child),
        });
    }
    bytes
}

/// What each of a dictionary's values takes, at most.
fn lengths(values: &ArrayData) -> Vec<usize> {
    let all = values.offset()..values.offset() + values.len() + 1;
    match (values.data_type(), values.buffers()) {
        (DataType::Utf8 | DataType::Binary, [offsets, ..]) => {
            let offsets = offsets.typed_data::<i32>().get(all).unwrap_or_default();
            offsets.windows(2).map(|pair| pair[1].abs_diff(pair[0]) as usize).collect()
        }
        (DataType::LargeUtf8 | DataType::LargeBinary, [offsets, ..]) => {
            let offsets = offsets.typed_data::<i64>().get(all).unwrap_or_default();
            offsets.windows(2).map(|pair| pair[1].abs_diff(pair[0]) as usize).collect()
        }
        (data_type, _) if data_type.is_primitive() => vec![NUMBER_BYTES; values.len()],
        // Of others, what all together take is known, and is more than any of them does.
        _ => vec![values.get_array_memory_size(); values.len()],
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, DictionaryArray, Int32Array, StringArray};

    use super::*;

    fn dictionary(text: &str, rows: usize) -> ArrayRef {
        let words = Arc::new(StringArray::from(vec!["a", text]));
        Arc::new(DictionaryArray::new(Int32Array::from_iter_values((0..rows).map(|row| (row % 2) as i32)), words))
    }

    fn parts(column: ArrayRef) -> Vec<usize> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.arrow");
        std::fs::write(&path, "ARROW1").unwrap();
        let input = Input::inspect(&path, None).unwrap();
        let batch = RecordBatch::try_from_iter([("word", column)]).unwrap();
        castable(&input, batch).unwrap().iter().map(RecordBatch::num_rows).collect()
    }

    #[test]
    fn long_texts_that_many_rows_share_are_cast_a_few_rows_at_a_time() {
        assert_eq!(parts(dictionary("short", 1_000)), [1_000]);
        assert_eq!(parts(dictionary(&"x".repeat(1 << 20), 150)), [64, 64, 22]);
    }
}
