//! Which views are refreshed now: decided from what is known of them, without a clock or a lake of its own.

use std::collections::{BTreeMap, BTreeSet};

use bellwether_catalog::RefreshFailure;

use super::Schedule;
use super::back_off::retry_at_ms;

/// The versions of the tables below a view, by id.
pub(super) type Versions = BTreeMap<String, u64>;

/// A view that is refreshed by itself, as it stands in one round.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) id: String,
    pub(super) schedule: Schedule,
    /// When the tables below were read for its rows, in microseconds since 1970; nothing if they never were.
    pub(super) as_of_us: Option<i64>,
    /// The versions of the tables below its rows were made from.
    pub(super) recorded: Versions,
    /// The versions of these tables now.
    pub(super) now: Versions,
    /// Its failures since it last succeeded.
    pub(super) failure: Option<RefreshFailure>,
}

/// What the scheduler remembers of the refreshes it started.
#[derive(Debug, Default)]
pub(super) struct Memory {
    running: BTreeSet<String>,
    runs: BTreeMap<String, Run>,
}

/// The latest refresh of a view that this server started.
#[derive(Debug)]
struct Run {
    started_us: i64,
    ended_us: i64,
    /// The versions of the tables below when it started: compactions change them and not the rows.
    versions: Versions,
}

impl Memory {
    /// Notes that a refresh of `candidate` starts.
    pub(super) fn started(&mut self, candidate: &Candidate, now_us: i64) {
        self.running.insert(candidate.id.clone());
        let run = Run { started_us: now_us, ended_us: now_us, versions: candidate.now.clone() };
        self.runs.insert(candidate.id.clone(), run);
    }

    /// Notes that the refresh of a view has ended, well or not.
    pub(super) fn ended(&mut self, id: &str, now_us: i64) {
        self.running.remove(id);
        if let Some(run) = self.runs.get_mut(id) {
            run.ended_us = now_us;
        }
    }

    /// Refreshes that run.
    pub(super) fn running(&self) -> usize {
        self.running.len()
    }

    /// The views of `candidates` that are due, those below others first; a view above one that is due or runs is
    /// left for a later round, when it reads what became of that one.
    pub(super) fn due<'a>(&self, candidates: &'a [Candidate], now_us: i64) -> Vec<&'a Candidate> {
        let waiting: Vec<&Candidate> = candidates
            .iter()
            .filter(|candidate| !self.running.contains(&candidate.id) && self.has_come(candidate, now_us))
            .collect();
        let mut unsettled: BTreeSet<&str> = self.running.iter().map(String::as_str).collect();
        unsettled.extend(waiting.iter().map(|candidate| candidate.id.as_str()));
        let tables: BTreeMap<&str, &Candidate> =
            candidates.iter().map(|candidate| (candidate.id.as_str(), candidate)).collect();
        let mut due = waiting;
        due.retain(|candidate| !stands_on(candidate, &unsettled, &tables));
        due
    }

    /// Whether the time of a view has come.
    fn has_come(&self, candidate: &Candidate, now_us: i64) -> bool {
        if let Some(failure) = &candidate.failure {
            return now_us >= retry_at_ms(failure).saturating_mul(1000);
        }
        let run = self.runs.get(&candidate.id);
        match &candidate.schedule {
            Schedule::Manual => false,
            Schedule::OnChange => {
                let is_known = run.is_some_and(|run| run.versions == candidate.now);
                let is_stale = candidate.as_of_us.is_none() || candidate.recorded != candidate.now;
                // A view whose refresh takes long must leave the machine to others for as long.
                let is_rested = run.is_none_or(|run| now_us >= run.ended_us + (run.ended_us - run.started_us));
                is_stale && !is_known && is_rested
            }
            schedule => {
                let latest = candidate.as_of_us.into_iter().chain(run.map(|run| run.started_us)).max();
                match latest {
                    None => true,
                    Some(latest_us) => schedule.next_after(latest_us).is_some_and(|next_us| next_us <= now_us),
                }
            }
        }
    }
}

