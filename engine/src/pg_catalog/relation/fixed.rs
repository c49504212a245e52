//! Relations that are the same in every lake: access methods, languages, collations, operator classes, tablespaces.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use super::function::INTERNAL;
use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::object_id::{OWNER, PG_CATALOG};
use crate::pg_catalog::operator_classes;
use crate::pg_catalog::proc::function_id;
use crate::pg_catalog::rows::Rows;

/// How tables are stored; in PostgreSQL this is the number of `heap`.
pub(super) const DELTA: u32 = 2;

/// What stands for a key.
pub(super) const BTREE: u32 = 403;

/// PostgreSQL's number of the collation by code point.
const COLLATION_C: u32 = 950;

pub(super) fn access_methods(declared: &'static Declared) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["oid", "amname", "amhandler", "amtype"])?;
    let handler = |name| function_id(name).unwrap_or(0);
    rows.push([DELTA.into(), "delta".into(), handler("heap_tableam_handler").into(), "t".into()]);
    rows.push([BTREE.into(), "btree".into(), handler("bthandler").into(), "i".into()]);
    rows.finish()
}

pub(super) fn languages(declared: &'static Declared) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["oid", "lanname", "lanowner", "lanispl", "lanpltrusted"])?;
    for (id, name, trusted) in [(INTERNAL, "internal", false), (13, "c", false), (14, "sql", true)] {
        rows.push([id.into(), name.into(), OWNER.into(), false.into(), trusted.into()]);
    }
    rows.finish()
}

/// All text is ordered by code point, by whatever name the order goes.
pub(super) fn collations(declared: &'static Declared) -> Result<RecordBatch> {
    let columns = [
        "oid",
        "collname",
        "collnamespace",
        "collowner",
        "collprovider",
        "collisdeterministic",
        "collencoding",
        "collcollate",
        "collctype",
    ];
    let mut rows = Rows::new(declared, columns)?;
    let names = [(100, "default", "d", None), (COLLATION_C, "C", "c", Some("C")), (951, "POSIX", "c", Some("POSIX"))];
    for (id, name, provider, locale) in names {
        rows.push([
            id.into(),
            name.into(),
            PG_CATALOG.into(),
            OWNER.into(),
            provider.into(),
            true.into(),
            (-1_i32).into(),
            locale.into(),
            locale.into(),
        ]);
    }
    rows.finish()
}

pub(super) fn operator_classes(declared: &'static Declared) -> Result<RecordBatch> {
    let columns = ["oid", "opcmethod", "opcname", "opcnamespace", "opcowner", "opcfamily", "opcintype", "opcdefault"];
    let mut rows = Rows::new(declared, columns)?;
    for class in operator_classes::all() {
        rows.push([
            class.id.into(),
            BTREE.into(),
            class.name.into(),
            PG_CATALOG.into(),
            OWNER.into(),
            class.family.into(),
            class.data_type.into(),
            true.into(),
        ]);
    }
    rows.finish()
}

pub(super) fn tablespaces(declared: &'static Declared) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["oid", "spcname", "spcowner"])?;
    for (id, name) in [(super::database::TABLESPACE, "pg_default"), (1664, "pg_global")] {
        rows.push([id.into(), name.into(), OWNER.into()]);
    }
    rows.finish()
}
