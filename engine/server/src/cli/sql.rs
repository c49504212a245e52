//! `bellwether sql`: statements on the lake, once or interactively.

mod catalogue;
mod interactive;
mod runner;
mod terminator;

use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;

use bellwether::{Config, Error, Result};

use super::output::Format;
use super::{owner_session, with_engine};
use runner::Runner;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Statements, separated by semicolons; standard input, or a prompt on a terminal, unless given
    statements: Option<String>,
    /// Read the statements from a file
    #[arg(short, long, value_name = "FILE", conflicts_with = "statements")]
    file: Option<PathBuf>,
    /// How results are written; told by the name of --output, else table
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write the result to a file, which appears when it is complete
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  bellwether sql                                             a prompt, \\? lists its commands
  bellwether sql \"select count(*) from sales.orders\"
  bellwether sql -f report.sql --output report.parquet
  bellwether sql \"select * from sales.orders\" --format csv | head";

pub(super) async fn run(config: Config, arguments: Arguments) -> Result<()> {
    let text = match (arguments.statements, arguments.file) {
        (Some(text), _) => Some(text),
        (None, Some(path)) => Some(
            std::fs::read_to_string(&path)
                .map_err(|error| Error::io(format!("{} cannot be read: {error}", path.display())).with_source(error))?,
        ),
        (None, None) if io::stdin().is_terminal() => None,
        (None, None) => Some(from_stdin()?),
    };
    let named = arguments.output.as_deref().and_then(Format::of_file);
    let format = arguments.format.or(named).unwrap_or(Format::Table);
    with_engine(config, async |engine| {
        let mut runner = Runner::new(owner_session(engine)?, format, arguments.output);
        match text {
            Some(line) if line.trim_start().starts_with('\\') => interactive::run_command(&mut runner, &line).await,
            Some(text) => {
                runner.run(&text).await?;
                runner.finish()
            }
            None => interactive::run(&mut runner).await,
        }
    })
    .await
}

fn from_stdin() -> Result<String> {
    let mut text = String::new();
    io::stdin()
        .lock()
        .read_to_string(&mut text)
        .map_err(|error| Error::io(format!("standard input cannot be read: {error}")).with_source(error))?;
    Ok(text)
}