/// Whether a view reads one of `unsettled`, directly or through others.
fn stands_on(candidate: &Candidate, unsettled: &BTreeSet<&str>, views: &BTreeMap<&str, &Candidate>) -> bool {
    let mut seen = BTreeSet::new();
    let mut below: Vec<&str> = candidate.now.keys().map(String::as_str).collect();
    while let Some(id) = below.pop() {
        if !seen.insert(id) {
            continue;
        }
        if unsettled.contains(id) {
            return true;
        }
        if let Some(view) = views.get(id) {
            below.extend(view.now.keys().map(String::as_str));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    fn view(id: &str, schedule: &str, below: &[(&str, u64, u64)]) -> Candidate {
        Candidate {
            id: id.into(),
            schedule: Schedule::parse(schedule).unwrap(),
            as_of_us: Some(0),
            recorded: below.iter().map(|(id, recorded, _)| ((*id).into(), *recorded)).collect(),
            now: below.iter().map(|(id, _, now)| ((*id).into(), *now)).collect(),
            failure: None,
        }
    }

    fn ids(memory: &Memory, candidates: &[Candidate], now_us: i64) -> Vec<String> {
        memory.due(candidates, now_us).iter().map(|candidate| candidate.id.clone()).collect()
    }

    #[test]
    fn a_view_on_change_is_due_when_a_table_below_it_has_changed() {
        let memory = Memory::default();
        assert!(ids(&memory, &[view("v", "on change", &[("t", 3, 3)])], SECOND).is_empty());
        assert_eq!(ids(&memory, &[view("v", "on change", &[("t", 3, 4)])], SECOND), ["v"]);
    }

    #[test]
    fn a_view_without_rows_is_due_at_once_unless_it_is_manual() {
        let memory = Memory::default();
        for schedule in ["on change", "every 5 minutes", "daily 03:00"] {
            let fresh = Candidate { as_of_us: None, ..view("v", schedule, &[]) };
            assert_eq!(ids(&memory, &[fresh], SECOND), ["v"], "{schedule}");
        }
        let manual = Candidate { as_of_us: None, ..view("v", "manual", &[]) };
        assert!(ids(&memory, &[manual], SECOND).is_empty());
    }

    #[test]
    fn an_interval_is_counted_from_the_rows_and_from_the_latest_try() {
        let mut memory = Memory::default();
        let views = [view("v", "every 5 minutes", &[])];
        assert!(ids(&memory, &views, 299 * SECOND).is_empty());
        assert_eq!(ids(&memory, &views, 300 * SECOND), ["v"]);
        memory.started(&views[0], 300 * SECOND);
        assert!(ids(&memory, &views, 301 * SECOND).is_empty(), "it runs");
        memory.ended("v", 302 * SECOND);
        assert!(ids(&memory, &views, 599 * SECOND).is_empty(), "it found nothing new and kept its rows");
        assert_eq!(ids(&memory, &views, 600 * SECOND), ["v"]);
    }

    #[test]
    fn times_missed_while_no_server_ran_fire_once() {
        let memory = Memory::default();
        let views = [view("v", "every 5 minutes", &[])];
        assert_eq!(ids(&memory, &views, 100_000 * SECOND), ["v"]);
    }

    #[test]
    fn a_view_on_views_waits_for_those_below() {
        let mut memory = Memory::default();
        let mut views =
            [view("top", "on change", &[("middle", 1, 1), ("t", 1, 2)]), view("middle", "on change", &[("t", 1, 2)])];
        assert_eq!(ids(&memory, &views, SECOND), ["middle"]);
        memory.started(&views[1], SECOND);
        assert!(ids(&memory, &views, SECOND).is_empty(), "the one below runs");
        memory.ended("middle", 2 * SECOND);
        views[1].recorded = views[1].now.clone();
        views[0].now.insert("middle".into(), 2);
        assert_eq!(ids(&memory, &views, 2 * SECOND), ["top"]);
    }

    #[test]
    fn a_compaction_alone_is_looked_at_once() {
        let mut memory = Memory::default();
        let views = [view("v", "on change", &[("t", 3, 4)])];
        memory.started(&views[0], SECOND);
        memory.ended("v", 2 * SECOND);
        assert!(ids(&memory, &views, 60 * SECOND).is_empty());
    }

    #[test]
    fn a_slow_view_rests_as_long_as_it_ran() {
        let mut memory = Memory::default();
        memory.started(&view("v", "on change", &[("t", 3, 4)]), 0);
        memory.ended("v", 20 * SECOND);
        let views = [view("v", "on change", &[("t", 4, 5)])];
        assert!(ids(&memory, &views, 39 * SECOND).is_empty());
        assert_eq!(ids(&memory, &views, 40 * SECOND), ["v"]);
    }

    #[test]
    fn a_failed_view_waits_whatever_its_schedule_says() {
        let memory = Memory::default();
        let failure = RefreshFailure { message: "no".into(), at_ms: 1_000, count: 2 };
        for schedule in ["on change", "every 1 second"] {
            let failed = [Candidate { failure: Some(failure.clone()), ..view("v", schedule, &[("t", 1, 2)]) }];
            assert!(ids(&memory, &failed, 10 * SECOND).is_empty());
            assert_eq!(ids(&memory, &failed, 11 * SECOND), ["v"]);
        }
    }
}
