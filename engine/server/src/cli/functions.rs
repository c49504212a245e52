//! `bellwether functions`: every SQL function of the program with its page, as Markdown.

use std::path::PathBuf;

use bellwether::{Error, Result, functions_markdown};

use super::report;

pub(super) const EXAMPLES: &str = "\
Examples:
  bellwether functions                             all functions, as Markdown
  bellwether functions --write FUNCTIONS.md        into a file";

/// What to do with the pages.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Write to this file instead of printing
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let text = functions_markdown();
    match &arguments.write {
        None => report::line(text.trim_end()),
        Some(path) => std::fs::write(path, text)
            .map_err(|error| Error::io(format!("{} cannot be written: {error}", path.display())).with_source(error)),
    }
}
