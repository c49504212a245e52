//! `pg_type` and `pg_range`.

use std::collections::HashMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::object_id::{OWNER, PG_CATALOG};
use crate::pg_catalog::proc::function_id;
use crate::pg_catalog::rows::Rows;
use crate::pg_catalog::types::all;

pub(super) fn batch(declared: &'static Declared) -> Result<RecordBatch> {
    let columns = [
        "oid",
        "typname",
        "typnamespace",
        "typowner",
        "typlen",
        "typbyval",
        "typtype",
        "typcategory",
        "typispreferred",
        "typisdefined",
        "typdelim",
        "typelem",
        "typarray",
        "typalign",
        "typstorage",
        "typtypmod",
        "typcollation",
        "typsubscript",
        "typinput",
        "typoutput",
        "typreceive",
        "typsend",
        "typmodin",
        "typmodout",
    ];
    let mut rows = Rows::new(declared, columns)?;
    let mut ids: HashMap<&str, u32> = HashMap::new();
    let mut function = |name: &'static str| *ids.entry(name).or_insert_with(|| function_id(name).unwrap_or(0));
    for data_type in all() {
        let [subscript, input, output, receive, send, modifier_in, modifier_out] = data_type.functions;
        rows.push([
            data_type.id.into(),
            data_type.name.into(),
            PG_CATALOG.into(),
            OWNER.into(),
            data_type.length.into(),
            data_type.by_value.into(),
            data_type.kind.into(),
            data_type.category.into(),
            data_type.is_preferred.into(),
            true.into(),
            data_type.delimiter.into(),
            data_type.element.into(),
            data_type.array.into(),
            data_type.alignment.into(),
            data_type.storage.into(),
            (-1_i32).into(),
            data_type.collation.into(),
            function(subscript).into(),
            function(input).into(),
            function(output).into(),
            function(receive).into(),
            function(send).into(),
            function(modifier_in).into(),
            function(modifier_out).into(),
        ]);
    }
    rows.finish()
}

/// Each range type with the type it ranges over and its multirange.
const RANGES: [(u32, u32, u32); 6] = [
    (3904, 23, 4451),
    (3906, 1700, 4532),
    (3908, 1114, 4533),
    (3910, 1184, 4534),
    (3912, 1082, 4535),
    (3926, 20, 4536),
];

pub(super) fn ranges(declared: &'static Declared) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["rngtypid", "rngsubtype", "rngmultitypid"])?;
    for (range, element, multirange) in RANGES {
        rows.push([range.into(), element.into(), multirange.into()]);
    }
    rows.finish()
}
