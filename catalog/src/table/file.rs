//! One data file of a table version: where it is, how large, what it holds.

use std::collections::HashMap;

use datafusion::arrow::datatypes::Schema;
use datafusion::common::{ScalarValue, Statistics};
use deltalake::kernel::{Add, LogicalFileView, Remove};
use object_store::path::Path;

use super::statistics;
use crate::{Error, Result};

/// The tag of an `add` action that holds the file's xxh3-64 in hexadecimal.
pub(super) const CHECKSUM_TAG: &str = "bellwether.xxh3";

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
    add: Add,
}

impl DataFile {
    pub(super) fn new(
        root: &Path,
        schema: &Schema,
        partition_columns: &[String],
        view: &LogicalFileView,
    ) -> Result<Self> {
        if view.deletion_vector_descriptor().is_some() {
            return Err(Error::unsupported("the table has deletion vectors").with_hint("rewrite it without them first"));
        }
        #[expect(deprecated, reason = "the only public way to a file's tags")]
        let add = view.add_action();
        let file_columns = schema.fields().len() - partition_columns.len();
        let checksum = add
            .tags
            .as_ref()
            .and_then(|tags| tags.get(CHECKSUM_TAG).cloned().flatten())
            .and_then(|hex| u64::from_str_radix(&hex, 16).ok());
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
            add,
        })
    }

    /// Rows, when the file's statistics tell.
    pub fn rows(&self) -> Option<usize> {
        self.statistics.num_rows.get_value().copied()
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
