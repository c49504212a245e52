//! Portals: bound statements, run when first executed and resumed where they stopped.

use std::sync::Arc;

use datafusion::scalar::ScalarValue;

use super::extended::Plan;
use super::frontend::Format;
use super::rows::Rows;

/// A statement with its parameters.
pub(super) struct Portal {
    pub(super) plan: Arc<Plan>,
    pub(super) formats: Vec<Format>,
    pub(super) state: State,
    /// Bytes of the parameters as they came, for the connection's limit.
    pub(super) bytes: usize,
}

/// How far a portal is.
pub(super) enum State {
    /// Not run yet.
    Bound(Vec<ScalarValue>),
    /// Some rows may be left.
    Open(Box<Rows>),
    /// All rows are sent; there are none for ever after.
    Exhausted,
    /// Something was done, which cannot be done again by the same portal.
    Done,
}
