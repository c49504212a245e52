//! What a table is declared to be: columns, keys, constraints, layout.
//!
//! Columns live in Delta's own schema (with comments as field metadata, as Spark writes them).
//! Everything Delta has no place for is one JSON property, `bellwether.definition`.

use datafusion::arrow::datatypes::SchemaRef;
use serde::{Deserialize, Serialize};

use super::Properties;
use crate::{Error, Result};

const PROPERTY: &str = "bellwether.definition";

/// A table as `CREATE TABLE` declares it.
#[derive(Debug, Clone)]
pub struct TableDefinition {
    /// The columns; `comment` in a field's metadata is its description.
    pub columns: SchemaRef,
    /// Columns whose values make folders; scans skip those that cannot match.
    pub partition_by: Vec<String>,
    /// What the table is, in a sentence.
    pub comment: Option<String>,
    /// Keys, constraints and defaults.
    pub declared: Declared,
}

/// The declarations that Delta's own metadata has no place for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Declared {
    /// The primary key: informational, its columns are NOT NULL.
    pub primary_key: Option<Key>,
    /// Unique keys: informational.
    pub unique: Vec<Key>,
    /// Foreign keys: informational.
    pub foreign_keys: Vec<ForeignKey>,
    /// Conditions every row meets or leaves undecided: enforced.
    pub checks: Vec<Check>,
    /// Column defaults as SQL expressions.
    pub defaults: std::collections::BTreeMap<String, String>,
}

/// A key over columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The constraint's name.
    pub name: String,
    /// The columns, in order.
    pub columns: Vec<String>,
}

/// A reference to another table's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: String,
    /// The referring columns.
    pub columns: Vec<String>,
    /// Schema of the other table.
    pub foreign_schema: String,
    /// The other table.
    pub foreign_table: String,
    /// The columns referred to; empty means its primary key.
    pub foreign_columns: Vec<String>,
}

/// A condition on every row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The constraint's name.
    pub name: String,
    /// The condition as SQL.
    pub expression: String,
}

impl TableDefinition {
    /// A table of these columns with nothing else declared.
    pub fn of_columns(columns: SchemaRef) -> Self {
        Self { columns, partition_by: Vec::new(), comment: None, declared: Declared::default() }
    }

    pub(super) fn to_properties(&self) -> Result<Properties> {
        self.declared.to_properties()
    }
}

impl Declared {
    pub(crate) fn to_properties(&self) -> Result<Properties> {
        let json = serde_json::to_string(self).map_err(|source| {
            Error::internal("the table's definition cannot be written as JSON").with_source(source)
        })?;
        Ok(Properties::from([(PROPERTY.to_owned(), json)]))
    }

    pub(crate) fn from_properties(properties: &Properties) -> Result<Self> {
        match properties.get(PROPERTY) {
            None => Ok(Self::default()),
            Some(json) => serde_json::from_str(json).map_err(|source| {
                Error::corrupt(format!("table property `{PROPERTY}` is not what was written")).with_source(source)
            }),
        }
    }
}
