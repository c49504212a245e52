//! What one statement works with: names as of its start, a planner, memory, and a place among the running.

use std::collections::HashMap;
use std::sync::Arc;

use bellwether_catalog::{DEFAULT_SCHEMA, Error, ErrorKind, Namespace, Relation, Result, Table, no_relation};
use datafusion::catalog::TableProvider;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::sql::parser::Statement as PlannerStatement;
use datafusion::sql::sqlparser::ast::{self, ObjectName};

use super::output_name::without_marks;
use super::{Parsed, session_function};
use crate::Session;
use crate::activity::Running;
use crate::fault::from_datafusion;
use crate::names::{self, RelationName};
use crate::resolve::Relations;
use crate::runtime::QueryMemory;

pub(crate) struct Scope {
    pub session: Session,
    pub sql: Arc<str>,
    pub names: Arc<Namespace>,
    pub memory: Arc<QueryMemory>,
    pub running: Option<Running>,
    template: SessionState,
    schema: String,
}

impl Scope {
    /// A scope for planning only.
    pub(crate) async fn new(session: &Session, parsed: &Parsed) -> Result<Self> {
        let engine = &session.inner.engine.inner;
        let names = engine.lake.names().await?;
        let memory = QueryMemory::new(Arc::clone(&engine.memory), engine.config.query_memory_percent);
        let environment = RuntimeEnvBuilder::from_runtime_env(&engine.environment)
            .with_memory_pool(Arc::clone(&memory) as _)
            .build_arc()
            .map_err(|error| from_datafusion(error, &parsed.text))?;
        let (zone, path) = {
            let settings = session.inner.settings.lock();
            (settings.time_zone(), settings.get("search_path").unwrap_or_default().to_owned())
        };
        let schema = names::current_schema(&path);
        let mut config = engine.template.config().clone();
        let options = config.options_mut();
        options.execution.time_zone = Some(zone);
        options.catalog.default_schema =
            if names.schemas.contains_key(&schema) { schema.clone() } else { DEFAULT_SCHEMA.into() };
        let mut template = SessionStateBuilder::new_from_existing(engine.template.clone())
            .with_config(config)
            .with_runtime_env(environment)
            .build();
        session_function::register(&mut template, session)?;
        Ok(Self {
            session: session.clone(),
            sql: Arc::clone(&parsed.text),
            names,
            memory,
            running: None,
            template,
            schema,
        })
    }

    /// A scope for running, listed in `system.queries` as long as it lives.
    pub(crate) async fn start(session: &Session, parsed: &Parsed) -> Result<Self> {
        let mut scope = Self::new(session, parsed).await?;
        let activity = &session.inner.engine.inner.activity;
        scope.running =
            Some(activity.start(&session.inner.connected.info, &parsed.text, Some(Arc::clone(&scope.memory))));
        Ok(scope)
    }

    /// Notes why the statement failed.
    pub(crate) fn failed(&self, error: &Error) {
        if let Some(running) = &self.running {
            running.failed(error);
        }
    }

    /// The statement's relations.
    pub(crate) fn relations(&self) -> Relations {
        self.relations_with(HashMap::new())
    }

    /// The statement's relations, some of them others than their names say.
    pub(crate) fn relations_with(&self, replaced: HashMap<RelationName, Arc<dyn TableProvider>>) -> Relations {
        let engine = &self.session.inner.engine.inner;
        let relations = Relations::new(
            Arc::clone(&engine.lake),
            Arc::clone(&self.names),
            self.template.clone(),
            Arc::clone(&self.session.inner.system),
            replaced,
        );
        relations.set_pg_catalog(Arc::clone(&engine.listing.pg_catalog));
        relations
    }

    /// Plans a statement over `state`'s relations.
    pub(crate) async fn plan(&self, state: &SessionState, statement: ast::Statement) -> Result<LogicalPlan> {
        let planned = state.statement_to_plan(PlannerStatement::Statement(Box::new(statement))).await;
        let plan = planned.map_err(|error| self.error(error))?;
        crate::limit::check_plan(&plan)?;
        Ok(plan)
    }

    /// Plans a statement that this engine wrote itself.
    pub(crate) async fn plan_text(&self, state: &SessionState, sql: &str) -> Result<LogicalPlan> {
        let statement =
            state.sql_to_statement(sql, &datafusion::config::Dialect::PostgreSQL).map_err(|error| self.error(error))?;
        let plan = state.statement_to_plan(statement).await.map_err(|error| self.error(error))?;
        crate::limit::check_plan(&plan)?;
        Ok(plan)
    }

    /// Optimizes a plan down to operators.
    pub(crate) async fn operators(&self, state: &SessionState, plan: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        state.create_physical_plan(plan).await.map_err(|error| self.error(error))
    }

    /// Runs a plan.
    pub(crate) async fn rows(&self, state: &SessionState, plan: &LogicalPlan) -> Result<SendableRecordBatchStream> {
        let operators = self.operators(state, plan).await?;
        if let Some(running) = &self.running {
            *running.query().plan.lock() = Some(displayed(&operators));
        }
        execute_stream(operators, state.task_ctx()).map_err(|error| self.error(error))
    }

    /// An error of planning or running this statement in our words.
    pub(crate) fn error(&self, error: datafusion::error::DataFusionError) -> Error {
        from_datafusion(error, &self.sql)
    }

    /// The schema that names without one belong to.
    pub(crate) fn current_schema(&self) -> &str {
        &self.schema
    }

    /// The full name of a relation that the statement names.
    pub(crate) fn relation_name(&self, name: &ObjectName) -> Result<RelationName> {
        names::relation(name, &self.schema)
    }

    /// The table of a name, or why there is none.
    pub(crate) fn table(&self, name: &RelationName) -> Result<Arc<Table>> {
        match self.names.relation(&name.schema, &name.name) {
            Some(Relation::Table { id }) => self.session.inner.engine.inner.lake.table(id),
            Some(Relation::View { .. }) => {
                Err(Error::new(ErrorKind::Unsupported, format!("cannot change view \"{}\"", name.name))
                    .with_hint("change the tables the view reads"))
            }
            None if self.names.schemas.contains_key(&name.schema) => Err(no_relation(&self.shown(name))),
            None if bellwether_catalog::RESERVED_SCHEMAS.contains(&name.schema.as_str()) => Err(Error::new(
                ErrorKind::PermissionDenied,
                format!("relation \"{}.{}\" belongs to the engine", name.schema, name.name),
            )),
            None => Err(bellwether_catalog::no_schema(&name.schema)),
        }
    }

    /// A relation's name as the statement may have written it: without the schema that goes without saying.
    pub(crate) fn shown(&self, name: &RelationName) -> String {
        if name.schema == self.schema { name.name.clone() } else { format!("{}.{}", name.schema, name.name) }
    }

    /// Changes names, and sees the change from now on.
    pub(crate) async fn change_names<T>(&self, change: impl FnMut(&mut Namespace) -> Result<T>) -> Result<T> {
        self.session.inner.engine.inner.lake.change(change).await
    }
}

/// A plan as people read it.
pub(crate) fn displayed(operators: &Arc<dyn ExecutionPlan>) -> String {
    let plan = datafusion::physical_plan::displayable(operators.as_ref()).indent(false).to_string();
    without_marks(&plan).into_owned()
}
