//! `bellwether user`: who may log in.

mod password;

use bellwether::{Config, Engine, Result};

use super::{report, require_lake, with_engine};
use password::{Password, Source};

pub(super) use password::generate as new_password;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Add a user
    #[command(after_help = CREATE_EXAMPLES)]
    Create {
        /// The name used at login
        name: String,
        /// The user may do everything; a lake's first user may unless --reads says otherwise
        #[arg(long)]
        superuser: bool,
        /// The user may read all tables and views of this schema, now and later, and change nothing; may be repeated
        #[arg(long, value_name = "SCHEMA", conflicts_with = "superuser")]
        reads: Vec<String>,
        #[command(flatten)]
        password: Source,
    },
    /// Give a user another password
    #[command(after_help = PASSWORD_EXAMPLES)]
    Password {
        /// The user
        name: String,
        #[command(flatten)]
        password: Source,
    },
    /// Show all users
    #[command(after_help = "Example:\n  bellwether user list")]
    List,
    /// Remove a user
    #[command(after_help = "Example:\n  bellwether user drop ada")]
    Drop {
        /// The user
        name: String,
    },
}

const CREATE_EXAMPLES: &str = "\
Examples:
  bellwether user create ada                                  asks for a password
  bellwether user create ada --superuser --generate           prints a new one
  bellwether user create acme --reads acme --generate         may read the schema acme, no more
  bellwether user create metabase --password-stdin < secret   reads it";

const PASSWORD_EXAMPLES: &str = "\
Examples:
  bellwether user password ada
  bellwether user password ada --generate";

pub(super) async fn run(config: Config, command: Command) -> Result<()> {
    match command {
        Command::Create { name, superuser, reads, password } => {
            let password = password.read()?;
            let rights =
                with_engine(config, async |engine| create(engine, &name, password.text(), superuser, &reads).await)
                    .await?;
            report::line(format_args!("user {name} is created{rights}"))?;
            show_generated(&password)
        }
        Command::Password { name, password } => {
            let password = password.read()?;
            with_engine(config, async |engine| engine.set_password(&name, password.text()).await).await?;
            report::line(format_args!("user {name} has a new password"))?;
            show_generated(&password)
        }
        Command::List => {
            require_lake(&config.lake)?;
            let users = with_engine(config, async |engine| engine.roles().await).await?;
            for user in users {
                match (user.superuser, user.schemas.as_slice()) {
                    (true, _) => report::line(format_args!("{}  superuser", user.name))?,
                    (false, []) => report::line(format_args!("{}", user.name))?,
                    (false, schemas) => report::line(format_args!("{}  {}", user.name, schemas.join(", ")))?,
                }
            }
            Ok(())
        }
        Command::Drop { name } => {
            require_lake(&config.lake)?;
            with_engine(config, async |engine| engine.drop_role(&name).await).await?;
            report::line(format_args!("user {name} is removed"))
        }
    }
}

/// Adds a user and says what it may do, as far as that does not go without saying. Somebody has to be able to do
/// everything, so the first user is, unless it is meant to read.
async fn create(engine: &Engine, name: &str, password: &str, superuser: bool, reads: &[String]) -> Result<String> {
    if !reads.is_empty() {
        engine.create_reader(name, password, reads).await?;
        return Ok(format!(" and may read {}", reads.join(", ")));
    }
    let is_first = engine.roles().await?.is_empty();
    engine.create_role(name, password, superuser || is_first).await?;
    Ok(match (superuser, is_first) {
        (true, _) => String::new(),
        (false, true) => " and may do everything, as the first user of this lake".to_owned(),
        (false, false) => format!("; say what it may do: bellwether sql 'grant usage on schema … to \"{name}\"'"),
    })
}

/// A password nobody has seen yet is shown once; the lake keeps only a verifier of it.
fn show_generated(password: &Password) -> Result<()> {
    match password {
        Password::Generated(text) => report::line(format_args!("password: {text}")),
        Password::Given(_) => Ok(()),
    }
}
