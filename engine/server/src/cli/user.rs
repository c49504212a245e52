//! `bellwether user`: who may log in.

mod password;

use bellwether::{Config, Result};

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
        /// The user may do everything
        #[arg(long)]
        superuser: bool,
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
  bellwether user create metabase --password-stdin < secret   reads it";

const PASSWORD_EXAMPLES: &str = "\
Examples:
  bellwether user password ada
  bellwether user password ada --generate";

pub(super) async fn run(config: Config, command: Command) -> Result<()> {
    match command {
        Command::Create { name, superuser, password } => {
            let password = password.read()?;
            with_engine(config, async |engine| engine.create_role(&name, password.text(), superuser).await).await?;
            report::line(format_args!("user {name} is created"))?;
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
                let rights = if user.superuser { "  superuser" } else { "" };
                report::line(format_args!("{}{rights}", user.name))?;
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

/// A password nobody has seen yet is shown once; the lake keeps only a verifier of it.
fn show_generated(password: &Password) -> Result<()> {
    match password {
        Password::Generated(text) => report::line(format_args!("password: {text}")),
        Password::Given(_) => Ok(()),
    }
}
