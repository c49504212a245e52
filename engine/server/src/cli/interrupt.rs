//! Ctrl-C ends the statement that runs, not the program.

use std::pin::pin;

use bellwether::{Result, Session};

/// Drives `work` on `session` to its end; Ctrl-C asks the session to end it sooner.
pub(super) async fn cancellable<T>(session: &Session, work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            result = &mut work => return result,
            interrupt = tokio::signal::ctrl_c() => match interrupt {
                Ok(()) => session.cancel(),
                // Without signals the work still ends by itself.
                Err(_) => return work.await,
            },
        }
    }
}
