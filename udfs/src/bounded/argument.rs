//! The arguments of a call, row by row, whether they are columns or constants.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;

/// The arguments of one call for a batch of rows.
pub(super) struct Arguments {
    columns: Vec<Column>,
}

struct Column {
    values: ArrayRef,
    is_constant: bool,
}

impl Arguments {
    pub(super) fn new(args: &[ColumnarValue]) -> Result<Self> {
        let mut columns = Vec::with_capacity(args.len());
        for arg in args {
            columns.push(match arg {
                ColumnarValue::Array(values) => Column { values: Arc::clone(values), is_constant: false },
                ColumnarValue::Scalar(value) => Column { values: value.to_array()?, is_constant: true },
            });
        }
        Ok(Self { columns })
    }

    pub(super) fn are_constant(&self) -> bool {
        self.columns.iter().all(|column| column.is_constant)
    }

    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// Where the value of argument `index` in `row` is; `None` for a NULL or no such argument.
    pub(super) fn value(&self, index: usize, row: usize) -> Option<(&ArrayRef, usize)> {
        let column = self.columns.get(index)?;
        let row = if column.is_constant { 0 } else { row };
        column.values.is_valid(row).then_some((&column.values, row))
    }

    /// A text; `None` for a NULL and for anything that is no text.
    pub(super) fn text(&self, index: usize, row: usize) -> Option<&str> {
        let (values, row) = self.value(index, row)?;
        match values.data_type() {
            DataType::Utf8 => Some(values.as_string::<i32>().value(row)),
            DataType::LargeUtf8 => Some(values.as_string::<i64>().value(row)),
            DataType::Utf8View => Some(values.as_string_view().value(row)),
            _ => None,
        }
    }

    /// The length of a text or of bytes; nothing for a NULL.
    pub(super) fn bytes(&self, index: usize, row: usize) -> u64 {
        if let Some(text) = self.text(index, row) {
            return text.len() as u64;
        }
        let Some((values, row)) = self.value(index, row) else {
            return 0;
        };
        let bytes = match values.data_type() {
            DataType::Binary => values.as_binary::<i32>().value(row).len(),
            DataType::LargeBinary => values.as_binary::<i64>().value(row).len(),
            DataType::BinaryView => values.as_binary_view().value(row).len(),
            DataType::FixedSizeBinary(width) => usize::try_from(*width).unwrap_or_default(),
            _ => 0,
        };
        bytes as u64
    }

    /// A whole number; DataFusion brings all kinds of them to 64 bits.
    pub(super) fn integer(&self, index: usize, row: usize) -> Option<i64> {
        let (values, row) = self.value(index, row)?;
        values.as_primitive_opt::<Int64Type>().map(|values| values.value(row))
    }

    /// A number of things to make: nothing for a NULL or less than nothing.
    pub(super) fn count(&self, index: usize, row: usize) -> u64 {
        self.integer(index, row).and_then(|count| u64::try_from(count).ok()).unwrap_or(0)
    }

    /// The items of a list, as a range of the array they are in.
    pub(super) fn list(&self, index: usize, row: usize) -> Option<(&ArrayRef, Range<usize>)> {
        let (values, row) = self.value(index, row)?;
        items(values, row..row + 1)
    }
}

/// The items of the lists in `rows`; `None` if these are no lists.
pub(super) fn items(lists: &ArrayRef, rows: Range<usize>) -> Option<(&ArrayRef, Range<usize>)> {
    match lists.data_type() {
        DataType::List(_) => {
            let lists = lists.as_list::<i32>();
            let offsets = lists.value_offsets();
            Some((lists.values(), offsets[rows.start] as usize..offsets[rows.end] as usize))
        }
        DataType::LargeList(_) => {
            let lists = lists.as_list::<i64>();
            let offsets = lists.value_offsets();
            Some((lists.values(), offsets[rows.start] as usize..offsets[rows.end] as usize))
        }
        DataType::FixedSizeList(_, width) => {
            let width = usize::try_from(*width).unwrap_or_default();
            let lists = lists.as_fixed_size_list();
            // The items of a slice are already only those of its lists.
            Some((lists.values(), rows.start * width..rows.end * width))
        }
        _ => None,
    }
}
