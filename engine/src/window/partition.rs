//! Which partition each row belongs to: a dense code, smaller for partitions that come first.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::row::{RowConverter, SortField};
use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;

use super::order::{Ordered, is_integer_like};

/// A range of keys may hold this many times as many numbers as there are rows, and is still counted directly.
const SPARSITY_MAX: usize = 4;

/// Whether rows can be partitioned by values of the type: values are equal when their bits are.
pub(super) fn is_partitionable(data_type: &DataType) -> bool {
    is_integer_like(data_type)
        || matches!(
            data_type,
            DataType::Decimal128(..)
                | DataType::Utf8
                | DataType::LargeUtf8
                | DataType::Utf8View
                | DataType::Binary
                | DataType::LargeBinary
                | DataType::BinaryView
        )
}

/// Assigns codes to the rows of one batch after the other.
pub(super) struct Coder<'a> {
    by: &'a [PhysicalSortExpr],
    codes: Vec<u32>,
    method: Method,
}

enum Method {
    /// One key of whole numbers from a narrow range: the code is the distance to the first number.
    Narrow { lowest: u64, highest: u64, options: SortOptions },
    /// Any keys: numbered as they appear, put into order at the end.
    Interned { values: Box<dyn GroupValues>, scratch: Vec<usize> },
}

impl<'a> Coder<'a> {
    /// For the rows of `batches`, partitioned and ordered by the keys `by`.
    pub(super) fn new(by: &'a [PhysicalSortExpr], batches: &[RecordBatch], rows: usize) -> Result<Self> {
        let codes = Vec::with_capacity(rows);
        if let ([key], Some(first)) = (by, batches.first())
            && is_integer_like(&key.expr.data_type(&first.schema())?)
            && let Some((lowest, highest)) = narrow_range(key, batches, rows)?
        {
            return Ok(Self { by, codes, method: Method::Narrow { lowest, highest, options: key.options } });
        }
        let mut fields = Vec::with_capacity(by.len());
        if let Some(first) = batches.first() {
            for (index, key) in by.iter().enumerate() {
                fields.push(Field::new(index.to_string(), key.expr.data_type(&first.schema())?, true));
            }
        }
        let values = new_group_values(Arc::new(Schema::new(fields)), &GroupOrdering::None)?;
        Ok(Self { by, codes, method: Method::Interned { values, scratch: Vec::new() } })
    }

    /// The bytes that are held beside the codes.
    pub(super) fn size(&self) -> usize {
        match &self.method {
            Method::Narrow { .. } => 0,
            Method::Interned { values, scratch } => values.size() + size_of_val(scratch.as_slice()),
        }
    }

    /// Continues with the rows of the next batch.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut keys = Vec::with_capacity(self.by.len());
        for key in self.by {
            keys.push(key.expr.evaluate(batch)?.into_array(batch.num_rows())?);
        }
        match &mut self.method {
            Method::Narrow { lowest, highest, options } => {
                if let [key] = keys.as_slice() {
                    self.codes.extend(distances(key, *lowest, *highest, *options)?);
                }
            }
            Method::Interned { values, scratch } => {
                values.intern(&keys, scratch)?;
                self.codes.extend(scratch.iter().map(|group| *group as u32));
            }
        }
        Ok(())
    }

    /// The code of each row, and how many codes there are.
    pub(super) fn finish(self) -> Result<(Vec<u32>, usize)> {
        let Self { by, mut codes, method } = self;
        match method {
            Method::Narrow { lowest, highest, .. } => Ok((codes, (highest - lowest) as usize + 2)),
            Method::Interned { mut values, .. } => {
                let partitions = values.len();
                let ranks = ranks(by, &values.emit(EmitTo::All)?)?;
                for code in &mut codes {
                    *code = ranks[*code as usize];
                }
                Ok((codes, partitions))
            }
        }
    }
}

