//! `bellwether load`: files into a table.

mod progress;
mod target;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use bellwether::{
    BatchId, Config, Error, ErrorKind, FileFormat, FileOptions, IngestMode, Load, LoadReport, OnBadRow, Progress,
    Result, Session,
};
use clap::ValueEnum;
use indicatif::{HumanBytes, HumanCount};

use super::interrupt::cancellable;
use super::{owner_session, report, with_engine};
use target::Target;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The files, all of one format; .gz and .zst are unpacked
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The table the rows go to
    #[arg(long, value_name = "[SCHEMA.]TABLE")]
    into: Target,
    /// What happens to a table that is there
    #[arg(long, value_enum, default_value_t = Mode::Append)]
    mode: Mode,
    /// Columns that tell rows apart, for --mode upsert
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', required_if_eq("mode", "upsert"))]
    key: Vec<String>,
    /// Columns that rows are sorted by within their files, for a table that is created or replaced
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    cluster_by: Vec<String>,
    /// What happens to a row that does not fit
    #[arg(long, value_enum, default_value_t = BadRow::Fail)]
    on_bad_row: BadRow,
    /// Load this batch once, however often the command is repeated: a name and an ever larger number
    #[arg(long, value_name = "WRITER:NUMBER", value_parser = batch_id)]
    batch: Option<BatchId>,
    /// csv, json, parquet or arrow; told by content and name unless given
    #[arg(long, help_heading = "Format of the files")]
    format: Option<FileFormat>,
    #[command(flatten)]
    text: TextArguments,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Format of the files")]
