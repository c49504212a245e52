//! `pg_stat_user_tables` and its kin: how many rows tables have. What nobody counts is zero.

use bellwether_catalog::Lake;
use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::catalogue::{Catalogue, Kind};
use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::rows::{Rows, Value};
use crate::pg_catalog::size::Size;

pub(super) fn tables(declared: &'static Declared, catalogue: &Catalogue, lake: &Lake) -> Result<RecordBatch> {
    let columns = [
        "relid",
        "schemaname",
        "relname",
        "seq_scan",
        "seq_tup_read",
        "n_tup_ins",
        "n_tup_upd",
        "n_tup_del",
        "n_tup_hot_upd",
        "n_live_tup",
        "n_dead_tup",
        "n_mod_since_analyze",
        "last_analyze",
        "vacuum_count",
        "autovacuum_count",
        "analyze_count",
        "autoanalyze_count",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        let is_wanted = match relation.kind {
            Kind::Table { .. } | Kind::Materialized { .. } => declared.name != "pg_stat_sys_tables",
            Kind::Own { letter: "r" } => declared.name != "pg_stat_user_tables",
            _ => false,
        };
        if !is_wanted {
            continue;
        }
        let size = Size::of(lake, relation);
        let count = size.and_then(|size| size.rows).unwrap_or(0);
        let zero = || Value::Int(0);
        rows.push([
            relation.id.into(),
            catalogue.schema_name(relation.schema).into(),
            Value::from(&relation.name),
            zero(),
            zero(),
            zero(),
            zero(),
            zero(),
            zero(),
            count.into(),
            zero(),
            zero(),
            // Statistics are part of every commit.
            size.and_then(|size| size.committed_ms).map(|milliseconds| milliseconds * 1000).into(),
            zero(),
            zero(),
            zero(),
            zero(),
        ]);
    }
    rows.finish()
}
