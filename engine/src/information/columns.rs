//! `information_schema.columns` — every column in order, with its type, its default and whether it may be NULL.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use super::column_type::ColumnType;
use crate::pg_catalog::{Catalogue, Declared, Kind, Rows, Value};

pub(super) fn batch(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
        "ordinal_position",
        "column_default",
        "is_nullable",
        "data_type",
        "character_maximum_length",
        "character_octet_length",
        "numeric_precision",
        "numeric_precision_radix",
        "numeric_scale",
        "datetime_precision",
        "udt_catalog",
        "udt_schema",
        "udt_name",
        "dtd_identifier",
        "is_self_referencing",
        "is_identity",
        "identity_cycle",
        "is_generated",
        "is_updatable",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        if matches!(relation.kind, Kind::Index { .. } | Kind::Materialized { .. }) {
            continue;
        }
        let is_updatable = matches!(relation.kind, Kind::Table { .. });
        for (place, column) in relation.placed() {
            let described = ColumnType::of(column.data_type);
            rows.push([
                database.into(),
                catalogue.schema_name(relation.schema).into(),
                Value::from(&relation.name),
                Value::from(&column.name),
                place.into(),
                column.default.as_ref().map(|default| default.sql.as_str()).into(),
                if column.not_null { "NO" } else { "YES" }.into(),
                described.name.into(),
                described.characters.into(),
                described.octets.into(),
                described.precision.into(),
                described.radix.into(),
                described.scale.into(),
                described.fraction_digits.into(),
                database.into(),
                "pg_catalog".into(),
                described.udt.into(),
                place.to_string().into(),
                "NO".into(),
                "NO".into(),
                "NO".into(),
                "NEVER".into(),
                if is_updatable { "YES" } else { "NO" }.into(),
            ]);
        }
    }
    rows.finish()
}
