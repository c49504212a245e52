//! `system.queries` — statements that run now and the last thousand that ended.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use datafusion::arrow::array::{
    ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::error::Result;

use crate::access::Authority;
use crate::activity::{Activity, Query};
use crate::clock;

pub(super) fn batch(activity: &Activity, authority: &Authority) -> Result<RecordBatch> {
    let mut queries = activity.queries();
    queries.retain(|query| authority.is_of(&query.user));
    let now_us = clock::now_us();
    let of = |value: fn(&Query) -> u64| {
        Arc::new(Int64Array::from_iter_values(
            queries.iter().map(|query| i64::try_from(value(query)).unwrap_or(i64::MAX)),
        )) as ArrayRef
    };
    let seconds = |query: &Query| (query.ended_us().unwrap_or(now_us) - query.started_us) as f64 / 1e6;
    let state = |query: &Query| match (query.ended_us(), query.error()) {
        (None, _) => "running",
        (Some(_), None) => "done",
        (Some(_), Some(_)) => "failed",
    };
    let started = TimestampMicrosecondArray::from_iter_values(queries.iter().map(|query| query.started_us));
    let memory = queries.iter().map(|query| query.memory.as_ref().map(|memory| memory.peak() as i64));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("query_id", of(|query| query.id)),
        ("session_id", Arc::new(Int32Array::from_iter_values(queries.iter().map(|query| query.session)))),
        ("user_name", Arc::new(StringArray::from_iter_values(queries.iter().map(|query| &query.user)))),
        ("state", Arc::new(StringArray::from_iter_values(queries.iter().map(|query| state(query))))),
        ("started_at", Arc::new(started.with_timezone("UTC"))),
        ("duration_s", Arc::new(Float64Array::from_iter_values(queries.iter().map(|query| seconds(query))))),
        ("rows", of(|query| query.rows.load(Ordering::Relaxed))),
        ("bytes", of(|query| query.bytes.load(Ordering::Relaxed))),
        ("memory_bytes_max", Arc::new(Int64Array::from_iter(memory))),
        ("error", Arc::new(StringArray::from_iter(queries.iter().map(|query| query.error())))),
        ("statement", Arc::new(StringArray::from_iter_values(queries.iter().map(|query| &query.text)))),
        ("plan", Arc::new(StringArray::from_iter(queries.iter().map(|query| query.plan.lock().clone())))),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}
