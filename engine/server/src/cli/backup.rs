//! `bellwether backup` and `bellwether restore`: consistent copies of a lake, out and in.

use std::time::Instant;

use bellwether::{BackupReport, Config, Engine, Result};
use indicatif::HumanBytes;

use super::{report, require_lake, with_engine};

#[derive(Debug, clap::Args)]
#[command(after_help = BACKUP_EXAMPLES)]
pub(super) struct BackupArguments {
    /// A folder, or s3://bucket/prefix; must be empty or not there
    destination: String,
}

const BACKUP_EXAMPLES: &str = "\
Examples:
  bellwether backup /backups/2026-11-22
  bellwether backup s3://bucket/backups/2026-11-22 --lake ./lake

The server may run meanwhile: the copy holds one version of every table.";

#[derive(Debug, clap::Args)]
#[command(after_help = RESTORE_EXAMPLES)]
pub(super) struct RestoreArguments {
    /// The backup: a folder, or s3://bucket/prefix
    source: String,
}

const RESTORE_EXAMPLES: &str = "\
Example:
  bellwether restore /backups/2026-11-22 --lake ./restored

The lake must be empty or not there.";

pub(super) async fn backup(config: Config, arguments: BackupArguments) -> Result<()> {
    require_lake(&config.lake)?;
    let started = Instant::now();
    let lake = config.lake.clone();
    let copied = with_engine(config, async |engine| engine.backup(&arguments.destination).await).await?;
    report::line(format_args!("{lake} is copied to {}: {}", arguments.destination, extent(&copied, started)))?;
    report::line(format_args!("Next: bellwether check --lake {}", arguments.destination))
}

pub(super) async fn restore(lake: &str, arguments: RestoreArguments) -> Result<()> {
    require_lake(&arguments.source)?;
    let started = Instant::now();
    let copied = Engine::restore(&arguments.source, lake).await?;
    report::line(format_args!("{} is restored to {lake}: {}", arguments.source, extent(&copied, started)))?;
    report::line(format_args!("Next: bellwether serve --lake {lake}"))
}

fn extent(copied: &BackupReport, started: Instant) -> String {
    format!(
        "{} tables, {} files, {} in {:.1} s",
        copied.tables,
        copied.files,
        HumanBytes(copied.bytes),
        started.elapsed().as_secs_f64()
    )
}
