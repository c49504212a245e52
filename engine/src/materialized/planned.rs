//! A definition as a plan over the newest versions of its tables, and everything its rows depend on.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use bellwether_catalog::{Base, Contents, Error, ErrorKind, MaterializedDefinition, TableScan};
use datafusion::catalog::cte_worktable::CteWorkTable;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::source_as_provider;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Volatility, WindowFunctionDefinition};
use xxhash_rust::xxh3::xxh3_64;

use super::refresh::Mode;
use super::zoned;
use crate::access::Authority;
use crate::resolve::Relations;
use crate::statement::{Scope, output_name};
use crate::{Result, clock, functions};

/// A definition's query, planned: what its columns are called is not settled yet.
pub(crate) struct PlannedQuery {
    pub plan: LogicalPlan,
    relations: Relations,
    state: SessionState,
    as_of_ms: i64,
}

impl PlannedQuery {
    /// Plans a definition's query over the newest versions, with the rights of whom it belongs to.
    pub(crate) async fn new(scope: &Scope, definition: &MaterializedDefinition, authority: Authority) -> Result<Self> {
        let as_of_ms = clock::now_ms();
        let relations = scope.relations_in(&definition.current_schema, &definition.time_zone, authority);
        let state = relations.state();
        let plan = scope.plan_stored(&state, &definition.sql).await?;
        Ok(Self { plan, relations, state, as_of_ms })
    }
}

/// A definition, planned.
pub(crate) struct Planned {
    /// The query's plan, its columns called as the view's.
    pub plan: LogicalPlan,
    /// Plans and runs it in the definition's own schema and time zone.
    pub state: SessionState,
    /// Differs where definitions do: the query's, and those of all views it reads.
    pub fingerprint: String,
    /// The tables it reads, each at the version the plan has.
    pub bases: Vec<Base>,
    /// When these were the newest, in milliseconds since 1970.
    as_of_ms: i64,
    /// The functions it calls, with their versions.
    pub functions: BTreeMap<String, String>,
    /// Why its rows do not follow from its tables alone, if they do not.
    pub unsettled: Option<String>,
}

impl Planned {
    /// Plans a definition over the newest versions, with the rights of whom it belongs to.
    pub(crate) async fn new(scope: &Scope, definition: &MaterializedDefinition, authority: Authority) -> Result<Self> {
        Self::of(scope, PlannedQuery::new(scope, definition, authority).await?, definition)
    }

    /// The definition whose query was planned.
    pub(crate) fn of(scope: &Scope, query: PlannedQuery, definition: &MaterializedDefinition) -> Result<Self> {
        let PlannedQuery { plan, relations, state, as_of_ms } = query;
        let fingerprint = format!("{:016x}", xxh3_64(plan.display_indent().to_string().as_bytes()));
        let plan = in_columns(plan, definition)?.map_err(|error| scope.error(error))?;
        let mut found = Found::default();
        found.visit(&plan, &relations).map_err(|error| scope.error(error))?;
        let Found { bases, functions, unsettled } = found;
        let bases = bases.into_values().collect();
        Ok(Self { plan, state, fingerprint, bases, as_of_ms, functions, unsettled })
    }

    /// What rows are made from that this plan gives, in the way that `mode` says.
    pub(super) fn contents(&self, mode: Mode) -> Contents {
        Contents {
            definition: self.fingerprint.clone(),
            bases: self.bases.clone(),
            functions: self.functions.clone(),
            as_of_ms: self.as_of_ms,
            mode: mode.name().to_owned(),
        }
    }
}

