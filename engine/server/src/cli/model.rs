//! `bellwether model`: the ready views, listed, made in a lake, and held to what they promise.

use std::path::{Path, PathBuf};

use bellwether::{Config, Error, ErrorKind, Model, ModelsInstalled, Result, Session, models_in, models_markdown};
use indicatif::{ProgressBar, ProgressStyle};

use super::{owner_session, report, require_lake, with_engine};
use crate::core_tables;
use crate::models::shipped;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make the views in the lake, or bring them up to date; what is the same stays as it is
    #[command(after_help = INSTALL_EXAMPLES)]
    Install(Source),
    /// Show the views, their grain and what they answer
    #[command(after_help = "Examples:\n  bellwether model list\n  bellwether model list --models ./sql")]
    List(Source),
    /// Verify that the rows of the views are as their headers say
    #[command(after_help = "Example:\n  bellwether model audit --lake ./lake")]
    Audit(Source),
    /// Print the page of every view, as Markdown
    #[command(after_help = "Examples:\n  bellwether model pages\n  bellwether model pages --write docs/views.md")]
    Pages {
        #[command(flatten)]
        source: Source,
        /// Write to this file instead of printing
        #[arg(long, value_name = "FILE")]
        write: Option<PathBuf>,
    },
}

const BAR: &str = "{bar:30} {pos} of {len} views, {msg}";

/// Where the models come from.
#[derive(Debug, clap::Args)]
pub(super) struct Source {
    /// A folder of models, area/view.sql, in place of those that the program carries
    #[arg(long, value_name = "FOLDER")]
    models: Option<PathBuf>,
}

const INSTALL_EXAMPLES: &str = "\
Examples:
  bellwether model install --lake ./lake
  bellwether model install --models ./sql    your own, in place of those of the program

The lake and tables of `core` that are not there are made first. A view of the lake that has the name of a model is replaced
by it.";

impl Source {
    fn read(&self) -> Result<Vec<Model>> {
        self.models.as_deref().map_or_else(shipped, |folder| {
            let models = models_in(folder)?;
            if models.is_empty() { Err(empty(folder)) } else { Ok(models) }
        })
    }
}

fn empty(folder: &Path) -> Error {
    Error::new(ErrorKind::UndefinedObject, format!("there are no models in {}", folder.display()))
        .with_hint("a model is a file area/view.sql below that folder")
}

pub(super) async fn run(config: Config, command: Command) -> Result<()> {
    match command {
        Command::Install(source) => install(config, source.read()?).await,
        Command::List(source) => list(&source.read()?),
        Command::Audit(source) => audit(config, source.read()?).await,
        Command::Pages { source, write } => pages(&source.read()?, write.as_deref()),
    }
}

async fn install(config: Config, models: Vec<Model>) -> Result<()> {
    let (tables, installed) = with_engine(config, async |engine| {
        let session = owner_session(engine)?;
        let tables = core_tables::install(&session).await?;
        Ok((tables, make(&session, models).await?))
    })
    .await?;
    if tables > 0 {
        report::line(format_args!("{tables} tables of {} created", core_tables::SCHEMA))?;
    }
    for name in &installed.created {
        report::line(format_args!("created   {name}"))?;
    }
    for name in &installed.replaced {
        report::line(format_args!("replaced  {name}"))?;
    }
    report::line(format_args!(
        "{} views created, {} replaced, {} unchanged",
        installed.created.len(),
        installed.replaced.len(),
        installed.unchanged.len()
    ))
}

/// Makes the views, with a bar on a terminal that shows which one is being made.
pub(super) async fn make(session: &Session, models: Vec<Model>) -> Result<ModelsInstalled> {
    let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(models.len() as u64).with_style(style);
    let mut started = 0;
    let installed = session.install_models(models, |name| {
        bar.set_position(started);
        bar.set_message(name.to_string());
        started += 1;
    });
    let installed = installed.await;
    bar.finish_and_clear();
    installed
}

fn list(models: &[Model]) -> Result<()> {
    let width = models.iter().map(|model| model.name.to_string().len()).max().unwrap_or(0);
    for model in models {
        let name = model.name.to_string();
        report::line(format_args!(
            "{name:<width$}  {}  [{}]",
            model.header.description,
            model.header.grain.join(", ")
        ))?;
    }
    Ok(())
}

async fn audit(config: Config, models: Vec<Model>) -> Result<()> {
    require_lake(&config.lake)?;
    let findings = with_engine(config, async |engine| owner_session(engine)?.audit_models(&models).await).await?;
    for finding in &findings {
        report::line(format_args!("{}: {} does not hold {} times", finding.model, finding.audit, finding.rows))?;
    }
    if findings.is_empty() {
        return report::line(format_args!("the rows of {} views are as their headers say", models.len()));
    }
    Err(Error::new(ErrorKind::CheckViolation, format!("{} audits do not hold", findings.len()))
        .with_hint("look at the rows of `core` that these views read"))
}

fn pages(models: &[Model], write: Option<&Path>) -> Result<()> {
    let text = models_markdown(models);
    match write {
        None => report::line(text.trim_end()),
        Some(path) => std::fs::write(path, text)
            .map_err(|error| Error::io(format!("{} cannot be written: {error}", path.display())).with_source(error)),
    }
}