/// The words of the least and the greatest key, when counting all between them costs little.
fn narrow_range(key: &PhysicalSortExpr, batches: &[RecordBatch], rows: usize) -> Result<Option<(u64, u64)>> {
    let mut range: Option<(u64, u64)> = None;
    for batch in batches {
        let array = key.expr.evaluate(batch)?.into_array(batch.num_rows())?;
        let Ordered::Words(words) = Ordered::new(&array)? else { return Ok(None) };
        for (row, word) in words.iter().enumerate() {
            if array.is_valid(row) {
                range = Some(range.map_or((*word, *word), |(low, high)| (low.min(*word), high.max(*word))));
            }
        }
    }
    let (lowest, highest) = range.unwrap_or((0, 0));
    Ok((highest - lowest < (rows * SPARSITY_MAX) as u64).then_some((lowest, highest)))
}

/// Codes in the order of the keys; NULL has the first or the last.
fn distances(key: &ArrayRef, lowest: u64, highest: u64, options: SortOptions) -> Result<impl Iterator<Item = u32>> {
    let words = match Ordered::new(key)? {
        Ordered::Words(words) => words,
        _ => Vec::new(),
    };
    let before = u32::from(options.nulls_first);
    let null = if options.nulls_first { 0 } else { (highest - lowest) as u32 + 1 };
    let nulls = key.nulls().cloned();
    Ok(words.into_iter().enumerate().map(move |(row, word)| match &nulls {
        Some(nulls) if nulls.is_null(row) => null,
        _ if options.descending => (highest - word) as u32 + before,
        _ => (word - lowest) as u32 + before,
    }))
}

/// The place of each partition when they are put into the order of their keys.
fn ranks(by: &[PhysicalSortExpr], keys: &[ArrayRef]) -> Result<Vec<u32>> {
    let fields = by.iter().zip(keys);
    let fields = fields.map(|(key, values)| SortField::new_with_options(values.data_type().clone(), key.options));
    let rows = RowConverter::new(fields.collect())?.convert_columns(keys)?;
    let mut order: Vec<u32> = (0..rows.num_rows() as u32).collect();
    order.sort_unstable_by(|a, b| rows.row(*a as usize).cmp(&rows.row(*b as usize)));
    let mut ranks = vec![0; order.len()];
    for (rank, partition) in (0..).zip(order) {
        ranks[partition as usize] = rank;
    }
    Ok(ranks)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};
    use datafusion::physical_expr::expressions::col;

    use super::*;

    fn codes(keys: ArrayRef, options: SortOptions) -> Vec<u32> {
        let batch = RecordBatch::try_from_iter_with_nullable([("key", keys, true)]).unwrap();
        let by = [PhysicalSortExpr { expr: col("key", &batch.schema()).unwrap(), options }];
        let mut coder = Coder::new(&by, std::slice::from_ref(&batch), batch.num_rows()).unwrap();
        coder.add(&batch).unwrap();
        let (codes, count) = coder.finish().unwrap();
        assert!(codes.iter().all(|code| (*code as usize) < count));
        codes
    }

    /// The order of codes is what matters, not their size.
    fn order(codes: &[u32]) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..codes.len()).collect();
        rows.sort_by_key(|row| codes[*row]);
        rows
    }

    #[test]
    fn codes_follow_the_order_of_the_keys_whatever_their_range() {
        let narrow: ArrayRef = Arc::new(Int64Array::from(vec![Some(5), None, Some(3), Some(5), Some(4)]));
        let wide: ArrayRef =
            Arc::new(Int64Array::from(vec![Some(i64::MAX), None, Some(i64::MIN), Some(i64::MAX), Some(0)]));
        let text: ArrayRef = Arc::new(StringArray::from(vec![Some("c"), None, Some("a"), Some("c"), Some("b")]));
        for keys in [narrow, wide, text] {
            let of = |descending, nulls_first| codes(Arc::clone(&keys), SortOptions { descending, nulls_first });
            assert_eq!(order(&of(false, false)), [2, 4, 0, 3, 1]);
            assert_eq!(order(&of(false, true)), [1, 2, 4, 0, 3]);
            assert_eq!(order(&of(true, false)), [0, 3, 4, 2, 1]);
            assert_eq!(order(&of(true, true)), [1, 0, 3, 4, 2]);
            assert_eq!(of(false, false)[0], of(false, false)[3]);
        }
    }
}
