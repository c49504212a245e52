//! Functions that tell a session about itself: who it is, where its names live, and what is set.
//!
//! They stand in every statement's planner, bound to the session that runs it, in place of the constants that the
//! catalogue's functions bring along under the same names. What they answer stays the same within a statement, so
//! the optimizer may compute it once; plans are never shared between sessions.

mod bare;
mod current_schemas;
mod current_setting;
mod fact;
mod set_config;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use bellwether_catalog::{Error, Namespace, Result};
use datafusion::error::DataFusionError;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::ScalarUDF;
use parking_lot::Mutex;

pub(super) use bare::call_bare;

use crate::names::{DATABASE, existing_schemas};
use crate::session::TransactionStatus;
use crate::setting::Settings;
use crate::{Principal, Session};

/// The session a function answers for, as of the start of a statement.
struct Asker {
    user: String,
    database: String,
    id: i32,
    settings: Arc<Mutex<Settings>>,
    names: Arc<Namespace>,
    in_transaction: bool,
}

/// Binds the functions of a statement's planner to its session.
pub(super) fn register(state: &mut SessionState, session: &Session) -> Result<()> {
    let asker = Asker {
        user: session.principal().name.clone(),
        database: session.database().to_owned(),
        id: session.id(),
        settings: Arc::clone(&session.inner.settings),
        names: session.inner.engine.inner.lake.known_names(),
        in_transaction: session.transaction() != TransactionStatus::Idle,
    };
    bind(state, asker)
}

/// Makes the functions known where nobody asks yet: a view that calls one has columns before it has readers.
pub(crate) fn declare(state: &mut SessionState) -> Result<()> {
    let owner = Principal::owner();
    let settings = Arc::new(Mutex::new(Settings::new(&owner, 0)));
    let database = DATABASE.to_owned();
    bind(state, Asker { user: owner.name, database, id: 0, settings, names: Arc::default(), in_transaction: false })
}

fn bind(state: &mut SessionState, asker: Asker) -> Result<()> {
    let asker = Arc::new(asker);
    let mut functions = fact::functions(&asker);
    functions.push(ScalarUDF::from(current_schemas::CurrentSchemas::new(&asker)));
    functions.push(ScalarUDF::from(current_setting::CurrentSetting::new(&asker)));
    functions.push(ScalarUDF::from(set_config::SetConfig::new(&asker)));
    for function in functions {
        state
            .register_udf(Arc::new(function))
            .map_err(|source| Error::internal("the session's functions could not be set up").with_source(source))?;
    }
    Ok(())
}

impl Asker {
    /// The schemas of the search path that exist, in its order.
    fn schemas(&self) -> Vec<String> {
        let settings = self.settings.lock();
        existing_schemas(settings.get("search_path").unwrap_or_default(), &self.names)
    }
}

/// Errors of planning may print the functions of a plan, and a namespace holds what checks passwords.
impl fmt::Debug for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asker").field("user", &self.user).field("id", &self.id).finish_non_exhaustive()
    }
}

/// Functions are the same when they answer for the same session.
impl PartialEq for Asker {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.settings, &other.settings)
    }
}

impl Eq for Asker {}

impl Hash for Asker {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.settings).hash(state);
    }
}

fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
