//! The order in which a scan of a clustered table delivers its rows.

use std::sync::Arc;

use datafusion::datasource::physical_plan::FileGroup;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};

use super::TableScan;
use crate::table::{CLUSTER_ORDER, DataFile, chains};

/// How many more partitions than asked for a scan may have in order to deliver its rows in order.
const MORE_PARTITIONS: usize = 2;

impl TableScan {
    /// Groups of `files` of which each, read one file after the other, gives its rows in the order the table is
    /// clustered by, and that order. `None` when the table has no such order or these files do not.
    ///
    /// Every file is sorted by itself, as its log entry says, so a file that is alone in its group needs no more
    /// than that. Files share a group when their ranges, as far as they are known, do not overlap.
    pub(super) fn in_order(
        &self,
        files: &[(usize, &DataFile)],
        partitions: usize,
    ) -> Option<(Vec<FileGroup>, LexOrdering)> {
        let columns = &self.snapshot.declared().cluster_by;
        if files.is_empty() || !files.iter().all(|(_, file)| file.is_sorted_by(columns)) {
            return None;
        }
        let schema = self.stored.table_schema();
        let places = columns.iter().map(|column| schema.index_of(column).ok()).collect::<Option<Vec<_>>>()?;
        let sorted = columns
            .iter()
            .zip(&places)
            .map(|(column, &place)| PhysicalSortExpr::new(Arc::new(Column::new(column, place)), CLUSTER_ORDER));
        let ordering = LexOrdering::new(sorted)?;
        let partitions = partitions.max(1);
        let bare: Vec<&DataFile> = files.iter().map(|(_, file)| *file).collect();
        let chains = chains(&bare, schema, &places, partitions, MORE_PARTITIONS * partitions)?;
        let group = |chain: Vec<usize>| {
            FileGroup::new(chain.into_iter().map(|file| self.partitioned_file(files[file].0, files[file].1)).collect())
        };
        Some((chains.into_iter().map(group).collect(), ordering))
    }
}
