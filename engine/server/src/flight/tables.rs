//! Catalogs, schemas, tables and table types, as catalogue browsers and ADBC's `get_objects` ask for them.
//!
//! Which columns may be NULL is part of the protocol: clients compare schemas field by field, so the
//! library's builders make the batches, and the filters are ours (a table's schema is expensive).

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow_flight::sql::metadata::{GetCatalogsBuilder, GetDbSchemasBuilder, GetTablesBuilder};
use arrow_flight::sql::{CommandGetDbSchemas, CommandGetTables};
use bellwether::{Error, Result, Session};

use super::lookup::{self, quoted};
use super::pattern::fits_if_given;
use super::query;

/// The one catalog.
pub(super) const CATALOG: &str = "lake";

/// Schemas that describe the lake and are no part of it.
const SYSTEM_SCHEMAS: [&str; 3] = ["information_schema", "pg_catalog", "system"];
const TABLE_TYPES: [&str; 4] = ["MATERIALIZED VIEW", "SYSTEM TABLE", "TABLE", "VIEW"];

/// The answer to GetCatalogs.
pub(super) fn catalogs() -> Result<RecordBatch> {
    let mut builder = GetCatalogsBuilder::new();
    builder.append(CATALOG);
    builder.build().map_err(unbuilt)
}

/// The columns of GetCatalogs.
pub(super) fn catalogs_schema() -> SchemaRef {
    GetCatalogsBuilder::new().schema()
}

/// The answer to GetDbSchemas.
pub(super) async fn schemas(session: &Session, command: CommandGetDbSchemas) -> Result<RecordBatch> {
    let mut builder = GetDbSchemasBuilder::new(None::<String>, None::<String>);
    if is_ours(command.catalog.as_deref()) {
        let rows = lookup::rows::<1>(session, "SELECT schema_name FROM information_schema.schemata").await?;
        let mut names: BTreeSet<String> = rows.into_iter().flat_map(|[name]| name).collect();
        // The list of schemata leaves out the schema it is in; the list of tables does not.
        names.insert("information_schema".to_owned());
        names.retain(|name| fits_if_given(command.db_schema_filter_pattern.as_deref(), name));
        for name in names {
            builder.append(CATALOG, name);
        }
    }
    builder.build().map_err(unbuilt)
}

/// The columns of GetDbSchemas.
pub(super) fn schemas_schema() -> SchemaRef {
    GetDbSchemasBuilder::new(None::<String>, None::<String>).schema()
}

/// The answer to GetTables.
pub(super) async fn tables(session: &Session, command: CommandGetTables) -> Result<RecordBatch> {
    let mut builder = tables_builder(command.include_schema);
    if is_ours(command.catalog.as_deref()) {
        let sql = "SELECT table_schema, table_name, table_type FROM information_schema.tables";
        for [schema, name, table_type] in lookup::rows::<3>(session, sql).await? {
            let (Some(schema), Some(name)) = (schema, name) else { continue };
            let table_type = type_of(&schema, table_type.as_deref().unwrap_or_default());
            let wanted = fits_if_given(command.db_schema_filter_pattern.as_deref(), &schema)
                && fits_if_given(command.table_name_filter_pattern.as_deref(), &name)
                && (command.table_types.is_empty() || command.table_types.iter().any(|wanted| wanted == table_type));
            if !wanted {
                continue;
            }
            let columns = match command.include_schema {
                true => columns(session, &schema, &name).await,
                false => Arc::new(Schema::empty()),
            };
            builder.append(CATALOG, &schema, &name, table_type, &columns).map_err(unbuilt)?;
        }
    }
    builder.build().map_err(unbuilt)
}

/// The columns of GetTables.
pub(super) fn tables_schema(include_schema: bool) -> SchemaRef {
    tables_builder(include_schema).schema()
}

/// The answer to GetTableTypes.
pub(super) fn table_types() -> Result<RecordBatch> {
    let types: ArrayRef = Arc::new(StringArray::from_iter_values(TABLE_TYPES));
    RecordBatch::try_new(table_types_schema(), vec![types])
        .map_err(|error| Error::internal("the table types cannot be listed").with_source(error))
}

/// The columns of GetTableTypes.
pub(super) fn table_types_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("table_type", DataType::Utf8, false)]))
}

/// Whether a request for this catalog is one for ours; none given means all there are.
pub(super) fn is_ours(catalog: Option<&str>) -> bool {
    catalog.is_none_or(|catalog| catalog == CATALOG)
}

fn tables_builder(include_schema: bool) -> GetTablesBuilder {
    GetTablesBuilder::new(None::<String>, None::<String>, None::<String>, Vec::<String>::new(), include_schema)
}

/// A view whose tables are gone cannot be planned; it is listed, without columns.
async fn columns(session: &Session, schema: &str, name: &str) -> SchemaRef {
    let sql = format!("SELECT * FROM {}.{}", quoted(schema), quoted(name));
    let planned = async { session.prepare(&query::statement(session, &sql)?, &[]).await };
    match planned.await {
        Ok(plan) => query::schema_of(&plan),
        Err(error) => {
            tracing::debug!(schema, name, %error, "a table is listed without its columns");
            Arc::new(Schema::empty())
        }
    }
}

/// JDBC's word for what `information_schema` calls a base table, and apart from it what is not the user's.
fn type_of(schema: &str, table_type: &str) -> &'static str {
    if SYSTEM_SCHEMAS.contains(&schema) {
        return "SYSTEM TABLE";
    }
    match table_type {
        "MATERIALIZED VIEW" => "MATERIALIZED VIEW",
        "VIEW" => "VIEW",
        _ => "TABLE",
    }
}

fn unbuilt(error: arrow_flight::error::FlightError) -> Error {
    Error::internal("a catalogue answer cannot be built").with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nullability(schema: &Schema) -> Vec<(&str, bool)> {
        schema.fields().iter().map(|field| (field.name().as_str(), field.is_nullable())).collect()
    }

    #[test]
    fn which_columns_may_be_null_is_as_the_protocol_says() {
        assert_eq!(nullability(&catalogs_schema()), [("catalog_name", false)]);
        assert_eq!(nullability(&schemas_schema()), [("catalog_name", true), ("db_schema_name", false)]);
        assert_eq!(
            nullability(&tables_schema(true)),
            [
                ("catalog_name", true),
                ("db_schema_name", true),
                ("table_name", false),
                ("table_type", false),
                ("table_schema", false)
            ]
        );
        assert_eq!(tables_schema(false).fields().len(), 4);
        assert_eq!(nullability(&table_types_schema()), [("table_type", false)]);
    }

    #[test]
    fn there_is_one_catalog_and_four_table_types() {
        assert_eq!(catalogs().unwrap().num_rows(), 1);
        assert_eq!(table_types().unwrap().num_rows(), 4);
        assert!(is_ours(None));
        assert!(is_ours(Some("lake")));
        assert!(!is_ours(Some("")), "an empty name asks for tables without a catalog");
    }

    #[test]
    fn every_type_given_is_a_type_announced() {
        for (schema, given, expected) in [
            ("public", "BASE TABLE", "TABLE"),
            ("public", "VIEW", "VIEW"),
            ("public", "MATERIALIZED VIEW", "MATERIALIZED VIEW"),
            ("information_schema", "VIEW", "SYSTEM TABLE"),
            ("system", "BASE TABLE", "SYSTEM TABLE"),
        ] {
            assert_eq!(type_of(schema, given), expected);
            assert!(TABLE_TYPES.contains(&expected));
        }
    }
}
