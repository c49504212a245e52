//! The schema `system`: the engine seen from inside, as relations.
//!
//! A user who is no superuser sees the relations that something may be done with, and its own sessions and statements.

mod columns;
mod features;
mod materialized_views;
mod queries;
mod sessions;
mod settings;
mod tables;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bellwether_catalog::Lake;
use datafusion::arrow::array::RecordBatch;
use datafusion::catalog::{MemTable, SchemaProvider, TableProvider};
use datafusion::error::{DataFusionError, Result};
use parking_lot::Mutex;

use crate::access::Authority;
use crate::activity::Activity;
use crate::setting::Settings;

/// The relations of `system`, as one session sees them.
pub(crate) struct SystemSchema {
    pub lake: Arc<Lake>,
    pub activity: Arc<Activity>,
    pub settings: Arc<Mutex<Settings>>,
    /// What the session's client calls the database.
    pub database: String,
    /// Whose rights decide what is listed.
    pub authority: Authority,
}

const NAMES: [&str; 7] = ["columns", "features", "materialized_views", "queries", "sessions", "settings", "tables"];

impl fmt::Debug for SystemSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemSchema")
    }
}

#[async_trait]
impl SchemaProvider for SystemSchema {
    fn table_names(&self) -> Vec<String> {
        NAMES.iter().map(|&name| name.to_owned()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let batch: RecordBatch = match name {
            "features" => features::batch()?,
            "queries" => queries::batch(&self.activity, &self.authority)?,
            "sessions" => sessions::batch(&self.activity, &self.authority)?,
            "settings" => settings::batch(&self.settings.lock())?,
            "columns" => columns::batch(&self.lake, &self.authority).await.map_err(external)?,
            "materialized_views" => materialized_views::batch(&self.lake, &self.authority).await.map_err(external)?,
            "tables" => tables::batch(&self.lake, &self.authority).await.map_err(external)?,
            _ => return Ok(None),
        };
        Ok(Some(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?)))
    }

    fn table_exist(&self, name: &str) -> bool {
        NAMES.contains(&name)
    }
}

fn external(error: bellwether_catalog::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
