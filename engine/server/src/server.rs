//! The server: three doors around one engine, opened together and closed in order.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bellwether::{Config, Engine, Error, Result};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{flight, http, pgwire, tls};

/// How long a door may take to say goodbye to its clients once no statement runs any more.
const FAREWELL: Duration = Duration::from_secs(5);

/// The open doors of an engine.
#[derive(Debug)]
pub struct Server {
    engine: Engine,
    stop: CancellationToken,
    doors: JoinSet<()>,
    postgres_address: SocketAddr,
    flight_address: SocketAddr,
    http_address: SocketAddr,
}

impl Server {
    /// Opens all doors at the addresses of the engine's configuration; port 0 takes any free one.
    ///
    /// Refuses to listen where others than this machine can connect unless connections are
    /// encrypted and there is a user to log in as.
    pub async fn start(engine: Engine) -> Result<Self> {
        let config = engine.config().clone();
        check_exposure(&engine, &config).await?;
        let certificates = match (&config.tls_certificate, &config.tls_key) {
            (Some(certificate), Some(key)) => Some(Certificates::read(certificate, key)?),
            _ => None,
        };

        let postgres = listen("postgres_address", config.postgres_address).await?;
        let flight = listen("flight_address", config.flight_address).await?;
        let http = listen("http_address", config.http_address).await?;
        let postgres_address = local_address(&postgres)?;
        let flight_address = local_address(&flight)?;
        let http_address = local_address(&http)?;

        let stop = CancellationToken::new();
        let (postgres_tls, flight_tls) = match certificates {
            Some(certificates) => (Some(certificates.tls), Some(certificates.pem)),
            None => (None, None),
        };
        let mut doors = JoinSet::new();
        doors.spawn(pgwire::serve(engine.clone(), postgres, postgres_tls, stop.clone()));
        doors.spawn(flight::serve(engine.clone(), flight, flight_tls, stop.clone()));
        doors.spawn(http::serve(engine.clone(), http, stop.clone()));
        Ok(Self { engine, stop, doors, postgres_address, flight_address, http_address })
    }

    /// Where the Postgres door listens.
    pub fn postgres_address(&self) -> SocketAddr {
        self.postgres_address
    }

    /// Where the Arrow Flight SQL door listens.
    pub fn flight_address(&self) -> SocketAddr {
        self.flight_address
    }

    /// Where health and metrics are.
    pub fn http_address(&self) -> SocketAddr {
        self.http_address
    }

    /// Waits until a door closes by itself, which none should do before [`Server::stop`].
    pub async fn broken(&mut self) {
        self.doors.join_next().await;
    }

    /// Takes no further connections, lets running statements finish within `drain_seconds`, commits
    /// everything acknowledged and closes the doors.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.engine.close().await;
        let all_left = async {
            while let Some(ended) = self.doors.join_next().await {
                if let Err(error) = ended {
                    tracing::error!(%error, "a door ended by a fault");
                }
            }
        };
        if tokio::time::timeout(FAREWELL, all_left).await.is_err() {
            tracing::warn!("clients that did not leave are disconnected");
            self.doors.shutdown().await;
        }
    }
}

/// The certificate and key, in the form each door takes.
struct Certificates {
    tls: Arc<rustls::ServerConfig>,
    /// Chain and key.
    pem: (Vec<u8>, Vec<u8>),
}

impl Certificates {
    fn read(certificate: &Path, key: &Path) -> Result<Self> {
        // Loading checks both files, so reading them again gives valid PEM.
        let tls = tls::load(certificate, key)?;
        let read = |path: &Path| {
            std::fs::read(path).map_err(|error| {
                Error::configuration(format!("{} cannot be read: {error}", path.display())).with_source(error)
            })
        };
        Ok(Self { tls, pem: (read(certificate)?, read(key)?) })
    }
}

/// A door that others than this machine can reach must encrypt and must know its users.
async fn check_exposure(engine: &Engine, config: &Config) -> Result<()> {
    let Some((key, address)) = exposed(config) else { return Ok(()) };
    if config.tls_certificate.is_none() {
        return Err(Error::configuration(format!(
            "{key} is {address}, which others can reach, and there is no TLS certificate"
        ))
        .with_hint("set tls_certificate and tls_key, or listen on 127.0.0.1"));
    }
    if engine.roles().await?.is_empty() {
        return Err(Error::configuration(format!("{key} is {address}, which others can reach, and there is no user"))
            .with_hint("create one with `bellwether user create NAME`, or listen on 127.0.0.1"));
    }
    Ok(())
}

/// The first address that is not loopback, with its option.
fn exposed(config: &Config) -> Option<(&'static str, SocketAddr)> {
    let addresses = [
        ("postgres_address", config.postgres_address),
        ("flight_address", config.flight_address),
        ("http_address", config.http_address),
    ];
    addresses.into_iter().find(|(_, address)| !address.ip().to_canonical().is_loopback())
}

async fn listen(key: &str, address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let failed = Error::io(format!("{key} {address} cannot be opened: {error}"));
        let failed = match error.kind() {
            io::ErrorKind::AddrInUse => {
                failed.with_hint("another server listens there; choose another port, or 0 for any")
            }
            io::ErrorKind::PermissionDenied => {
                failed.with_hint("ports below 1024 are the system's; choose a higher one")
            }
            io::ErrorKind::AddrNotAvailable => {
                failed.with_hint("this machine has no such address; 0.0.0.0 means all it has")
            }
            _ => failed,
        };
        failed.with_source(error)
    })
}

fn local_address(listener: &TcpListener) -> Result<SocketAddr> {
    listener
        .local_addr()
        .map_err(|error| Error::io(format!("the listening address is not known: {error}")).with_source(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(address: &str) -> Config {
        Config { flight_address: address.parse().unwrap(), ..Config::default() }
    }

    #[test]
    fn loopback_is_not_exposed_in_any_spelling() {
        for address in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            assert_eq!(exposed(&config(address)), None, "{address}");
        }
    }

    #[test]
    fn every_other_address_is_exposed() {
        for address in ["0.0.0.0:1", "[::]:1", "192.168.1.2:1", "10.0.0.1:1"] {
            assert_eq!(exposed(&config(address)).map(|(key, _)| key), Some("flight_address"), "{address}");
        }
    }

    #[tokio::test]
    async fn an_occupied_port_is_named_with_its_option() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = taken.local_addr().unwrap();
        let error = listen("http_address", address).await.unwrap_err();
        assert!(error.message().contains(&format!("http_address {address}")), "{error}");
        assert!(error.hint().is_some());
    }
}
