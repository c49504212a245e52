//! The command line: the commands, what they share, and what their end means to the shell.

mod answer;
mod backup;
mod check;
mod config;
mod demo;
mod fault;
mod functions;
mod interrupt;
mod load;
mod log;
mod model;
mod options;
mod output;
mod report;
mod serve;
mod sql;
mod user;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bellwether::{ClientInfo, Config, Door, Engine, Error, ErrorKind, Principal, Result, Session};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use options::Settings;

/// The configuration does not fit: `EX_CONFIG` of BSD's `sysexits.h`.
const EXIT_CONFIGURATION: u8 = 78;

/// A database for analytics in one program: a folder of tables, asked in SQL.
///
/// Bellwether keeps tables in a lake (a folder, or a bucket), answers SQL over the Postgres protocol
/// and Arrow Flight SQL, and brings the mathematics of marketing and business as SQL functions.
#[derive(Debug, Parser)]
#[command(name = "bellwether", version, after_help = FIRST_STEPS, max_term_width = 120)]
struct Arguments {
    #[command(flatten)]
    flags: options::Flags,

    /// Configuration file (TOML); bellwether.toml of the current folder is read unless another is named
    #[arg(long, global = true, value_name = "FILE", env = "BELLWETHER_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,

    /// What to log to standard error: a level, or module=level, separated by commas
    #[arg(long, global = true, value_name = "FILTER", env = "BELLWETHER_LOG", hide_env_values = true)]
    log: Option<String>,

    #[command(subcommand)]
    command: Command,
}

const FIRST_STEPS: &str = "\
First steps:
  bellwether demo                                  a small business, explained
  bellwether load orders.csv --into sales.orders   your own file as a table
  bellwether sql \"select * from sales.orders\"      a question
  bellwether serve                                 for psql, notebooks, BI tools

Every option can also stand in bellwether.toml (queries_max = 8) or in the environment
(BELLWETHER_QUERIES_MAX=8); a flag beats the environment, which beats the file.
`bellwether config` shows all of them with their values and where each comes from.

Exit codes: 0 done, 1 the command failed, 2 wrong usage, 78 wrong configuration.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the doors: serve the lake to Postgres, Arrow Flight SQL and HTTP clients
    #[command(after_help = serve::EXAMPLES)]
    Serve,
    /// Make a lake with a small demo business, show what can be asked, and serve it
    Demo(demo::Arguments),
    /// Ask: run SQL on the lake, once or interactively
    Sql(sql::Arguments),
    /// Load files into a table: CSV, JSON lines, Parquet, Arrow or fixed-width text
    Load(load::Arguments),
    /// Verify a lake: logs, files and checksums, or what its model can answer
    Check(check::Arguments),
    /// Copy the lake, as of now, to a folder or bucket
    Backup(backup::BackupArguments),
    /// Make a lake from a backup
    Restore(backup::RestoreArguments),
    /// The ready views: make them in the lake, list them, verify their rows
    #[command(subcommand, after_help = "Example:\n  bellwether model install --lake ./lake")]
    Model(model::Command),
    /// Manage who may log in
    #[command(subcommand)]
    User(user::Command),
    /// Print every SQL function with its page, as Markdown
    #[command(after_help = functions::EXAMPLES)]
    Functions(functions::Arguments),
    /// Print the shell's completions
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print every option with its value and where it comes from, as a configuration file
    Config,
}

const COMPLETIONS_EXAMPLES: &str = "\
Example:
  bellwether completions bash > ~/.local/share/bash-completion/completions/bellwether";

/// The whole command line as clap knows it. The full list of options is shown with the two commands
/// it belongs to; the others accept all of it and show `--lake`.
fn command() -> clap::Command {
    let mut command = Arguments::command();
    for name in ["serve", "config"] {
        command = command.mut_subcommand(name, |command| command.args(options::arguments()));
    }
    command
}

