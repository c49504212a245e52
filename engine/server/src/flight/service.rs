//! The calls of the Flight service, each for someone who is logged in.
//!
//! This implements the service itself rather than arrow-flight's `FlightSqlService`: that trait answers
//! GetSchema with "unimplemented", announces actions we do not have, and leaves some calls outside
//! authentication.

use std::pin::Pin;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::ipc::writer::IpcWriteOptions;
use arrow_flight::flight_service_server::FlightService;
use arrow_flight::sql::metadata::{SqlInfoData, SqlInfoDataBuilder, XdbcTypeInfoData};
use arrow_flight::sql::{
    Any, Command, CommandPreparedStatementQuery, CommandStatementQuery, DoPutPreparedStatementResult,
    DoPutUpdateResult, ProstMessageExt, TicketStatementQuery,
};
use arrow_flight::{
    Action, ActionType, Criteria, Empty, FlightData, FlightDescriptor, FlightEndpoint, FlightInfo, HandshakeRequest,
    HandshakeResponse, PollInfo, PutResult, SchemaAsIpc, SchemaResult, Ticket,
};
use bellwether::{Engine, Error, ErrorKind, Result};
use bytes::Bytes;
use futures::{StreamExt, stream};
use prost::Message as _;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Extensions, Request, Response, Status, Streaming};

use super::handle::Handle;
use super::login::{Login, Logins};
use super::message::Message;
use super::outgoing::{self, Messages};
use super::status::status;
use super::{action, incoming, ingest, keys, prepared, query, sql_info, tables, type_info};
use crate::connection::Peer;

/// The door's side of every connection.
pub(super) struct Service {
    logins: Arc<Logins>,
    sql_info: SqlInfoData,
    type_info: XdbcTypeInfoData,
}

impl Service {
    /// A service for the engine's users, whose logins somebody else sweeps.
    pub(super) fn new(engine: &Engine, logins: Arc<Logins>) -> Result<Self> {
        Ok(Self { logins, sql_info: sql_info::sql_info(engine.config())?, type_info: type_info::type_info()? })
    }

    /// Who calls; every call but the handshake begins here.
    async fn login(
        &self,
        metadata: &MetadataMap,
        extensions: &Extensions,
        call: &'static str,
    ) -> Result<Arc<Login>, Status> {
        metrics::counter!("bellwether_flight_calls_total", "call" => call).increment(1);
        self.logins.of_call(metadata, peer(extensions)).await.map_err(status)
    }

    async fn info(&self, login: &Login, descriptor: FlightDescriptor) -> Result<FlightInfo> {
        let (schema, ticket) = match command(&descriptor.cmd)? {
            Command::CommandStatementQuery(CommandStatementQuery { query, transaction_id }) => {
                no_transaction(transaction_id.as_ref())?;
                let (handle, schema) = query::plan(login, &query).await?;
                (schema, ticket_of(handle))
            }
            Command::CommandPreparedStatementQuery(statement) => {
                let (handle, schema) = prepared::offer(login, &statement.prepared_statement_handle).await?;
                (schema, ticket_of(handle))
            }
            // The catalogue is asked when the answer is fetched, so the ticket is the request itself.
            request => (answer_schema(&request)?, descriptor.cmd.clone()),
        };
        let endpoint = FlightEndpoint::new().with_ticket(Ticket::new(ticket));
        let info = FlightInfo::new().with_descriptor(descriptor).with_endpoint(endpoint).with_ordered(true);
        info.try_with_schema(&schema).map_err(|error| Error::internal("a schema cannot be encoded").with_source(error))
    }

    async fn schema(&self, login: &Login, descriptor: &FlightDescriptor) -> Result<SchemaRef> {
        match command(&descriptor.cmd)? {
            Command::CommandStatementQuery(statement) => query::schema(login, &statement.query).await,
            Command::CommandPreparedStatementQuery(statement) => {
                prepared::schema(login, &statement.prepared_statement_handle)
            }
            request => answer_schema(&request),
        }
    }

