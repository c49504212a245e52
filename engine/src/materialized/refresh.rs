//! `REFRESH`: what changed since the rows were made, how it is taken over, and the one commit that does it.

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, RefreshFailure, Snapshot, Table, no_relation};

use super::changed::{self, Changed};
use super::classify::{Classified, classify};
use super::incremental::Incremental;
use super::swap::Swap;
use super::{MaterializedView, Planned, find, lineage, whole};
use crate::names::RelationName;
use crate::statement::Scope;
use crate::{Result, clock};

/// How often a refresh starts again because another writer committed first.
const ATTEMPTS: usize = 5;

/// How a change of the bases was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The rows were those of the newest versions already.
    Unchanged,
    /// Appended rows were merged in.
    Merge,
    /// Groups that changed rows belong to were computed anew.
    Groups,
    /// All rows were computed anew.
    Whole,
}

impl Refreshed {
    /// What is worth telling whoever asked for the refresh.
    pub(crate) fn told(&self, view: &RelationName) -> Option<String> {
        let reason = self.reason.as_ref()?;
        Some(format!("materialized view \"{}\" was computed whole: {reason}", view.name))
    }
}

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Merge => "merge",
            Self::Groups => "groups",
            Self::Whole => "whole",
        }
    }
}

/// Why a view is refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Somebody asked for it, or its time has come.
    Asked,
    /// A view that reads it is refreshed.
    ReadByAnother,
}

/// A refresh, done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refreshed {
    pub mode: Mode,
    /// Why all rows were computed anew, when they were.
    pub reason: Option<String>,
    /// Rows that were written.
    pub rows: u64,
}

/// Refreshes a view, after the views it reads.
pub(crate) async fn refresh(scope: &Scope, name: &RelationName) -> Result<Refreshed> {
    for upstream in lineage::upstream(&scope.names, name)? {
        refresh_one(scope, &upstream, Cause::ReadByAnother).await?;
    }
    refresh_one(scope, name, Cause::Asked).await
}

/// Fills a view that has no name yet, as it was planned; gives the number of its rows.
pub(crate) async fn fill(
    scope: &Scope,
    view: &MaterializedView,
    planned: &Planned,
    classified: &Classified,
) -> Result<u64> {
    let upstream = lineage::upstream_of(&scope.names, &view.definition)?;
    for upstream in &upstream {
        refresh_one(scope, upstream, Cause::ReadByAnother).await?;
    }
    let table = scope.session.inner.engine.inner.lake.table(&view.definition.id)?;
    let _writer = table.writer().await;
    let before = table.latest().await?;
    let swap = Swap { scope, view, table: &table, before: &before };
    if upstream.is_empty() {
        return whole::refresh(&swap, planned, classified).await;
    }
    // The views it reads have other versions now.
    let planned = Planned::new(scope, &view.definition, view.authority.clone()).await?;
    let classified = classify(scope, &planned)?;
    whole::refresh(&swap, &planned, &classified).await
}

async fn refresh_one(scope: &Scope, name: &RelationName, cause: Cause) -> Result<Refreshed> {
    let lake = &scope.session.inner.engine.inner.lake;
    let Some(view) = find(lake, name).await? else { return Err(no_relation(&scope.shown(name))) };
    let outcome = attempts(scope, &view, cause).await;
    note(scope, &view, outcome.as_ref().err()).await?;
    outcome
}

async fn attempts(scope: &Scope, view: &MaterializedView, cause: Cause) -> Result<Refreshed> {
    let table = scope.session.inner.engine.inner.lake.table(&view.definition.id)?;
    // Whoever else refreshes the view waits, and then finds nothing to do.
    let _writer = table.writer().await;
    for attempt in 1.. {
        match attempt_once(scope, view, &table, cause).await {
            Err(error) if error.kind() == ErrorKind::Conflict && attempt < ATTEMPTS => continue,
            outcome => return outcome,
        }
    }
    Err(Error::internal("a refresh was not attempted"))
}

async fn attempt_once(scope: &Scope, view: &MaterializedView, table: &Arc<Table>, cause: Cause) -> Result<Refreshed> {
    let before: Arc<Snapshot> = table.latest().await?;
    let planned = Planned::new(scope, &view.definition, view.authority.clone()).await?;
    let swap = Swap { scope, view, table, before: &before };
    let changed = match changed::since(scope, before.contents(), &planned, cause).await? {
        Changed::Nothing => return Ok(Refreshed { mode: Mode::Unchanged, reason: None, rows: 0 }),
        Changed::Versions => {
            swap.commit(&before, planned.contents(Mode::Unchanged), Vec::new(), Vec::new()).await?;
            return Ok(Refreshed { mode: Mode::Unchanged, reason: None, rows: 0 });
        }
        Changed::Rows(changed) => Ok(changed),
        Changed::All(reason) => Err(reason),
    };
    let classified = classify(scope, &planned)?;
    let reason = match (changed, &classified.parts) {
        (Err(reason), _) => reason,
        (Ok(_), None) => classified.reason.clone(),
        (Ok(changed), Some((shape, layout))) => {
            let incremental =
                Incremental { swap: &swap, planned: &planned, shape, layout: layout.as_ref(), changed: &changed };
            let taken = match incremental.way() {
                Ok(way) => incremental.take_over(way).await?,
                Err(reason) => Err(reason),
            };
            match taken {
                Ok((mode, rows)) => return Ok(Refreshed { mode, reason: None, rows }),
                Err(reason) => Some(reason),
            }
        }
    };
    let rows = whole::refresh(&swap, &planned, &classified).await?;
    Ok(Refreshed { mode: Mode::Whole, reason, rows })
}

/// Keeps a failure where every server sees it, until a refresh succeeds. What was ended by somebody did not fail.
async fn note(scope: &Scope, view: &MaterializedView, failed: Option<&Error>) -> Result<()> {
    let id = &view.definition.id;
    match failed {
        None if view.failure.is_none() => Ok(()),
        Some(error) if matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::ShuttingDown) => Ok(()),
        _ => {
            let at_ms = clock::now_ms();
            scope
                .change_names(|names| {
                    match failed {
                        None => drop(names.failures.remove(id)),
                        Some(error) => {
                            let count = names.failures.get(id).map_or(0, |failure| failure.count).saturating_add(1);
                            let message = error.message().to_owned();
                            names.failures.insert(id.clone(), RefreshFailure { message, at_ms, count });
                        }
                    }
                    Ok(())
                })
                .await
        }
    }
}
