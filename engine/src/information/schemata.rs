//! `information_schema.schemata` — the schemas, the engine's own among them.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::CatalogProvider;
use datafusion::catalog::information_schema::{InformationSchemataBuilder, schemata_schema};
use datafusion::error::Result;

use super::Source;
use crate::names::DATABASE;

pub(super) fn schema() -> SchemaRef {
    schemata_schema()
}

pub(super) fn batch(source: &Source) -> Result<RecordBatch> {
    let mut rows = InformationSchemataBuilder::new();
    for schema in source.relations.schema_names() {
        rows.add_schemata(DATABASE, &schema, None);
    }
    rows.finish()
}
