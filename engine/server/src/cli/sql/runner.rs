//! Runs a text of statements one after the other and writes what each gives.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Instant;

use bellwether::{Done, Error, ErrorKind, Outcome, RecordStream, Result, Session, Statement};
use datafusion::scalar::ScalarValue;
use futures::StreamExt;
use indicatif::HumanCount;

use crate::cli::interrupt::cancellable;
use crate::cli::output::{self, Format};
use crate::cli::report;

pub(super) struct Runner {
    session: Session,
    format: Format,
    output: Option<PathBuf>,
    /// Results written so far.
    results: usize,
    /// Times are for people who watch; without them the same data gives the same output.
    shows_time: bool,
}

impl Runner {
    pub(super) fn new(session: Session, format: Format, output: Option<PathBuf>) -> Self {
        Self { session, format, output, results: 0, shows_time: io::stdout().is_terminal() }
    }

    /// Runs every statement of `text`, up to the first that fails.
    pub(super) async fn run(&mut self, text: &str) -> Result<()> {
        let statements = self.session.parse(text).map_err(|error| report::locate(error, text))?;
        for statement in &statements {
            self.run_statement(statement, Vec::new()).await.map_err(|error| report::locate(error, statement.text()))?;
        }
        Ok(())
    }

    /// Runs a statement of ours with parameters and shows its rows.
    pub(super) async fn show(&mut self, sql: &str, parameters: Vec<ScalarValue>) -> Result<()> {
        for statement in self.session.parse(sql)? {
            self.run_statement(&statement, parameters.clone()).await?;
        }
        Ok(())
    }

    /// The number of rows that a statement of ours gives.
    pub(super) async fn count(&self, sql: &str, parameters: Vec<ScalarValue>) -> Result<usize> {
        let mut count = 0;
        for statement in self.session.parse(sql)? {
            let prepared = self.session.prepare(&statement, &[]).await?;
            if let Outcome::Rows(mut rows) = self.session.execute(&prepared, parameters.clone()).await? {
                while let Some(batch) = rows.next().await {
                    count += batch?.num_rows();
                }
            }
        }
        Ok(count)
    }

    /// What remains to be said after the last statement.
    pub(super) fn finish(&self) -> Result<()> {
        match &self.output {
            Some(path) if self.results == 0 => Err(Error::new(
                ErrorKind::InvalidParameter,
                format!("no statement returned rows, {} is not written", path.display()),
            )),
            _ => Ok(()),
        }
    }

    /// Prepares for the next round of an interactive session: its results are counted anew.
    pub(super) fn forget_results(&mut self) {
        self.results = 0;
    }

    async fn run_statement(&mut self, statement: &Statement, parameters: Vec<ScalarValue>) -> Result<()> {
        let started = Instant::now();
        let session = self.session.clone();
        cancellable(&session, async {
            let prepared = session.prepare(statement, &[]).await?;
            match session.execute(&prepared, parameters).await? {
                Outcome::Rows(rows) => self.show_rows(rows, started).await,
                Outcome::Done(done) => self.show_done(&done, started),
            }
        })
        .await
    }

    async fn show_rows(&mut self, rows: RecordStream, started: Instant) -> Result<()> {
        let holds_several = self.format == Format::Table && self.output.is_none();
        if self.results > 0 && !holds_several {
            return Err(Error::invalid_parameter(
                "more than one statement returns rows, and this output holds one result",
            )
            .with_hint("run the statements one at a time, or use --format table without --output"));
        }
        self.results += 1;
        let count = match &self.output {
            Some(path) => output::to_file(self.format, rows, path).await?,
            None => output::to_stdout(self.format, rows).await?,
        };
        let size = if count == 1 { "1 row".to_owned() } else { format!("{} rows", HumanCount(count)) };
        if let Some(path) = &self.output {
            report::line(format_args!("{size} written to {}{}", path.display(), self.time(started)))?;
        } else if self.format == Format::Table {
            report::line(format_args!("({size}{})\n", self.time(started)))?;
        }
        Ok(())
    }

    fn show_done(&self, done: &Done, started: Instant) -> Result<()> {
        for notice in &done.notices {
            report::notice(notice);
        }
        if self.format == Format::Table && self.output.is_none() && !done.command.is_empty() {
            let count = done.rows.map(|rows| format!(" {rows}")).unwrap_or_default();
            report::line(format_args!("{}{count}{}", done.command, self.time(started)))?;
        }
        Ok(())
    }

    fn time(&self, started: Instant) -> String {
        if !self.shows_time {
            return String::new();
        }
        let elapsed = started.elapsed();
        match elapsed.as_millis() {
            milliseconds if milliseconds < 10_000 => format!(", {milliseconds} ms"),
            _ => format!(", {:.1} s", elapsed.as_secs_f64()),
        }
    }
}
