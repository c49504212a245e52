//! `information_schema.tables` — every table and view, without opening any.

use std::sync::Arc;

use bellwether_catalog::Relation;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::CatalogProvider;
use datafusion::error::Result;

use super::array::{database, text, text_field};
use super::{INFORMATION_SCHEMA, Source};

pub(super) fn schema() -> SchemaRef {
    Arc::new(Schema::new(["table_catalog", "table_schema", "table_name", "table_type"].map(text_field).to_vec()))
}

struct Row {
    schema: String,
    table: String,
    kind: &'static str,
}

pub(super) fn batch(source: &Source) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for name in source.relations.schema_names() {
        let Some(schema) = source.relations.schema(&name) else { continue };
        for table in schema.table_names() {
            let kind = match source.names.relation(&name, &table) {
                Some(Relation::Table { .. }) => "BASE TABLE",
                Some(Relation::View { .. }) => "VIEW",
                None if name == INFORMATION_SCHEMA => "VIEW",
                None => "BASE TABLE",
            };
            rows.push(Row { schema: name.clone(), table, kind });
        }
    }
    let columns = vec![
        database(rows.len()),
        text(rows.iter().map(|row| row.schema.as_str())),
        text(rows.iter().map(|row| row.table.as_str())),
        text(rows.iter().map(|row| row.kind)),
    ];
    Ok(RecordBatch::try_new(self::schema(), columns)?)
}
