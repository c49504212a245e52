//! `system.materialized_views` — what each materialized view holds, how old that is, and how it is refreshed.

use std::sync::Arc;

use bellwether_catalog::{Base, Error, Lake, Namespace, Relation, Result};
use datafusion::arrow::array::{
    ArrayRef, DurationMicrosecondArray, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
    TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, IntervalUnit};
use futures::{FutureExt, StreamExt};

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
    /// How long ago the first of these changes was committed, in microseconds; 0 when there is none.
    lag_us: Option<i64>,
    upstream: Vec<String>,
}

pub(super) async fn batch(lake: &Lake) -> Result<RecordBatch> {
    let names = lake.names().await?;
    let views = list(lake).await?;
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
    let (mut stale, mut since_ms) = (Vec::new(), None);
    for base in view.contents().map_or(&[][..], |contents| &contents.bases) {
        if !has_changed(lake, names, base).await? {
            continue;
        }
        stale.push(base.name.clone());
        let stored = lake.table(&base.id)?.stored_ms(base.version + 1).await?.unwrap_or(now_ms);
        since_ms = Some(since_ms.map_or(stored, |earlier: i64| earlier.min(stored)));
    }
    let lag_us = view.contents().map(|_| since_ms.map_or(0, |since| (now_ms - since).max(0).saturating_mul(1000)));
    // A circle of views is told of where one of them is refreshed.
    let upstream = upstream(names, &view.name).unwrap_or_default();
    let upstream = upstream.iter().map(|name| format!("{}.{}", name.schema, name.name)).collect();
    let bases = view.contents().map_or(&[][..], |contents| &contents.bases);
    let bases = bases.iter().map(|base| format!("{}@{}", base.name, base.version)).collect();
    Ok(Listed { view, bases, stale, lag_us, upstream })
}

/// Whether a table has other rows than were read, or is gone.
async fn has_changed(lake: &Lake, names: &Namespace, base: &Base) -> Result<bool> {
    let is_there = names.schemas.values().flat_map(|schema| schema.relations.values());
    if !is_there.filter_map(Relation::table_id).any(|id| id == base.id) {
        return Ok(true);
    }
    let table = lake.table(&base.id)?;
    let now = table.latest().await?;
    if now.version() == base.version {
        return Ok(false);
    }
    if now.version() < base.version || now.version() - base.version > COMMITS_MAX {
        return Ok(true);
    }
    Ok(!table.changes(base.version, &now).await?.is_empty())
}