/// Runs the command that the process's arguments name.
pub fn run() -> ExitCode {
    let matches = command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if report::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            match error.kind() {
                ErrorKind::Configuration => ExitCode::from(EXIT_CONFIGURATION),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn execute(arguments: Arguments) -> Result<()> {
    if let Command::Completions { shell } = arguments.command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command(), "bellwether", &mut script);
        return io::stdout().write_all(&script).map_err(report::write_failed);
    }
    if let Command::Functions(arguments) = &arguments.command {
        return functions::run(arguments);
    }
    let settings = Settings::load(arguments.config.as_deref(), std::env::vars_os(), &arguments.flags)?;
    let serves = matches!(arguments.command, Command::Serve);
    let usual = if serves { log::SERVER } else { log::COMMAND };
    log::start(arguments.log.as_deref().unwrap_or(usual), settings.config.log_format)?;
    fault::log();

    // This runtime carries sockets, files and signals; the engine computes on one of its own.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::io(format!("threads cannot be started: {error}")).with_source(error))?;
    runtime.block_on(async move {
        match arguments.command {
            Command::Serve => serve::run(settings.config).await,
            Command::Demo(arguments) => demo::run(settings.config, arguments).await,
            Command::Sql(arguments) => sql::run(settings.config, arguments).await,
            Command::Load(arguments) => load::run(settings.config, arguments).await,
            Command::Check(arguments) => check::run(settings.config, arguments).await,
            Command::Backup(arguments) => backup::backup(settings.config, arguments).await,
            Command::Restore(arguments) => backup::restore(&settings.config.lake, arguments).await,
            Command::Model(command) => model::run(settings.config, command).await,
            Command::User(command) => user::run(settings.config, command).await,
            Command::Config => config::run(&settings),
            Command::Completions { .. } | Command::Functions(_) => Ok(()),
        }
    })
}

/// Opens the lake for one piece of work and closes it in order, whatever came of the work.
async fn with_engine<T>(config: Config, work: impl AsyncFnOnce(&Engine) -> Result<T>) -> Result<T> {
    // A command is too short to be the one that does the lake's background work.
    let engine = Engine::start(Config { background_work: false, ..config }).await?;
    let result = work(&engine).await;
    engine.close().await;
    result
}

/// A session of whoever can open the lake's files.
fn owner_session(engine: &Engine) -> Result<Session> {
    let client = ClientInfo { application: Some("bellwether".into()), ..ClientInfo::default() };
    engine.session(Principal::owner(), Door::CommandLine, client)
}

/// Refuses a lake in a folder that is not there: a command that only reads would create an empty one.
fn require_lake(location: &str) -> Result<()> {
    let is_folder = !location.contains("://");
    if is_folder && !Path::new(location).exists() {
        return Err(Error::new(ErrorKind::UndefinedObject, format!("there is no lake at {location}"))
            .with_hint("name one that is there; `bellwether demo`, `load` and `model install` make new ones"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        let matches = command().try_get_matches_from([&["bellwether"], arguments].concat())?;
        Arguments::from_arg_matches(&matches)
    }

    fn lake(arguments: &[&str]) -> String {
        let arguments = parse(arguments).unwrap();
        Settings::load(None, Vec::new(), &arguments.flags).unwrap().config.lake
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        assert_eq!(lake(&["--lake", "a", "serve"]), "a");
        assert_eq!(lake(&["serve", "--lake", "a"]), "a");
        assert_eq!(lake(&["user", "list", "--lake", "a"]), "a");
    }

    #[test]
    fn every_option_is_shown_with_serve_and_accepted_everywhere() {
        let mut serve = command().find_subcommand_mut("serve").cloned().unwrap();
        let help = serve.render_long_help().to_string();
        for option in Config::OPTIONS {
            let flag = format!("--{}", option.key().replace('_', "-"));
            assert!(help.contains(&flag), "{flag} is missing in\n{help}");
            parse(&["check", &flag, "1"]).unwrap();
        }
    }

    #[test]
    fn every_command_with_arguments_shows_an_example() {
        for command in command().get_subcommands().filter(|command| !["config", "user"].contains(&command.get_name())) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("bellwether "), "{} shows no example", command.get_name());
        }
    }
}
