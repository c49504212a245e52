//! A plan just made, kept for the run that usually follows at once.
//!
//! Clients ask for a statement's columns before they run it, and planning is most of what a small query takes. The
//! plan is run once, within a second, and only where planning again would give the same: names, versions of tables,
//! settings and the transaction block are as they were. A session keeps one such plan, the latest.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use bellwether_catalog::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use futures::future::try_join;
use parking_lot::Mutex;

use super::{Parsed, Scope};
use crate::Session;
use crate::resolve::Relations;
use crate::session::TransactionStatus;
use crate::setting;

/// What `now()` says may be so old when the statement runs.
const FRESH: Duration = Duration::from_secs(1);

/// Where a prepared statement keeps its plan until it is run.
pub(crate) type Slot = Arc<Mutex<Option<Fresh>>>;

/// The slot of a session's latest plan.
pub(crate) type Latest = Mutex<Weak<Mutex<Option<Fresh>>>>;

/// An optimized plan, and what it was made from.
pub(crate) struct Fresh {
    scope: Scope,
    relations: Relations,
    state: SessionState,
    plan: LogicalPlan,
    settings: setting::Snapshot,
    transaction: TransactionStatus,
    made: Instant,
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fresh").field("made", &self.made).finish_non_exhaustive()
    }
}

impl Fresh {
    pub(super) fn new(scope: Scope, relations: Relations, state: SessionState, plan: LogicalPlan) -> Self {
        let settings = scope.session.inner.settings.lock().snapshot();
        let transaction = scope.session.transaction();
        Self { scope, relations, state, plan, settings, transaction, made: Instant::now() }
    }

    /// Puts the plan where the statement's run finds it, in place of the session's plan before.
    pub(super) fn keep(self, session: &Session) -> Slot {
        let slot = Arc::new(Mutex::new(Some(self)));
        let before = std::mem::replace(&mut *session.inner.latest_plan.lock(), Arc::downgrade(&slot));
        if let Some(before) = before.upgrade() {
            before.lock().take();
        }
        slot
    }

    /// The plan, if planning again would give the same.
    async fn if_current(self, session: &Session) -> Result<Option<Self>> {
        let is_same = self.made.elapsed() < FRESH
            && self.transaction == session.transaction()
            && self.settings == session.inner.settings.lock().snapshot();
        if !is_same {
            return Ok(None);
        }
        let names = session.inner.engine.inner.lake.names();
        let (names, are_current) = try_join(names, self.relations.are_current()).await?;
        Ok((Arc::ptr_eq(&self.scope.names, &names) && are_current).then_some(self))
    }

    /// The rows of the plan in `slot`, if it still holds; with them the scope they run in.
    pub(super) async fn run(slot: &Slot, session: &Session, parsed: &Parsed) -> Result<Option<Started>> {
        let Some(fresh) = slot.lock().take() else { return Ok(None) };
        let Some(mut fresh) = fresh.if_current(session).await? else { return Ok(None) };
        fresh.scope.begin(parsed);
        let operators = fresh.state.query_planner().create_physical_plan(&fresh.plan, &fresh.state).await;
        let rows = match operators {
            Ok(operators) => fresh.scope.rows_of(&fresh.state, operators),
            Err(error) => Err(fresh.scope.error(error)),
        };
        Ok(Some(Started { scope: fresh.scope, rows }))
    }
}

/// A query that is under way or failed to be.
pub(super) struct Started {
    pub(super) scope: Scope,
    pub(super) rows: Result<SendableRecordBatchStream>,
}