/// The plan with the view's columns: by place while the query gives what it gave, by name where it gives more since.
fn in_columns(
    plan: LogicalPlan,
    definition: &MaterializedDefinition,
) -> Result<datafusion::error::Result<LogicalPlan>> {
    let names = outputs_of(&plan);
    let mut places = Vec::with_capacity(definition.columns.len());
    for (place, output) in definition.outputs.iter().enumerate() {
        if names == definition.outputs {
            places.push(place);
            continue;
        }
        let mut alike = names.iter().enumerate().filter(|(_, name)| *name == output);
        match (alike.next(), alike.next()) {
            (Some((found, _)), None) => places.push(found),
            _ => {
                let fact = format!("the definition gives no column \"{output}\" any more");
                return Err(Error::new(ErrorKind::UndefinedColumn, fact)
                    .with_hint("CREATE OR REPLACE MATERIALIZED VIEW with the columns there are now"));
            }
        }
    }
    let columns = places.iter().zip(&definition.columns);
    let all = plan.schema().columns();
    let columns: Vec<Expr> = columns.map(|(&place, name)| Expr::Column(all[place].clone()).alias(name)).collect();
    Ok(LogicalPlanBuilder::from(plan).project(columns).and_then(LogicalPlanBuilder::build))
}

/// What a query calls its columns.
pub(crate) fn outputs_of(plan: &LogicalPlan) -> Vec<String> {
    let schema = output_name::visible_schema(plan.schema().inner());
    schema.fields().iter().map(|field| field.name().clone()).collect()
}

/// What a plan depends on.
#[derive(Default)]
struct Found {
    bases: BTreeMap<String, Base>,
    functions: BTreeMap<String, String>,
    unsettled: Option<String>,
}

impl Found {
    fn visit(&mut self, plan: &LogicalPlan, relations: &Relations) -> datafusion::error::Result<()> {
        plan.apply_with_subqueries(|node| {
            match node {
                LogicalPlan::TableScan(scan) => {
                    let provider = source_as_provider(&scan.source)?;
                    let name = scan.table_name.to_string();
                    match provider.downcast_ref::<TableScan>() {
                        Some(table) => self.table(name, table, relations),
                        // A recursion reads what it found so far.
                        None if provider.is::<CteWorkTable>() => {}
                        None => self.unsettle(format!("it reads {name}, which is no table of the lake")),
                    }
                }
                LogicalPlan::Extension(extension) => self.function(extension.node.name()),
                _ => {}
            }
            for expression in node.expressions() {
                expression.apply(|inner| {
                    self.expression(inner);
                    Ok(TreeNodeRecursion::Continue)
                })?;
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(())
    }

    fn table(&mut self, name: String, table: &TableScan, relations: &Relations) {
        let id = table.snapshot().root().filename().unwrap_or_default().to_owned();
        let version = table.snapshot().version();
        if relations.pinned_version(&id) != Some(version) {
            self.unsettle(format!("it reads {name} as of another time"));
            return;
        }
        self.bases.insert(id.clone(), Base { id, name, version });
    }

    fn expression(&mut self, expression: &Expr) {
        let (name, volatility) = match expression {
            Expr::ScalarFunction(call) => (call.func.name(), call.func.signature().volatility),
            Expr::AggregateFunction(call) => (call.func.name(), call.func.signature().volatility),
            Expr::WindowFunction(call) => match &call.fun {
                WindowFunctionDefinition::AggregateUDF(function) => (function.name(), function.signature().volatility),
                WindowFunctionDefinition::WindowUDF(function) => (function.name(), function.signature().volatility),
            },
            _ => return,
        };
        self.function(name);
        match volatility {
            Volatility::Immutable => {}
            Volatility::Stable if zoned::depends_on_zone_alone(name) => {}
            Volatility::Stable => self.unsettle(format!("{name}() gives other values at other times")),
            Volatility::Volatile => self.unsettle(format!("{name}() gives another value each time")),
        }
    }

    fn function(&mut self, name: &str) {
        self.functions.insert(name.to_owned(), function_version(name));
    }

    fn unsettle(&mut self, reason: String) {
        self.unsettled.get_or_insert(reason);
    }
}

/// What a function's results may change with: the version of the program that it comes from.
fn function_version(name: &str) -> String {
    static OWN: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| functions().iter().map(|function| function.name).collect());
    match OWN.contains(name) {
        true => format!("bellwether {}", env!("CARGO_PKG_VERSION")),
        false => format!("datafusion {}", datafusion::DATAFUSION_VERSION),
    }
}
