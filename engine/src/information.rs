//! The schema `information_schema`: relations, columns, keys and functions under the names the SQL standard gives them.
//!
//! Its relations have PostgreSQL's columns, and what they say is what `pg_catalog` says: both are made from the
//! statement's one [`Catalogue`].

mod column_type;
mod columns;
mod constraints;
mod element_types;
mod key_usage;
mod privileges;
mod routines;
mod schemata;
mod tables;
mod text;
mod visible;

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{SchemaProvider, Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;

use crate::pg_catalog::{Catalogue, Declared, Pinned, in_information_schema, information_schema, no_rows};

/// The schema's name.
pub(crate) const INFORMATION_SCHEMA: &str = "information_schema";

/// The relations of `information_schema`, as one statement sees them.
#[derive(Debug)]
pub(crate) struct InformationSchema {
    pinned: Arc<Pinned>,
}

impl InformationSchema {
    pub(crate) fn new(pinned: Arc<Pinned>) -> Self {
        Self { pinned }
    }
}

#[async_trait]
impl SchemaProvider for InformationSchema {
    fn table_names(&self) -> Vec<String> {
        information_schema().iter().map(|relation| relation.name.to_owned()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(declared) = in_information_schema(name) else { return Ok(None) };
        Ok(Some(Arc::new(Listed { declared, pinned: Arc::clone(&self.pinned) })))
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        Ok(self.table_exist(name).then_some(TableType::View))
    }

    fn table_exist(&self, name: &str) -> bool {
        in_information_schema(name).is_some()
    }
}

/// A relation whose rows are made when a query asks for them, not when it is planned.
#[derive(Debug)]
struct Listed {
    declared: &'static Declared,
    pinned: Arc<Pinned>,
}

#[async_trait]
impl TableProvider for Listed {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.declared.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let catalogue = self.pinned.catalogue().await;
        let batch = batch(self.declared, &catalogue, self.pinned.database())?;
        let batch = visible::visible(batch, &self.pinned.system.authority, self.pinned.names())?;
        let rows: Arc<dyn ExecutionPlan> =
            MemorySourceConfig::try_new_exec(&[vec![batch]], self.schema(), projection.cloned())?;
        Ok(rows)
    }
}

/// The rows of a relation. What is not named here is always empty.
fn batch(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    catalogue.batch(database, declared.name, |catalogue| match declared.name {
        "applicable_roles" | "enabled_roles" => privileges::roles(declared, catalogue),
        "character_sets" => text::character_sets(declared, database),
        "check_constraints" => constraints::conditions(declared, catalogue, database),
        "collations" => text::collations(declared, database),
        "column_privileges" | "role_column_grants" => privileges::columns(declared, catalogue, database),
        "columns" => columns::batch(declared, catalogue, database),
        "constraint_column_usage" => key_usage::constraint_columns(declared, catalogue, database),
        "constraint_table_usage" => key_usage::constraint_tables(declared, catalogue, database),
        "element_types" => element_types::batch(declared, catalogue, database),
        "information_schema_catalog_name" => schemata::database(declared, database),
        "key_column_usage" => key_usage::keys(declared, catalogue, database),
        "parameters" => routines::parameters(declared, catalogue, database),
        "referential_constraints" => constraints::references(declared, catalogue, database),
        "role_table_grants" | "table_privileges" => privileges::tables(declared, catalogue, database),
        "routines" => routines::routines(declared, catalogue, database),
        "schemata" => schemata::batch(declared, catalogue, database),
        "table_constraints" => constraints::batch(declared, catalogue, database),
        "tables" => tables::batch(declared, catalogue, database),
        "view_table_usage" => tables::used(declared, catalogue, database),
        "views" => tables::views(declared, catalogue, database),
        _ => Ok(no_rows(declared)),
    })
}
