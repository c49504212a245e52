//! The relations as client tools list them: `pg_catalog`, with object ids that last as long as the engine.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bellwether_catalog::{Error, Lake, Relation, Result};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::SchemaProvider;
use datafusion::datasource::TableType;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion_pg_catalog::pg_catalog::catalog_info::CatalogInfo;
use datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_pg_catalog::pg_catalog::{PgCatalogSchemaProvider, PgCatalogStaticTables};
use datafusion_pg_catalog::sql::PostgresCompatibilityParser;
use parking_lot::Mutex;

use crate::Principal;
use crate::activity::Activity;
use crate::names::DATABASE;
use crate::resolve::Relations;
use crate::setting::Settings;
use crate::system::SystemSchema;

/// What client tools need to list relations.
pub(crate) struct Listing {
    /// The schema `pg_catalog`.
    pub pg_catalog: Arc<dyn SchemaProvider>,
    /// The parser for the statements client tools list relations with.
    pub parser: PostgresCompatibilityParser,
}

impl Listing {
    pub(crate) fn new(lake: Arc<Lake>, template: SessionState) -> Result<Self> {
        let tables = PgCatalogStaticTables::try_new()
            .map_err(|source| Error::internal("pg_catalog could not be set up").with_source(source))?;
        let system = Arc::new(SystemSchema {
            lake: Arc::clone(&lake),
            activity: Arc::<Activity>::default(),
            settings: Arc::new(Mutex::new(Settings::new(&Principal::owner(), 0))),
        });
        let relations = Live { lake, template, system };
        let pg_catalog = PgCatalogSchemaProvider::try_new(relations, Arc::new(tables), EmptyContextProvider)
            .map_err(|source| Error::internal("pg_catalog could not be set up").with_source(source))?;
        Ok(Self { pg_catalog: Arc::new(pg_catalog), parser: PostgresCompatibilityParser::new() })
    }
}

/// The lake's relations as they are when asked.
#[derive(Clone)]
struct Live {
    lake: Arc<Lake>,
    template: SessionState,
    system: Arc<SystemSchema>,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live")
    }
}

impl Live {
    async fn schema_of(&self, schema: &str, table: &str) -> Result<Option<SchemaRef>, DataFusionError> {
        let names = self.lake.known_names();
        if let Some(Relation::Table { id }) = names.relation(schema, table) {
            let known = match self.lake.table(id) {
                Ok(handle) => handle.known().await,
                Err(error) => Err(error),
            };
            return match known {
                Ok(snapshot) => Ok(Some(Arc::clone(snapshot.schema()))),
                Err(error) => {
                    // One damaged table must not hide all the others from every client tool.
                    tracing::warn!(schema, table, %error, "a table cannot be listed");
                    Ok(None)
                }
            };
        }
        let relations = Relations::new(
            Arc::clone(&self.lake),
            names,
            self.template.clone(),
            Arc::clone(&self.system),
            HashMap::new(),
        );
        let Some(provider) = datafusion::catalog::CatalogProvider::schema(&relations, schema) else { return Ok(None) };
        match provider.table(table).await {
            Ok(found) => Ok(found.map(|provider| provider.schema())),
            Err(error) => {
                // A view whose tables are gone has no columns any more, but it is still there.
                tracing::warn!(schema, table, %error, "a relation cannot be listed");
                Ok(None)
            }
        }
    }
}

#[async_trait]
impl CatalogInfo for Live {
    async fn catalog_names(&self) -> Result<Vec<String>, DataFusionError> {
        Ok(vec![DATABASE.to_owned()])
    }

    async fn schema_names(&self, catalog: &str) -> Result<Option<Vec<String>>, DataFusionError> {
        if catalog != DATABASE {
            return Ok(None);
        }
        let mut names: Vec<String> = self.lake.known_names().schemas.keys().cloned().collect();
        names.extend(["system", "pg_catalog", "information_schema"].map(str::to_owned));
        Ok(Some(names))
    }

    async fn table_names(&self, catalog: &str, schema: &str) -> Result<Option<Vec<String>>, DataFusionError> {
        if catalog != DATABASE {
            return Ok(None);
        }
        if schema == "system" {
            return Ok(Some(self.system.table_names()));
        }
        Ok(self.lake.known_names().schemas.get(schema).map(|entry| entry.relations.keys().cloned().collect()))
    }

    async fn table_schema(
        &self,
        catalog: &str,
        schema: &str,
        table: &str,
    ) -> Result<Option<SchemaRef>, DataFusionError> {
        if catalog != DATABASE {
            return Ok(None);
        }
        self.schema_of(schema, table).await
    }

    async fn table_type(&self, catalog: &str, schema: &str, table: &str) -> Result<Option<TableType>, DataFusionError> {
        if catalog != DATABASE {
            return Ok(None);
        }
        if schema == "system" {
            return Ok(Some(TableType::Base));
        }
        Ok(self.lake.known_names().relation(schema, table).map(|relation| match relation {
            Relation::Table { .. } => TableType::Base,
            Relation::View { .. } => TableType::View,
        }))
    }
}
