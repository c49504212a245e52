//! Whether a view's rows are what its tables say at the versions a statement reads.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bellwether_catalog::{Base, Contents, FileChanges, Lake, Result};
use dashmap::DashMap;
use object_store::path::Path;

use super::block::Source;
use super::form::Form;
use super::matching::Query;
use crate::materialized::staleness;

/// Versions further apart are not looked through: there were changes among so many commits.
const COMMITS_MAX: u64 = 200;

/// What is remembered of differences between versions; beyond that it is found out again.
const REMEMBERED_MAX: usize = 1_000;

/// What happened to tables between versions.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    known: DashMap<(String, u64, u64), Arc<FileChanges>>,
}

/// How far a view's rows are those of its tables.
pub(super) enum Freshness {
    /// They are.
    Exact,
    /// They were, not longer ago than the view's `max_staleness`.
    Within(String),
    /// They are those of the tables without the files that one of them got since.
    Appended(Base, Arc<FileChanges>),
    /// They are not.
    No(String),
}

impl Differences {
    /// Compares what a view's rows were made from with what a query reads.
    pub(super) async fn compare(
        &self,
        lake: &Arc<Lake>,
        form: &Form,
        contents: Option<&Contents>,
        query: &Query,
        now_ms: i64,
    ) -> Result<Freshness> {
        let Some(contents) = contents else { return Ok(Freshness::No("it was never filled".into())) };
        if contents.definition != form.fingerprint {
            return Ok(Freshness::No("its rows were made by another definition".into()));
        }
        if contents.functions != form.functions {
            return Ok(Freshness::No("its rows were made by other versions of functions".into()));
        }
        if contents.bases.len() != form.tables.len() {
            return Ok(Freshness::No("its rows were made from other tables".into()));
        }
        let mut changed: Vec<(&Base, Option<Arc<FileChanges>>)> = Vec::new();
        for base in &contents.bases {
            let Some(asked) = query.block.sources().find(|source| source.id == base.id) else {
                return Ok(Freshness::No(format!("its rows were made from another {}", base.name)));
            };
            if asked.version == base.version {
                continue;
            }
            let changes = self.between(lake, base, asked.version).await?;
            if !changes.as_ref().is_some_and(|changes| changes.is_empty() && !changes.declared) {
                changed.push((base, changes));
            }
        }
        let Some((first, _)) = changed.first() else { return Ok(Freshness::Exact) };
        let reason = format!("{} has changed since its version {}", first.name, first.version);
        if let Some(text) = &form.definition.options.max_staleness {
            let bases: Vec<&Base> = changed.iter().map(|(base, _)| *base).collect();
            let age = age(lake, contents, &bases, now_ms).await?;
            if age <= staleness::parse(text)? {
                let leeway = format!("{reason}, {} s ago, which max_staleness = '{text}' allows", age.as_secs());
                return Ok(Freshness::Within(leeway));
            }
        }
        if let [(base, Some(changes))] = changed.as_slice()
            && changes.removed.is_empty()
            && !changes.declared
            && let Some(source) = query.block.rows.tables.iter().find(|source| source.id == base.id)
            && can_be_read(lake, source, changes).await?
        {
            return Ok(Freshness::Appended((*base).clone(), Arc::clone(changes)));
        }
        Ok(Freshness::No(reason))
    }

    /// What happened to a table between the version a view read and version `asked`; nothing when that is not looked
    /// through.
    async fn between(&self, lake: &Arc<Lake>, base: &Base, asked: u64) -> Result<Option<Arc<FileChanges>>> {
        if asked < base.version || asked - base.version > COMMITS_MAX {
            return Ok(None);
        }
        let key = (base.id.clone(), base.version, asked);
        if let Some(known) = self.known.get(&key) {
            return Ok(Some(Arc::clone(&known)));
        }
        let table = lake.table(&base.id)?;
        let until = match table.seen().filter(|seen| seen.version() == asked) {
            Some(seen) => seen,
            None => table.at_version(asked).await?,
        };
        let changes = Arc::new(table.changes(base.version, &until).await?);
        if self.known.len() >= REMEMBERED_MAX {
            self.known.clear();
        }
        self.known.insert(key, Arc::clone(&changes));
        Ok(Some(changes))
    }
}

/// Whether all files that came are there still: those that were joined into others since may have been vacuumed.
async fn can_be_read(lake: &Arc<Lake>, source: &Source, changes: &FileChanges) -> Result<bool> {
    let Ok(scan) = source.table() else { return Ok(false) };
    let current: HashSet<&Path> = scan.snapshot().files().iter().map(|file| &file.path).collect();
    let joined: Vec<_> = changes.added.iter().filter(|file| !current.contains(&file.path)).cloned().collect();
    lake.table(&source.id)?.has_files(&joined).await
}

/// How long ago the rows stopped being those of the tables: when the first commit was stored that they lack.
async fn age(lake: &Arc<Lake>, contents: &Contents, changed: &[&Base], now_ms: i64) -> Result<Duration> {
    let mut since_ms = now_ms;
    for base in changed {
        let stored = lake.table(&base.id)?.stored_ms(base.version + 1).await?;
        // Without the entry of the log nothing better is known than when the tables were read.
        since_ms = since_ms.min(stored.unwrap_or(contents.as_of_ms));
    }
    Ok(Duration::from_millis(u64::try_from(now_ms - since_ms).unwrap_or_default()))
}
