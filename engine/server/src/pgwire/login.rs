//! From the startup message to the first ReadyForQuery.

use std::net::SocketAddr;

use bellwether::{ClientInfo, Error, ErrorKind, Principal, Session, TransactionStatus};

use super::body::{Body, utf8};
use super::cancel::Registration;
use super::fault::Fault;
use super::socket::{Frame, MESSAGE_BYTES_BEFORE_LOGIN, Wire};
use super::startup::Startup;
use super::{Door, backend};
use crate::auth::scram::{Exchange, MECHANISM};
use crate::auth::{self, Credential};

/// The settings that clients are told at the start and whenever they change.
const REPORTED: [&str; 14] = [
    "server_version",
    "server_encoding",
    "client_encoding",
    "DateStyle",
    "TimeZone",
    "integer_datetimes",
    "standard_conforming_strings",
    "IntervalStyle",
    "is_superuser",
    "session_authorization",
    "application_name",
    "default_transaction_read_only",
    "in_hot_standby",
    "search_path",
];

/// Logs the client in and gives it a session of its own.
pub(super) async fn establish(
    wire: &mut Wire,
    door: &Door,
    startup: &Startup,
    peer: SocketAddr,
) -> Result<(Session, Registration), Fault> {
    let options = startup.protocol_options();
    if startup.is_newer || !options.is_empty() {
        backend::negotiate_protocol_version(&mut wire.output, &options);
    }
    let user = startup
        .get("user")
        .filter(|user| !user.is_empty())
        .ok_or_else(|| Fault::protocol("no PostgreSQL user name specified in startup packet"))?;
    if startup.get("replication").is_some_and(|wanted| !matches!(wanted, "false" | "off" | "no" | "0")) {
        return Err(Fault::Fatal(Error::unsupported("replication connections are not offered")));
    }
    let principal = authenticate(wire, door, user, peer).await?;

    let client = ClientInfo {
        address: Some(peer),
        application: startup.get("application_name").map(str::to_owned),
        // PostgreSQL's clients mean the database of the user's name when they name none.
        database: Some(startup.get("database").filter(|name| !name.is_empty()).unwrap_or(user).to_owned()),
    };
    let session = door.engine.session(principal, bellwether::Door::Postgres, client)?;
    startup.apply(&session)?;
    for name in REPORTED {
        if let Some(value) = session.setting(name) {
            backend::parameter_status(&mut wire.output, name, &value);
        }
    }
    let secret = rand::random();
    backend::backend_key_data(&mut wire.output, session.id(), secret);
    let registration = door.cancels.register(&session, secret);
    backend::ready_for_query(&mut wire.output, TransactionStatus::Idle);
    wire.flush().await?;
    Ok((session, registration))
}

/// The SASL exchange, in which the password itself never travels.
async fn authenticate(wire: &mut Wire, door: &Door, user: &str, peer: SocketAddr) -> Result<Principal, Fault> {
    let address = Some(peer.ip());
    auth::wait_turn(address, user).await?;
    let credential = Credential::look_up(&door.engine, user).await?;

    backend::authentication_sasl(&mut wire.output, MECHANISM);
    let first = answer(wire).await?;
    let mut body = Body::new(&first.body);
    let mechanism = body.text()?;
    if mechanism != MECHANISM {
        return Err(Fault::protocol(format!("client selected an invalid SASL authentication mechanism: {mechanism}")));
    }
    let exchange = Exchange::begin(utf8(body.value()?.unwrap_or_default())?, credential.verifier())?;

    backend::authentication_sasl_continue(&mut wire.output, exchange.server_first());
    let last = answer(wire).await?;
    let proof = exchange.finish(utf8(&last.body)?, credential.verifier())?;
    let admitted = credential.admit(user, proof.is_some());
    auth::note(address, user, admitted.is_ok());
    let principal = admitted?;
    backend::authentication_sasl_final(&mut wire.output, &proof.unwrap_or_default());
    backend::authentication_ok(&mut wire.output);
    Ok(principal)
}

/// The client's next password message.
async fn answer(wire: &mut Wire) -> Result<Frame, Fault> {
    wire.flush().await?;
    match wire.read(MESSAGE_BYTES_BEFORE_LOGIN).await? {
        Some(frame) if frame.tag == b'p' => Ok(frame),
        Some(frame) => Err(Fault::Fatal(Error::new(
            ErrorKind::Protocol,
            format!("expected a SASL response, got a message of type '{}'", char::from(frame.tag)),
        ))),
        None => Err(Fault::Gone),
    }
}
