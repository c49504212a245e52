//! What other programs may have turned on for a table, and what of it is understood here.
//!
//! A table feature that is not understood is refused by its name: read past, it would give rows that were deleted, or
//! columns of NULLs; written past, rows that break what another program relies on.

use std::collections::HashMap;

use deltalake::table::state::DeltaTableState;
use object_store::path::Path;
use serde_json::Value;

use crate::{Error, Result};

/// Rows of a file that count as deleted.
pub(super) const DELETION_VECTORS: &str = "deletionVectors";

/// Columns that are stored under other names.
const COLUMN_MAPPING: &str = "columnMapping";

/// The property that says how columns are mapped.
const COLUMN_MAPPING_MODE: &str = "delta.columnMapping.mode";

/// Features that change nothing of how files are read. Deletion vectors are looked for at each file.
const READ: [&str; 4] = ["timestampNtz", "vacuumProtocolCheck", "v2Checkpoint", DELETION_VECTORS];

/// Features that ask nothing of a writer of whole files, beside those that are read.
const WRITTEN: [&str; 3] = ["appendOnly", "clustering", "domainMetadata"];

/// Where it shows that a feature is in use, which a table may have and not use.
enum Mark {
    /// The property is `true`.
    Enabled(&'static str),
    /// A property's name begins so.
    Property(&'static str),
    /// A column has metadata whose name begins so.
    Column(&'static str),
}

/// Features that ask more of a writer, as soon as they are in use.
const MARKED: [(&str, Mark); 10] = [
    ("checkConstraints", Mark::Property("delta.constraints.")),
    ("invariants", Mark::Column("delta.invariants")),
    ("generatedColumns", Mark::Column("delta.generationExpression")),
    ("identityColumns", Mark::Column("delta.identity.")),
    ("allowColumnDefaults", Mark::Column("CURRENT_DEFAULT")),
    ("changeDataFeed", Mark::Enabled("delta.enableChangeDataFeed")),
    ("inCommitTimestamp", Mark::Enabled("delta.enableInCommitTimestamps")),
    ("icebergCompatV1", Mark::Enabled("delta.enableIcebergCompatV1")),
    ("icebergCompatV2", Mark::Enabled("delta.enableIcebergCompatV2")),
    ("icebergCompatV3", Mark::Enabled("delta.enableIcebergCompatV3")),
];

/// Refuses a version whose rows are not what its files hold as they are.
pub(super) fn check_readable(root: &Path, state: &DeltaTableState) -> Result<()> {
    let mapping = state.metadata().configuration().get(COLUMN_MAPPING_MODE);
    if mapping.is_some_and(|mode| mode != "none") {
        return Err(unreadable(root, COLUMN_MAPPING));
    }
    for feature in state.protocol().reader_features().unwrap_or_default() {
        let feature = feature.to_string();
        if feature != COLUMN_MAPPING && !READ.contains(&feature.as_str()) {
            return Err(unreadable(root, &feature));
        }
    }
    Ok(())
}

/// Refuses to change a table of which another program relies on more than is kept here.
pub(super) fn check_writable(root: &Path, state: &DeltaTableState) -> Result<()> {
    let configuration = state.metadata().configuration();
    let columns = serde_json::to_value(state.schema().as_ref())
        .map_err(|error| Error::internal("the table's columns cannot be written as JSON").with_source(error))?;
    // Those of old protocol versions are not listed, and of new ones only those that are in use count.
    for (feature, mark) in &MARKED {
        if mark.is_there(configuration, &columns) {
            return Err(unwritable(root, feature));
        }
    }
    for feature in state.protocol().writer_features().unwrap_or_default() {
        let feature = feature.to_string();
        let is_known = feature == COLUMN_MAPPING
            || READ.contains(&feature.as_str())
            || WRITTEN.contains(&feature.as_str())
            || MARKED.iter().any(|(marked, _)| *marked == feature);
        if !is_known {
            return Err(unwritable(root, &feature));
        }
    }
    Ok(())
}

impl Mark {
    fn is_there(&self, configuration: &HashMap<String, String>, columns: &Value) -> bool {
        match self {
            Self::Enabled(property) => configuration.get(*property).is_some_and(|value| value == "true"),
            Self::Property(prefix) => configuration.keys().any(|name| name.starts_with(prefix)),
            Self::Column(prefix) => is_in_metadata(columns, prefix),
        }
    }
}

/// Whether any column has metadata whose name begins so.
fn is_in_metadata(columns: &Value, prefix: &str) -> bool {
    match columns {
        Value::Object(members) => members.iter().any(|(name, value)| match value {
            Value::Object(metadata) if name == "metadata" => metadata.keys().any(|name| name.starts_with(prefix)),
            value => is_in_metadata(value, prefix),
        }),
        Value::Array(items) => items.iter().any(|item| is_in_metadata(item, prefix)),
        _ => false,
    }
}

/// The error for a feature without which the rows cannot be told.
pub(super) fn unreadable(root: &Path, feature: &str) -> Error {
    let fact = format!("the table in {root} uses the Delta table feature {feature}, which is not read here");
    let hint = match feature {
        DELETION_VECTORS => {
            "in the program that deletes with them: ALTER TABLE … SET TBLPROPERTIES \
             ('delta.enableDeletionVectors' = false), then REORG TABLE … APPLY (PURGE)"
        }
        _ => {
            "in the program that turned it on: ALTER TABLE … DROP FEATURE, or a copy of the table without it; versions \
             before that can be read with FOR VERSION AS OF"
        }
    };
    Error::unsupported(fact).with_hint(hint)
}

fn unwritable(root: &Path, feature: &str) -> Error {
    let fact = format!("the table in {root} uses the Delta table feature {feature}, which is not kept here");
    Error::unsupported(fact)
        .with_hint("change the table with the program that turned it on, or turn it off there; it can be read here")
}
