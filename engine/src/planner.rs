//! The one place that puts a planner together: dialect, functions, optimizer settings.

mod cardinality;
mod constant_filter;
mod cooperative;
mod days;
mod distinct;
mod repeated;
mod subquery;

use std::sync::Arc;

use bellwether_catalog::{DEFAULT_SCHEMA, Error, Result};
use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider};
use datafusion::config::ConfigNonZeroUsize;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::planner::ExprPlanner;
use datafusion::optimizer::OptimizerRule;
use datafusion::optimizer::optimizer::Optimizer;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::dialect::{LateOperators, Operators, Types};
pub(crate) use subquery::decorrelate;

use crate::names::DATABASE;
use crate::pg_catalog;
use crate::statement::declare_session_functions;
use crate::window::GroupWindows;
use crate::{Config, runtime};

/// The optimizer's rules, with ours in the place of those they mend.
fn optimizer_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let ours: [Arc<dyn OptimizerRule + Send + Sync>; 2] = [
        Arc::new(distinct::DistinctInTwoGroupings::default()),
        Arc::new(constant_filter::ConstantFiltersStay::default()),
    ];
    let mended = |rule: Arc<dyn OptimizerRule + Send + Sync>| {
        ours.iter().find(|ours| ours.name() == rule.name()).map_or(rule, Arc::clone)
    };
    Optimizer::new().rules.into_iter().map(mended).collect()
}

/// What every session's planner starts from.
pub(crate) fn template(config: &Config, environment: Arc<RuntimeEnv>) -> Result<SessionState> {
    let mut session = SessionConfig::new()
        .with_default_catalog_and_schema(DATABASE, DEFAULT_SCHEMA)
        .with_create_default_catalog_and_schema(false)
        .with_target_partitions(runtime::threads(config));
    let options = session.options_mut();
    options.sql_parser.dialect = datafusion::config::Dialect::PostgreSQL;
    // Text literals and casts have the type columns have: plain text, which every client reads.
    options.sql_parser.map_string_types_to_utf8view = false;
    // Depth is bounded before parsing; this only has to be no smaller.
    options.sql_parser.recursion_limit = ConfigNonZeroUsize::try_new(config.statement_depth.max(50) * 2)
        .map_err(|source| Error::configuration("statement_depth cannot be used").with_source(source))?;
    options.execution.time_zone = Some("UTC".into());
    options.execution.parquet.schema_force_view_types = false;
    options.execution.parquet.pushdown_filters = false;
    // It compares columns' descriptions too, which a UNION keeps in its logical form alone.
    options.execution.skip_physical_aggregate_schema_check = true;
    options.explain.show_statistics = false;
    options.optimizer.use_statistics_registry = true;

    let state = SessionStateBuilder::new()
        .with_config(session)
        .with_runtime_env(environment)
        .with_default_features()
        .with_optimizer_rules(optimizer_rules())
        .with_optimizer_rule(Arc::new(days::DaysByDivision))
        .with_statistics_registry(cardinality::registry())
        .with_physical_optimizer_rules(repeated::rules())
        .with_physical_optimizer_rule(Arc::new(cooperative::PauseAfterJoins))
        .with_physical_optimizer_rule(Arc::new(GroupWindows))
        .build();
    let context = SessionContext::new_with_state(state);
    let placeholder: Arc<dyn CatalogProvider> = Arc::new(MemoryCatalogProvider::new());
    context.register_catalog(DATABASE, placeholder);
    let mut state = context.state();
    bellwether_udfs::register(&mut state)
        .map_err(|source| Error::internal("the functions could not be set up").with_source(source))?;
    declare_session_functions(&mut state)?;
    pg_catalog::declare(&mut state)?;
    state
        .register_function_rewrite(Arc::new(LateOperators))
        .map_err(|source| Error::internal("the operators could not be set up").with_source(source))?;
    let operators: Arc<dyn ExprPlanner> = Arc::new(Operators::new(&state)?);
    let functions: Arc<dyn ExprPlanner> = Arc::new(bellwether_udfs::Planner::default());
    let mut planners = vec![functions, operators];
    planners.extend(state.expr_planners().iter().map(Arc::clone));
    let state = SessionStateBuilder::new_from_existing(state)
        .with_expr_planners(planners)
        .with_type_planner(Arc::new(Types))
        .with_relation_planners(vec![Arc::new(bellwether_udfs::TableFunctionRelations)])
        .with_query_planner(Arc::new(bellwether_udfs::TableFunctionPlanner))
        .build();
    Ok(state)
}
