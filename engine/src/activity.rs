//! Who is connected and what runs: the live part of `system.sessions` and `system.queries`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU64, Ordering};

use bellwether_catalog::{Error, ErrorKind};
use dashmap::DashMap;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::memory::QueryMemory;
use crate::{ClientInfo, Door, Principal, Result, clock};

/// Ended queries that are kept for `system.queries`.
const RECENT: usize = 1000;

/// The longest statement text kept.
const TEXT_BYTES: usize = 16 << 10;

#[derive(Debug, Default)]
pub(crate) struct Activity {
    sessions: DashMap<i32, Arc<SessionInfo>>,
    running: DashMap<u64, Arc<Query>>,
    recent: Mutex<VecDeque<Arc<Query>>>,
    next_session: AtomicI32,
    next_query: AtomicU64,
}

/// A session as others see it.
#[derive(Debug)]
pub(crate) struct SessionInfo {
    pub id: i32,
    pub user: String,
    pub door: Door,
    pub client: ClientInfo,
    pub connected_us: i64,
    /// Ends whatever the session runs now.
    cancel: Mutex<CancellationToken>,
    /// Whether nothing more is taken from it.
    ended: AtomicBool,
}

impl SessionInfo {
    /// What ends the session's next statement early.
    pub(crate) fn cancel_token(&self) -> CancellationToken {
        self.cancel.lock().child_token()
    }

    /// Ends whatever the session runs now.
    pub(crate) fn cancel(&self) {
        let running = std::mem::take(&mut *self.cancel.lock());
        running.cancel();
    }

    /// Whether an administrator ended the session.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

/// A statement, running or ended.
#[derive(Debug)]
pub(crate) struct Query {
    pub id: u64,
    pub session: i32,
    pub user: String,
    pub text: String,
    pub started_us: i64,
    pub rows: AtomicU64,
    pub bytes: AtomicU64,
    pub memory: Option<Arc<QueryMemory>>,
    pub plan: Mutex<Option<String>>,
    ended_us: AtomicI64,
    outcome: Mutex<Option<String>>,
}

impl Query {
    /// When it ended, in microseconds since 1970, if it has.
    pub(crate) fn ended_us(&self) -> Option<i64> {
        let ended = self.ended_us.load(Ordering::Acquire);
        (ended != 0).then_some(ended)
    }

    /// The error it ended with, if it did.
    pub(crate) fn error(&self) -> Option<String> {
        self.outcome.lock().clone()
    }

    /// Counts what was delivered.
    pub(crate) fn delivered(&self, rows: usize, bytes: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// A running statement; when this goes, the statement has ended.
#[derive(Debug)]
pub(crate) struct Running {
    activity: Arc<Activity>,
    query: Arc<Query>,
}

impl Running {
    pub(crate) fn query(&self) -> &Arc<Query> {
        &self.query
    }

    /// Notes why the statement failed.
    pub(crate) fn failed(&self, error: &Error) {
        *self.query.outcome.lock() = Some(error.message().to_owned());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let now_us = clock::now_us();
        self.query.ended_us.store(now_us, Ordering::Release);
        self.activity.running.remove(&self.query.id);
        let mut recent = self.activity.recent.lock();
        if recent.len() == RECENT {
            recent.pop_front();
        }
        recent.push_back(Arc::clone(&self.query));
        let seconds = (now_us - self.query.started_us) as f64 / 1e6;
        tracing::info!(
            query = self.query.id,
            session = self.query.session,
            user = %self.query.user,
            seconds,
            rows = self.query.rows.load(Ordering::Relaxed),
            error = self.query.error(),
            "statement ended"
        );
    }
}

/// A session's place among the connections; when this goes, the place is free.
#[derive(Debug)]
pub(crate) struct Connected {
    activity: Arc<Activity>,
    pub info: Arc<SessionInfo>,
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.activity.sessions.remove(&self.info.id);
    }
}

impl Activity {
    /// Takes a place for a session, if one is free.
    pub(crate) fn connect(
        self: &Arc<Self>,
        principal: &Principal,
        door: Door,
        client: ClientInfo,
        most: usize,
    ) -> Result<Connected> {
        let from_outside = matches!(door, Door::Postgres | Door::Flight);
        let outside =
            self.sessions.iter().filter(|session| matches!(session.door, Door::Postgres | Door::Flight)).count();
        if from_outside && outside >= most {
            return Err(Error::new(
                ErrorKind::TooManyConnections,
                format!("{outside} connections are open, the limit is {most}"),
            )
            .with_hint("close idle connections, use a pool, or raise connections_max"));
        }
        let id = self.next_session.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let info = Arc::new(SessionInfo {
            id,
            user: principal.name.clone(),
            door,
            client,
            connected_us: clock::now_us(),
            cancel: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        self.sessions.insert(id, Arc::clone(&info));
        Ok(Connected { activity: Arc::clone(self), info })
    }

    /// Notes that a statement starts.
    pub(crate) fn start(
        self: &Arc<Self>,
        session: &SessionInfo,
        text: &str,
        memory: Option<Arc<QueryMemory>>,
    ) -> Running {
        let id = self.next_query.fetch_add(1, Ordering::Relaxed) + 1;
        let query = Arc::new(Query {
            id,
            session: session.id,
            user: session.user.clone(),
            text: shortened(text),
            started_us: clock::now_us(),
            rows: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            memory,
            plan: Mutex::new(None),
            ended_us: AtomicI64::new(0),
            outcome: Mutex::new(None),
        });
        self.running.insert(id, Arc::clone(&query));
        Running { activity: Arc::clone(self), query }
    }

    /// Ends what a session runs now, and where `for_good` the session itself; gives whether there is one.
    pub(crate) fn end(&self, id: i32, for_good: bool) -> bool {
        let Some(session) = self.sessions.get(&id).map(|entry| Arc::clone(entry.value())) else { return false };
        if for_good {
            session.ended.store(true, Ordering::Release);
        }
        session.cancel();
        true
    }

    /// The user of a session.
    pub(crate) fn user_of(&self, id: i32) -> Option<String> {
        self.sessions.get(&id).map(|session| session.user.clone())
    }

    /// Sessions, by number.
    pub(crate) fn sessions(&self) -> Vec<Arc<SessionInfo>> {
        let mut sessions: Vec<_> = self.sessions.iter().map(|entry| Arc::clone(entry.value())).collect();
        sessions.sort_by_key(|session| session.id);
        sessions
    }

    /// Statements that run, then those that ended, the oldest first.
    pub(crate) fn queries(&self) -> Vec<Arc<Query>> {
        let mut queries: Vec<_> = self.recent.lock().iter().cloned().collect();
        queries.extend(self.running.iter().map(|entry| Arc::clone(entry.value())));
        queries.sort_by_key(|query| query.id);
        queries
    }

    /// Statements that were started so far.
    pub(crate) fn started(&self) -> u64 {
        self.next_query.load(Ordering::Relaxed)
    }

    /// Whether nothing runs.
    pub(crate) fn is_quiet(&self) -> bool {
        self.running.is_empty()
    }

    /// Statements that run now.
    pub(crate) fn running(&self) -> usize {
        self.running.len()
    }
}

fn shortened(text: &str) -> String {
    if text.len() <= TEXT_BYTES {
        return text.to_owned();
    }
    let mut end = TEXT_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}
