//! A logged-in connection: one message after the other, until the client or the server leaves.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use bellwether::{Done, Error, ErrorKind, Session, TransactionStatus};
use tokio_util::sync::CancellationToken;

use super::backend::{self, Severity};
use super::cancel::Registration;
use super::extended::Plan;
use super::fault::{Fault, tell};
use super::frontend::Frontend;
use super::portal::Portal;
use super::socket::{FLUSH_BYTES, Frame, MESSAGE_BYTES, Wire};
use super::tag;

/// The state of one connection.
pub(super) struct Connection {
    pub(super) wire: Wire,
    pub(super) session: Session,
    /// Prepared statements by name; the unnamed one has the name "".
    pub(super) statements: HashMap<String, Arc<Plan>>,
    /// Bound statements by name, likewise.
    pub(super) portals: HashMap<String, Portal>,
    /// After an error in the extended protocol everything up to the next Sync is skipped.
    skips_to_sync: bool,
    _registration: Registration,
}

/// Whether there is a next message.
enum Next {
    Message,
    Goodbye,
}

impl Connection {
    pub(super) fn new(wire: Wire, session: Session, registration: Registration) -> Self {
        Self {
            wire,
            session,
            statements: HashMap::new(),
            portals: HashMap::new(),
            skips_to_sync: false,
            _registration: registration,
        }
    }

    /// Answers messages until the client leaves or, between two messages, `stop` is set.
    pub(super) async fn run(mut self, stop: &CancellationToken) {
        loop {
            let frame = tokio::select! {
                biased;
                () = stop.cancelled() => {
                    let reason = "terminating connection due to administrator command";
                    return self.end(&Error::new(ErrorKind::ShuttingDown, reason)).await;
                }
                frame = self.wire.read(MESSAGE_BYTES) => frame,
            };
            let answered = match frame {
                Ok(Some(frame)) => self.answer(frame).await,
                Ok(None) => return,
                Err(fault) => Err(fault),
            };
            match answered {
                Ok(Next::Message) => {}
                Ok(Next::Goodbye) => return self.wire.close().await,
                Err(Fault::Error(error) | Fault::Fatal(error)) => return self.end(&error).await,
                Err(Fault::Gone) => return,
            }
        }
    }

    /// Answers one message. What the client did wrong within a message is told and forgiven here.
    async fn answer(&mut self, frame: Frame) -> Result<Next, Fault> {
        if self.skips_to_sync && !matches!(frame.tag, b'S' | b'X') {
            return Ok(Next::Message);
        }
        let is_extended = !matches!(frame.tag, b'Q' | b'F' | b'S');
        let handled = match Frontend::decode(frame.tag, &frame.body) {
            Ok(Frontend::Terminate) => return Ok(Next::Goodbye),
            Ok(message) => self.handle(message).await,
            Err(error) => Err(Fault::Error(error)),
        };
        match handled {
            Ok(()) => {}
            Err(Fault::Error(error)) => {
                self.report(&error);
                if is_extended {
                    self.skips_to_sync = true;
                    // Everything up to the next Sync is skipped, a Flush as well, and the client may wait for this.
                    self.wire.flush().await?;
                } else {
                    self.ready().await?;
                }
            }
            Err(fault) => return Err(fault),
        }
        if self.wire.output.len() >= FLUSH_BYTES {
            self.wire.flush().await?;
        }
        Ok(Next::Message)
    }

    async fn handle(&mut self, message: Frontend<'_>) -> Result<(), Fault> {
        match message {
            Frontend::Query(sql) => {
                self.simple_query(sql).await?;
                self.ready().await
            }
            Frontend::Parse { name, sql, types } => self.parse(name, sql, &types).await,
            Frontend::Bind(bind) => self.bind(bind),
            Frontend::Describe(target) => self.describe(target),
            Frontend::Execute { portal, max_rows } => self.execute(portal, max_rows).await,
            Frontend::Close(target) => {
                self.close(target);
                Ok(())
            }
            Frontend::Flush => self.wire.flush().await,
            Frontend::Sync => {
                self.skips_to_sync = false;
                self.ready().await
            }
            Frontend::FunctionCall => Err(Error::unsupported("function calls are not offered")
                .with_hint("call the function in a SELECT")
                .into()),
            Frontend::CopyRemains | Frontend::Terminate => Ok(()),
        }
    }

    /// Tells the client of an error; portals do not outlive it.
    fn report(&mut self, error: &Error) {
        self.portals.clear();
        self.session.fail_transaction();
        tell(&mut self.wire.output, Severity::Error, error);
    }

    /// Tells the client that it is its turn; outside a transaction block no portal is left.
    async fn ready(&mut self) -> Result<(), Fault> {
        let status = self.session.transaction();
        if status == TransactionStatus::Idle {
            self.portals.clear();
        }
        backend::ready_for_query(&mut self.wire.output, status);
        self.wire.flush().await
    }

    /// Tells the client what a statement without rows did.
    pub(super) fn done(&mut self, done: &Done) {
        match &*done.command {
            "DISCARD ALL" => {
                self.statements.clear();
                self.portals.clear();
            }
            "CLOSE CURSOR ALL" => self.portals.clear(),
            _ => {}
        }
        for notice in &done.notices {
            backend::notice(&mut self.wire.output, notice);
        }
        for (name, value) in &done.parameters {
            backend::parameter_status(&mut self.wire.output, name, value);
        }
        backend::command_complete(&mut self.wire.output, &tag::of_done(done));
    }

    /// Tells the client why the connection ends, and ends it.
    async fn end(mut self, error: &Error) {
        tell(&mut self.wire.output, Severity::Fatal, error);
        if self.wire.flush().await.is_ok() {
            self.wire.close().await;
        }
    }
}

/// Waits for the engine while watching the client: when it goes away, its work is cancelled.
///
/// The work is still waited for: a write in the middle of its commit must not be dropped.
pub(super) async fn attend<T>(wire: &mut Wire, session: &Session, work: impl Future<Output = T>) -> Result<T, Fault> {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        result = &mut work => return Ok(result),
        () = wire.gone() => {}
    }
    session.cancel();
    work.await;
    Err(Fault::Gone)
}
