//! This server's place in line for the lake's background work: refreshes, compaction, vacuum.

use std::sync::Arc;
use std::time::Instant;

use bellwether_catalog::LEASE_STEP;

use crate::Engine;

/// Takes a place in line and keeps it as long as the engine lives.
pub(crate) fn start(engine: &Engine) {
    if !engine.config().background_work || engine.lake().store().is_read_only().is_some() {
        return;
    }
    let stop = engine.inner.stop.clone();
    let inner = Arc::downgrade(&engine.inner);
    engine.spawn_background(async move {
        let mut was_held = false;
        loop {
            // Keeping the place must not keep an engine alive that nobody holds any more.
            let Some(engine) = Engine::upgrade(&inner) else { return };
            match engine.inner.lease.step(Instant::now()).await {
                Ok(is_held) if is_held != was_held => {
                    let lake = engine.lake().store().location();
                    tracing::info!(%lake, "{}", match is_held {
                        true => "this server does the lake's background work from now on",
                        false => "another server does the lake's background work",
                    });
                    was_held = is_held;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the lease of the background work was neither renewed nor taken"),
            }
            drop(engine);
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LEASE_STEP) => {}
            }
        }
    });
}

impl Engine {
    /// Whether, of all servers that have opened the lake, this one does its background work now.
    pub fn does_background_work(&self) -> bool {
        self.inner.lease.is_held(Instant::now())
    }
}
