//! One data file of a table version: where it is, how large, what it holds.

use std::collections::HashMap;

use datafusion::arrow::datatypes::Schema;
use datafusion::common::{ScalarValue, Statistics};
use deltalake::kernel::{Add, Remove};
use object_store::path::Path;

use super::{protocol, statistics};
use crate::{Error, Result};

/// The tag of an `add` action that holds the file's xxh3-64 in hexadecimal.
pub(super) const CHECKSUM_TAG: &str = "bellwether.xxh3";

/// The tag of an `add` action that names, as a JSON list, the columns the file is sorted by: ascending, NULLs last.
/// It says what was written and nothing of what the table is clustered by now.
pub(super) const SORTED_TAG: &str = "bellwether.sorted_by";

/// A data file as a snapshot lists it.
#[derive(Debug, Clone)]
pub struct DataFile {
    /// Where the file is within the lake.
    pub path: Path,
    /// Its length in bytes.
    pub bytes: u64,
    /// Rows, minima, maxima and NULL counts as far as known.
    pub statistics: std::sync::Arc<Statistics>,
    /// The values of the partition columns, in their order.
    pub partition_values: Vec<ScalarValue>,
    /// xxh3-64 of the whole file, for files we wrote.
    pub checksum: Option<u64>,
    /// The columns the rows are sorted by, ascending and NULLs last; empty when they are not.
    pub sorted_by: Vec<String>,
    add: Add,
}

impl DataFile {
    pub(super) fn new(root: &Path, schema: &Schema, partition_columns: &[String], add: Add) -> Result<Self> {
        if add.deletion_vector.is_some() {
            return Err(protocol::unreadable(root, protocol::DELETION_VECTORS));
        }
        let file_columns = schema.fields().len() - partition_columns.len();
        let tag = |name: &str| add.tags.as_ref().and_then(|tags| tags.get(name).cloned().flatten());
        let checksum = tag(CHECKSUM_TAG).and_then(|hex| u64::from_str_radix(&hex, 16).ok());
        let sorted_by = match tag(SORTED_TAG) {
            None => Vec::new(),
            Some(json) => serde_json::from_str(&json).map_err(|source| {
                Error::corrupt(format!("the order of file `{}` is not what was written", add.path)).with_source(source)
            })?,
        };
        let ours = checksum.is_some();
        let statistics =
            statistics::from_json(add.stats.as_deref(), schema, file_columns, &add.partition_values, ours)?;
        let partition_values = partition_values(schema, partition_columns, &add.partition_values)?;
        let relative = Path::parse(&add.path)
            .map_err(|source| Error::corrupt(format!("`{}` is not a file name", add.path)).with_source(source))?;
        Ok(Self {
            path: relative.parts().fold(root.clone(), |path, part| path.join(part)),
            bytes: u64::try_from(add.size)
                .map_err(|_| Error::corrupt(format!("file `{}` has a negative size", add.path)))?,
            statistics: std::sync::Arc::new(statistics),
            partition_values,
            checksum,
            sorted_by,
            add,
        })
    }

    /// A file of which nothing but its size and statistics matters.
    #[cfg(test)]
    pub(super) fn of_statistics(bytes: u64, statistics: Statistics) -> Self {
        let add = Add {
            path: String::new(),
            partition_values: HashMap::new(),
            size: 0,
            modification_time: 0,
            data_change: true,
            stats: None,
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        };
        Self {
            path: Path::default(),
            bytes,
            statistics: std::sync::Arc::new(statistics),
            partition_values: Vec::new(),
            checksum: None,
            sorted_by: Vec::new(),
            add,
        }
    }

    /// Rows, when the file's statistics tell.
    pub fn rows(&self) -> Option<usize> {
        self.statistics.num_rows.get_value().copied()
    }

    /// Whether an action of the log means this file.
    pub(super) fn is_at(&self, path: &str) -> bool {
        self.add.path == path
    }

    /// Whether the rows are sorted by these columns, whatever they are sorted by after that.
    pub fn is_sorted_by(&self, columns: &[String]) -> bool {
        !columns.is_empty() && self.sorted_by.starts_with(columns)
    }

    /// The action that puts this file into the table.
    pub(super) fn added(&self) -> Add {
        self.add.clone()
    }

    /// The action that takes this file out of the table; `data_change` is false when its rows stay.
    pub(super) fn removed(&self, at_ms: i64, data_change: bool) -> Remove {
        Remove {
            path: self.add.path.clone(),
            data_change,
            deletion_timestamp: Some(at_ms),
            extended_file_metadata: Some(true),
            size: Some(self.add.size),
            partition_values: Some(self.add.partition_values.clone()),
            ..Remove::default()
        }
    }
}

/// The typed values of a file's partition columns; they come after the file's own columns in `schema`.
fn partition_values(
    schema: &Schema,
    columns: &[String],
    values: &HashMap<String, Option<String>>,
) -> Result<Vec<ScalarValue>> {
    let mut typed = Vec::with_capacity(columns.len());
    for column in columns {
        let data_type = schema
            .field_with_name(column)
            .map_err(|_| Error::corrupt(format!("partition column `{column}` is not a column of the table")))?
            .data_type();
        let text = values.get(column).cloned().flatten();
        let value = match text {
            None => ScalarValue::try_from(data_type),
            Some(text) => ScalarValue::try_from_string(text, data_type),
        };
        typed.push(value.map_err(|source| {
            Error::corrupt(format!("a value of partition column `{column}` is not a {data_type}")).with_source(source)
        })?);
    }
    Ok(typed)
}
