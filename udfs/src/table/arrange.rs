//! Collected rows brought together by group and put into order.

use std::cmp::Ordering;

use bellwether_kernels::ordering::{Groups, SortKey, ascending_i64, sort_groups};
use datafusion::arrow::array::ArrayRef;
use datafusion::common::resources_datafusion_err;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::values::{Values, gather};

/// The rows of one input: group by group, each group in order.
#[derive(Debug)]
pub(super) struct Arranged {
    pub groups: Groups,
    pub times: Vec<i64>,
    /// By parameter. Carried columns are still in the order of arrival.
    pub columns: Vec<Option<Values>>,
}

impl Arranged {
    /// Arranges rows of `codes` below `groups`; `times` orders them unless it is empty.
    pub(super) fn new(
        codes: Vec<u32>,
        times: Vec<i64>,
        mut columns: Vec<Option<Values>>,
        groups: usize,
    ) -> Result<Self> {
        let mut grouped = Groups::new(&codes, groups)
            .ok_or_else(|| resources_datafusion_err!("there are more rows in one partition than can be counted"))?;
        drop(codes);
        if !times.is_empty() {
            let mut words: Vec<u64> = times.into_iter().map(ascending_i64).collect();
            let (offsets, rows) = grouped.parts_mut();
            sort_groups(offsets, &[SortKey::Words(&words)], rows);
            break_ties(offsets, rows, &words, &columns);
            words = gather(&words, grouped.rows());
            // The inverse of `ascending_i64`.
            let times = words.into_iter().map(|word| (word ^ (1 << 63)).cast_signed()).collect();
            columns.iter_mut().flatten().for_each(|values| values.arrange(grouped.rows()));
            return Ok(Self { groups: grouped, times, columns });
        }
        columns.iter_mut().flatten().for_each(|values| values.arrange(grouped.rows()));
        Ok(Self { groups: grouped, times: Vec::new(), columns })
    }
}

/// Orders rows of one group and time by their other columns.
fn break_ties(offsets: &[u32], rows: &mut [u32], words: &[u64], columns: &[Option<Values>]) {
    for bounds in offsets.windows(2) {
        let group = &mut rows[bounds[0] as usize..bounds[1] as usize];
        let mut start = 0;
        while start + 1 < group.len() {
            let word = words[group[start] as usize];
            let mut end = start + 1;
            while end < group.len() && words[group[end] as usize] == word {
                end += 1;
            }
            if end - start > 1 {
                group[start..end].sort_by(|a, b| compare(columns, *a as usize, *b as usize));
            }
            start = end;
        }
    }
}

fn compare(columns: &[Option<Values>], a: usize, b: usize) -> Ordering {
    for column in columns.iter().flatten() {
        let order = match column {
            Values::Number(values) => values[a].total_cmp(&values[b]),
            Values::Integer(values) => values[a].cmp(&values[b]),
            Values::Code(values) => values[a].cmp(&values[b]),
            Values::Flag(values) => values[a].cmp(&values[b]),
            Values::Carried { arrays, starts, .. } => {
                let (a, b) = (carried(arrays, starts, a), carried(arrays, starts, b));
                a.partial_cmp(&b).unwrap_or(Ordering::Equal)
            }
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// The value of a row that is carried. It takes its time, but few rows are alike in all else.
fn carried(arrays: &[ArrayRef], starts: &[usize], row: usize) -> Option<ScalarValue> {
    let part = starts.partition_point(|start| *start <= row).checked_sub(1)?;
    ScalarValue::try_from_array(&arrays[part], row - starts[part]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_equal_times_are_ordered_by_their_other_columns() {
        let codes = vec![0, 1, 0, 0];
        let columns = vec![Some(Values::Code(vec![2, 0, 1, 3])), None];
        let arranged = Arranged::new(codes, vec![5, 5, 5, -1], columns, 2).unwrap();
        assert_eq!(arranged.times, [-1, 5, 5, 5]);
        let Some(Values::Code(codes)) = &arranged.columns[0] else { panic!("a column of codes") };
        assert_eq!(codes, &[3, 1, 2, 0]);
        assert_eq!(arranged.groups.rows_of(0), [3, 2, 0]);
    }
}
