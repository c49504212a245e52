//! `information_schema.element_types` — what the arrays among the columns are arrays of.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use super::column_type::ColumnType;
use crate::pg_catalog::{Catalogue, Declared, Kind, PostgresType, Rows, Value, type_of};

pub(super) fn batch(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
        "object_catalog",
        "object_schema",
        "object_name",
        "object_type",
        "collection_type_identifier",
        "data_type",
        "udt_catalog",
        "udt_schema",
        "udt_name",
        "dtd_identifier",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        if matches!(relation.kind, Kind::Index { .. } | Kind::Materialized { .. }) {
            continue;
        }
        for (place, column) in relation.placed() {
            let Some(array) = type_of(column.data_type.id).filter(|found| found.category == "A") else { continue };
            let element = ColumnType::of(PostgresType { id: array.element, modifier: column.data_type.modifier });
            rows.push([
                database.into(),
                catalogue.schema_name(relation.schema).into(),
                Value::from(&relation.name),
                if relation.kind.letter() == "v" { "VIEW" } else { "TABLE" }.into(),
                place.to_string().into(),
                element.name.into(),
                database.into(),
                "pg_catalog".into(),
                element.udt.into(),
                format!("a{place}").into(),
            ]);
        }
    }
    rows.finish()
}
