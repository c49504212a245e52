//! A server in this process: all doors on ports of their own, over a lake in a temporary folder.

use std::net::SocketAddr;

use arrow_flight::sql::client::FlightSqlServiceClient;
use bellwether::{Config, Engine};
use bellwether_server::server::Server;
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};
use tonic::transport::{Channel, Endpoint};

/// What a lake is called as a database.
pub const DATABASE: &str = "lake";
/// The superuser every test server has.
pub const USER: &str = "tester";
/// Its password.
pub const PASSWORD: &str = "correct horse battery staple";

/// A running server; its lake goes with it.
#[derive(Debug)]
pub struct TestServer {
    /// The engine behind the doors.
    pub engine: Engine,
    /// The doors.
    pub server: Server,
    folder: TempDir,
}

impl TestServer {
    /// A server with default limits.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A server whose configuration `change` has altered.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = test_config(folder.path().join("lake").display().to_string());
        change(&mut config);
        let engine = Engine::start(config).await.expect("the engine opens an empty lake");
        engine.create_role(USER, PASSWORD, true).await.expect("the first user is created");
        let server = Server::start(engine.clone()).await.expect("the doors open on free ports");
        Self { engine, server, folder }
    }

    /// Where the lake's files are.
    pub fn lake(&self) -> std::path::PathBuf {
        self.folder.path().join("lake")
    }

    /// A folder beside the lake, outside of what SQL may touch.
    pub fn outside(&self) -> std::path::PathBuf {
        self.folder.path().join("outside")
    }

    /// Connection settings of the Postgres door.
    pub fn postgres(&self) -> tokio_postgres::Config {
        postgres_config(self.server.postgres_address())
    }

    /// A connection over the Postgres door.
    pub async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        connect(&self.postgres()).await
    }

    /// An authenticated client of the Flight SQL door.
    pub async fn flight(&self) -> FlightSqlServiceClient<Channel> {
        flight(self.server.flight_address()).await.expect("the Flight SQL door accepts the test user")
    }

    /// Lets running queries end and closes the doors.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// Default limits, doors on free loopback ports, no background work in between.
pub fn test_config(lake: String) -> Config {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    Config {
        lake,
        postgres_address: any_port,
        flight_address: any_port,
        http_address: any_port,
        maintenance_seconds: 0,
        background_work: false,
        ..Config::default()
    }
}

/// Settings of the test user for a Postgres door at `address`.
pub fn postgres_config(address: SocketAddr) -> tokio_postgres::Config {
    let mut config = tokio_postgres::Config::new();
    config.host(address.ip().to_string()).port(address.port()).user(USER).password(PASSWORD).dbname(DATABASE);
    config
}

/// Connects and drives the connection in a task of its own.
pub async fn connect(config: &tokio_postgres::Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Connects to a Flight SQL door and logs the test user in.
pub async fn flight(
    address: SocketAddr,
) -> Result<FlightSqlServiceClient<Channel>, Box<dyn std::error::Error + Send + Sync>> {
    let channel = Endpoint::new(format!("http://{address}"))?.connect().await?;
    let mut client = FlightSqlServiceClient::new(channel);
    client.handshake(USER, PASSWORD).await?;
    Ok(client)
}
