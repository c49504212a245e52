//! `system.tables` — every table and view of the lake: how large, how new, what it is.

use std::sync::Arc;

use bellwether_catalog::{Lake, Relation, Result, Snapshot};
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use futures::StreamExt;

use crate::access::Authority;

/// Logs read at a time.
const CONCURRENT: usize = 16;

struct Listed {
    schema: String,
    name: String,
    relation: Relation,
    snapshot: Option<Arc<Snapshot>>,
}

pub(super) async fn batch(lake: &Lake, authority: &Authority) -> Result<RecordBatch> {
    let names = lake.known_names();
    let mut wanted = Vec::new();
    for (schema, entry) in &names.schemas {
        for (name, relation) in entry.relations.iter().filter(|(name, _)| authority.sees(&names, schema, name)) {
            wanted.push((schema.clone(), name.clone(), relation.clone()));
        }
    }
    let mut listed: Vec<Listed> = futures::stream::iter(wanted)
        .map(|(schema, name, relation)| async move {
            let snapshot = match relation.table_id() {
                Some(id) => Some(lake.table(id)?.known().await?),
                None => None,
            };
            Ok::<_, bellwether_catalog::Error>(Listed { schema, name, relation, snapshot })
        })
        .buffered(CONCURRENT)
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .collect::<Result<_>>()?;
    listed.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));

    let kind = |row: &Listed| match row.relation {
        Relation::Table { .. } => "table",
        Relation::View { .. } => "view",
        Relation::MaterializedView(_) => "materialized view",
    };
    let comment = |row: &Listed| match (&row.relation, &row.snapshot) {
        (Relation::View { comment, .. }, _) => comment.clone(),
        (_, Some(snapshot)) => snapshot.comment().map(str::to_owned),
        _ => None,
    };
    let cluster_by = |row: &Listed| {
        let columns = row.snapshot.as_ref()?.declared().cluster_by.join(", ");
        (!columns.is_empty()).then_some(columns)
    };
    let number = |value: fn(&Snapshot) -> Option<i64>| {
        Arc::new(Int64Array::from_iter(listed.iter().map(|row| row.snapshot.as_deref().and_then(value)))) as ArrayRef
    };
    let committed =
        listed.iter().map(|row| row.snapshot.as_ref().and_then(|snapshot| snapshot.committed_ms()).map(|ms| ms * 1000));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("schema_name", Arc::new(StringArray::from_iter_values(listed.iter().map(|row| &row.schema)))),
        ("table_name", Arc::new(StringArray::from_iter_values(listed.iter().map(|row| &row.name)))),
        ("kind", Arc::new(StringArray::from_iter_values(listed.iter().map(kind)))),
        ("rows", number(|snapshot| snapshot.rows().map(|rows| rows as i64))),
        ("bytes", number(|snapshot| i64::try_from(snapshot.bytes()).ok())),
        ("files", number(|snapshot| Some(snapshot.files().len() as i64))),
        ("version", number(|snapshot| i64::try_from(snapshot.version()).ok())),
        ("committed_at", Arc::new(TimestampMicrosecondArray::from_iter(committed).with_timezone("UTC"))),
        ("cluster_by", Arc::new(StringArray::from_iter(listed.iter().map(cluster_by)))),
        ("description", Arc::new(StringArray::from_iter(listed.iter().map(comment)))),
    ];
    RecordBatch::try_from_iter(columns).map_err(|source| {
        bellwether_catalog::Error::internal("system.tables could not be put together").with_source(source)
    })
}
