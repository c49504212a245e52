//! The order of rows by some columns: ascending, NULLs last, as `ORDER BY a, b` has it.

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::{SortOptions, interleave_record_batch};
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use parquet::file::metadata::SortingColumn;

use super::write::arrow_error;
use crate::{Error, Result};

/// How every column is sorted.
pub(crate) const OPTIONS: SortOptions = SortOptions { descending: false, nulls_first: false };

/// Rows of a batch that is put together from others; a page of a sorted file holds as many.
pub(super) const BATCH_ROWS: usize = 1 << 13;

/// An order of the rows of one schema.
#[derive(Debug)]
pub(super) struct Order {
    /// The columns, by place.
    columns: Vec<usize>,
    names: Vec<String>,
    converter: RowConverter,
    /// Of the first column alone.
    leading: RowConverter,
}

impl Order {
    /// The order of rows of `schema` by these columns, `None` when there are none.
    pub(super) fn new(schema: &Schema, names: &[String]) -> Result<Option<Self>> {
        if names.is_empty() {
            return Ok(None);
        }
        let mut columns = Vec::with_capacity(names.len());
        let mut fields = Vec::with_capacity(names.len());
        for name in names {
            let column = schema
                .index_of(name)
                .map_err(|source| Error::corrupt(format!("cluster column `{name}` is missing")).with_source(source))?;
            columns.push(column);
            fields.push(SortField::new_with_options(schema.field(column).data_type().clone(), OPTIONS));
        }
        let leading = RowConverter::new(fields[..1].to_vec()).map_err(arrow_error)?;
        let converter = RowConverter::new(fields).map_err(arrow_error)?;
        Ok(Some(Self { columns, names: names.to_vec(), converter, leading }))
    }

    /// The columns.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// What a Parquet footer says of rows in this order.
    pub(super) fn sorting_columns(&self, schema: &Schema) -> Vec<SortingColumn> {
        let leaves_before = |column: usize| -> usize {
            schema.fields().iter().take(column).map(|field| leaves(field.data_type())).sum()
        };
        let leaf = |&column: &usize| SortingColumn {
            column_idx: i32::try_from(leaves_before(column)).unwrap_or(i32::MAX),
            descending: OPTIONS.descending,
            nulls_first: OPTIONS.nulls_first,
        };
        self.columns.iter().map(leaf).collect()
    }

    /// The rows' keys, which compare as the rows do.
    pub(super) fn keys(&self, batch: &RecordBatch) -> Result<Rows> {
        let columns: Vec<ArrayRef> = self.columns.iter().map(|&column| batch.column(column).clone()).collect();
        self.converter.convert_columns(&columns).map_err(arrow_error)
    }

    /// The first row whose value of the first column is another than that of the row before.
    pub(super) fn change_of_leading_value(&self, batch: &RecordBatch) -> Result<Option<usize>> {
        let column = batch.column(self.columns[0]).clone();
        let keys = self.leading.convert_columns(&[column]).map_err(arrow_error)?;
        Ok((1..keys.num_rows()).find(|&row| keys.row(row) != keys.row(row - 1)))
    }

    /// The same rows in order; those that compare equal stay as they come.
    pub(super) fn sorted(&self, batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
        let keys = batches.iter().map(|batch| self.keys(batch)).collect::<Result<Vec<_>>>()?;
        if keys.iter().flatten().is_sorted() {
            return Ok(batches);
        }
        // Most comparisons are settled by the keys' first bytes, side by side in memory.
        let mut places: Vec<(u128, u32, u32)> = Vec::with_capacity(keys.iter().map(Rows::num_rows).sum());
        for (batch, keys) in keys.iter().enumerate() {
            for (row, key) in keys.iter().enumerate() {
                places.push((first_bytes(key.as_ref()), place(batch)?, place(row)?));
            }
        }
        let key = |&(_, batch, row): &(u128, u32, u32)| keys[batch as usize].row(row as usize);
        places.sort_unstable_by(|one, other| {
            let by_bytes = one.0.cmp(&other.0);
            by_bytes.then_with(|| key(one).cmp(&key(other))).then_with(|| (one.1, one.2).cmp(&(other.1, other.2)))
        });
        let sources: Vec<&RecordBatch> = batches.iter().collect();
        let mut sorted = Vec::with_capacity(places.len().div_ceil(BATCH_ROWS));
        let mut indices = Vec::with_capacity(BATCH_ROWS);
        for places in places.chunks(BATCH_ROWS) {
            indices.clear();
            indices.extend(places.iter().map(|&(_, batch, row)| (batch as usize, row as usize)));
            sorted.push(interleave_record_batch(&sources, &indices).map_err(arrow_error)?);
        }
        Ok(sorted)
    }
}