    /// The rows of a ticket, for whoever calls.
    pub(super) async fn rows(&self, request: Request<Ticket>) -> Result<Messages<Message>, Status> {
        let login = self.login(request.metadata(), request.extensions(), "DoGet").await?;
        self.get(login, request.into_inner()).await.map_err(status)
    }

    async fn get(&self, login: Arc<Login>, ticket: Ticket) -> Result<Messages<Message>> {
        match command(&ticket.ticket)? {
            Command::TicketStatementQuery(TicketStatementQuery { statement_handle }) => {
                let handle = Handle::from_bytes(&statement_handle)
                    .ok_or_else(|| Error::new(ErrorKind::Protocol, "the ticket is not one of this server"))?;
                query::fetch(&self.logins, login, handle)
            }
            Command::CommandPreparedStatementQuery(CommandPreparedStatementQuery { prepared_statement_handle }) => {
                prepared::fetch(login, &prepared_statement_handle)
            }
            request => self.answer(&login, request).await.map(outgoing::send_batch),
        }
    }

    /// The rows of a question about the server or the catalogue.
    async fn answer(&self, login: &Login, request: Command) -> Result<RecordBatch> {
        let session = &login.session;
        match request {
            Command::CommandGetSqlInfo(command) => self
                .sql_info
                .record_batch(command.info)
                .map_err(|error| Error::internal("no answer").with_source(error)),
            Command::CommandGetXdbcTypeInfo(command) => self
                .type_info
                .record_batch(command.data_type)
                .map_err(|error| Error::internal("no answer").with_source(error)),
            Command::CommandGetCatalogs(_) => tables::catalogs(),
            Command::CommandGetDbSchemas(command) => tables::schemas(session, command).await,
            Command::CommandGetTables(command) => tables::tables(session, command).await,
            Command::CommandGetTableTypes(_) => tables::table_types(),
            Command::CommandGetPrimaryKeys(command) => keys::primary(session, command).await,
            Command::CommandGetImportedKeys(command) => keys::foreign(session, command.into()).await,
            Command::CommandGetExportedKeys(command) => keys::foreign(session, command.into()).await,
            Command::CommandGetCrossReference(command) => keys::foreign(session, command.into()).await,
            other => Err(not_offered(&other)),
        }
    }

    async fn put(&self, login: &Login, messages: Streaming<FlightData>) -> Result<Bytes, Status> {
        let mut messages = messages.peekable();
        let descriptor = match Pin::new(&mut messages).peek().await {
            Some(Ok(first)) => first.flight_descriptor.clone(),
            Some(Err(error)) => return Err(error.clone()),
            None => None,
        };
        let missing = || status(Error::new(ErrorKind::Protocol, "the upload does not say what it is for"));
        let request = command(&descriptor.ok_or_else(missing)?.cmd).map_err(status)?;
        self.put_command(login, request, messages).await.map_err(status)
    }

    async fn put_command(
        &self,
        login: &Login,
        request: Command,
        messages: impl futures::Stream<Item = Result<FlightData, Status>> + Send + 'static,
    ) -> Result<Bytes> {
        let record_count = match request {
            Command::CommandStatementUpdate(command) => {
                no_transaction(command.transaction_id.as_ref())?;
                query::update(login, &command.query).await?
            }
            Command::CommandStatementIngest(command) => {
                no_transaction(command.transaction_id.as_ref())?;
                ingest::ingest(login, command, incoming::receive(messages).await?).await?
            }
            Command::CommandPreparedStatementUpdate(command) => {
                let upload = incoming::receive(messages).await?;
                prepared::update(login, &command.prepared_statement_handle, upload).await?
            }
            Command::CommandPreparedStatementQuery(command) => {
                let handle = command.prepared_statement_handle;
                prepared::bind(login, &handle, incoming::receive(messages).await?).await?;
                let bound = DoPutPreparedStatementResult { prepared_statement_handle: Some(handle) };
                return Ok(bound.encode_to_vec().into());
            }
            other => return Err(not_offered(&other)),
        };
        Ok(DoPutUpdateResult { record_count }.encode_to_vec().into())
    }
}

