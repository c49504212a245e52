//! The service as gRPC calls it: DoGet with messages of our own, all else as arrow-flight generates it.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow_flight::Ticket;
use arrow_flight::flight_service_server::FlightServiceServer;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service as HttpService, http};
use tonic::server::{Grpc, NamedService, ServerStreamingService};
use tonic::{Request, Response, Status};

use super::message::{Message, RowsCodec};
use super::outgoing::Messages;
use super::service::Service;

const DO_GET: &str = "/arrow.flight.protocol.FlightService/DoGet";

/// The service behind HTTP/2.
#[derive(Clone)]
pub(super) struct Door {
    service: Arc<Service>,
    calls: FlightServiceServer<Service>,
    message_bytes_max: usize,
}

impl Door {
    /// Calls of `service` by messages up to this size.
    pub(super) fn new(service: Service, message_bytes_max: usize) -> Self {
        let service = Arc::new(service);
        let calls = FlightServiceServer::from_arc(Arc::clone(&service)).max_decoding_message_size(message_bytes_max);
        Self { service, calls, message_bytes_max }
    }
}

impl NamedService for Door {
    const NAME: &'static str = <FlightServiceServer<Service> as NamedService>::NAME;
}

impl HttpService<http::Request<Body>> for Door {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if request.uri().path() != DO_GET {
            return self.calls.call(request);
        }
        let get = Get(Arc::clone(&self.service));
        let mut grpc = Grpc::new(RowsCodec).apply_max_message_size_config(Some(self.message_bytes_max), None);
        Box::pin(async move { Ok(grpc.server_streaming(get, request).await) })
    }
}

struct Get(Arc<Service>);

impl ServerStreamingService<Ticket> for Get {
    type Response = Message;
    type ResponseStream = Messages<Message>;
    type Future = BoxFuture<Response<Self::ResponseStream>, Status>;

    fn call(&mut self, request: Request<Ticket>) -> Self::Future {
        let service = Arc::clone(&self.0);
        Box::pin(async move { service.rows(request).await.map(Response::new) })
    }
}
