//! `system.columns` — the columns of every table: type, whether NULL may stand in them, default, description.

use std::sync::Arc;

use bellwether_catalog::{COMMENT, Error, Lake, Result};
use datafusion::arrow::array::{ArrayRef, BooleanArray, Int32Array, RecordBatch, StringArray};

use crate::access::Authority;

#[derive(Default)]
struct Columns {
    schemas: Vec<String>,
    tables: Vec<String>,
    names: Vec<String>,
    positions: Vec<i32>,
    types: Vec<String>,
    nullable: Vec<bool>,
    defaults: Vec<Option<String>>,
    descriptions: Vec<Option<String>>,
}

pub(super) async fn batch(lake: &Lake, authority: &Authority) -> Result<RecordBatch> {
    let names = lake.known_names();
    let mut columns = Columns::default();
    for (schema, entry) in &names.schemas {
        for (table, relation) in entry.relations.iter().filter(|(table, _)| authority.sees(&names, schema, table)) {
            let Some(id) = relation.table_id() else { continue };
            let snapshot = lake.table(id)?.known().await?;
            for (position, field) in (1..).zip(snapshot.visible_schema().fields()) {
                columns.schemas.push(schema.clone());
                columns.tables.push(table.clone());
                columns.names.push(field.name().clone());
                columns.positions.push(position);
                columns.types.push(field.data_type().to_string());
                columns.nullable.push(field.is_nullable());
                columns.defaults.push(snapshot.declared().defaults.get(field.name()).cloned());
                columns.descriptions.push(field.metadata().get(COMMENT).cloned());
            }
        }
    }
    let text = |values: Vec<String>| Arc::new(StringArray::from(values)) as ArrayRef;
    let listed: Vec<(&str, ArrayRef)> = vec![
        ("schema_name", text(columns.schemas)),
        ("table_name", text(columns.tables)),
        ("column_name", text(columns.names)),
        ("position", Arc::new(Int32Array::from(columns.positions))),
        ("data_type", text(columns.types)),
        ("is_nullable", Arc::new(BooleanArray::from(columns.nullable))),
        ("default_value", Arc::new(StringArray::from(columns.defaults))),
        ("description", Arc::new(StringArray::from(columns.descriptions))),
    ];
    RecordBatch::try_from_iter(listed)
        .map_err(|source| Error::internal("system.columns could not be put together").with_source(source))
}