#[tonic::async_trait]
impl FlightService for Service {
    type HandshakeStream = Messages<HandshakeResponse>;
    type ListFlightsStream = Messages<FlightInfo>;
    type DoGetStream = Messages<FlightData>;
    type DoPutStream = Messages<PutResult>;
    type DoActionStream = Messages<arrow_flight::Result>;
    type ListActionsStream = Messages<ActionType>;
    type DoExchangeStream = Messages<FlightData>;

    async fn handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> Result<Response<Self::HandshakeStream>, Status> {
        metrics::counter!("bellwether_flight_calls_total", "call" => "Handshake").increment(1);
        let token = self.logins.handshake(request.metadata(), peer(request.extensions())).await.map_err(status)?;
        let header = MetadataValue::try_from(format!("Bearer {token}"))
            .map_err(|error| status(Error::internal("a token cannot be sent").with_source(error)))?;
        // Some clients take the token from the header, some from the message.
        let answer = HandshakeResponse { protocol_version: 0, payload: token.into() };
        let mut response = Response::new(stream::iter([Ok(answer)]).boxed());
        response.metadata_mut().insert("authorization", header);
        Ok(response)
    }

    async fn get_flight_info(&self, request: Request<FlightDescriptor>) -> Result<Response<FlightInfo>, Status> {
        let login = self.login(request.metadata(), request.extensions(), "GetFlightInfo").await?;
        self.info(&login, request.into_inner()).await.map(Response::new).map_err(status)
    }

    async fn get_schema(&self, request: Request<FlightDescriptor>) -> Result<Response<SchemaResult>, Status> {
        let login = self.login(request.metadata(), request.extensions(), "GetSchema").await?;
        let schema = self.schema(&login, request.get_ref()).await.map_err(status)?;
        SchemaResult::try_from(SchemaAsIpc::new(&schema, &IpcWriteOptions::default()))
            .map(Response::new)
            .map_err(|error| status(Error::internal("a schema cannot be encoded").with_source(error)))
    }

    /// The trait asks for it; calls of DoGet go to [`Service::rows`], whose messages are not copied.
    async fn do_get(&self, _: Request<Ticket>) -> Result<Response<Self::DoGetStream>, Status> {
        Err(Status::internal("DoGet is answered by the door"))
    }

    async fn do_put(&self, request: Request<Streaming<FlightData>>) -> Result<Response<Self::DoPutStream>, Status> {
        let login = self.login(request.metadata(), request.extensions(), "DoPut").await?;
        let app_metadata = self.put(&login, request.into_inner()).await?;
        Ok(Response::new(stream::iter([Ok(PutResult { app_metadata })]).boxed()))
    }

    async fn do_action(&self, request: Request<Action>) -> Result<Response<Self::DoActionStream>, Status> {
        let login = self.login(request.metadata(), request.extensions(), "DoAction").await?;
        let answer = action::run(&self.logins, &login, request.into_inner()).await.map_err(status)?;
        Ok(Response::new(stream::iter(answer.map(|body| Ok(arrow_flight::Result { body }))).boxed()))
    }

    async fn list_actions(&self, request: Request<Empty>) -> Result<Response<Self::ListActionsStream>, Status> {
        self.login(request.metadata(), request.extensions(), "ListActions").await?;
        Ok(Response::new(stream::iter(action::types().into_iter().map(Ok)).boxed()))
    }

    async fn list_flights(&self, request: Request<Criteria>) -> Result<Response<Self::ListFlightsStream>, Status> {
        self.login(request.metadata(), request.extensions(), "ListFlights").await?;
        Err(status(Error::unsupported("flights cannot be listed").with_hint("ask for tables with GetTables")))
    }

    async fn poll_flight_info(&self, request: Request<FlightDescriptor>) -> Result<Response<PollInfo>, Status> {
        self.login(request.metadata(), request.extensions(), "PollFlightInfo").await?;
        Err(status(
            Error::unsupported("queries cannot be polled").with_hint("use GetFlightInfo, which does not wait for rows"),
        ))
    }

