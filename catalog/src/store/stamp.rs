//! What tells one state of a stored file from another without reading it.

use chrono::{DateTime, Utc};
use object_store::ObjectMeta;

/// Size, time and tag of a file: when all are as before, so is the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    size: u64,
    last_modified: DateTime<Utc>,
    e_tag: Option<String>,
}

impl Stamp {
    pub(super) fn of(meta: &ObjectMeta) -> Self {
        Self { size: meta.size, last_modified: meta.last_modified, e_tag: meta.e_tag.clone() }
    }
}
