//! One owner of a lake's background work among the servers that have opened it.
//!
//! Claims are numbered objects `system/lease/<number>`, each written by put-if-absent, the one write every lake
//! guarantees; the highest number is in force. The owner renews by writing the next number and removing the one
//! before. Another server that has seen the same number for longer than the claim's term takes the next one: the
//! owner is gone or cannot reach the lake.
//!
//! No clock is compared with another. An owner counts its term from before it wrote the claim, an observer from
//! after it read it, each on its own monotonic clock, and the observer waits a quarter longer. So as long as no
//! clock runs a quarter faster than another, an owner knows that it lost the lease before another holds it. A
//! machine that was suspended may not: its clock stood still. Nothing therefore relies on the lease for what is
//! true. Every change of a table is a commit that only one writer wins, and files are removed only when no
//! retained version names them; two owners would do work twice, not damage.

mod process;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutMode, PutOptions};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::store::{Store, from_object_store};
use crate::{Error, Result};
use process::Process;

/// How long a claim is in force unless it is renewed.
pub const LEASE_TERM: Duration = Duration::from_secs(30);

/// How often a server renews its claim, or looks at another's.
pub const LEASE_STEP: Duration = Duration::from_secs(10);

/// The place a server has in line for the background work of a lake.
#[derive(Debug)]
pub struct Lease {
    store: Arc<Store>,
    folder: Path,
    holder: String,
    term: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Our claim in force: its number, and when it ends.
    held: Option<(u64, Instant)>,
    /// Another's claim: its number, and when it may be taken over.
    watched: Option<(u64, Instant)>,
}

/// What a claim says.
#[derive(Debug, Serialize, Deserialize)]
struct Claim {
    holder: String,
    term_ms: u64,
    /// Whether the owner gave the lease back: nobody need wait for it.
    released: bool,
    /// The owner's process, where the system tells.
    process: Option<Process>,
}

impl Claim {
    /// Whether its end need not be waited for.
    fn is_over(&self) -> bool {
        self.released || self.process.as_ref().is_some_and(Process::is_gone)
    }
}

impl Lease {
    /// A place in line; nothing is claimed yet.
    pub fn new(store: Arc<Store>, term: Duration) -> Self {
        Self {
            store,
            folder: Path::from("system/lease"),
            holder: Uuid::new_v4().simple().to_string(),
            term,
            state: Mutex::default(),
        }
    }

    /// Whether this server is the owner at `now`.
    pub fn is_held(&self, now: Instant) -> bool {
        self.state.lock().held.is_some_and(|(_, until)| now < until)
    }

    /// Renews our claim, takes over one that lapsed, or watches another's. `now` is the moment of the call.
    ///
    /// After an error a claim stays in force until its term ends: the lake may answer again before.
    pub async fn step(&self, now: Instant) -> Result<bool> {
        let asked = Instant::now();
        let newest = self.newest().await?;
        let ours = self.state.lock().held.map(|(number, _)| number);
        match newest {
            None => self.claim(1, now, false).await?,
            Some(number) if ours == Some(number) => self.claim(number + 1, now, false).await?,
            Some(number) => {
                self.state.lock().held = None;
                if self.may_take_over(number, now + asked.elapsed()).await? {
                    self.claim(number + 1, now, false).await?;
                }
            }
        }
        Ok(self.is_held(now))
    }

    /// Gives the lease back, if it is ours, so that another server need not wait for its end.
    pub async fn release(&self, now: Instant) -> Result<()> {
        let Some((number, _)) = self.state.lock().held else { return Ok(()) };
        self.claim(number + 1, now, true).await?;
        self.state.lock().held = None;
        Ok(())
    }

    /// Writes claim `number`, unless another server was faster, and removes those before it.
    async fn claim(&self, number: u64, now: Instant, released: bool) -> Result<()> {
        let term_ms = u64::try_from(self.term.as_millis()).unwrap_or(u64::MAX);
        let claim = Claim { holder: self.holder.clone(), term_ms, released, process: Process::this() };
        let body = serde_json::to_vec(&claim)
            .map_err(|source| Error::internal("a claim cannot be written as JSON").with_source(source))?;
        let store = self.store.object_store();
        let put = store.put_opts(&self.place(number), body.into(), PutOptions::from(PutMode::Create)).await;
        if let Err(error) = put {
            // A put whose answer was lost may have been done, and then its repetition finds the place taken.
            match self.read(number).await? {
                Some(standing) if standing.holder == self.holder => {}
                Some(_) => {
                    self.state.lock().held = None;
                    return Ok(());
                }
                None => return Err(from_object_store(error)),
            }
        }
        // A put that was under way for long may arrive at a number that was taken and removed since.
        let numbers = self.numbers().await?;
        let is_newest = numbers.iter().max() == Some(&number);
        {
            let mut state = self.state.lock();
            state.held = is_newest.then_some((number, now + self.term));
            state.watched = None;
        }
        let outdated: Vec<u64> = match is_newest {
            true => numbers.into_iter().filter(|other| *other < number).collect(),
            false => vec![number],
        };
        for other in outdated {
            match store.delete(&self.place(other)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => tracing::debug!(%error, "an outdated claim of the lease could not be removed"),
            }
        }
        Ok(())
    }

