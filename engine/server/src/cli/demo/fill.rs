//! Makes the demo's tables in a lake, once.

use bellwether::{Error, ErrorKind, Ingest, IngestMode, Result, Session};
use futures::{StreamExt, stream};
use indicatif::HumanCount;

use super::answer::Answer;
use super::business::Business;
use super::tables;
use crate::cli::report;

const SCHEMA: &str = "core";

/// The table that says what the demo was made from; its row is written last, when all else is there.
const MARKER: &str = "demo";

/// Fills the lake, or finds it filled.
pub(super) async fn fill(session: &Session, seed: u32, days: u32) -> Result<()> {
    if is_filled(session, seed, days).await? {
        return report::line(format_args!("The demo of {days} days from seed {seed} is in the lake already."));
    }
    report::line(format_args!("Making {days} days of a small business from seed {seed}:"))?;
    for statement in session.parse(include_str!("schema.sql"))? {
        session.execute(&session.prepare(&statement, &[]).await?, Vec::new()).await?;
    }
    let business = Business::generate(seed, days);
    for (name, batch) in tables::NAMES.into_iter().zip(tables::batches(&business)?) {
        let ingest = Ingest {
            schema: Some(SCHEMA.into()),
            table: name.into(),
            mode: IngestMode::Replace,
            batch: None,
            cluster_by: Vec::new(),
        };
        let columns = batch.schema();
        let rows = session.ingest(ingest, columns, stream::iter([Ok(batch)]).boxed()).await?;
        report::line(format_args!("  {:<17} {:>7} rows", format!("{SCHEMA}.{name}"), HumanCount(rows).to_string()))?;
    }
    session.run(&format!("insert into {SCHEMA}.{MARKER} (seed, days) values ({seed}, {days})")).await?;
    Ok(())
}

/// Whether this very demo is there; a lake that holds other tables of these names is refused.
async fn is_filled(session: &Session, seed: u32, days: u32) -> Result<bool> {
    let query = format!("select table_name from information_schema.tables where table_schema = '{SCHEMA}'");
    let tables = Answer::to(session, &query).await?;
    let names: Vec<String> = (0..tables.len()).filter_map(|row| tables.text("table_name", row)).collect();
    if !names.iter().any(|name| name == MARKER) {
        return match names.iter().find(|name| tables::NAMES.contains(&name.as_str())) {
            None => Ok(false),
            Some(name) => Err(Error::new(
                ErrorKind::DuplicateTable,
                format!("the lake has a table {SCHEMA}.{name} that the demo did not make"),
            )
            .with_hint("make the demo in a lake of its own, for example: bellwether demo --lake ./demo")),
        };
    }
    let made = Answer::to(session, &format!("select seed, days from {SCHEMA}.{MARKER}")).await?;
    let (Some(made_seed), Some(made_days)) = (made.number("seed", 0), made.number("days", 0)) else {
        // The last run was interrupted.
        return Ok(false);
    };
    if (made_seed, made_days) != (f64::from(seed), f64::from(days)) {
        return Err(Error::invalid_parameter(format!(
            "the demo in the lake is that of {made_days} days from seed {made_seed}, not of {days} days from seed {seed}"
        ))
        .with_hint(format!(
            "use it with --days {made_days} --seed {made_seed}, or make the other in a lake of its own with --lake"
        )));
    }
    Ok(true)
}
