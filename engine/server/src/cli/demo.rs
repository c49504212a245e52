//! `bellwether demo`: a lake with a made-up business, what its tables say, and open doors.

mod advertising;
mod business;
mod calendar;
mod chance;
mod channel;
mod columns;
mod company;
mod facts;
mod fill;
mod insight;
mod rates;
mod tables;
mod truth;

use bellwether::{Config, Engine, Result};

use super::user::new_password;
use super::{owner_session, report, serve};
use crate::server::Server;

/// The user that the demo makes.
const USER: &str = "demo";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// How large the business is
    #[arg(long, value_enum, default_value_t = Size::Small)]
    size: Size,
    /// The same seed gives the same business
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Make and explain the demo, then end instead of serving it
    #[arg(long)]
    no_serve: bool,
}

/// Sizes of the business; it always has the three years up to 2025-12-31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Size {
    /// 12,000 orders and 225,000 events
    Small,
    /// A million orders and 20 million events
    Medium,
}

impl Size {
    fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
        }
    }

    /// How many times larger than the small one.
    fn factor(self) -> f64 {
        match self {
            Self::Small => 1.0,
            Self::Medium => 89.0,
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  bellwether demo
  bellwether demo --lake ./another --seed 7
  bellwether demo --lake ./large --size medium
  bellwether demo --no-serve";

pub(super) async fn run(config: Config, arguments: Arguments) -> Result<()> {
    let engine = Engine::start(config).await?;
    match show(&engine, &arguments).await {
        Ok(Some(server)) => serve::until_stopped(server).await,
        Ok(None) => {
            engine.close().await;
            Ok(())
        }
        Err(error) => {
            engine.close().await;
            Err(error)
        }
    }
}

/// Makes and explains the demo, and opens the doors unless told not to.
async fn show(engine: &Engine, arguments: &Arguments) -> Result<Option<Server>> {
    let session = owner_session(engine)?;
    fill::fill(&session, arguments.seed, arguments.size).await?;
    insight::print(&session).await?;
    if arguments.no_serve {
        report::line(format_args!("\nNext: bellwether serve --lake {}", engine.config().lake))?;
        return Ok(None);
    }
    let server = Server::start(engine.clone()).await?;
    let password = admit(engine).await?;
    invite(engine, &server, &password)?;
    Ok(Some(server))
}

/// Lets the demo's user in, with a password that is new each time.
async fn admit(engine: &Engine) -> Result<String> {
    let password = new_password()?;
    if engine.roles().await?.iter().any(|role| role.name == USER) {
        engine.set_password(USER, &password).await?;
    } else {
        engine.create_role(USER, &password, true).await?;
    }
    Ok(password)
}

fn invite(engine: &Engine, server: &Server, password: &str) -> Result<()> {
    let flight = if engine.config().tls_certificate.is_some() { "grpc+tls" } else { "grpc" };
    report::line(format_args!(
        "\nThe doors are open; Ctrl-C closes them. Ask from a second terminal:\n\n  \
         psql \"postgresql://{USER}:{password}@{}/lake\"\n\n\
         Arrow Flight SQL: {flight}://{}, user {USER}, password {password}\n\
         Health and metrics: http://{}/readyz, /healthz, /metrics",
        server.postgres_address(),
        server.flight_address(),
        server.http_address(),
    ))
}
