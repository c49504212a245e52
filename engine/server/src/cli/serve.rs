//! `bellwether serve`: the doors, open until a signal comes.

use bellwether::{Config, Engine, Error, Result};
use tokio::signal::unix::{SignalKind, signal};

use super::report;
use crate::server::Server;

pub(super) const EXAMPLES: &str = "\
Examples:
  bellwether serve
  bellwether serve --lake s3://bucket/lake --memory-bytes 8GiB
  bellwether serve --postgres-address 0.0.0.0:5433 --tls-certificate chain.pem --tls-key key.pem

Clients need a user: bellwether user create NAME";

pub(super) async fn run(config: Config) -> Result<()> {
    let engine = Engine::start(config).await?;
    let users = engine.roles().await?;
    let server = match Server::start(engine.clone()).await {
        Ok(server) => server,
        Err(error) => {
            engine.close().await;
            return Err(error);
        }
    };
    describe(&engine, &server, users.first().map(|user| user.name.as_str()))?;
    until_stopped(server).await
}

/// Serves until SIGTERM or SIGINT, then lets running queries finish and closes the doors.
pub(super) async fn until_stopped(mut server: Server) -> Result<()> {
    let listen = |kind| {
        signal(kind).map_err(|error| Error::io(format!("signals cannot be received: {error}")).with_source(error))
    };
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let reason = tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
        () = server.broken() => {
            server.stop().await;
            return Err(Error::internal("a door closed by itself").with_hint("the log says why"));
        }
    };
    tracing::info!("{reason} received, running statements may finish");
    server.stop().await;
    Ok(())
}

fn describe(engine: &Engine, server: &Server, user: Option<&str>) -> Result<()> {
    let config = engine.config();
    let mode = if config.tls_certificate.is_some() { "require" } else { "disable" };
    let scheme = if config.tls_certificate.is_some() { "grpc+tls" } else { "grpc" };
    let postgres = server.postgres_address();
    report::line(format_args!("Bellwether {} serves {}", env!("CARGO_PKG_VERSION"), config.lake))?;
    report::line(format_args!("  Postgres   {postgres}"))?;
    report::line(format_args!("  Flight SQL {scheme}://{}", server.flight_address()))?;
    report::line(format_args!("  HTTP       http://{}/readyz, /healthz, /metrics", server.http_address()))?;
    match user {
        Some(user) => report::line(format_args!(
            "Connect with\n  psql \"host={} port={} dbname=lake user={} sslmode={mode}\"",
            postgres.ip(),
            postgres.port(),
            quote(user)
        )),
        None => report::line("No one can log in yet: create a user with `bellwether user create NAME`"),
    }
}

/// A value of a libpq connection string; quoted when it is not a plain word.
fn quote(value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    if plain { value.to_owned() } else { format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_libpq_reads_them() {
        assert_eq!(quote("ada"), "ada");
        assert_eq!(quote("o'hara x"), "'o\\'hara x'");
    }
}
