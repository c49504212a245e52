//! The exact bounds of files, for pruning.
//!
//! A file may lack a bound that others have: of a column of NULLs, of a time without end. DataFusion's own form then
//! takes the column for one without bounds and reads every file.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::pruning::{PrunableStatistics, PruningStatistics};
use datafusion::common::stats::Precision;
use datafusion::common::{Column, ColumnStatistics, ScalarValue, Statistics};

/// The statistics of several files of one schema.
pub(super) struct FileBounds {
    statistics: Vec<Arc<Statistics>>,
    schema: SchemaRef,
    counts: PrunableStatistics,
}

impl FileBounds {
    pub(super) fn new(statistics: Vec<Arc<Statistics>>, schema: SchemaRef) -> Self {
        let counts = PrunableStatistics::new(statistics.clone(), Arc::clone(&schema));
        Self { statistics, schema, counts }
    }

    /// A bound of each file, NULL where it is not known; `None` where no file has it.
    fn values(
        &self,
        column: &Column,
        bound: impl Fn(&ColumnStatistics) -> &Precision<ScalarValue>,
    ) -> Option<ArrayRef> {
        let index = self.schema.index_of(column.name()).ok()?;
        let unknown = ScalarValue::try_from(self.schema.field(index).data_type()).ok()?;
        let mut is_known = false;
        let mut values = Vec::with_capacity(self.statistics.len());
        for file in &self.statistics {
            values.push(match file.column_statistics.get(index).map(&bound) {
                Some(Precision::Exact(value)) => {
                    is_known = true;
                    value.clone()
                }
                _ => unknown.clone(),
            });
        }
        if is_known { ScalarValue::iter_to_array(values).ok() } else { None }
    }
}

impl PruningStatistics for FileBounds {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, |statistics| &statistics.min_value)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, |statistics| &statistics.max_value)
    }

    fn num_containers(&self) -> usize {
        self.counts.num_containers()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        self.counts.null_counts(column)
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        self.counts.row_counts()
    }

    fn contained(&self, column: &Column, values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        self.counts.contained(column, values)
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{AsArray, Int32Array};
    use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Schema};

    use super::*;

    fn file(min: Option<i32>) -> Arc<Statistics> {
        let schema = Schema::new(vec![Field::new("x", DataType::Int32, true)]);
        let mut statistics = Statistics::new_unknown(&schema);
        if let (Some(min), Some(column)) = (min, statistics.column_statistics.first_mut()) {
            column.min_value = Precision::Exact(ScalarValue::from(min));
        }
        Arc::new(statistics)
    }

    fn minima(files: &[Option<i32>]) -> Option<Int32Array> {
        let schema = Arc::new(Schema::new(vec![Field::new("x", DataType::Int32, true)]));
        let bounds = FileBounds::new(files.iter().map(|min| file(*min)).collect(), schema);
        bounds.min_values(&Column::from_name("x")).map(|values| values.as_primitive::<Int32Type>().clone())
    }

    #[test]
    fn a_file_without_a_bound_does_not_take_those_of_others_away() {
        assert_eq!(minima(&[None, Some(3), Some(7)]), Some(Int32Array::from(vec![None, Some(3), Some(7)])));
        assert_eq!(minima(&[Some(3), None]), Some(Int32Array::from(vec![Some(3), None])));
        assert_eq!(minima(&[None, None]), None);
    }
}
