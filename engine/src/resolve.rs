//! What the relations of one statement are: every table at one version from planning to the last row.
//!
//! A statement gets a catalog of its own. The first time it meets a table, the table's newest version is
//! pinned, with what the session's transaction has changed of it; whatever refers to it later in the same statement,
//! also through views, reads that version.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bellwether_catalog::{Error, Lake, Namespace, Privileges, Relation, Snapshot, TableScan};
use dashmap::DashMap;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{CatalogProvider, CatalogProviderList, SchemaProvider, TableProvider};
use datafusion::datasource::{TableType, ViewTable};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, col};
use datafusion::sql::parser::Statement as PlannerStatement;
use futures::future::try_join_all;

use crate::access::Authority;
use crate::dialect;
use crate::information::{INFORMATION_SCHEMA, InformationSchema};
use crate::materialized::Unpopulated;
use crate::names::{DATABASE, RelationName};
use crate::pg_catalog::{self, PgCatalog, Pinned};
use crate::statement::time_travel;
use crate::uncommitted::Changes;

/// Views on views on views: so deep, no deeper.
const VIEW_DEPTH_MAX: usize = 16;

/// The relations of one statement.
#[derive(Clone)]
pub(crate) struct Relations {
    inner: Arc<Inner>,
    /// Whose rights decide what may be read: the session's, and inside a view those of whom the view belongs to.
    authority: Authority,
    depth: usize,
    /// Whether columns come with what they are said to mean.
    described: bool,
}

struct Inner {
    lake: Arc<Lake>,
    changes: Arc<Changes>,
    names: Arc<Namespace>,
    template: Arc<SessionState>,
    catalogue: Arc<Pinned>,
    pins: DashMap<String, Arc<Snapshot>>,
    views: DashMap<RelationName, LogicalPlan>,
    shows_activity: AtomicBool,
    replaced: HashMap<RelationName, Arc<dyn TableProvider>>,
}

impl fmt::Debug for Relations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relations").field("depth", &self.depth).finish_non_exhaustive()
    }
}

impl Relations {
    /// The relations called by `names`; those in `replaced` are others while this statement runs, and were judged before.
    pub(crate) fn new(
        authority: Authority,
        lake: Arc<Lake>,
        changes: Arc<Changes>,
        names: Arc<Namespace>,
        template: Arc<SessionState>,
        catalogue: Arc<Pinned>,
        replaced: HashMap<RelationName, Arc<dyn TableProvider>>,
    ) -> Self {
        let inner = Inner {
            lake,
            changes,
            names,
            template,
            catalogue,
            pins: DashMap::new(),
            views: DashMap::new(),
            shows_activity: AtomicBool::new(false),
            replaced,
        };
        Self { inner: Arc::new(inner), authority, depth: 0, described: false }
    }

    /// The same for who describes relations and reads none: columns with what they are said to mean. Plans that run are
    /// without: two columns that meet in a recursion must not differ in it.
    pub(crate) fn described(self) -> Self {
        Self { described: true, ..self }
    }

    /// A planner's state over these relations.
    pub(crate) fn state(&self) -> SessionState {
        let mut state = SessionState::clone(&self.inner.template);
        state.register_catalog_list(Arc::new(self.clone()));
        // Functions read the session's time zone and the start of the statement from here.
        state.mark_start_execution();
        state
    }

    fn catalogue(&self) -> Arc<Pinned> {
        Arc::clone(&self.inner.catalogue)
    }

    /// Whether every relation that was met still is what it was: tables at their version, and nothing that tells
    /// what the engine is doing.
    pub(crate) async fn are_current(&self) -> Result<bool, Error> {
        if self.inner.shows_activity.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let pins: Vec<_> = self.inner.pins.iter().map(|pin| (pin.key().clone(), pin.version())).collect();
        // All at once: each is a question to the store, which may be far away.
        let same = pins.into_iter().map(|(id, version)| async move {
            // Changes that are not committed have no version that could tell.
            if self.inner.changes.are_of(&id).await {
                return Ok(false);
            }
            let latest = self.inner.lake.table(&id)?.latest().await?;
            Ok::<_, Error>(latest.version() == version)
        });
        Ok(try_join_all(same).await?.into_iter().all(|is_same| is_same))
    }

    /// The version that a table was pinned at, if the statement met it.
    pub(crate) fn pinned_version(&self, id: &str) -> Option<u64> {
        self.inner.pins.get(id).map(|pinned| pinned.version())
    }

    /// A table's version that this statement reads.
    pub(crate) async fn pinned(&self, id: &str) -> Result<Arc<Snapshot>, Error> {
        if let Some(pinned) = self.inner.pins.get(id) {
            return Ok(Arc::clone(&pinned));
        }
        let snapshot = self.inner.changes.latest(self.inner.lake.table(id)?.as_ref()).await?;
        Ok(Arc::clone(&self.inner.pins.entry(id.to_owned()).or_insert(snapshot)))
    }

    /// The columns of a relation of the lake.
    pub(crate) async fn columns(&self, name: &RelationName) -> Result<Option<SchemaRef>> {
        Ok(self.provider(&name.schema, &name.name).await?.map(|found| found.schema()))
    }