    async fn do_exchange(
        &self,
        request: Request<Streaming<FlightData>>,
    ) -> Result<Response<Self::DoExchangeStream>, Status> {
        self.login(request.metadata(), request.extensions(), "DoExchange").await?;
        Err(status(Error::unsupported("exchange is not offered").with_hint("use DoPut and DoGet")))
    }
}

/// What the bytes of a descriptor or ticket ask for.
fn command(bytes: &Bytes) -> Result<Command> {
    let any = Any::decode(bytes.clone()).map_err(undecodable)?;
    Command::try_from(any)
        .map_err(|error| Error::new(ErrorKind::Protocol, "the request cannot be read").with_detail(error.to_string()))
}

/// The columns of an answer about the server or the catalogue.
fn answer_schema(request: &Command) -> Result<SchemaRef> {
    Ok(match request {
        Command::CommandGetSqlInfo(_) => Arc::new(Schema::clone(SqlInfoDataBuilder::schema())),
        Command::CommandGetXdbcTypeInfo(_) => type_info::schema(),
        Command::CommandGetCatalogs(_) => tables::catalogs_schema(),
        Command::CommandGetDbSchemas(_) => tables::schemas_schema(),
        Command::CommandGetTables(command) => tables::tables_schema(command.include_schema),
        Command::CommandGetTableTypes(_) => tables::table_types_schema(),
        Command::CommandGetPrimaryKeys(_) => keys::primary_schema(),
        Command::CommandGetImportedKeys(_)
        | Command::CommandGetExportedKeys(_)
        | Command::CommandGetCrossReference(_) => keys::foreign_schema(),
        other => return Err(not_offered(other)),
    })
}

fn ticket_of(handle: Handle) -> Bytes {
    TicketStatementQuery { statement_handle: handle.to_bytes() }.as_any().encode_to_vec().into()
}

fn peer(extensions: &Extensions) -> Option<Peer> {
    extensions.get::<Peer>().cloned()
}

fn not_offered(request: &Command) -> Error {
    match request {
        Command::CommandStatementSubstraitPlan(_) => {
            Error::unsupported("Substrait plans are not taken").with_hint("send SQL")
        }
        other => {
            let name = other.type_url().rsplit(['.', '/']).next().unwrap_or_default();
            Error::unsupported(format!("\"{name}\" is not offered by this call"))
        }
    }
}

/// Refuses a statement that is to run inside a transaction: none can have begun.
pub(super) fn no_transaction(id: Option<&Bytes>) -> Result<()> {
    if id.is_some_and(|id| !id.is_empty()) {
        return Err(Error::unsupported("transactions over several calls are not offered here")
            .with_hint("every statement commits by itself: connect with autocommit on"));
    }
    Ok(())
}

/// Bytes that are not the message they should be.
pub(super) fn undecodable(error: prost::DecodeError) -> Error {
    Error::new(ErrorKind::Protocol, "the request cannot be read").with_detail(error.to_string())
}

#[cfg(test)]
mod tests {
    use arrow_flight::sql::{CommandGetTables, CommandStatementSubstraitPlan};

    use super::*;

    #[test]
    fn requests_are_read_and_nonsense_is_refused() {
        let bytes = Bytes::from(CommandGetTables::default().as_any().encode_to_vec());
        assert!(matches!(command(&bytes), Ok(Command::CommandGetTables(_))));
        assert_eq!(command(&Bytes::from_static(b"\xff\xff")).unwrap_err().kind(), ErrorKind::Protocol);
        let unknown = Any { type_url: "type.googleapis.com/x.Y".into(), value: Bytes::new() };
        let request = command(&unknown.encode_to_vec().into()).unwrap();
        assert_eq!(answer_schema(&request).unwrap_err().message(), "\"Y\" is not offered by this call");
    }

    #[test]
    fn substrait_is_refused_by_name() {
        let error = not_offered(&Command::CommandStatementSubstraitPlan(CommandStatementSubstraitPlan::default()));
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("Substrait"));
    }

    #[test]
    fn an_empty_transaction_is_none() {
        assert!(no_transaction(None).is_ok());
        assert!(no_transaction(Some(&Bytes::new())).is_ok());
        assert!(no_transaction(Some(&Bytes::from_static(b"1"))).is_err());
    }
}
