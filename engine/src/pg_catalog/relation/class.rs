//! `pg_class` and `pg_namespace`: everything that has columns, and the schemas it is in.

use std::collections::HashMap;
use std::sync::Arc;

use bellwether_catalog::{Lake, Privileges};
use datafusion::arrow::array::{ArrayRef, AsArray, Float32Array, Int32Array, RecordBatch};
use datafusion::arrow::datatypes::UInt32Type;
use datafusion::error::Result;

use crate::pg_catalog::catalogue::{Catalogue, Kind, Relation, Rule};
use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::rows::{Rows, Value};
use crate::pg_catalog::size::Size;

/// PostgreSQL counts tables in blocks of this many bytes.
const BLOCK_BYTES: u64 = 8192;

/// `pg_class` with the sizes of now.
pub(super) fn now(declared: &'static Declared, catalogue: &Catalogue, lake: &Lake) -> Result<RecordBatch> {
    let listed = catalogue.batch("", declared.name, |catalogue| batch(declared, catalogue))?;
    let ids = listed.column(declared.schema.index_of("oid")?).as_primitive::<UInt32Type>();
    let sizes: Vec<Option<Size>> = ids.values().iter().map(|id| Size::of(lake, catalogue.relation(*id)?)).collect();
    let rows = sizes.iter().map(|size| size.and_then(|size| size.rows).map_or(-1.0, |rows| rows as f32));
    let blocks = |size: &Option<Size>| size.map_or(0, |size| size.bytes.div_ceil(BLOCK_BYTES));
    let pages = sizes.iter().map(|size| i32::try_from(blocks(size)).unwrap_or(i32::MAX));
    let mut columns = listed.columns().to_vec();
    columns[declared.schema.index_of("reltuples")?] = Arc::new(Float32Array::from_iter_values(rows)) as ArrayRef;
    columns[declared.schema.index_of("relpages")?] = Arc::new(Int32Array::from_iter_values(pages));
    Ok(RecordBatch::try_new(Arc::clone(&declared.schema), columns)?)
}

fn batch(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let has_index = catalogue.keyed_tables();
    let mut checks: HashMap<u32, i64> = HashMap::new();
    for constraint in &catalogue.constraints {
        if matches!(constraint.rule, Rule::Check { .. }) {
            *checks.entry(constraint.table).or_default() += 1;
        }
    }
    let columns = [
        "oid",
        "relname",
        "relnamespace",
        "relowner",
        "relam",
        "relfilenode",
        "relhasindex",
        "relpersistence",
        "relkind",
        "relnatts",
        "relchecks",
        "relhasrules",
        "relispopulated",
        "relreplident",
        "relisshared",
        "relacl",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        rows.push([
            relation.id.into(),
            Value::from(&relation.name),
            relation.schema.into(),
            catalogue.owner(catalogue.access(relation)).into(),
            access_method(relation).into(),
            if has_storage(relation) { relation.id } else { 0 }.into(),
            has_index.contains(&relation.id).into(),
            "p".into(),
            relation.kind.letter().into(),
            relation.columns.len().into(),
            checks.get(&relation.id).copied().unwrap_or(0).into(),
            matches!(relation.kind, Kind::View { .. } | Kind::Materialized { .. }).into(),
            (!matches!(relation.kind, Kind::Materialized { is_populated: false, .. })).into(),
            if matches!(relation.kind.letter(), "r" | "m") { "d" } else { "n" }.into(),
            is_shared(relation.id).into(),
            catalogue.listed_access(&relation.access, relation.privileges()).into(),
        ]);
    }
    rows.finish()
}

fn access_method(relation: &Relation) -> u32 {
    match relation.kind {
        Kind::Index { .. } => super::fixed::BTREE,
        Kind::Table { .. } | Kind::Materialized { .. } | Kind::Own { letter: "r" } => super::fixed::DELTA,
        _ => 0,
    }
}

fn has_storage(relation: &Relation) -> bool {
    matches!(relation.kind, Kind::Table { .. } | Kind::Materialized { .. } | Kind::Index { .. })
}

/// Relations of PostgreSQL that all databases of a server share, by their numbers.
fn is_shared(id: u32) -> bool {
    matches!(id, 1260 | 1261 | 1262 | 1213 | 1214 | 2396 | 2964 | 3592 | 6000 | 6100 | 6243)
}

pub(super) fn namespaces(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["oid", "nspname", "nspowner", "nspacl"])?;
    for schema in &catalogue.schemas {
        let acl = catalogue.listed_access(&schema.access, Privileges::OF_SCHEMA);
        rows.push([schema.id.into(), Value::from(&schema.name), catalogue.owner(&schema.access).into(), acl.into()]);
    }
    rows.finish()
}
