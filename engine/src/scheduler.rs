//! Refreshes materialized views when their time has come, on the one server that does the background work.
//!
//! A round looks at every view that is refreshed by itself. It begins as soon as this process commits a change,
//! and every two seconds, for what other servers commit. What is due is decided by [`due`]; a refresh is the
//! statement `REFRESH MATERIALIZED VIEW` in a session of the owner, so memory, the longest time a statement may run,
//! the list of what runs and the drain at the end hold for it as for any other.

mod back_off;
mod due;
mod schedule;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bellwether_catalog::{
    Error, ErrorKind, MaterializedDefinition, Namespace, RefreshFailure, Relation, Result, Snapshot,
};
use futures::StreamExt;
use tokio::task::JoinSet;

pub(crate) use back_off::retry_at_ms;
use due::{Candidate, Memory, Versions};
pub(crate) use schedule::Schedule;

use crate::names::RelationName;
use crate::{ClientInfo, Door, Engine, Principal, clock};

/// How often other servers' commits are looked for.
const POLL: Duration = Duration::from_secs(2);

/// Commits of this process that come closer than this share a round.
const GATHER: Duration = Duration::from_millis(100);

/// Refreshes that run at a time; they share the machine with those who ask.
const CONCURRENT: usize = 2;

/// Logs read at a time.
const CONCURRENT_READS: usize = 16;

/// Starts the rounds.
pub(crate) fn start(engine: &Engine) {
    if !engine.config().background_work || engine.lake().store().is_read_only().is_some() {
        return;
    }
    let stop = engine.inner.stop.clone();
    let commits = Arc::clone(engine.lake().store().commits());
    let inner = Arc::downgrade(&engine.inner);
    engine.spawn_background(async move {
        let mut scheduler = Scheduler::default();
        loop {
            // From here on, so that a commit during the round begins another.
            let committed = commits.notified();
            tokio::pin!(committed);
            committed.as_mut().enable();
            // The rounds must not keep an engine alive that nobody holds any more.
            let Some(engine) = Engine::upgrade(&inner) else { return };
            if engine.is_ready()
                && engine.does_background_work()
                && let Err(error) = scheduler.round(&engine).await
            {
                tracing::warn!(%error, "the scheduler could not look at the views; it looks again");
            }
            drop(engine);
            tokio::select! {
                () = stop.cancelled() => return,
                Some(ended) = scheduler.refreshes.join_next() => scheduler.note(ended.ok()),
                () = committed => tokio::time::sleep(GATHER).await,
                () = tokio::time::sleep(POLL) => {}
            }
        }
    });
}

#[derive(Default)]
struct Scheduler {
    memory: Memory,
    /// Refreshes that run; each gives its view's id at its end.
    refreshes: JoinSet<String>,
}

impl Scheduler {
    fn note(&mut self, ended: Option<String>) {
        if let Some(id) = ended {
            self.memory.ended(&id, clock::now_us());
        }
    }

    /// Starts the refreshes that are due, as far as there is room for them.
    async fn round(&mut self, engine: &Engine) -> Result<()> {
        while let Some(ended) = self.refreshes.try_join_next() {
            self.note(ended.ok());
        }
        let (views, candidates) = look(engine).await?;
        let now_us = clock::now_us();
        let room = CONCURRENT.saturating_sub(self.memory.running());
        let due: Vec<Candidate> = self.memory.due(&candidates, now_us).into_iter().take(room).cloned().collect();
        for candidate in due {
            let Some(view) = views.get(&candidate.id).cloned() else { continue };
            self.memory.started(&candidate, now_us);
            let engine = engine.clone();
            self.refreshes.spawn(async move {
                if let Err(error) = refresh(&engine, &view).await {
                    tracing::warn!(view = view.quoted(), %error, "a materialized view was not refreshed");
                    if error.kind() == ErrorKind::Timeout
                        && let Err(error) = note_timeout(&engine, &candidate.id, &error).await
                    {
                        tracing::warn!(view = view.quoted(), %error, "the failure could not be noted");
                    }
                }
                candidate.id
            });
        }
        Ok(())
    }
}

