//! Whether a data file is sorted as its log entry says.

use datafusion::arrow::array::RecordBatch;
use futures::{Stream, TryStreamExt};

use super::DataFile;
use super::order::{Follower, Order};
use crate::{Error, Result};

impl DataFile {
    /// Compares every row with the one before; `rows` delivers the columns the file is declared to be sorted by.
    pub async fn check_order(&self, mut rows: impl Stream<Item = Result<RecordBatch>> + Unpin) -> Result<()> {
        let mut follower = Follower::default();
        while let Some(batch) = rows.try_next().await? {
            let Some(order) = Order::new(batch.schema_ref(), &self.sorted_by)? else { return Ok(()) };
            if let Some(row) = follower.first_out_of_order(&order, &batch)? {
                return Err(Error::corrupt(format!(
                    "file {} is declared to be sorted by {}, and row {row} comes too late",
                    self.path,
                    self.sorted_by.join(", ")
                )));
            }
        }
        Ok(())
    }
}
