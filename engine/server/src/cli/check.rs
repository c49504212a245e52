//! `bellwether check`: verifies every log, file and checksum of a lake, or what its model can answer.

mod model;
mod stale;

use bellwether::{Config, Error, Result};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::{report, require_lake, with_engine};

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// What to look at; the lake's files unless given
    #[arg(value_enum)]
    part: Option<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The tables of `core`: which are empty, which keys do not resolve, which views cannot answer or are behind
    Model,
}

const EXAMPLES: &str = "\
Examples:
  bellwether check --lake ./lake
  bellwether check model --lake ./lake

Without `model`, every file of every table is read; exits with 1 when something is not as it was written.
With it, the rows of `core` are looked at; exits with 1 when keys do not resolve. Materialized views that are behind are named.";

pub(super) async fn run(config: Config, arguments: Arguments) -> Result<()> {
    require_lake(&config.lake)?;
    match arguments.part {
        None => files(config).await,
        Some(Part::Model) => model::run(config).await,
    }
}

async fn files(config: Config) -> Result<()> {
    let lake = config.lake.clone();
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
    let found = with_engine(config, async |engine| {
        engine.check(|so_far| bar.set_message(format!("{} files, {}", so_far.files, HumanBytes(so_far.bytes)))).await
    })
    .await?;
    bar.finish_and_clear();
    for problem in &found.problems {
        report::line(problem)?;
    }
    let extent = format!("{} tables, {} files, {}", found.tables, found.files, HumanBytes(found.bytes));
    if found.problems.is_empty() {
        return report::line(format_args!("{lake} is whole: {extent}"));
    }
    Err(Error::corrupt(format!("{lake} has {} problems in {extent}", found.problems.len()))
        .with_hint("restore a backup with `bellwether restore`, or read an older version of the table"))
}
