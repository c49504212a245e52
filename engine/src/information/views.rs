//! `information_schema.views` — the lake's views and their queries. None can be written through.

use std::sync::Arc;

use bellwether_catalog::Relation;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::Result;

use super::Source;
use super::array::{database, same, text, text_field};

pub(super) fn schema() -> SchemaRef {
    let names = [
        "table_catalog",
        "table_schema",
        "table_name",
        "view_definition",
        "check_option",
        "is_updatable",
        "is_insertable_into",
        "is_trigger_updatable",
        "is_trigger_deletable",
        "is_trigger_insertable_into",
    ];
    Arc::new(Schema::new(names.map(text_field).to_vec()))
}

pub(super) fn batch(source: &Source) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for (schema, entry) in &source.names.schemas {
        for (name, relation) in &entry.relations {
            if let Relation::View { sql, .. } = relation {
                rows.push((schema.as_str(), name.as_str(), sql.as_str()));
            }
        }
    }
    let mut columns = vec![
        database(rows.len()),
        text(rows.iter().map(|(schema, ..)| *schema)),
        text(rows.iter().map(|(_, name, _)| *name)),
        text(rows.iter().map(|(.., sql)| *sql)),
        same("NONE", rows.len()),
    ];
    columns.extend(std::iter::repeat_n(same("NO", rows.len()), 5));
    Ok(RecordBatch::try_new(schema(), columns)?)
}
