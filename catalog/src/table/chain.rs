//! Sorted files one after the other: which of them, read in turn, give their rows in order.
//!
//! What is known of a file without reading it are the bounds of its columns. Two files may follow each other when
//! the rows of the second surely are not before those of the first. A bound of text may have been cut, which only
//! widens the range. NULLs come last and are within no bounds, so a file that has any, or whose bounds are not
//! known, follows none and is followed by none.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::row::{Row, RowConverter, Rows, SortField};
use datafusion::common::ScalarValue;
use datafusion::common::stats::Precision;

use super::DataFile;
use super::order::OPTIONS;

/// The ranges of files that have one, by `columns` of `schema`.
struct Ranges {
    /// For each file, its place among the ranges.
    places: Vec<Option<usize>>,
    low: Rows,
    high: Rows,
}

impl Ranges {
    fn of(files: &[&DataFile], schema: &Schema, columns: &[usize]) -> Option<Self> {
        let mut places = Vec::with_capacity(files.len());
        let (mut lows, mut highs) = (vec![Vec::new(); columns.len()], vec![Vec::new(); columns.len()]);
        let mut count = 0;
        for file in files {
            let bounds: Option<Vec<_>> = columns.iter().map(|&column| bounds(file, column)).collect();
            places.push(bounds.is_some().then_some(count));
            let Some(bounds) = bounds else { continue };
            count += 1;
            for (column, (low, high)) in bounds.into_iter().enumerate() {
                lows[column].push(low);
                highs[column].push(high);
            }
        }
        if count == 0 {
            return None;
        }
        let fields = columns
            .iter()
            .map(|&column| SortField::new_with_options(schema.field(column).data_type().clone(), OPTIONS));
        let converter = RowConverter::new(fields.collect()).ok()?;
        let rows = |values: Vec<Vec<ScalarValue>>| {
            let arrays: Option<Vec<ArrayRef>> =
                values.into_iter().map(|values| ScalarValue::iter_to_array(values).ok()).collect();
            converter.convert_columns(&arrays?).ok()
        };
        Some(Self { places, low: rows(lows)?, high: rows(highs)? })
    }
}

/// Whether the range of a file by these columns is known, so that it can be in a chain with others.
pub(super) fn has_range(file: &DataFile, columns: &[usize]) -> bool {
    columns.iter().all(|&column| bounds(file, column).is_some())
}

fn bounds(file: &DataFile, column: usize) -> Option<(ScalarValue, ScalarValue)> {
    let known = file.statistics.column_statistics.get(column)?;
    if known.null_count != Precision::Exact(0) {
        return None;
    }
    Some((known.min_value.get_value()?.clone(), known.max_value.get_value()?.clone()))
}

/// A chain that is being made.
struct Chain<'a> {
    files: Vec<usize>,
    bytes: u64,
    /// Where the last file ends; `None` when nothing can follow it.
    end: Option<Row<'a>>,
}

