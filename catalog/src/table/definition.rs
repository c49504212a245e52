//! What a table is declared to be: columns, keys, constraints, layout.
//!
//! Columns live in Delta's own schema (with comments as field metadata, as Spark writes them).
//! Everything Delta has no place for is one JSON property, `bellwether.definition`.

use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use serde::{Deserialize, Serialize};

use super::Properties;
use crate::{Error, ErrorKind, Result};

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
    /// Keys, constraints, defaults and the order of rows.
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
    /// Columns that data files are sorted by, ascending and NULLs last, from now on.
    pub cluster_by: Vec<String>,
    /// Columns that only the engine reads: the states a materialized view's aggregates are merged from.
    pub hidden: Vec<String>,
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
    /// Whether rows of `columns`, in folders by `partition_by`, can be clustered as declared.
    pub fn check_cluster_by(&self, columns: &Schema, partition_by: &[String]) -> Result<()> {
        for (place, column) in self.cluster_by.iter().enumerate() {
            let field = columns.field_with_name(column).map_err(|_| {
                Error::new(ErrorKind::UndefinedColumn, format!("cluster column \"{column}\" does not exist"))
            })?;
            if self.cluster_by[..place].contains(column) {
                let fact = format!("cluster column \"{column}\" is named twice");
                return Err(Error::new(ErrorKind::DuplicateColumn, fact));
            }
            if field.data_type().is_nested() {
                let fact = format!("a table cannot be clustered by \"{column}\": its type has no order to sort by");
                return Err(Error::unsupported(fact).with_hint("cluster by numbers, text, dates or timestamps"));
            }
            if matches!(field.data_type(), DataType::Decimal256(..)) {
                let fact = format!("a table cannot be clustered by \"{column}\": its numbers have more than 38 digits");
                return Err(Error::unsupported(fact).with_hint("cast the column to numeric(38, 18)"));
            }
            if partition_by.contains(column) {
                let fact = format!("a table cannot be both partitioned and clustered by \"{column}\"");
                return Err(Error::invalid_parameter(fact)
                    .with_hint("leave it out of cluster_by: within a partition it is the same in every row"));
            }
        }
        Ok(())
    }

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
