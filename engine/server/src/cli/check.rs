//! `bellwether check`: verifies every log, file and checksum of a lake.

use bellwether::{Config, Error, Result};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::{report, require_lake, with_engine};

pub(super) const EXAMPLES: &str = "\
Example:
  bellwether check --lake ./lake

Reads every file of every table; exits with 1 when something is not as it was written.";

pub(super) async fn run(config: Config) -> Result<()> {
    require_lake(&config.lake)?;
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
