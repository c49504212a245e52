//! Makes the demo in a lake, once: the model, its rows, what is planted in them, the ready views.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use bellwether::{Error, ErrorKind, Ingest, IngestMode, Result, Session};
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use indicatif::HumanCount;

use super::Size;
use super::business::Business;
use super::columns::Columns;
use super::tables::{SOURCES, Source};
use super::truth;
use crate::cli::answer::Answer;
use crate::cli::{model, report};
use crate::core_tables;
use crate::models::{shipped, shipped_tables};

/// The schema that says what is planted, and the table that says what the demo was made from: its row is written
/// last, when all else is there.
const SCHEMA: &str = "demo";

/// Pieces that are made at a time, ahead of what is written.
const AHEAD: usize = 4;

/// Fills the lake, or finds it filled.
pub(super) async fn fill(session: &Session, seed: u32, size: Size) -> Result<()> {
    if is_filled(session, seed, size).await? {
        return report::line(format_args!("The {} demo from seed {seed} is in the lake already.", size.name()));
    }
    report::line(format_args!("Making three years of a {} business from seed {seed}:", size.name()))?;
    core_tables::install(session).await?;
    for statement in session.parse(include_str!("schema.sql"))? {
        session.execute(&session.prepare(&statement, &[]).await?, Vec::new()).await?;
    }
    let generated = Instant::now();
    let business = tokio::task::spawn_blocking(move || Business::generate(u64::from(seed), size.factor()))
        .await
        .map_err(|error| Error::internal("the demo's business could not be made").with_source(error))?;
    let (orders, seconds) = (HumanCount(business.orders.len() as u64), generated.elapsed().as_secs_f64());
    report::line(format_args!(
        "  {orders} orders of {} customers, {seconds:.1} s",
        HumanCount(business.customers.len() as u64)
    ))?;
    write(session, Arc::new(business)).await?;
    plant(session).await?;
    let started = Instant::now();
    let models = shipped()?;
    report::line(format_args!("  making {} ready views, which takes the longest …", models.len()))?;
    let installed = model::make(session, models).await?;
    let views = installed.created.len() + installed.replaced.len();
    report::line(format_args!("  {views} views, {:.1} s", started.elapsed().as_secs_f64()))?;
    session.run(&format!("insert into {SCHEMA}.made (seed, size) values ({seed}, '{}')", size.name())).await?;
    Ok(())
}

/// Writes all tables of `core`.
async fn write(session: &Session, business: Arc<Business>) -> Result<()> {
    for (table, _) in shipped_tables() {
        let started = Instant::now();
        let mut rows = 0;
        let making = Arc::new(AtomicU64::new(0));
        let mut mode = IngestMode::Replace;
        for source in SOURCES.iter().filter(|source| source.table == table) {
            let ingest = Ingest {
                schema: Some(core_tables::SCHEMA.into()),
                table: table.into(),
                mode,
                batch: None,
                cluster_by: Vec::new(),
            };
            let columns = (source.make)(&business, 0)?.schema();
            rows += session.ingest(ingest, columns, pieces(Arc::clone(&business), *source, &making)).await?;
            mode = IngestMode::Append;
        }
        let name = format!("{}.{table}", core_tables::SCHEMA);
        let seconds = started.elapsed().as_secs_f64();
        let making = Duration::from_nanos(making.load(Ordering::Relaxed)).as_secs_f64();
        let rows = HumanCount(rows).to_string();
        report::line(format_args!(
            "  {name:<20} {rows:>10} rows, {seconds:>5.1} s, {making:>4.1} s of work to make them"
        ))?;
    }
    Ok(())
}

/// A source's rows, made a few pieces ahead on threads of their own; what that takes is added to `making`, in nanoseconds.
fn pieces(business: Arc<Business>, source: Source, making: &Arc<AtomicU64>) -> BoxStream<'static, Result<RecordBatch>> {
    let count = (source.pieces)(&business);
    let making = Arc::clone(making);
    let make = move |piece: usize| {
        let (business, making) = (Arc::clone(&business), Arc::clone(&making));
        async move {
            let work = move || {
                let started = Instant::now();
                let rows = (source.make)(&business, piece);
                making.fetch_add(started.elapsed().as_nanos() as u64, Ordering::Relaxed);
                rows
            };
            tokio::task::spawn_blocking(work)
                .await
                .map_err(|error| Error::internal("a piece of the demo could not be made").with_source(error))?
        }
    };
    stream::iter(0..count).map(make).buffered(AHEAD).boxed()
}

/// Writes down what is planted.
async fn plant(session: &Session) -> Result<()> {
    let truths = truth::all();
    let batch = Columns::bare()
        .text("kind", truths.iter().map(|truth| truth.kind))
        .text("subject", truths.iter().map(|truth| &truth.subject))
        .text("metric", truths.iter().map(|truth| truth.metric))
        .double("value", truths.iter().map(|truth| Some(truth.value)))
        .maybe_day("starts_on", truths.iter().map(|truth| truth.days.map(|days| days.0)))
        .maybe_day("ends_on", truths.iter().map(|truth| truth.days.map(|days| days.1)))
        .text("meaning", truths.iter().map(|truth| &truth.meaning))
        .finish()?;
    let ingest = Ingest {
        schema: Some(SCHEMA.into()),
        table: "truths".into(),
        mode: IngestMode::Replace,
        batch: None,
        cluster_by: Vec::new(),
    };
    session.ingest(ingest, batch.schema(), stream::iter([Ok(batch)]).boxed()).await?;
    Ok(())
}

/// Whether this very demo is there; a lake whose tables hold other rows is refused.
async fn is_filled(session: &Session, seed: u32, size: Size) -> Result<bool> {
    let marked = Answer::to(
        session,
        &format!("select 1 from information_schema.tables where table_schema = '{SCHEMA}' and table_name = 'made'"),
    )
    .await?;
    if marked.len() == 0 {
        let used = Answer::to(
            session,
            &format!("select table_name from system.tables where schema_name = '{}' and rows > 0", core_tables::SCHEMA),
        )
        .await?;
        return match used.text("table_name", 0) {
            None => Ok(false),
            Some(name) => Err(Error::new(
                ErrorKind::DuplicateTable,
                format!("{}.{name} has rows that the demo did not make", core_tables::SCHEMA),
            )
            .with_hint("make the demo in a lake of its own, for example: bellwether demo --lake ./demo")),
        };
    }
    let made = Answer::to(session, &format!("select seed, size from {SCHEMA}.made")).await?;
    let (Some(made_seed), Some(made_size)) = (made.number("seed", 0), made.text("size", 0)) else {
        // The last run was interrupted.
        return Ok(false);
    };
    if made_seed != f64::from(seed) || made_size != size.name() {
        return Err(Error::invalid_parameter(format!(
            "the demo in the lake is the {made_size} one from seed {made_seed}, not the {} one from seed {seed}",
            size.name()
        ))
        .with_hint(format!(
            "use it with --size {made_size} --seed {made_seed}, or make the other in a lake of its own with --lake"
        )));
    }
    Ok(true)
}
