//! `system.settings` — this session's settings, what they are by default and what they mean.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::error::Result;

use crate::setting::Settings;

pub(super) fn batch(settings: &Settings) -> Result<RecordBatch> {
    let rows: Vec<_> = settings.iter().collect();
    let text = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("name", text(rows.iter().map(|row| row.name).collect())),
        ("value", text(rows.iter().map(|row| row.value).collect())),
        ("default_value", text(rows.iter().map(|row| row.default).collect())),
        ("description", text(rows.iter().map(|row| row.meaning).collect())),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}
