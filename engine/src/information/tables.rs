//! `information_schema.tables`, `views` and `view_table_usage` — every table and view, and what views read.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::{Catalogue, Declared, Kind, Rows, Value};

pub(super) fn batch(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = ["table_catalog", "table_schema", "table_name", "table_type", "is_insertable_into", "is_typed"];
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        let kind = match relation.kind {
            // As in PostgreSQL, whose standard knows no materialized views.
            Kind::Index { .. } | Kind::Materialized { .. } => continue,
            Kind::Table { .. } | Kind::Own { letter: "r" } => "BASE TABLE",
            _ => "VIEW",
        };
        rows.push([
            database.into(),
            catalogue.schema_name(relation.schema).into(),
            Value::from(&relation.name),
            kind.into(),
            if matches!(relation.kind, Kind::Table { .. }) { "YES" } else { "NO" }.into(),
            "NO".into(),
        ]);
    }
    rows.finish()
}

/// No view can be written through. The engine's own have no query.
pub(super) fn views(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
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
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        let definition = match &relation.kind {
            Kind::View { sql, .. } => Some(sql.as_str()),
            Kind::Own { letter: "v" } => None,
            _ => continue,
        };
        rows.push([
            database.into(),
            catalogue.schema_name(relation.schema).into(),
            Value::from(&relation.name),
            definition.into(),
            "NONE".into(),
            "NO".into(),
            "NO".into(),
            "NO".into(),
            "NO".into(),
            "NO".into(),
        ]);
    }
    rows.finish()
}

pub(super) fn used(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = ["view_catalog", "view_schema", "view_name", "table_catalog", "table_schema", "table_name"];
    let mut rows = Rows::new(declared, columns)?;
    for view in &catalogue.relations {
        let Kind::View { reads, .. } = &view.kind else { continue };
        for read in reads.iter().filter_map(|id| catalogue.relation(*id)) {
            rows.push([
                database.into(),
                catalogue.schema_name(view.schema).into(),
                Value::from(&view.name),
                database.into(),
                catalogue.schema_name(read.schema).into(),
                Value::from(&read.name),
            ]);
        }
    }
    rows.finish()
}
