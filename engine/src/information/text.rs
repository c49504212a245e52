//! `information_schema.character_sets` and `collations` — text is UTF-8, ordered by code point.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::{Declared, Rows};

pub(super) fn character_sets(declared: &'static Declared, database: &str) -> Result<RecordBatch> {
    let columns = [
        "character_set_name",
        "character_repertoire",
        "form_of_use",
        "default_collate_catalog",
        "default_collate_schema",
        "default_collate_name",
    ];
    let mut rows = Rows::new(declared, columns)?;
    rows.push(["UTF8".into(), "UCS".into(), "UTF8".into(), database.into(), "pg_catalog".into(), "C".into()]);
    rows.finish()
}

pub(super) fn collations(declared: &'static Declared, database: &str) -> Result<RecordBatch> {
    let columns = ["collation_catalog", "collation_schema", "collation_name", "pad_attribute"];
    let mut rows = Rows::new(declared, columns)?;
    for name in ["default", "C", "POSIX"] {
        rows.push([database.into(), "pg_catalog".into(), name.into(), "NO PAD".into()]);
    }
    rows.finish()
}
