//! `information_schema.schemata` — the schemas, the engine's own among them.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::{Catalogue, Declared, Rows, Value};

pub(super) fn batch(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["catalog_name", "schema_name", "schema_owner"])?;
    for schema in &catalogue.schemas {
        rows.push([database.into(), Value::from(&schema.name), catalogue.owner_name(&schema.access).into()]);
    }
    rows.finish()
}

pub(super) fn database(declared: &'static Declared, database: &str) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["catalog_name"])?;
    rows.push([database.into()]);
    rows.finish()
}
