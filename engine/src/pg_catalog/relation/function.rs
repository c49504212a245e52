//! `pg_proc`: the functions.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::catalogue::Catalogue;
use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::object_id::{OWNER, PG_CATALOG};
use crate::pg_catalog::proc::Kind;
use crate::pg_catalog::rows::{Rows, Value};

/// `internal`: functions written in the language of the server.
pub(super) const INTERNAL: u32 = 12;

pub(super) fn batch(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let columns = [
        "oid",
        "proname",
        "pronamespace",
        "proowner",
        "prolang",
        "procost",
        "prorows",
        "provariadic",
        "prokind",
        "proretset",
        "provolatile",
        "proparallel",
        "pronargs",
        "prorettype",
        "proargtypes",
        "prosrc",
        "proisstrict",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for function in catalogue.functions.iter() {
        let is_table = function.kind == Kind::Table;
        rows.push([
            function.id.into(),
            Value::from(&function.name),
            catalogue.schema_named(function.schema_name()).map_or(PG_CATALOG, |schema| schema.id).into(),
            OWNER.into(),
            INTERNAL.into(),
            Value::Float(1.0),
            Value::Float(if is_table { 1000.0 } else { 0.0 }),
            if function.is_variadic { function.arguments.last().copied().unwrap_or(0) } else { 0 }.into(),
            function.kind.letter().into(),
            is_table.into(),
            "s".into(),
            "s".into(),
            function.arguments.len().into(),
            function.result.into(),
            Value::Ints(function.arguments.iter().map(|id| i64::from(*id)).collect()),
            Value::from(&function.name),
            (function.kind == Kind::Scalar).into(),
        ]);
    }
    rows.finish()
}
