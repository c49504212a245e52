//! A materialized view as the catalogue keeps it: what it computes, and how it is kept up to date.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Audit;

/// A materialized view's definition. Its rows are in the table `id`, whose commits say what they were made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterializedDefinition {
    /// The folder under `tables/`.
    pub id: String,
    /// The query.
    pub sql: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// What the query called them when the view was created: the query may give more columns since.
    pub outputs: Vec<String>,
    /// The schema that unqualified names in the query belong to.
    pub current_schema: String,
    /// The time zone the query is read in, whoever refreshes it.
    pub time_zone: String,
    /// Settings that may change.
    pub options: RefreshOptions,
    /// How a change of its bases can be taken over.
    pub class: RefreshClass,
    /// Why it is not merged, when it is not.
    pub reason: Option<String>,
}

/// What `WITH (…)` and `ALTER … SET (…)` set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RefreshOptions {
    /// When it is refreshed, as it was written; never by itself when nothing was.
    pub refresh: Option<String>,
    /// How old its rows may be for a query that does not name it, as it was written.
    pub max_staleness: Option<String>,
    /// The columns of which each row has other values, in a list.
    pub grain: Option<String>,
    /// Conditions on new rows, checked before they take the place of the old ones, in a list as headers have it.
    pub audits: Option<String>,
}

impl RefreshOptions {
    /// The conditions on new rows.
    pub fn audits(&self) -> Vec<Audit> {
        let grain = self.grain.as_deref().unwrap_or_default().split(',').map(|column| column.trim().to_owned());
        let grain: Vec<String> = grain.filter(|column| !column.is_empty()).collect();
        Audit::list(self.audits.as_deref().unwrap_or_default(), &grain)
    }
}

/// How a refresh takes over a change of the bases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshClass {
    /// Appended rows are merged in; other changes recompute the groups they touch, or all.
    Merge,
    /// The groups that changed rows belong to are recomputed.
    Groups,
    /// All rows are computed anew.
    Whole,
}

impl fmt::Display for RefreshClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Merge => "merge",
            Self::Groups => "groups",
            Self::Whole => "whole",
        })
    }
}

/// The failure of a refresh that was not followed by a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshFailure {
    /// What went wrong.
    pub message: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Failures since the last success.
    pub count: u32,
}
