//! `pg_database` and `pg_stat_database`: the one database there is.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::object_id::{self, OWNER};
use crate::pg_catalog::rows::{Rows, Value};

/// PostgreSQL's number of the tablespace `pg_default`.
pub(super) const TABLESPACE: u32 = 1663;

/// PostgreSQL's number of UTF-8 among its encodings.
pub(crate) const UTF8: i32 = 6;

pub(super) fn batch(declared: &'static Declared, database: &str) -> Result<RecordBatch> {
    let columns = [
        "oid",
        "datname",
        "datdba",
        "encoding",
        "datlocprovider",
        "datistemplate",
        "datallowconn",
        "datconnlimit",
        "dattablespace",
        "datcollate",
        "datctype",
    ];
    let mut rows = Rows::new(declared, columns)?;
    rows.push([
        object_id::DATABASE.into(),
        database.into(),
        OWNER.into(),
        UTF8.into(),
        "c".into(),
        false.into(),
        true.into(),
        (-1_i32).into(),
        TABLESPACE.into(),
        "C".into(),
        "C.UTF-8".into(),
    ]);
    rows.finish()
}

/// Counters nobody keeps are zero.
pub(super) fn statistics(declared: &'static Declared, database: &str) -> Result<RecordBatch> {
    let columns = [
        "datid",
        "datname",
        "numbackends",
        "xact_commit",
        "xact_rollback",
        "blks_read",
        "blks_hit",
        "tup_returned",
        "tup_fetched",
        "tup_inserted",
        "tup_updated",
        "tup_deleted",
        "conflicts",
        "temp_files",
        "temp_bytes",
        "deadlocks",
    ];
    let mut values = columns.map(|_| Value::Int(0));
    values[0] = object_id::DATABASE.into();
    values[1] = database.into();
    let mut rows = Rows::new(declared, columns)?;
    rows.push(values);
    rows.finish()
}