/// All views that are refreshed by themselves: their names by id, and how they stand.
async fn look(engine: &Engine) -> Result<(BTreeMap<String, RelationName>, Vec<Candidate>)> {
    let names = engine.lake().names().await?;
    let mut views = BTreeMap::new();
    let mut candidates = Vec::new();
    for (schema, entry) in &names.schemas {
        for (name, relation) in &entry.relations {
            let Relation::MaterializedView(view) = relation else { continue };
            let Some(schedule) = automatic(view) else { continue };
            views.insert(view.id.clone(), RelationName { schema: schema.clone(), name: name.clone() });
            candidates.push(Candidate {
                id: view.id.clone(),
                schedule,
                as_of_us: None,
                recorded: Versions::new(),
                now: Versions::new(),
                failure: names.failures.get(&view.id).cloned(),
            });
        }
    }
    let rows = snapshots(engine, views.keys().cloned().collect()).await;
    for candidate in &mut candidates {
        let Some(contents) = rows.get(&candidate.id).and_then(|snapshot| snapshot.contents()) else { continue };
        candidate.as_of_us = Some(contents.as_of_ms.saturating_mul(1000));
        candidate.recorded = contents.bases.iter().map(|base| (base.id.clone(), base.version)).collect();
    }
    let bases: BTreeSet<String> = candidates.iter().flat_map(|candidate| candidate.recorded.keys().cloned()).collect();
    let bases = snapshots(engine, bases).await;
    for candidate in &mut candidates {
        for id in candidate.recorded.keys() {
            // A table that was dropped has no newer version; its name may belong to another by now, which the
            // refresh finds out.
            let is_gone = names.dropped.contains_key(id);
            let version = bases.get(id).filter(|_| !is_gone).map_or(u64::MAX, |base| base.version());
            candidate.now.insert(id.clone(), version);
        }
    }
    Ok((views, candidates))
}

/// The newest versions of tables. One that cannot be read is left out: it must not keep the others' views waiting.
async fn snapshots(engine: &Engine, ids: BTreeSet<String>) -> BTreeMap<String, Arc<Snapshot>> {
    let read = |id: String| async move {
        let snapshot = async { engine.lake().table(&id)?.latest().await }.await;
        match snapshot {
            Ok(snapshot) => Some((id, snapshot)),
            Err(error) => {
                tracing::warn!(table = id, %error, "the scheduler could not read a table's log");
                None
            }
        }
    };
    let read = futures::stream::iter(ids).map(read).buffer_unordered(CONCURRENT_READS);
    read.filter_map(std::future::ready).collect().await
}

/// The schedule of a view that is refreshed by itself.
fn automatic(view: &MaterializedDefinition) -> Option<Schedule> {
    // The text was read when it was set; one that a newer version wrote is left to that version.
    let schedule = Schedule::parse(view.options.refresh.as_deref()?).ok()?;
    schedule.is_automatic().then_some(schedule)
}

async fn refresh(engine: &Engine, view: &RelationName) -> Result<()> {
    let client = ClientInfo { application: Some("scheduler".into()), ..ClientInfo::default() };
    let session = engine.session(Principal::owner(), Door::Embedded, client)?;
    session.run(&format!("REFRESH MATERIALIZED VIEW {}", view.quoted())).await?;
    Ok(())
}

/// Notes the failure of a refresh that was ended at its time, which it cannot do itself.
async fn note_timeout(engine: &Engine, id: &str, error: &Error) -> Result<()> {
    let change = |names: &mut Namespace| {
        let count = names.failures.get(id).map_or(0, |failure| failure.count).saturating_add(1);
        let failure = RefreshFailure { message: error.message().to_owned(), at_ms: clock::now_ms(), count };
        names.failures.insert(id.to_owned(), failure);
        Ok(())
    };
    engine.lake().change(change).await
}
