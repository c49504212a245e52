//! Files into a table: one commit for all of them, or nothing.
//!
//! | format | names | compressed |
//! |---|---|---|
//! | delimited text: any one-byte delimiter, runs of blanks, fixed widths | `.csv` `.tsv` `.txt` … | gzip, zstd |
//! | JSON lines: one object a line; nested values stay JSON text | `.json` `.jsonl` `.ndjson` | gzip, zstd |
//! | Parquet | `.parquet` | inside |
//! | Arrow IPC, file or stream | `.arrow` `.feather` `.ipc` | inside |
//!
//! Text is read in three steps. A *preview* of every file finds the separator, the names and, from
//! the first rows, the types; the *columns* are settled from the table that is there, the declared
//! columns and the preview, in this order; then one thread splits the files into blocks of records
//! and others turn blocks into batches, in the order of the file. Memory holds a few blocks.
//!
//! With [`OnBadRow::Quarantine`] text files are read twice: the first pass writes the refused rows
//! to `<table>_quarantine` in a commit of its own, the second loads the others. Both passes refuse
//! the same rows, or the load fails because a file changed in between.

mod adapt;
mod block;
mod blocks;
mod build;
mod check;
mod column;
mod columnar;
mod compression;
mod declared;
mod encoding;
mod evidence;
mod format;
mod input;
mod json;
mod options;
mod parse;
mod piece;
mod plan;
mod preview;
mod quarantine;
mod reason;
mod refusal;
mod resolve;
mod sniff;
mod split;
#[cfg(test)]
mod sweep;
mod text;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use bellwether_catalog::storable_schema;
use futures::stream::{self, BoxStream, StreamExt};

pub use format::FileFormat;

use self::piece::run_blocking;
use self::plan::Plan;
use crate::names::quote;
use crate::{BatchId, Error, ErrorKind, Ingest, IngestMode, Result, Session};

/// Which files go where, and how they are read.
#[derive(Debug, Clone)]
pub struct Load {
    /// The files, all of one format.
    pub files: Vec<PathBuf>,
    /// Schema of the table; the session's current schema unless given.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// What to do with a table that is or is not there.
    pub mode: IngestMode,
    /// Protects against loading the same files twice when the load is retried.
    pub batch: Option<BatchId>,
    /// The files' format; told by content and name unless given.
    pub format: Option<FileFormat>,
    /// How text files are written.
    pub options: FileOptions,
    /// What to do with a row that does not fit.
    pub on_bad_row: OnBadRow,
    /// Columns that the table is clustered by when it is created or replaced; one that stays must be so already.
    pub cluster_by: Vec<String>,
}

/// How text files are written; what is not given is found out or has the default named here.
#[derive(Debug, Clone, Default)]
pub struct FileOptions {
    /// One ASCII character, `tab`, or `blanks` for runs of spaces and tabs.
    pub delimiter: Option<String>,
    /// One ASCII character, or `none`; `"` unless given.
    pub quote: Option<String>,
    /// Whether the first line names the columns; yes unless given, and an error when that line looks like data.
    pub header: Option<bool>,
    /// A text that stands for NULL besides the empty field, for example `NA`.
    pub null: Option<String>,
    /// Declared columns, `name type, …`: types of columns in the header, or names and types by position.
    pub columns: Option<String>,
    /// Fixed widths of the columns, in characters, separated by commas.
    pub widths: Option<String>,
    /// How dates are written, in `strftime` letters; `%Y-%m-%d` unless given, and yyyymmdd where every date of a column is.
    pub date_format: Option<String>,
    /// How timestamps are written, in `strftime` letters; ISO 8601 unless given.
    pub timestamp_format: Option<String>,
    /// The text's encoding, for example `windows-1252`; UTF-8, or UTF-16 with a byte order mark, unless given.
    pub encoding: Option<String>,
}

/// What to do with a row that does not fit its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnBadRow {
    /// The load fails and names it; nothing is loaded.
    #[default]
    Fail,
    /// It goes to `<table>_quarantine` with the reason; the others are loaded.
    Quarantine,
}

/// What a load did. Rows read are rows loaded and rows quarantined, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadReport {
    /// Rows in the files; none when the batch had been loaded before.
    pub rows_read: u64,
    /// Rows now in the table.
    pub rows_loaded: u64,
    /// Rows set aside.
    pub rows_quarantined: u64,
    /// Where they are, when there are any.
    pub quarantine_table: Option<String>,
    /// Size of the files.
    pub bytes: u64,
    /// How many files.
    pub files: usize,
}

