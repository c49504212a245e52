//! Cancel requests: a connection of its own names a session and the secret it was given.

use std::collections::HashMap;
use std::sync::Arc;

use bellwether::Session;
use parking_lot::Mutex;

/// The sessions that can be cancelled, by their number.
#[derive(Default)]
pub(super) struct Cancels {
    sessions: Mutex<HashMap<i32, (i32, Session)>>,
}

/// A session's place among them, for as long as its connection lasts.
pub(super) struct Registration {
    id: i32,
    cancels: Arc<Cancels>,
}

impl Cancels {
    /// Lets whoever knows `secret` cancel the session's statements.
    pub(super) fn register(self: &Arc<Self>, session: &Session, secret: i32) -> Registration {
        let id = session.id();
        self.sessions.lock().insert(id, (secret, session.clone()));
        Registration { id, cancels: Arc::clone(self) }
    }

    /// Ends what the session runs. A wrong secret does nothing and is not answered.
    pub(super) fn cancel(&self, id: i32, secret: i32) {
        match self.sessions.lock().get(&id) {
            Some((expected, session)) if *expected == secret => session.cancel(),
            _ => tracing::warn!(session = id, "a cancel request named no session or a wrong secret"),
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.cancels.sessions.lock().remove(&self.id);
    }
}
