//! How large a table is, as far as this process has seen it.

use bellwether_catalog::Lake;

use super::catalogue::{Kind, Relation};

/// Rows and bytes of a table's newest known version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// Unknown when a file has no statistics.
    pub rows: Option<usize>,
    pub bytes: u64,
    /// When the version was committed, in milliseconds since 1970.
    pub committed_ms: Option<i64>,
}

impl Size {
    /// The size of a relation; only tables of the lake have one.
    pub(crate) fn of(lake: &Lake, relation: &Relation) -> Option<Self> {
        let (Kind::Table { stored } | Kind::Materialized { stored, .. }) = &relation.kind else { return None };
        let snapshot = lake.table(stored).ok()?.seen()?;
        Some(Self { rows: snapshot.rows(), bytes: snapshot.bytes(), committed_ms: snapshot.committed_ms() })
    }
}
