//! What one statement works with: names as of its start, a planner, memory, and a place among the running.

use std::collections::HashMap;
use std::sync::Arc;

use bellwether_catalog::{DEFAULT_SCHEMA, Error, ErrorKind, Namespace, Relation, Result, Table, no_relation};
use datafusion::catalog::TableProvider;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionState;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::sql::parser::Statement as PlannerStatement;
use datafusion::sql::sqlparser::ast::{self, ObjectName};
use parking_lot::Mutex;

use super::output_name::without_marks;
use super::{Parsed, session_function};
use crate::access::Authority;
use crate::activity::Running;
use crate::fault::from_datafusion;
use crate::memory::QueryMemory;
use crate::names::{self, RelationName};
use crate::pg_catalog::{self, Pinned};
use crate::resolve::Relations;
use crate::{Session, dialect, planner, temporary};

pub(crate) struct Scope {
    pub session: Session,
    pub sql: Arc<str>,
    pub names: Arc<Namespace>,
    pub memory: Arc<QueryMemory>,
    pub running: Option<Running>,
    template: Arc<SessionState>,
    /// The engine's environment with the memory of this statement alone.
    environment: Arc<RuntimeEnv>,
    schema: String,
    catalogue: Arc<Pinned>,
    /// What EXPLAIN says of materialized views.
    pub explained: Mutex<Vec<String>>,
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
        // A copy, not a state built anew: building registers every function again, which costs a small query more
        // than its planning.
        let mut template = engine.template.clone();
        let options = template.config_mut().options_mut();
        options.execution.time_zone = Some(zone);
        options.catalog.default_schema =
            if names.schemas.contains_key(&schema) { schema.clone() } else { DEFAULT_SCHEMA.into() };
        session_function::register(&mut template, session)?;
        let system = Arc::clone(&session.inner.system);
        let names = session.inner.temporaries.lock().over(names);
        let catalogue = Arc::new(Pinned::new(Arc::clone(&engine.gatherer), Arc::clone(&names), system));
        pg_catalog::bind(&mut template, &catalogue);
        Ok(Self {
            session: session.clone(),
            sql: Arc::clone(&parsed.text),
            names,
            memory,
            running: None,
            template: Arc::new(template),
            environment,
            schema,
            catalogue,
            explained: Mutex::default(),
        })
    }

    /// A scope for running, listed in `system.queries` as long as it lives.
    pub(crate) async fn start(session: &Session, parsed: &Parsed) -> Result<Self> {
        let mut scope = Self::new(session, parsed).await?;
        scope.begin(parsed);
        Ok(scope)
    }

    /// Lists the statement in `system.queries`.
    pub(crate) fn begin(&mut self, parsed: &Parsed) {
        let session = &self.session.inner;
        let memory = Some(Arc::clone(&self.memory));
        self.running = Some(session.engine.inner.activity.start(&session.connected.info, &parsed.text, memory));
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
        Relations::new(
            self.authority(),
            Arc::clone(&engine.lake),
            Arc::clone(&self.session.inner.changes),
            Arc::clone(&self.names),
            Arc::clone(&self.template),
            Arc::clone(&self.catalogue),
            replaced,
        )
    }

    /// Whose rights the statement has.
    pub(crate) fn authority(&self) -> Authority {
        Authority::of(self.session.principal())
    }

    /// The statement's relations as a stored definition reads them: in its own schema and time zone and with the
    /// rights of whom it belongs to, whoever asks.
    pub(crate) fn relations_in(&self, schema: &str, zone: &str, authority: Authority) -> Relations {
        let mut template = SessionState::clone(&self.template);
        let options = template.config_mut().options_mut();
        options.execution.time_zone = Some(zone.to_owned());
        options.catalog.default_schema = schema.to_owned();
        let engine = &self.session.inner.engine.inner;
        let catalogue = Arc::clone(&self.catalogue);
        let (lake, names) = (Arc::clone(&engine.lake), Arc::clone(&self.names));
        let changes = Arc::clone(&self.session.inner.changes);
        Relations::new(authority, lake, changes, names, Arc::new(template), catalogue, HashMap::new())
    }

    /// The time zone of the session.
    pub(crate) fn time_zone(&self) -> String {
        self.template.config().options().execution.time_zone.clone().unwrap_or_else(|| "UTC".to_owned())
    }

    /// Plans a view's stored query.
    pub(crate) async fn plan_stored(&self, state: &SessionState, sql: &str) -> Result<LogicalPlan> {
        let mut statement =
            state.sql_to_statement(sql, &datafusion::config::Dialect::PostgreSQL).map_err(|error| self.error(error))?;
        let PlannerStatement::Statement(statement) = &mut statement else {
            return Err(Error::internal("a view's definition is no query"));
        };
        pg_catalog::rewrite(statement);
        // A definition means lasting tables, whatever temporary ones the session has.
        self.planned(state, ast::Statement::clone(statement)).await
    }

    /// Plans a statement over `state`'s relations.
    pub(crate) async fn plan(&self, state: &SessionState, mut statement: ast::Statement) -> Result<LogicalPlan> {
        temporary::qualify(&mut statement, &self.names);
        self.planned(state, statement).await
    }

    async fn planned(&self, state: &SessionState, mut statement: ast::Statement) -> Result<LogicalPlan> {
        dialect::rewrite(&mut statement);
        let mut wildcards = dialect::Wildcards::default();
        let plan = loop {
            let asked = PlannerStatement::Statement(Box::new(statement.clone()));
            match state.statement_to_plan(asked).await {
                Ok(plan) => break plan,
                Err(error)
                    if dialect::name_rows(&mut statement, &error) || wildcards.write_out(&mut statement, &error) => {}
                Err(error) => return Err(self.error(error)),
            }
        };
        crate::limit::check_plan(&plan)?;
        // Functions answer at once what the optimizer asks them, so what they answer from is there before.
        if pg_catalog::is_asked(&plan).map_err(|error| self.error(error))? {
            self.catalogue.catalogue().await;
        }
        let plan = dialect::settle(plan).and_then(planner::decorrelate).map_err(|error| self.error(error))?;
        pg_catalog::show_names(plan, state).map_err(|error| self.error(error))
    }

    /// Plans a statement that this engine wrote itself.
    pub(crate) async fn plan_text(&self, state: &SessionState, sql: &str) -> Result<LogicalPlan> {
        let statement =
            state.sql_to_statement(sql, &datafusion::config::Dialect::PostgreSQL).map_err(|error| self.error(error))?;
        match statement {
            PlannerStatement::Statement(statement) => self.plan(state, *statement).await,
            other => Err(Error::internal(format!("the engine wrote a statement it does not plan: {other}"))),
        }
    }

    /// Optimizes a plan down to operators.
    pub(crate) async fn operators(&self, state: &SessionState, plan: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        state.create_physical_plan(plan).await.map_err(|error| self.error(error))
    }

    /// Runs a plan.
    pub(crate) async fn rows(&self, state: &SessionState, plan: &LogicalPlan) -> Result<SendableRecordBatchStream> {
        let operators = self.operators(state, plan).await?;
        self.rows_of(state, operators)
    }

    /// Runs operators.
    pub(crate) fn rows_of(
        &self,
        state: &SessionState,
        operators: Arc<dyn ExecutionPlan>,
    ) -> Result<SendableRecordBatchStream> {
        if let Some(running) = &self.running {
            *running.query().plan.lock() = Some(displayed(&operators));
        }
        // Operators hold the functions they call; a context with the names of all of them is for plans that are read
        // from bytes.
        let task = TaskContext::new(
            None,
            state.session_id().to_owned(),
            state.config().clone(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            Arc::clone(&self.environment),
        );
        execute_stream(operators, Arc::new(task)).map_err(|error| self.error(error))
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
        let mut full = names::relation(name, &self.schema, self.session.database())?;
        if name.0.len() == 1 && self.names.relation(temporary::SCHEMA, &full.name).is_some() {
            full.schema = temporary::SCHEMA.to_owned();
        }
        Ok(full)
    }

    /// The table of a name, or why there is none.
    pub(crate) fn table(&self, name: &RelationName) -> Result<Arc<Table>> {
        match self.names.relation(&name.schema, &name.name) {
            Some(Relation::Table { id }) => self.session.inner.engine.inner.lake.table(id),
            Some(Relation::View { .. }) => {
                Err(Error::new(ErrorKind::Unsupported, format!("cannot change view \"{}\"", name.name))
                    .with_hint("change the tables the view reads"))
            }
            Some(Relation::MaterializedView(_)) => Err(Error::new(
                ErrorKind::WrongObjectType,
                format!("cannot change materialized view \"{}\"", name.name),
            )
            .with_hint("change the tables it reads, then REFRESH MATERIALIZED VIEW")),
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
        if name.schema == self.schema || name.schema == temporary::SCHEMA {
            name.name.clone()
        } else {
            format!("{}.{}", name.schema, name.name)
        }
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
