//! The engine: one lake, opened, with everything a session needs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use bellwether_catalog::{Error, ErrorKind, LEASE_TERM, Lake, Lease};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionState;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::activity::Activity;
use crate::memory::SharedMemory;
use crate::pg_catalog::Gatherer;
use crate::rewrite::{Differences, Views};
use crate::runtime;
use crate::{
    ClientInfo, Config, Door, Outcome, Principal, RecordStream, Result, Session, lease, planner, scheduler, upkeep,
};

/// An open lake that answers SQL. Cheap to clone; call [`Engine::close`] before the last clone goes.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub config: Config,
    pub lake: Arc<Lake>,
    pub activity: Arc<Activity>,
    pub environment: Arc<RuntimeEnv>,
    pub memory: Arc<SharedMemory>,
    /// What every session's planner starts from.
    pub template: SessionState,
    /// Describes the lake as PostgreSQL's catalogue describes a database.
    pub gatherer: Arc<Gatherer>,
    /// The materialized views that queries are compared with.
    pub views: Views,
    /// What happened to tables between versions.
    pub differences: Differences,
    /// Decides which of several servers does the lake's background work.
    pub lease: Lease,
    pub admission: Semaphore,
    pub queued: AtomicUsize,
    /// Set once no new statement is taken.
    pub closing: AtomicBool,
    /// Ends whatever still runs.
    pub stop: CancellationToken,
    /// What goes on beside statements, until `stop`.
    background: Mutex<JoinSet<()>>,
    compute: Option<tokio::runtime::Runtime>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("lake", &self.lake.store().location()).finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(compute) = self.compute.take() {
            compute.shutdown_background();
        }
    }
}

impl Engine {
    /// Opens (or creates) the lake at `location` with default settings.
    pub async fn open(location: impl Into<String>) -> Result<Self> {
        Self::start(Config { lake: location.into(), ..Config::default() }).await
    }

    /// Opens (or creates) the lake that `config` names.
    pub async fn start(config: Config) -> Result<Self> {
        let lake = Arc::new(Lake::open(&config.lake).await?);
        let environment = runtime::environment(&config, &lake)?;
        let memory = SharedMemory::new(runtime::memory_bytes(&config));
        let template = planner::template(&config, Arc::clone(&environment))?;
        let gatherer = Arc::new(Gatherer::new(Arc::clone(&lake), template.clone()));
        let inner = Inner {
            views: Views::default(),
            differences: Differences::default(),
            lease: Lease::new(Arc::clone(lake.store()), LEASE_TERM),
            admission: Semaphore::new(config.queries_max.max(1)),
            compute: Some(runtime::compute(&config)?),
            activity: Arc::default(),
            queued: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
            stop: CancellationToken::new(),
            background: Mutex::default(),
            config,
            lake,
            environment,
            memory,
            template,
            gatherer,
        };
        let engine = Self { inner: Arc::new(inner) };
        lease::start(&engine);
        upkeep::start(&engine);
        scheduler::start(&engine);
        Ok(engine)
    }

    /// The settings the engine was started with.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The lake underneath.
    pub fn lake(&self) -> &Arc<Lake> {
        &self.inner.lake
    }

    /// Whether statements are taken: false once the engine is being closed.
    pub fn is_ready(&self) -> bool {
        !self.inner.closing.load(Ordering::Acquire)
    }

    /// Statements that run now.
    pub fn running(&self) -> usize {
        self.inner.activity.running()
    }

    /// Bytes of memory that running queries hold, and the most they may.
    pub fn memory(&self) -> (usize, usize) {
        (self.inner.memory.used(), self.inner.memory.limit())
    }

    /// A session of its own for one connection; refused when there are too many.
    pub fn session(&self, principal: Principal, door: Door, client: ClientInfo) -> Result<Session> {
        if !self.is_ready() {
            return Err(Error::new(ErrorKind::ShuttingDown, "the server is shutting down"));
        }
        let connected = self.inner.activity.connect(&principal, door, client, self.inner.config.connections_max)?;
        Ok(Session::new(self.clone(), principal, connected))
    }

    /// Runs one statement as the owner and streams its rows; a statement without rows gives an empty stream.
    pub async fn sql(&self, sql: &str) -> Result<RecordStream> {
        let session = self.session(Principal::owner(), Door::Embedded, ClientInfo::default())?;
        match session.run(sql).await? {
            Outcome::Rows(rows) => Ok(rows),
            Outcome::Done(_) => Ok(RecordStream::empty()),
        }
    }

    /// Refuses new sessions and statements, waits for running ones, and cancels what is left after `drain_seconds`.
    ///
    /// Acknowledged writes are durable already, so nothing is left to be written.
    pub async fn close(&self) {
        self.inner.closing.store(true, Ordering::Release);
        let patience = Duration::from_secs(self.inner.config.drain_seconds);
        if tokio::time::timeout(patience, self.quiet()).await.is_err() {
            tracing::warn!(running = self.running(), "statements still run after the drain time; ending them");
        }
        self.inner.stop.cancel();
        let _ = tokio::time::timeout(Duration::from_secs(5), self.quiet()).await;
        // Whoever reads a log when the computing threads go would fail for want of them.
        let mut background = std::mem::take(&mut *self.inner.background.lock());
        let ended = async { while background.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(Duration::from_secs(5), ended).await;
        // Without an answer the next server has to wait for the lease's end, no more.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.inner.lease.release(Instant::now())).await;
    }

    /// The engine, if anybody still holds it.
    pub(crate) fn upgrade(inner: &Weak<Inner>) -> Option<Self> {
        inner.upgrade().map(|inner| Self { inner })
    }

    async fn quiet(&self) {
        while !self.inner.activity.is_quiet() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs a future on the computing threads, whose stacks are deep enough for any plan that passes the limits.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let Some(compute) = &self.inner.compute else {
            return Err(Error::new(ErrorKind::ShuttingDown, "the engine is closed"));
        };
        let task = compute.spawn(work);
        // A statement whose client goes away while it is planned or runs ends with it.
        let _abort = AbortOnDrop(task.abort_handle());
        match task.await {
            Ok(outcome) => outcome,
            Err(failed) if failed.is_cancelled() => Err(Error::new(ErrorKind::Cancelled, "the statement was ended")),
            Err(_) => {
                Err(Error::internal("the statement met a fault of the engine").with_hint("please report the statement"))
            }
        }
    }

    /// Starts work beside statements on the computing threads: it ends when the engine stops, which waits for it.
    pub(crate) fn spawn_background(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(compute) = &self.inner.compute {
            self.inner.background.lock().spawn_on(work, compute.handle());
        }
    }

    /// Starts a task on the computing threads.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> Option<tokio::task::AbortHandle> {
        self.inner.compute.as_ref().map(|compute| compute.spawn(work).abort_handle())
    }
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