    async fn provider(&self, schema: &str, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let full = RelationName { schema: schema.to_owned(), name: name.to_owned() };
        if let Some(replacement) = self.inner.replaced.get(&full) {
            return Ok(Some(Arc::clone(replacement)));
        }
        let (bare, moment) = time_travel::split(name).map_err(external)?;
        self.authority.require(&self.inner.names, schema, bare, Privileges::SELECT).map_err(external)?;
        match self.inner.names.relation(schema, bare) {
            None => Ok(None),
            Some(Relation::Table { id }) => {
                let snapshot = match moment {
                    None => self.pinned(id).await,
                    Some(moment) => moment.of(&self.inner.lake.table(id).map_err(external)?).await,
                };
                Ok(Some(Arc::new(self.scan(snapshot.map_err(external)?)?)))
            }
            Some(Relation::MaterializedView(view)) => {
                let snapshot = match moment {
                    None => self.pinned(&view.id).await,
                    Some(moment) => moment.of(&self.inner.lake.table(&view.id).map_err(external)?).await,
                };
                let snapshot = snapshot.map_err(external)?;
                if snapshot.contents().is_none() {
                    return Ok(Some(Arc::new(Unpopulated {
                        name: bare.to_owned(),
                        schema: snapshot.visible_schema(),
                    })));
                }
                Ok(Some(Arc::new(self.scan(snapshot)?.keeping_rows(self.inner.lake.kept_rows()))))
            }
            Some(Relation::View { sql, columns, current_schema, .. }) => {
                // Views on views name each other many times; each is planned once for a statement.
                let planned = self.inner.views.get(&full).map(|plan| plan.clone());
                let plan = match planned {
                    Some(plan) => plan,
                    None => {
                        let plan = rename(self.plan_view(schema, bare, sql, current_schema).await?, columns)?;
                        self.inner.views.insert(full, plan.clone());
                        plan
                    }
                };
                Ok(Some(Arc::new(ViewTable::new(plan, Some(sql.clone())))))
            }
        }
    }

    fn scan(&self, snapshot: Arc<Snapshot>) -> Result<TableScan> {
        let store = Arc::clone(self.inner.lake.store());
        if self.described { TableScan::described(store, snapshot) } else { TableScan::new(store, snapshot) }
    }

    async fn plan_view(&self, schema: &str, name: &str, sql: &str, current_schema: &str) -> Result<LogicalPlan> {
        if self.depth >= VIEW_DEPTH_MAX {
            let error = Error::new(
                bellwether_catalog::ErrorKind::TooComplex,
                format!("view \"{schema}.{name}\" stands on views more than {VIEW_DEPTH_MAX} deep"),
            );
            return Err(external(error));
        }
        let authority = Authority::of_owner(&self.inner.names, schema, name);
        let below =
            Self { inner: Arc::clone(&self.inner), authority, depth: self.depth + 1, described: self.described };
        Box::pin(async move {
            let mut state = below.state();
            state.config_mut().options_mut().catalog.default_schema = current_schema.to_owned();
            let mut statement = state.sql_to_statement(sql, &datafusion::config::Dialect::PostgreSQL)?;
            if let PlannerStatement::Statement(statement) = &mut statement {
                pg_catalog::rewrite(statement);
                dialect::rewrite(statement);
            }
            dialect::settle(state.statement_to_plan(statement).await?)
        })
        .await
    }
}

/// The plan with other names for its first columns.
pub(crate) fn rename(plan: LogicalPlan, columns: &[String]) -> Result<LogicalPlan> {
    if columns.is_empty() {
        return Ok(plan);
    }
    let current = plan.schema().columns();
    let renamed = current.into_iter().enumerate().map(|(index, column)| match columns.get(index) {
        Some(name) => col(column).alias(name.clone()),
        None => col(column),
    });
    let renamed: Vec<_> = renamed.collect();
    LogicalPlanBuilder::from(plan).project(renamed)?.build()
}

fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

impl CatalogProviderList for Relations {
    fn register_catalog(&self, _name: String, catalog: Arc<dyn CatalogProvider>) -> Option<Arc<dyn CatalogProvider>> {
        Some(catalog)
    }

    fn catalog_names(&self) -> Vec<String> {
        vec![DATABASE.to_owned()]
    }

    fn catalog(&self, name: &str) -> Option<Arc<dyn CatalogProvider>> {
        (name == DATABASE).then(|| Arc::new(self.clone()) as Arc<dyn CatalogProvider>)
    }
}

impl CatalogProvider for Relations {
    fn schema_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.inner.names.schemas.keys().cloned().collect();
        names.push("system".to_owned());
        names.push("pg_catalog".to_owned());
        names.push(INFORMATION_SCHEMA.to_owned());
        names
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        match name {
            "system" => {
                self.inner.shows_activity.store(true, Ordering::Relaxed);
                Some(Arc::clone(&self.inner.catalogue.system) as Arc<dyn SchemaProvider>)
            }
            "pg_catalog" => Some(Arc::new(PgCatalog::new(self.catalogue()))),
            INFORMATION_SCHEMA => Some(Arc::new(InformationSchema::new(self.catalogue()))),
            other if self.inner.names.schemas.contains_key(other) => {
                Some(Arc::new(LakeSchema { name: other.to_owned(), relations: self.clone() }))
            }
            _ => None,
        }
    }
}

/// One schema of the lake, for one statement.
#[derive(Debug)]
struct LakeSchema {
    name: String,
    relations: Relations,
}

#[async_trait]
impl SchemaProvider for LakeSchema {
    fn table_names(&self) -> Vec<String> {
        self.relations
            .inner
            .names
            .schemas
            .get(&self.name)
            .map(|entry| entry.relations.keys().cloned().collect())
            .unwrap_or_default()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        self.relations.provider(&self.name, name).await
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        Ok(self.relations.inner.names.relation(&self.name, name).map(|relation| match relation {
            Relation::Table { .. } | Relation::MaterializedView(_) => TableType::Base,
            Relation::View { .. } => TableType::View,
        }))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.relations.inner.names.relation(&self.name, name).is_some()
    }
}