/// Deals files, each of which is sorted by `columns` of `schema`, into chains of about the same size.
///
/// There are `wanted` of them if there are as many files, and more only when ranges overlap; `None` when that would
/// take more than `most`. Files are named by their place in `files`.
pub(crate) fn chains(
    files: &[&DataFile],
    schema: &Schema,
    columns: &[usize],
    wanted: usize,
    most: usize,
) -> Option<Vec<Vec<usize>>> {
    let ranges = Ranges::of(files, schema, columns);
    let range = |file: usize| {
        let ranges = ranges.as_ref()?;
        let place = ranges.places[file]?;
        Some((ranges.low.row(place), ranges.high.row(place)))
    };
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&file| range(file));
    let mut chains: Vec<Chain<'_>> = Vec::new();
    for file in order {
        let range = range(file);
        // Starting another chain is better than making one longer, up to the number that is wanted.
        let follows = match range {
            Some((low, _)) if chains.len() >= wanted => {
                let open = chains.iter().enumerate().filter(|(_, chain)| chain.end.is_some_and(|end| end <= low));
                open.min_by_key(|(_, chain)| chain.bytes).map(|(index, _)| index)
            }
            _ => None,
        };
        let chain = match follows {
            Some(index) => &mut chains[index],
            None if chains.len() >= most => return None,
            None => chains.push_mut(Chain { files: Vec::new(), bytes: 0, end: None }),
        };
        chain.files.push(file);
        chain.bytes += files[file].bytes;
        chain.end = range.map(|(_, high)| high);
    }
    Some(chains.into_iter().map(|chain| chain.files).collect())
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::{DataType, Field};
    use datafusion::common::{ColumnStatistics, Statistics};

    use super::*;

    /// A file of `bytes` with these bounds and NULLs in each column.
    fn file(bytes: u64, columns: &[(i64, i64, usize)]) -> DataFile {
        let column = |&(low, high, nulls): &(i64, i64, usize)| ColumnStatistics {
            null_count: Precision::Exact(nulls),
            min_value: Precision::Exact(ScalarValue::Int64(Some(low))),
            max_value: Precision::Exact(ScalarValue::Int64(Some(high))),
            ..ColumnStatistics::new_unknown()
        };
        let column_statistics = columns.iter().map(column).collect();
        let statistics =
            Statistics { num_rows: Precision::Exact(1), total_byte_size: Precision::Absent, column_statistics };
        DataFile::of_statistics(bytes, statistics)
    }

    fn dealt(files: &[DataFile], columns: usize, wanted: usize, most: usize) -> Option<Vec<Vec<usize>>> {
        let fields: Vec<Field> = (0..columns).map(|n| Field::new(n.to_string(), DataType::Int64, true)).collect();
        let by: Vec<usize> = (0..columns).collect();
        chains(&files.iter().collect::<Vec<_>>(), &Schema::new(fields), &by, wanted, most)
    }

    #[test]
    fn ranges_that_touch_follow_each_other() {
        let files = [file(1, &[(5, 9, 0)]), file(1, &[(0, 5, 0)]), file(1, &[(9, 12, 0)])];
        assert_eq!(dealt(&files, 1, 1, 1), Some(vec![vec![1, 0, 2]]));
    }

    #[test]
    fn ranges_that_overlap_need_chains_of_their_own() {
        let files = [file(1, &[(0, 6, 0)]), file(1, &[(5, 9, 0)]), file(1, &[(7, 8, 0)])];
        assert_eq!(dealt(&files, 1, 1, 1), None);
        assert_eq!(dealt(&files, 1, 1, 2), Some(vec![vec![0, 2], vec![1]]));
    }

    #[test]
    fn a_shared_first_value_is_decided_by_the_second_column() {
        let apart = [file(1, &[(1, 2, 0), (0, 5, 0)]), file(1, &[(2, 3, 0), (5, 9, 0)])];
        assert_eq!(dealt(&apart, 2, 1, 1), Some(vec![vec![0, 1]]));
        let mixed = [file(1, &[(1, 2, 0), (0, 5, 0)]), file(1, &[(2, 3, 0), (4, 9, 0)])];
        assert_eq!(dealt(&mixed, 2, 1, 1), None);
    }

    #[test]
    fn a_file_with_nulls_is_alone() {
        let files = [file(1, &[(0, 4, 1)]), file(1, &[(5, 9, 0)]), file(1, &[(10, 11, 0)])];
        assert_eq!(dealt(&files, 1, 1, 2), Some(vec![vec![0], vec![1, 2]]));
        let second = [file(1, &[(0, 4, 0), (0, 1, 1)]), file(1, &[(5, 9, 0), (0, 1, 0)])];
        assert_eq!(dealt(&second, 2, 1, 1), None);
    }

    #[test]
    fn as_many_chains_as_are_wanted_are_of_about_the_same_size() {
        let files: Vec<DataFile> =
            (0..6).map(|n| file(if n == 0 { 3 } else { 1 }, &[(n * 10, n * 10 + 9, 0)])).collect();
        assert_eq!(dealt(&files, 1, 2, 4), Some(vec![vec![0, 4], vec![1, 2, 3, 5]]));
    }
}
