//! Other columns, keys, constraints and descriptions for a table that keeps its rows.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use deltalake::kernel::{MetadataExt, StructType};

use super::{Change, Contents, Declared, Operation, Snapshot, Table, from_delta};
use crate::schema::to_delta_fields;
use crate::{Error, Result};

/// What `ALTER TABLE` and `COMMENT ON` change.
#[derive(Debug, Clone, Default)]
pub struct Alteration {
    /// All columns, when they change: those of before first, in their order.
    pub columns: Option<SchemaRef>,
    /// All declarations, when they change.
    pub declared: Option<Declared>,
    /// The table's description, when it changes.
    pub comment: Option<String>,
    /// What the rows of a materialized view were made from, when they change; `Some(None)` when it has none any more.
    pub contents: Option<Option<Contents>>,
}

impl Table {
    /// Commits an alteration that leaves every stored row valid.
    pub async fn alter(self: &Arc<Self>, base: &Arc<Snapshot>, alteration: Alteration) -> Result<Arc<Snapshot>> {
        let metadata = Self::altered_metadata(base, alteration)?;
        self.commit(base, Operation::Alter, Change { metadata: Some(metadata), ..Change::default() }).await
    }

    /// Replaces all rows by new files and the columns by those the files hold.
    pub async fn replace(
        self: &Arc<Self>,
        base: &Arc<Snapshot>,
        alteration: Alteration,
        add: Vec<deltalake::kernel::Add>,
    ) -> Result<Arc<Snapshot>> {
        let metadata = Self::altered_metadata(base, alteration)?;
        let change =
            Change { add, remove: (0..base.files().len()).collect(), metadata: Some(metadata), ..Change::default() };
        self.commit(base, Operation::Overwrite, change).await
    }

    /// Commits rows of a materialized view together with what they were made from: new files, without those at the
    /// places `remove`.
    pub async fn refresh(
        self: &Arc<Self>,
        base: &Arc<Snapshot>,
        alteration: Alteration,
        add: Vec<deltalake::kernel::Add>,
        remove: Vec<usize>,
    ) -> Result<Arc<Snapshot>> {
        let metadata = Some(Self::altered_metadata(base, alteration)?);
        self.commit(base, Operation::Refresh, Change { add, remove, metadata, ..Change::default() }).await
    }

    fn altered_metadata(base: &Snapshot, alteration: Alteration) -> Result<deltalake::kernel::Metadata> {
        let columns = alteration.columns.as_ref().unwrap_or(base.schema());
        alteration.declared.as_ref().unwrap_or(base.declared()).check_cluster_by(columns, base.partition_columns())?;
        let mut metadata = base.state().metadata().clone();
        if let Some(columns) = alteration.columns {
            let fields = StructType::try_new(to_delta_fields(&columns)?)
                .map_err(|source| Error::unsupported("the columns do not make a table").with_source(source))?;
            metadata = metadata.with_schema(&fields).map_err(|error| from_delta(error.into()))?;
        }
        if let Some(comment) = alteration.comment {
            metadata = metadata.with_description(comment).map_err(|error| from_delta(error.into()))?;
        }
        if let Some(declared) = alteration.declared {
            for (key, value) in declared.to_properties()? {
                metadata = metadata.add_config_key(key, value).map_err(|error| from_delta(error.into()))?;
            }
        }
        if let Some(contents) = alteration.contents {
            let (key, value) = Contents::to_property(contents.as_ref())?;
            metadata = metadata.add_config_key(key, value).map_err(|error| from_delta(error.into()))?;
        }
        Ok(metadata)
    }
}
