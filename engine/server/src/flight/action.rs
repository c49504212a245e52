//! Actions: prepared statements, cancelling, and the session.

use std::sync::Arc;

use arrow_flight::sql::{
    ActionCancelQueryRequest, ActionCancelQueryResult, ActionClosePreparedStatementRequest,
    ActionCreatePreparedStatementRequest, Any, Command, ProstMessageExt,
};
use arrow_flight::{Action, ActionType, CancelFlightInfoRequest, CancelFlightInfoResult, CancelStatus, FlightInfo};
use bellwether::{Error, ErrorKind, Result};
use bytes::Bytes;
use prost::Message;

use super::handle::Handle;
use super::login::{Login, Logins};
use super::service::{no_transaction, undecodable};
use super::{options, prepared, query};

const CREATE_PREPARED_STATEMENT: &str = "CreatePreparedStatement";
const CLOSE_PREPARED_STATEMENT: &str = "ClosePreparedStatement";
const CANCEL_QUERY: &str = "CancelQuery";
const CANCEL_FLIGHT_INFO: &str = "CancelFlightInfo";
const SET_SESSION_OPTIONS: &str = "SetSessionOptions";
const GET_SESSION_OPTIONS: &str = "GetSessionOptions";
const CLOSE_SESSION: &str = "CloseSession";

/// The actions there are.
pub(super) fn types() -> Vec<ActionType> {
    [
        (CREATE_PREPARED_STATEMENT, "Plans a statement to be run several times."),
        (CLOSE_PREPARED_STATEMENT, "Forgets a prepared statement."),
        (CANCEL_QUERY, "Cancels a query by its FlightInfo (older clients)."),
        (CANCEL_FLIGHT_INFO, "Cancels a query by its FlightInfo."),
        (SET_SESSION_OPTIONS, "Changes settings of the session."),
        (GET_SESSION_OPTIONS, "Tells settings of the session."),
        (CLOSE_SESSION, "Ends the session and its token."),
    ]
    .map(|(name, description)| ActionType { r#type: name.into(), description: description.into() })
    .into()
}

/// Does what the client asks and gives the answer's bytes, if there is one.
pub(super) async fn run(logins: &Logins, login: &Arc<Login>, action: Action) -> Result<Option<Bytes>> {
    let answer = match action.r#type.as_str() {
        CREATE_PREPARED_STATEMENT => {
            let request: ActionCreatePreparedStatementRequest = unpack(&action.body)?;
            no_transaction(request.transaction_id.as_ref())?;
            prepared::create(login, &request.query).await?.as_any().encode_to_vec()
        }
        CLOSE_PREPARED_STATEMENT => {
            let request: ActionClosePreparedStatementRequest = unpack(&action.body)?;
            prepared::close(login, &request.prepared_statement_handle);
            return Ok(None);
        }
        CANCEL_QUERY => {
            let request: ActionCancelQueryRequest = unpack(&action.body)?;
            let info = FlightInfo::decode(request.info).map_err(undecodable)?;
            ActionCancelQueryResult { result: cancel(login, &info).into() }.as_any().encode_to_vec()
        }
        CANCEL_FLIGHT_INFO => {
            let request = CancelFlightInfoRequest::decode(action.body).map_err(undecodable)?;
            CancelFlightInfoResult { status: cancel(login, &request.info.unwrap_or_default()).into() }.encode_to_vec()
        }
        SET_SESSION_OPTIONS => {
            let request = options::SetRequest::decode(action.body).map_err(undecodable)?;
            options::set(&login.session, request).await.encode_to_vec()
        }
        GET_SESSION_OPTIONS => options::get(&login.session).encode_to_vec(),
        CLOSE_SESSION => {
            logins.close(login);
            options::CloseResult { status: options::CloseStatus::Closed.into() }.encode_to_vec()
        }
        "BeginTransaction" | "EndTransaction" | "BeginSavepoint" | "EndSavepoint" => {
            return Err(Error::unsupported("transactions over several calls are not offered here")
                .with_hint("every statement commits by itself: connect with autocommit on"));
        }
        "CreatePreparedSubstraitPlan" => {
            return Err(Error::unsupported("Substrait plans are not taken").with_hint("send SQL"));
        }
        other => return Err(Error::unsupported(format!("there is no action \"{other}\""))),
    };
    Ok(Some(answer.into()))
}

/// Ends the query whose tickets `info` carries. The older action's answer has the same numbers.
fn cancel(login: &Login, info: &FlightInfo) -> CancelStatus {
    let tickets = info.endpoint.iter().filter_map(|endpoint| endpoint.ticket.as_ref());
    let handles = tickets.filter_map(|ticket| {
        let command = Any::decode(ticket.ticket.clone()).ok().and_then(|any| Command::try_from(any).ok());
        match command {
            Some(Command::TicketStatementQuery(ticket)) => Handle::from_bytes(&ticket.statement_handle),
            _ => None,
        }
    });
    let cancelled = handles.filter(|handle| query::cancel(login, *handle)).count();
    if cancelled > 0 { CancelStatus::Cancelled } else { CancelStatus::NotCancellable }
}

fn unpack<M: ProstMessageExt>(body: &Bytes) -> Result<M> {
    let any = Any::decode(body.clone()).map_err(undecodable)?;
    let message = any.unpack().map_err(|error| {
        Error::new(ErrorKind::Protocol, "the action's request cannot be read").with_detail(error.to_string())
    })?;
    message.ok_or_else(|| Error::new(ErrorKind::Protocol, "the action carries the request of another action"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_of_another_action_is_refused() {
        let close = ActionClosePreparedStatementRequest { prepared_statement_handle: Bytes::from_static(b"x") };
        let body = Bytes::from(close.as_any().encode_to_vec());
        assert!(unpack::<ActionClosePreparedStatementRequest>(&body).is_ok());
        assert!(unpack::<ActionCreatePreparedStatementRequest>(&body).is_err());
        assert!(unpack::<ActionClosePreparedStatementRequest>(&Bytes::from_static(b"\xff")).is_err());
    }
}