/// How far a load is; another task may look at any time.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes of the files read so far.
    pub bytes_done: AtomicU64,
    /// Bytes to read; twice the files' size when rows are quarantined.
    pub bytes_total: AtomicU64,
    /// Rows handed to the table so far.
    pub rows: AtomicU64,
}

impl Session {
    /// Loads files into a table in one commit and gives the figures once it is durable.
    ///
    /// When the table exists, its columns decide: the files' columns are matched by name, absent
    /// nullable columns become NULL and unknown ones are refused. Otherwise the files decide.
    pub async fn load(&self, load: Load, progress: Arc<Progress>) -> Result<LoadReport> {
        if load.files.is_empty() {
            return Err(Error::invalid_parameter("no file to load was named"));
        }
        let table = self.columns_of(&load).await?;
        match (&load.mode, &table) {
            (IngestMode::Create, Some(_)) => {
                return Err(Error::new(
                    ErrorKind::DuplicateTable,
                    format!("relation {} already exists", relation(&load)),
                ));
            }
            (IngestMode::Append, None) => {
                return Err(Error::new(
                    ErrorKind::UndefinedTable,
                    format!("relation {} does not exist", relation(&load)),
                ));
            }
            _ => {}
        }
        let preparation = load.clone();
        let plan = run_blocking(move || Plan::prepare(&preparation, table)).await?;
        let bytes = plan.bytes();
        let files = load.files.len();
        let quarantine = load.on_bad_row == OnBadRow::Quarantine && plan.is_text();
        progress.bytes_total.store(if quarantine { 2 * bytes } else { bytes }, Ordering::Relaxed);

        let rows_read = Arc::new(AtomicU64::new(0));
        let mut rows_quarantined = 0;
        let mut refused = None;
        if quarantine {
            let pass = quarantine::pass(self, &load, &plan, Arc::clone(&progress)).await?;
            rows_quarantined = pass.rows_written;
            refused = Some(pass.rows_refused);
        }
        let batches = batches(&plan, progress, Arc::clone(&rows_read), refused);
        let quarantine_table = (rows_quarantined > 0).then(|| quarantine::full_name(&load));
        let ingest = Ingest {
            schema: load.schema,
            table: load.table,
            mode: load.mode,
            batch: load.batch,
            cluster_by: load.cluster_by,
        };
        let rows_loaded = self.ingest(ingest, plan.schema(), batches).await?;
        Ok(LoadReport {
            rows_read: rows_read.load(Ordering::Relaxed),
            rows_loaded,
            rows_quarantined,
            quarantine_table,
            bytes,
            files,
        })
    }

    /// The columns of the table, `None` when it does not exist.
    async fn columns_of(&self, load: &Load) -> Result<Option<SchemaRef>> {
        let statements = self.parse(&format!("SELECT * FROM {}", relation(load)))?;
        let Some(statement) = statements.first() else {
            return Err(Error::internal(format!("no statement reads {}", relation(load))));
        };
        match self.prepare(statement, &[]).await {
            Ok(prepared) => prepared.schema().map(|schema| storable_schema(schema)).transpose(),
            Err(error) if matches!(error.kind(), ErrorKind::UndefinedTable | ErrorKind::UndefinedSchema) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The table's name as SQL.
fn relation(load: &Load) -> String {
    match &load.schema {
        Some(schema) => format!("{}.{}", quote(schema), quote(&load.table)),
        None => quote(&load.table),
    }
}

/// The batches of all files in order; with `refused`, the last word is an error when the text
/// files' refused rows are not as many as before.
fn batches(
    plan: &Plan,
    progress: Arc<Progress>,
    rows_read: Arc<AtomicU64>,
    refused: Option<u64>,
) -> BoxStream<'static, Result<RecordBatch>> {
    let refused_now = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&refused_now);
    let batches = plan.pieces(Arc::clone(&progress)).map(move |piece| {
        let piece = piece?;
        let rows = piece.batch.num_rows() as u64;
        let refusals = piece.refusals.len() as u64;
        rows_read.fetch_add(rows + refusals, Ordering::Relaxed);
        seen.fetch_add(refusals, Ordering::Relaxed);
        progress.rows.fetch_add(rows, Ordering::Relaxed);
        Ok(piece.batch)
    });
    let last = stream::once(async move {
        let now = refused_now.load(Ordering::Relaxed);
        match refused {
            Some(before) if before != now => Some(Err(Error::conflict(format!(
                "a file changed while it was loaded: {before} rows were refused at first, then {now}"
            )))),
            _ => None,
        }
    })
    .filter_map(std::future::ready);
    batches.chain(last).boxed()
}