/// Follows rows that are to be in order, batch by batch.
#[derive(Debug, Default)]
pub(super) struct Follower {
    last: Option<OwnedRow>,
    rows: u64,
}

impl Follower {
    /// The number, from 1, of the first row of the batch that comes too late; `None` when all are in order.
    pub(super) fn first_out_of_order(&mut self, order: &Order, batch: &RecordBatch) -> Result<Option<u64>> {
        let keys = order.keys(batch)?;
        for (index, key) in keys.iter().enumerate() {
            let late = match index {
                0 => self.last.as_ref().is_some_and(|last| key < last.row()),
                _ => key < keys.row(index - 1),
            };
            if late {
                return Ok(Some(self.rows + index as u64 + 1));
            }
        }
        self.rows += keys.num_rows() as u64;
        if let Some(last) = keys.num_rows().checked_sub(1) {
            self.last = Some(keys.row(last).owned());
        }
        Ok(None)
    }
}

fn first_bytes(key: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    let length = key.len().min(bytes.len());
    bytes[..length].copy_from_slice(&key[..length]);
    u128::from_be_bytes(bytes)
}

fn place(index: usize) -> Result<u32> {
    u32::try_from(index).map_err(|_| Error::internal("too many rows are sorted at once"))
}

/// Columns a Parquet file stores for one of the type.
fn leaves(data_type: &datafusion::arrow::datatypes::DataType) -> usize {
    use datafusion::arrow::datatypes::DataType;
    match data_type {
        DataType::Struct(fields) => fields.iter().map(|field| leaves(field.data_type())).sum(),
        DataType::List(field) | DataType::LargeList(field) | DataType::Map(field, _) => leaves(field.data_type()),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{AsArray, Int64Array, StringArray};
    use datafusion::arrow::datatypes::Int64Type;

    use super::*;

    fn batch(keys: &[Option<&str>], numbers: &[i64]) -> RecordBatch {
        let keys: ArrayRef = Arc::new(StringArray::from_iter(keys));
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers.iter().copied()));
        RecordBatch::try_from_iter_with_nullable([("key", keys, true), ("number", numbers, true)]).unwrap()
    }

    fn order(columns: &[&str]) -> Order {
        let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
        Order::new(&batch(&[], &[]).schema(), &columns).unwrap().unwrap()
    }

    fn numbers(batches: &[RecordBatch]) -> Vec<i64> {
        batches.iter().flat_map(|batch| batch.column(1).as_primitive::<Int64Type>().values().to_vec()).collect()
    }

    #[test]
    fn nulls_come_last_and_equal_rows_stay_as_they_come() {
        let batches = vec![batch(&[None, Some("b"), Some("a")], &[1, 2, 3]), batch(&[Some("b"), None], &[4, 5])];
        assert_eq!(numbers(&order(&["key"]).sorted(batches.clone()).unwrap()), [3, 2, 4, 1, 5]);
        assert_eq!(numbers(&order(&["key", "number"]).sorted(batches).unwrap()), [3, 2, 4, 1, 5]);
    }

    #[test]
    fn keys_that_share_their_first_bytes_are_told_apart() {
        let long = |end: &str| format!("{}{end}", "x".repeat(40));
        let (b, a) = (long("b"), long("a"));
        let batches = vec![batch(&[Some(&b), Some(&a)], &[1, 2])];
        assert_eq!(numbers(&order(&["key"]).sorted(batches).unwrap()), [2, 1]);
    }

    #[test]
    fn a_row_that_comes_too_late_is_told_by_its_number() {
        let order = order(&["number"]);
        let mut follower = Follower::default();
        assert_eq!(follower.first_out_of_order(&order, &batch(&[None, None], &[1, 2])).unwrap(), None);
        assert_eq!(follower.first_out_of_order(&order, &batch(&[None, None], &[2, 3])).unwrap(), None);
        assert_eq!(follower.first_out_of_order(&order, &batch(&[None, None], &[3, 1])).unwrap(), Some(6));
    }
}
