//! `pg_attribute` and `pg_attrdef`: columns and their defaults.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::catalogue::{Catalogue, Kind};
use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::rows::{Rows, Value};
use crate::pg_catalog::types::by_id;

pub(super) fn batch(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let columns = [
        "attrelid",
        "attname",
        "atttypid",
        "attstattarget",
        "attlen",
        "attnum",
        "attndims",
        "attcacheoff",
        "atttypmod",
        "attbyval",
        "attalign",
        "attstorage",
        "attnotnull",
        "atthasdef",
        "attislocal",
        "attcollation",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        for (place, column) in relation.placed() {
            let data_type = by_id(column.data_type.id);
            rows.push([
                relation.id.into(),
                Value::from(&column.name),
                column.data_type.id.into(),
                (-1_i32).into(),
                data_type.map_or(-1, |found| found.length).into(),
                place.into(),
                i32::from(data_type.is_some_and(|found| found.category == "A")).into(),
                (-1_i32).into(),
                column.data_type.modifier.into(),
                data_type.is_some_and(|found| found.by_value).into(),
                data_type.map_or("i", |found| found.alignment).into(),
                data_type.map_or("x", |found| found.storage).into(),
                column.not_null.into(),
                column.default.is_some().into(),
                true.into(),
                // An index has the collation of its columns in `indcollation` alone.
                match relation.kind {
                    Kind::Index { .. } => 0,
                    _ => data_type.map_or(0, |found| found.collation),
                }
                .into(),
            ]);
        }
    }
    rows.finish()
}

pub(super) fn defaults(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["oid", "adrelid", "adnum", "adbin"])?;
    for relation in &catalogue.relations {
        for (place, column) in relation.placed() {
            if let Some(default) = &column.default {
                rows.push([default.id.into(), relation.id.into(), place.into(), Value::from(&default.sql)]);
            }
        }
    }
    rows.finish()
}
