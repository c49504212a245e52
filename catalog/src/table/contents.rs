//! What the rows of a materialized view were made from, in the same commit as the rows.
//!
//! It is a property of the table, so that rows and what is said of them come and go together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Properties;
use crate::{Error, Result};

const PROPERTY: &str = "bellwether.contents";

/// What the rows of one version of a materialized view are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Differs where definitions do: the query's, and those of all views it reads.
    pub definition: String,
    /// The tables that were read, each at one version.
    pub bases: Vec<Base>,
    /// The functions that were called, with their versions.
    pub functions: BTreeMap<String, String>,
    /// When the bases were read, in milliseconds since 1970.
    pub as_of_ms: i64,
    /// How the latest refresh was done.
    pub mode: String,
}

/// A table as a refresh read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The folder under `tables/`: a table that is dropped and created again is another one.
    pub id: String,
    /// What the table was called.
    pub name: String,
    /// The version that was read.
    pub version: u64,
}

impl Contents {
    /// The version of a table that the rows were made from.
    pub fn version_of(&self, id: &str) -> Option<u64> {
        self.bases.iter().find(|base| base.id == id).map(|base| base.version)
    }

    pub(super) fn to_property(contents: Option<&Self>) -> Result<(String, String)> {
        let json = serde_json::to_string(&contents)
            .map_err(|source| Error::internal("a view's contents cannot be written as JSON").with_source(source))?;
        Ok((PROPERTY.to_owned(), json))
    }

    pub(super) fn from_properties(properties: &Properties) -> Result<Option<Self>> {
        let Some(json) = properties.get(PROPERTY) else { return Ok(None) };
        serde_json::from_str(json).map_err(|source| {
            Error::corrupt(format!("table property `{PROPERTY}` is not what was written")).with_source(source)
        })
    }
}
