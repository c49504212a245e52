//! A materialized view in the form in which queries are compared with it, computed once for a definition.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bellwether_catalog::MaterializedDefinition;
use datafusion::common::{Column, TableReference};
use datafusion::error::Result;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::Optimizer;
use datafusion::optimizer::simplify_expressions::SimplifyExpressions;

use super::block::{Block, Unfit, resolve};
use super::roll_up::has_aggregate;
use super::zone;
use crate::materialized::{Planned, group_column, is_own_result, state_column};
use crate::names::RelationName;

/// A view as queries are compared with it.
#[derive(Debug)]
pub(super) struct Form {
    pub name: RelationName,
    pub definition: MaterializedDefinition,
    /// Differs where definitions do.
    pub fingerprint: String,
    /// The functions it calls, with their versions.
    pub functions: BTreeMap<String, String>,
    /// The tables it reads, by id, as they are called.
    pub tables: BTreeMap<String, String>,
    /// What it computes, or why no query can be answered from it.
    pub content: std::result::Result<Content, String>,
}

/// What a view computes.
#[derive(Debug)]
pub(super) struct Content {
    pub block: Block,
    /// What its rows are kept apart by, and the columns that hold it.
    pub keys: HashMap<Expr, Expr>,
    /// Whether every group has a row of its own that its columns tell from others.
    pub tells_groups: bool,
    /// Its aggregates, and the columns that hold them.
    pub aggregates: HashMap<Expr, Expr>,
    /// Whether the time zone it is read in matters.
    pub is_zoned: bool,
}

impl Form {
    /// The form of a definition that was planned.
    pub(super) fn new(name: RelationName, definition: MaterializedDefinition, planned: Planned) -> Result<Self> {
        let content = match &planned.unsettled {
            Some(reason) => Err(reason.clone()),
            None => match Content::of(&planned, &alias(&name)) {
                Ok(content) => Ok(content),
                Err(Unfit::Because(reason)) => Err(reason),
                Err(Unfit::Failed(error)) => return Err(error),
            },
        };
        let tables = planned.bases.into_iter().map(|base| (base.id, base.name)).collect();
        let Planned { fingerprint, functions, .. } = planned;
        Ok(Self { name, definition, fingerprint, functions, tables, content })
    }

    /// What the view is called in plans.
    pub(super) fn alias(&self) -> TableReference {
        alias(&self.name)
    }
}

fn alias(name: &RelationName) -> TableReference {
    TableReference::bare(format!("{}.{}", name.schema, name.name))
}

impl Content {
    fn of(planned: &Planned, alias: &TableReference) -> std::result::Result<Self, Unfit> {
        let plan = settled(&planned.state, planned.plan.clone())?;
        let (block, outputs) = outputs(&plan)?;
        let (mut keys, mut aggregates) = (HashMap::new(), HashMap::new());
        for (output, expr) in outputs {
            let column = Expr::Column(Column::new(Some(alias.clone()), output.name));
            if block.groups.contains(&expr) {
                keys.entry(expr).or_insert(column);
            } else if matches!(expr, Expr::AggregateFunction(_)) {
                aggregates.entry(expr).or_insert(column);
            } else if !has_aggregate(&expr)? {
                // Something computed from what the rows are grouped by is one value in each group as well.
                keys.entry(expr).or_insert(column);
            }
        }
        // Where refreshes merge, the view's table has in hidden columns what the view does not show.
        let hidden = |name: String| Expr::Column(Column::new(Some(alias.clone()), name));
        for (place, group) in block.groups.iter().enumerate() {
            keys.entry(group.clone()).or_insert_with(|| hidden(group_column(place)));
        }
        for (place, aggregate) in block.aggregates.iter().enumerate() {
            if is_own_state(aggregate) {
                aggregates.entry(aggregate.clone()).or_insert_with(|| hidden(state_column(place, 0)));
            }
        }
        // Of doubles that are equal one stands for all, and which one differs: the sign of a zero, the bits of a NaN.
        let schema = zone::schema_of(block.sources())?;
        keys.retain(|key, _| key.get_type(&schema).is_ok_and(|data_type| !data_type.is_floating()));
        let tells_groups = block.groups.iter().all(|group| keys.contains_key(group));
        let is_zoned = zone::matters(&block)?;
        Ok(Self { block, keys, tells_groups, aggregates, is_zoned })
    }
}

/// Whether the state of an aggregate is its result.
fn is_own_state(aggregate: &Expr) -> bool {
    match aggregate {
        Expr::AggregateFunction(call) => !call.params.distinct && is_own_result(call.func.name()),
        _ => false,
    }
}

/// The plan with its types settled and its constants computed, as far as both sides of a comparison need it.
pub(crate) fn settled(state: &SessionState, plan: LogicalPlan) -> Result<LogicalPlan> {
    let analyzed = state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {})?;
    Optimizer::with_rules(vec![Arc::new(SimplifyExpressions::new())]).optimize(analyzed, state, |_, _| {})
}

/// The aggregation a view's rows are, and what its columns are in terms of it.
fn outputs(plan: &LogicalPlan) -> std::result::Result<(Block, Vec<(Column, Expr)>), Unfit> {
    match plan {
        LogicalPlan::Aggregate(aggregate) => {
            let block = Block::of(aggregate)?;
            let exprs = block.groups.iter().chain(&block.aggregates).cloned();
            let columns = aggregate.schema.columns().into_iter().zip(exprs).collect();
            Ok((block, columns))
        }
        LogicalPlan::Projection(projection) => {
            let (block, below) = outputs(&projection.input)?;
            let exprs = projection.expr.iter().map(|expr| resolve(expr, &below));
            let exprs = exprs.collect::<std::result::Result<Vec<_>, _>>()?;
            Ok((block, projection.schema.columns().into_iter().zip(exprs).collect()))
        }
        LogicalPlan::SubqueryAlias(alias) => {
            let (block, below) = outputs(&alias.input)?;
            let exprs = below.into_iter().map(|(_, expr)| expr);
            Ok((block, alias.schema.columns().into_iter().zip(exprs).collect()))
        }
        LogicalPlan::Sort(sort) if sort.fetch.is_none() => outputs(&sort.input),
        LogicalPlan::Filter(_) => Err(Unfit::Because("it leaves out groups".into())),
        LogicalPlan::Limit(_) => Err(Unfit::Because("it keeps a limited number of rows".into())),
        _ => Err(Unfit::Because("it is no aggregation".into())),
    }
}
