//! `check`: every log, every file, every checksum of a lake, and the order of rows that files declare.

use std::sync::Arc;

use bellwether_catalog::{Snapshot, Table, TableScan};
use datafusion::catalog::TableProvider;
use datafusion::physical_plan::execute_stream;
use futures::StreamExt;

use crate::fault::from_datafusion;
use crate::{Engine, Result};

/// What a check found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Tables looked at.
    pub tables: usize,
    /// Data files read.
    pub files: usize,
    /// Bytes read.
    pub bytes: u64,
    /// What is wrong, one sentence each.
    pub problems: Vec<String>,
}

impl Engine {
    /// Reads the whole lake and compares it with what was written; `progress` is told of every file.
    pub async fn check(&self, mut progress: impl FnMut(&CheckReport)) -> Result<CheckReport> {
        let mut report = CheckReport::default();
        let lake = self.lake();
        let names = lake.names().await?;
        self.check_table("system.catalog", lake.catalog(), &mut report, &mut progress).await;
        for (schema, entry) in &names.schemas {
            for (name, relation) in &entry.relations {
                let Some(id) = relation.table_id() else { continue };
                self.check_table(&format!("{schema}.{name}"), &lake.table(id)?, &mut report, &mut progress).await;
            }
        }
        Ok(report)
    }

    async fn check_table(
        &self,
        name: &str,
        table: &Arc<Table>,
        report: &mut CheckReport,
        progress: &mut impl FnMut(&CheckReport),
    ) {
        report.tables += 1;
        let snapshot = match table.latest().await {
            Ok(snapshot) => snapshot,
            Err(error) => {
                report.problems.push(format!("{name}: {}", one_line(&error)));
                return;
            }
        };
        for (place, file) in snapshot.files().iter().enumerate() {
            let bytes = match file.checksum {
                Some(checksum) => table.store().verify(&file.path, file.bytes, checksum).await,
                None => length_only(table, file).await,
            };
            // Rows are looked at only where the bytes are those that were written.
            let outcome = match bytes {
                Ok(()) => self.check_order(table, &snapshot, place).await,
                Err(error) => Err(error),
            };
            if let Err(error) = outcome {
                report.problems.push(format!("{name}: {}", one_line(&error)));
            }
            report.files += 1;
            report.bytes += file.bytes;
            progress(report);
        }
    }

    /// Reads the columns a file is declared to be sorted by, and sees whether it is.
    async fn check_order(&self, table: &Table, snapshot: &Arc<Snapshot>, place: usize) -> Result<()> {
        let file = &snapshot.files()[place];
        if file.sorted_by.is_empty() {
            return Ok(());
        }
        let mut columns = Vec::with_capacity(file.sorted_by.len());
        for column in &file.sorted_by {
            columns.push(snapshot.schema().index_of(column).map_err(|_| {
                let path = &file.path;
                crate::Error::corrupt(format!("file {path} is declared to be sorted by \"{column}\", which it lacks"))
            })?);
        }
        let fault = |error| from_datafusion(error, "");
        let scan = TableScan::of_files(Arc::clone(table.store()), Arc::clone(snapshot), Some(vec![place]));
        let state = &self.inner.template;
        let operators = scan.map_err(fault)?.scan(state, Some(&columns), &[], None).await.map_err(fault)?;
        let rows = execute_stream(operators, state.task_ctx()).map_err(fault)?;
        file.check_order(rows.map(|batch| batch.map_err(|error| from_datafusion(error, ""))).boxed()).await
    }
}

/// Files of other writers have no checksum; being there at their full length is all that can be told.
async fn length_only(table: &Table, file: &bellwether_catalog::DataFile) -> Result<()> {
    let found = object_store::ObjectStoreExt::head(table.store().object_store().as_ref(), &file.path)
        .await
        .map_err(bellwether_catalog::store::from_object_store)?;
    if found.size != file.bytes {
        return Err(crate::Error::corrupt(format!(
            "file {} has {} bytes, expected {}",
            file.path, found.size, file.bytes
        )));
    }
    Ok(())
}

fn one_line(error: &crate::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{} ({detail})", error.message()),
        None => error.message().to_owned(),
    }
}
