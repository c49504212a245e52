//! The schema `pg_catalog`: the lake as PostgreSQL's catalogue describes a database.
//!
//! One value, a [`Catalogue`], holds whatever has an object id. Each relation is made from it (`relation/`), each
//! catalogue function answers from it (`function/`), and so does `information_schema`: what one says, the others say.
//! A statement sees one catalogue from its first relation to its last row, and the next statement takes the same one
//! again unless a definition changed.

mod catalogue;
mod declared;
mod definition;
mod depend;
mod function;
mod gather;
mod inferred;
mod keyword;
mod object_id;
mod operator_classes;
mod proc;
mod relation;
mod rows;
mod shown_name;
mod size;
mod syntax;
mod types;

use std::sync::Arc;

use async_trait::async_trait;
use bellwether_catalog::{Error, Namespace};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{SchemaProvider, Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use tokio::sync::OnceCell;

pub(crate) use self::catalogue::{Catalogue, Constraint, Kind, Relation, Rule};
pub(crate) use self::declared::{Declared, in_information_schema, information_schema};
pub(crate) use self::depend::{named_in, reads};
use self::function::is_reg_type;
pub(crate) use self::function::{bind, declare, is_asked};
pub(crate) use self::gather::Gatherer;
pub(crate) use self::proc::{Function, Kind as FunctionKind};
pub(crate) use self::rows::{Rows, Value, none as no_rows};
pub(crate) use self::shown_name::show_names;
pub(crate) use self::syntax::{ROWS_FROM, rewrite};
pub use self::types::PostgresType;
pub(crate) use self::types::{by_id as type_of, format as format_type};
use crate::names::existing_schemas;
use crate::system::SystemSchema;

/// The catalogue of one statement: gathered when the statement first asks for it, and the same from then on.
pub(crate) struct Pinned {
    gatherer: Arc<Gatherer>,
    names: Arc<Namespace>,
    pub(crate) system: Arc<SystemSchema>,
    catalogue: OnceCell<Arc<Catalogue>>,
}

impl std::fmt::Debug for Pinned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pinned").finish_non_exhaustive()
    }
}

impl Pinned {
    pub(crate) fn new(gatherer: Arc<Gatherer>, names: Arc<Namespace>, system: Arc<SystemSchema>) -> Self {
        Self { gatherer, names, system, catalogue: OnceCell::new() }
    }

    /// The statement's catalogue.
    pub(crate) async fn catalogue(self: &Arc<Self>) -> Arc<Catalogue> {
        let gather = || async { self.gatherer.gather(self).await };
        Arc::clone(self.catalogue.get_or_init(gather).await)
    }

    /// The statement's catalogue, which was gathered before.
    fn read(&self) -> Result<&Catalogue, Error> {
        let known = self.catalogue.get().map(Arc::as_ref);
        known.ok_or_else(|| Error::internal("the catalogue was asked before it was read"))
    }

    fn system(&self) -> &SystemSchema {
        &self.system
    }

    /// The names of the lake as of the start of the statement.
    pub(crate) fn names(&self) -> &Namespace {
        &self.names
    }

    /// What the session's client calls the database.
    pub(crate) fn database(&self) -> &str {
        &self.system.database
    }

    /// The session's schemas for names without one.
    fn search_path(&self) -> Vec<String> {
        let settings = self.system.settings.lock();
        existing_schemas(settings.get("search_path").unwrap_or_default(), &self.names)
    }

    /// When the engine was started, in microseconds since 1970.
    fn started_us(&self) -> i64 {
        self.gatherer.started_us()
    }
}

/// The relations of `pg_catalog`, as one statement sees them.
#[derive(Debug)]
pub(crate) struct PgCatalog {
    pinned: Arc<Pinned>,
}

impl PgCatalog {
    pub(crate) fn new(pinned: Arc<Pinned>) -> Self {
        Self { pinned }
    }
}

#[async_trait]
impl SchemaProvider for PgCatalog {
    fn table_names(&self) -> Vec<String> {
        declared::pg_catalog().iter().map(|relation| relation.name.to_owned()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(declared) = declared::in_pg_catalog(name) else { return Ok(None) };
        Ok(Some(Arc::new(Listed { declared, pinned: Arc::clone(&self.pinned) })))
    }

    fn table_exist(&self, name: &str) -> bool {
        declared::in_pg_catalog(name).is_some()
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
        if self.declared.kind == "v" { TableType::View } else { TableType::Base }
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let batch = relation::batch(self.declared, &self.pinned).await?;
        let rows: Arc<dyn ExecutionPlan> =
            MemorySourceConfig::try_new_exec(&[vec![batch]], self.schema(), projection.cloned())?;
        Ok(rows)
    }
}
