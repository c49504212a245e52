//! Which files' rows came and went between two versions of a table.
//!
//! The lists of files of two versions do not tell: a compaction puts rows that were there into new files, together
//! with rows that were not. The log does. Each commit says of each file whether its rows change the table or only
//! move. What moves cancels out of every sum of rows, so the rows of files that came less those of files that went
//! are the difference of the versions, whatever was compacted in between. Files stay readable until they are vacuumed.

use std::collections::HashMap;

use datafusion::arrow::datatypes::FieldRef;
use deltalake::kernel::{Action, Add};
use futures::{FutureExt, StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;

use super::{DataFile, Snapshot, Table};
use crate::store::from_object_store;
use crate::{Error, Result};

/// Log entries read at a time.
const CONCURRENT: usize = 16;

/// What happened to a table's rows between two versions.
#[derive(Debug, Default)]
pub struct FileChanges {
    /// Files whose rows came.
    pub added: Vec<DataFile>,
    /// Files whose rows went; some of the rows may be among those that came.
    pub removed: Vec<DataFile>,
    /// Whether the table has other columns now.
    pub declared: bool,
}

impl FileChanges {
    /// Whether the rows are the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

impl Table {
    /// The files whose rows came and went after version `since` up to `until`.
    pub async fn changes(&self, since: u64, until: &Snapshot) -> Result<FileChanges> {
        if since > until.version() {
            return Err(Error::invalid_parameter(format!("version {since} comes after {}", until.version())));
        }
        let commits: Vec<Vec<Action>> = futures::stream::iter(since + 1..=until.version())
            .map(|version| self.actions(version).boxed())
            .buffered(CONCURRENT)
            .try_collect()
            .await?;
        let mut sum = Sum::default();
        for commit in commits {
            sum.add(commit);
        }
        let mut changes = FileChanges::default();
        let mut before = None;
        if sum.is_declared {
            let version = self.at_version(since).await?;
            changes.declared = !has_same_columns(&version, until);
            before = Some(version);
        }
        for (path, count) in &sum.counts {
            if *count == 0 {
                continue;
            }
            let file = match sum.files.get(path) {
                Some(add) => self.data_file(until, add)?,
                None => {
                    if before.is_none() {
                        before = Some(self.at_version(since).await?);
                    }
                    let found = before.iter().flat_map(|before| before.files()).find(|file| file.is_at(path));
                    found.cloned().ok_or_else(|| {
                        Error::corrupt(format!("the log removes file `{path}`, which version {since} does not have"))
                    })?
                }
            };
            if *count > 0 {
                changes.added.push(file);
            } else {
                changes.removed.push(file);
            }
        }
        Ok(changes)
    }

    /// A file as an action puts it into the table.
    pub fn data_file(&self, snapshot: &Snapshot, add: &Add) -> Result<DataFile> {
        DataFile::new(self.root(), &snapshot.stored_schema(), snapshot.partition_columns(), add.clone())
    }

    /// Whether every one of these files can still be read.
    pub async fn has_files(&self, files: &[DataFile]) -> Result<bool> {
        for file in files {
            match self.store().object_store().head(&file.path).await {
                Ok(_) => {}
                Err(object_store::Error::NotFound { .. }) => return Ok(false),
                Err(error) => return Err(from_object_store(error)),
            }
        }
        Ok(true)
    }

    async fn actions(&self, version: u64) -> Result<Vec<Action>> {
        let entry = self.root().clone().join("_delta_log").join(format!("{version:020}.json"));
        let read = self.store().object_store().get(&entry).await.map_err(from_object_store)?;
        let bytes = read.bytes().await.map_err(from_object_store)?;
        let mut actions = Vec::new();
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
            let action = serde_json::from_slice(line).map_err(|source| {
                Error::corrupt(format!("log entry `{entry}` is not what was written")).with_source(source)
            })?;
            actions.push(action);
        }
        Ok(actions)
    }
}

/// Files that came, less those that went, over many commits.
#[derive(Default)]
struct Sum {
    counts: HashMap<String, i8>,
    /// Every file that was put into the table, compactions' included.
    files: HashMap<String, Add>,
    /// Whether columns, keys or properties were declared anew: a refresh of a materialized view does it each time.
    is_declared: bool,
}

/// Whether columns have the same names and types; descriptions may differ.
fn has_same_columns(before: &Snapshot, now: &Snapshot) -> bool {
    let (before, now) = (before.schema().fields(), now.schema().fields());
    let is_same =
        |(one, other): (&FieldRef, &FieldRef)| one.name() == other.name() && one.data_type() == other.data_type();
    before.len() == now.len() && before.iter().zip(now).all(is_same)
}

impl Sum {
    fn add(&mut self, commit: Vec<Action>) {
        for action in commit {
            match action {
                Action::Metadata(_) => self.is_declared = true,
                Action::Remove(remove) if remove.data_change => *self.counts.entry(remove.path).or_default() -= 1,
                Action::Add(add) => {
                    if add.data_change {
                        *self.counts.entry(add.path.clone()).or_default() += 1;
                    }
                    self.files.insert(add.path.clone(), add);
                }
                _ => {}
            }
        }
    }
}
