//! What has changed since a view's rows were made.

use std::sync::Arc;

use bellwether_catalog::{Base, Contents, ErrorKind, FileChanges, Snapshot, Table};

use super::Planned;
use super::refresh::Cause;
use crate::Result;
use crate::statement::Scope;

/// What a refresh has to take over.
pub(super) enum Changed {
    /// Nothing: the tables have the versions that were read.
    Nothing,
    /// The tables have other versions with the same rows.
    Versions,
    /// Rows of these tables.
    Rows(Vec<ChangedTable>),
    /// All rows are to be computed, for a reason unless they never were.
    All(Option<String>),
}

/// A table whose rows have changed.
pub(super) struct ChangedTable {
    pub table: Arc<Table>,
    pub base: Base,
    /// The version that was read.
    pub before: u64,
    pub now: Arc<Snapshot>,
    pub files: FileChanges,
}

/// Compares what the rows were made from with what the definition reads now.
pub(super) async fn since(
    scope: &Scope,
    contents: Option<&Contents>,
    planned: &Planned,
    cause: Cause,
) -> Result<Changed> {
    let all = |reason: String| Ok(Changed::All(Some(reason)));
    let Some(contents) = contents else { return Ok(Changed::All(None)) };
    // Rows that change by themselves are computed anew when the view is asked for. If each view above did it too,
    // those that are refreshed on change would give each other cause for ever.
    if let (Some(reason), Cause::Asked) = (&planned.unsettled, cause) {
        return all(reason.clone());
    }
    let ids = |bases: &[Base]| bases.iter().map(|base| base.id.clone()).collect::<Vec<_>>();
    if ids(&contents.bases) != ids(&planned.bases) {
        let again = planned.bases.iter().find(|base| contents.version_of(&base.id).is_none());
        return all(match again {
            Some(base) => format!("{} is another table than before", base.name),
            None => "it reads fewer tables than before".to_owned(),
        });
    }
    if contents.definition != planned.fingerprint {
        return all("its definition has changed".to_owned());
    }
    if let Some((name, _)) =
        planned.functions.iter().find(|(name, version)| contents.functions.get(*name) != Some(version))
    {
        return all(format!("{name} has another version"));
    }
    let lake = &scope.session.inner.engine.inner.lake;
    let (mut is_moved, mut tables) = (false, Vec::new());
    for base in &planned.bases {
        let Some(before) = contents.version_of(&base.id).filter(|before| *before != base.version) else { continue };
        is_moved = true;
        if before > base.version {
            return all(format!("{} went back to an earlier version", base.name));
        }
        let table = lake.table(&base.id)?;
        let now = table.at_version(base.version).await?;
        let files = match table.changes(before, &now).await {
            Ok(files) => files,
            Err(error) if matches!(error.kind(), ErrorKind::Io | ErrorKind::InvalidParameter) => {
                return all(format!("what changed in {} since its version {before} is not known any more", base.name));
            }
            Err(error) => return Err(error),
        };
        if files.is_empty() {
            continue;
        }
        if files.declared && !files.removed.is_empty() {
            return all(format!("the columns of {} were written anew", base.name));
        }
        if !table.has_files(&files.added).await? || !table.has_files(&files.removed).await? {
            return all(format!("rows that {} had at its version {before} are removed for good", base.name));
        }
        tables.push(ChangedTable { table, base: base.clone(), before, now, files });
    }
    Ok(match (tables.is_empty(), is_moved) {
        (false, _) => Changed::Rows(tables),
        (true, true) => Changed::Versions,
        (true, false) => Changed::Nothing,
    })
}
