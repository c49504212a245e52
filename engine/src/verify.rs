//! `check`: every log, every file, every checksum of a lake.

use bellwether_catalog::{Relation, Table};
use std::sync::Arc;

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
        check_table("system.catalog", lake.catalog(), &mut report, &mut progress).await;
        for (schema, entry) in &names.schemas {
            for (name, relation) in &entry.relations {
                let Relation::Table { id } = relation else { continue };
                check_table(&format!("{schema}.{name}"), &lake.table(id)?, &mut report, &mut progress).await;
            }
        }
        Ok(report)
    }
}

async fn check_table(
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
    for file in snapshot.files() {
        let outcome = match file.checksum {
            Some(checksum) => table.store().verify(&file.path, file.bytes, checksum).await,
            None => length_only(table, file).await,
        };
        if let Err(error) = outcome {
            report.problems.push(format!("{name}: {}", one_line(&error)));
        }
        report.files += 1;
        report.bytes += file.bytes;
        progress(report);
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
