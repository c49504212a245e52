//! `system.materialized_views` — what each materialized view holds, how old that is, and how it is refreshed.

use std::collections::BTreeSet;
use std::sync::Arc;

use bellwether_catalog::{Base, Error, FileChanges, Lake, Namespace, Relation, Result, Snapshot};
use datafusion::arrow::array::{
    ArrayRef, DurationMicrosecondArray, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
    TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, IntervalUnit};
use futures::{FutureExt, StreamExt};

use crate::access::Authority;
use crate::materialized::{MaterializedView, list, upstream};
use crate::{clock, scheduler};

/// Views looked at at a time.
const CONCURRENT: usize = 16;

/// Versions further apart are not looked through: there were changes among so many commits.
const COMMITS_MAX: u64 = 200;

struct Listed {
    view: MaterializedView,
    /// The tables that were read, each with its version.
    bases: Vec<String>,
    /// Tables whose rows have changed since they were read.
    stale: Vec<String>,
    /// The partitions of these whose rows have changed.
    partitions: Vec<String>,
    /// How long ago the first of these changes was committed, in microseconds; 0 when there is none.
    lag_us: Option<i64>,
    upstream: Vec<String>,
}

pub(super) async fn batch(lake: &Lake, authority: &Authority) -> Result<RecordBatch> {
    let names = lake.names().await?;
    let mut views = list(lake).await?;
    views.retain(|view| authority.sees(&names, &view.name.schema, &view.name.name));
    let listed: Vec<Listed> = futures::stream::iter(views)
        .map(|view| look(lake, &names, view).boxed())
        .buffered(CONCURRENT)
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .collect::<Result<_>>()?;
    let text = |value: fn(&Listed) -> Option<String>| -> ArrayRef {
        Arc::new(StringArray::from_iter(listed.iter().map(value)))
    };
    let number =
        |value: fn(&Listed) -> Option<i64>| -> ArrayRef { Arc::new(Int64Array::from_iter(listed.iter().map(value))) };
    let moment = |value: fn(&Listed) -> Option<i64>| -> ArrayRef {
        let micros = listed.iter().map(|row| value(row).map(|ms| ms.saturating_mul(1000)));
        Arc::new(TimestampMicrosecondArray::from_iter(micros).with_timezone("UTC"))
    };
    let texts = |value: fn(&Listed) -> &[String]| -> ArrayRef {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for row in &listed {
            lists.append_value(value(row).iter().map(Some));
        }
        Arc::new(lists.finish())
    };
    let lag: ArrayRef = Arc::new(DurationMicrosecondArray::from_iter(listed.iter().map(|row| row.lag_us)));
    let lag = cast(&lag, &DataType::Interval(IntervalUnit::MonthDayNano))
        .map_err(|source| Error::internal("a lag is no interval").with_source(source))?;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("schema_name", text(|row| Some(row.view.name.schema.clone()))),
        ("view_name", text(|row| Some(row.view.name.name.clone()))),
        ("as_of", moment(|row| row.view.contents().map(|contents| contents.as_of_ms))),
        ("lag", lag),
        ("mode", text(|row| Some(row.view.definition.class.to_string()))),
        ("reason", text(|row| row.view.definition.reason.clone())),
        ("last_refresh", text(|row| row.view.contents().map(|contents| contents.mode.clone()))),
        ("last_error", text(|row| row.view.failure.as_ref().map(|failure| failure.message.clone()))),
        ("last_error_at", moment(|row| row.view.failure.as_ref().map(|failure| failure.at_ms))),
        ("failures", number(|row| Some(row.view.failure.as_ref().map_or(0, |failure| i64::from(failure.count))))),
        ("retry_at", moment(retry_at_ms)),
        ("rows", number(|row| row.view.snapshot.rows().and_then(|rows| i64::try_from(rows).ok()))),
        ("bytes", number(|row| i64::try_from(row.view.snapshot.bytes()).ok())),
        ("refresh", text(|row| Some(row.view.definition.options.refresh.clone().unwrap_or_else(|| "manual".into())))),
        ("max_staleness", text(|row| row.view.definition.options.max_staleness.clone())),
        ("base_versions", texts(|row| &row.bases)),
        ("stale_bases", texts(|row| &row.stale)),
        ("stale_partitions", texts(|row| &row.partitions)),
        ("upstream", texts(|row| &row.upstream)),
        ("definition", text(|row| Some(row.view.definition.sql.clone()))),
    ];
    RecordBatch::try_from_iter(columns)
        .map_err(|source| Error::internal("system.materialized_views could not be put together").with_source(source))
}

/// When a failed refresh is tried again by itself, in milliseconds since 1970.
fn retry_at_ms(row: &Listed) -> Option<i64> {
    let schedule = scheduler::Schedule::parse(row.view.definition.options.refresh.as_deref()?).ok()?;
    row.view.failure.as_ref().filter(|_| schedule.is_automatic()).map(scheduler::retry_at_ms)
}

async fn look(lake: &Lake, names: &Namespace, view: MaterializedView) -> Result<Listed> {
    let now_ms = clock::now_ms();
    let (mut stale, mut partitions, mut since_ms) = (Vec::new(), Vec::new(), None);
    for base in view.contents().map_or(&[][..], |contents| &contents.bases) {
        let Some(changed) = changed_partitions(lake, names, base).await? else { continue };
        stale.push(base.name.clone());
        partitions.extend(changed);
        let stored = lake.table(&base.id)?.stored_ms(base.version + 1).await?.unwrap_or(now_ms);
        since_ms = Some(since_ms.map_or(stored, |earlier: i64| earlier.min(stored)));
    }
    let lag_us = view.contents().map(|_| since_ms.map_or(0, |since| (now_ms - since).max(0).saturating_mul(1000)));
    // A circle of views is told of where one of them is refreshed.
    let upstream = upstream(names, &view.name).unwrap_or_default();
    let upstream = upstream.iter().map(|name| format!("{}.{}", name.schema, name.name)).collect();
    let bases = view.contents().map_or(&[][..], |contents| &contents.bases);
    let bases = bases.iter().map(|base| format!("{}@{}", base.name, base.version)).collect();
    Ok(Listed { view, bases, stale, partitions, lag_us, upstream })
}

/// The partitions of a table that have other rows than were read, as far as it is known; nothing where all rows are
/// the same.
async fn changed_partitions(lake: &Lake, names: &Namespace, base: &Base) -> Result<Option<BTreeSet<String>>> {
    let unknown = Ok(Some(BTreeSet::new()));
    let is_there = names.schemas.values().flat_map(|schema| schema.relations.values());
    if !is_there.filter_map(Relation::table_id).any(|id| id == base.id) {
        return unknown;
    }
    let table = lake.table(&base.id)?;
    let now = table.latest().await?;
    if now.version() == base.version {
        return Ok(None);
    }
    if now.version() < base.version || now.version() - base.version > COMMITS_MAX {
        return unknown;
    }
    let changes = table.changes(base.version, &now).await?;
    Ok((!changes.is_empty()).then(|| partitions_of(base, &now, &changes)))
}

/// The partitions that files came to and went from: `sales day=2026-03-01`.
fn partitions_of(base: &Base, now: &Snapshot, changes: &FileChanges) -> BTreeSet<String> {
    let columns = now.partition_columns();
    let files = changes.added.iter().chain(&changes.removed).filter(|_| !columns.is_empty());
    let shown = files.map(|file| {
        let values = columns.iter().zip(&file.partition_values);
        let values: Vec<String> = values.map(|(column, value)| format!("{column}={value}")).collect();
        format!("{} {}", base.name, values.join(" "))
    });
    shown.collect()
}