    /// Whether claim `number` of another server is over.
    async fn may_take_over(&self, number: u64, now: Instant) -> Result<bool> {
        let asked = Instant::now();
        // A claim that is gone was replaced, so the next look finds a newer one.
        let Some(claim) = self.read(number).await? else { return Ok(false) };
        let now = now + asked.elapsed();
        let mut state = self.state.lock();
        match state.watched {
            Some((watched, until)) if watched == number => Ok(now >= until || claim.is_over()),
            _ => {
                let term = Duration::from_millis(claim.term_ms);
                state.watched = Some((number, now + term + term / 4));
                Ok(claim.is_over())
            }
        }
    }

    async fn newest(&self) -> Result<Option<u64>> {
        Ok(self.numbers().await?.into_iter().max())
    }

    async fn numbers(&self) -> Result<Vec<u64>> {
        let store = self.store.object_store();
        let listed: Vec<_> = store.list(Some(&self.folder)).try_collect().await.map_err(from_object_store)?;
        Ok(listed.iter().filter_map(|object| object.location.filename()?.parse().ok()).collect())
    }

    async fn read(&self, number: u64) -> Result<Option<Claim>> {
        let found = match self.store.object_store().get(&self.place(number)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(from_object_store(error)),
        };
        let body = found.bytes().await.map_err(from_object_store)?;
        let claim = serde_json::from_slice(&body).map_err(|source| {
            Error::corrupt(format!("claim {number} of the lease is not what was written"))
                .with_hint("remove the files under system/lease while no server runs")
                .with_source(source)
        })?;
        Ok(Some(claim))
    }

    fn place(&self, number: u64) -> Path {
        self.folder.clone().join(format!("{number:020}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERM: Duration = Duration::from_secs(30);

    async fn store(name: &str) -> Arc<Store> {
        Arc::new(Store::open(&format!("memory://lease-{name}")).await.unwrap())
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[tokio::test]
    async fn the_first_takes_it_and_keeps_it_by_renewing() {
        let store = store("renewed").await;
        let (first, second) = (Lease::new(Arc::clone(&store), TERM), Lease::new(store, TERM));
        let start = Instant::now();
        for round in 0..20 {
            let now = start + seconds(10 * round);
            assert!(first.step(now).await.unwrap(), "round {round}");
            assert!(!second.step(now).await.unwrap(), "round {round}");
        }
        assert_eq!(first.numbers().await.unwrap().len(), 1, "claims of the past are removed");
    }

    #[tokio::test]
    async fn an_owner_knows_that_it_lost_the_lease_before_another_takes_it() {
        let store = store("lapsed").await;
        let (first, second) = (Lease::new(Arc::clone(&store), TERM), Lease::new(store, TERM));
        let start = Instant::now();
        assert!(first.step(start).await.unwrap());
        assert!(!second.step(start + seconds(1)).await.unwrap());
        assert!(first.is_held(start + seconds(29)));
        assert!(!first.is_held(start + seconds(30)));
        assert!(!second.step(start + seconds(38)).await.unwrap());
        assert!(second.step(start + seconds(39)).await.unwrap());
        assert!(!first.step(start + seconds(40)).await.unwrap(), "who comes back finds another owner");
    }

    #[tokio::test]
    async fn a_lease_given_back_is_taken_at_once() {
        let store = store("released").await;
        let (first, second) = (Lease::new(Arc::clone(&store), TERM), Lease::new(store, TERM));
        let start = Instant::now();
        assert!(first.step(start).await.unwrap());
        first.release(start + seconds(1)).await.unwrap();
        assert!(!first.is_held(start + seconds(2)));
        assert!(second.step(start + seconds(2)).await.unwrap());
    }

    #[tokio::test]
    async fn of_many_at_once_one_gets_it() {
        let store = store("race").await;
        let leases: Vec<_> = (0..16).map(|_| Lease::new(Arc::clone(&store), TERM)).collect();
        let now = Instant::now();
        futures::future::join_all(leases.iter().map(|lease| lease.step(now))).await;
        assert_eq!(leases.iter().filter(|lease| lease.is_held(now)).count(), 1);
    }

    #[tokio::test]
    async fn a_claim_that_arrives_late_does_not_count() {
        let store = store("late").await;
        let (first, late) = (Lease::new(Arc::clone(&store), TERM), Lease::new(store, TERM));
        let start = Instant::now();
        for round in 0..3 {
            assert!(first.step(start + seconds(round)).await.unwrap());
        }
        // Number 1 was taken and removed long ago.
        late.claim(1, start + seconds(3), false).await.unwrap();
        assert!(!late.is_held(start + seconds(3)));
        assert!(first.step(start + seconds(4)).await.unwrap());
        assert_eq!(first.numbers().await.unwrap(), [4]);
    }
}