struct TextArguments {
    /// Between fields: one character, tab, or blanks for runs of spaces; found out unless given
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<String>,
    /// Around fields that hold delimiters: one character, or none [default: "]
    #[arg(long, value_name = "CHARACTER")]
    quote: Option<String>,
    /// The first line names the columns
    #[arg(long, conflicts_with = "no_header")]
    header: bool,
    /// The first line is data
    #[arg(long)]
    no_header: bool,
    /// A text that stands for NULL besides the empty field, such as NA
    #[arg(long, value_name = "TEXT")]
    null: Option<String>,
    /// Types of columns, by name or, without a header, names and types by position
    #[arg(long, value_name = "NAME TYPE, …")]
    columns: Option<String>,
    /// Widths of the columns of fixed-width text, in characters
    #[arg(long, value_name = "WIDTH,…")]
    widths: Option<String>,
    /// How dates are written, such as %d.%m.%Y; ISO 8601 unless given
    #[arg(long, value_name = "PATTERN")]
    date_format: Option<String>,
    /// How timestamps are written, such as "%d.%m.%Y %H:%M"; ISO 8601 unless given
    #[arg(long, value_name = "PATTERN")]
    timestamp_format: Option<String>,
    /// The text's encoding, such as windows-1252; UTF-8 unless given
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  bellwether load orders.csv --into sales.orders
  bellwether load 2026-*.csv.gz --into sales.orders --on-bad-row quarantine
  bellwether load customers.parquet --into sales.customers --mode upsert --key customer_id
  bellwether load clicks.txt --into web.clicks --no-header --delimiter tab \\
      --columns \"clicked_at timestamp, customer_id bigint, url text\"

All files are loaded in one commit, or nothing is.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Rows are added
    Append,
    /// Rows take the place of all that are there
    Replace,
    /// Rows replace those with the same --key, others are added
    Upsert,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum BadRow {
    /// The load fails and names file, line, column and value
    Fail,
    /// The row goes to TABLE_quarantine with the reason
    Quarantine,
}

pub(super) async fn run(config: Config, arguments: Arguments) -> Result<()> {
    if arguments.mode != Mode::Upsert && !arguments.key.is_empty() {
        return Err(Error::invalid_parameter("--key is for --mode upsert alone"));
    }
    if arguments.mode != Mode::Append && arguments.batch.is_some() {
        return Err(Error::invalid_parameter("--batch is for --mode append alone")
            .with_hint("replace and upsert give the same table however often they are repeated"));
    }
    let lake = (config.lake != Config::default().lake).then(|| config.lake.clone());
    let target = arguments.into.clone();
    let load = arguments.into_load();
    let started = Instant::now();
    let done = with_engine(config, async |engine| {
        let session = owner_session(engine)?;
        cancellable(&session, load_anywhere(&session, load)).await
    })
    .await?;
    tell(&done, &target, started.elapsed().as_secs_f64(), lake.as_deref())
}

/// Loads, and makes the schema when that is all that is missing. It is made only then, so that a
/// wrong path or a file that cannot be read leaves nothing behind.
async fn load_anywhere(session: &Session, load: Load) -> Result<LoadReport> {
    match (load_watched(session, load.clone()).await, &load.schema) {
        (Err(error), Some(schema)) if error.kind() == ErrorKind::UndefinedSchema => {
            session.run(&format!("create schema if not exists {}", target::quoted(schema))).await?;
            load_watched(session, load).await
        }
        (result, _) => result,
    }
}

/// Loads while a task shows how far it is.
async fn load_watched(session: &Session, load: Load) -> Result<LoadReport> {
    let progress = Arc::new(Progress::default());
    let display = progress::Display::start(Arc::clone(&progress));
    let result = session.load(load, progress).await;
    display.stop();
    result
}

fn tell(done: &LoadReport, target: &Target, seconds: f64, lake: Option<&str>) -> Result<()> {
    // A file of a few rows is done before the clock moves.
    let rate = |amount: u64| (amount as f64 / seconds.max(0.001)) as u64;
    report::line(format_args!(
        "{} rows loaded into {target} in {seconds:.1} s ({} rows/s, {}/s)",
        HumanCount(done.rows_loaded),
        HumanCount(rate(done.rows_loaded)),
        HumanBytes(rate(done.bytes))
    ))?;
    match &done.quarantine_table {
        Some(table) => report::line(format_args!(
            "{} of {} rows quarantined in {table}, with reasons",
            HumanCount(done.rows_quarantined),
            HumanCount(done.rows_read)
        ))?,
        None => report::line("0 rows quarantined")?,
    }
    let lake = lake.map(|lake| format!(" --lake {lake}")).unwrap_or_default();
    report::line(format_args!("Next: bellwether sql{lake} 'select * from {target} limit 10'"))
}

impl Arguments {
    fn into_load(self) -> Load {
        let text = self.text;
        let header = match (text.header, text.no_header) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        Load {
            files: self.files,
            schema: self.into.schema,
            table: self.into.table,
            mode: match self.mode {
                Mode::Append => IngestMode::CreateAppend,
                Mode::Replace => IngestMode::Replace,
                Mode::Upsert => IngestMode::Upsert { key: self.key },
            },
            batch: self.batch,
            format: self.format,
            options: FileOptions {
                delimiter: text.delimiter,
                quote: text.quote,
                header,
                null: text.null,
                columns: text.columns,
                widths: text.widths,
                date_format: text.date_format,
                timestamp_format: text.timestamp_format,
                encoding: text.encoding,
            },
            on_bad_row: match self.on_bad_row {
                BadRow::Fail => OnBadRow::Fail,
                BadRow::Quarantine => OnBadRow::Quarantine,
            },
            cluster_by: self.cluster_by.iter().map(|column| column.trim().to_owned()).collect(),
        }
    }
}

/// `WRITER:NUMBER`; the writer's name may itself hold colons.
fn batch_id(text: &str) -> Result<BatchId, String> {
    let wrong = || "must be a name and a whole number, such as nightly:42".to_owned();
    let (writer, number) = text.rsplit_once(':').ok_or_else(wrong)?;
    let number = number.parse().map_err(|_| wrong())?;
    if writer.is_empty() {
        return Err(wrong());
    }
    Ok(BatchId { writer: writer.to_owned(), number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_a_writer_and_a_number() {
        assert_eq!(batch_id("a:b:7"), Ok(BatchId { writer: "a:b".into(), number: 7 }));
        for text in ["a", "a:", ":7", "a:x"] {
            assert!(batch_id(text).is_err(), "{text}");
        }
    }
}
