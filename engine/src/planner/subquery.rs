//! Subqueries that refer to the query around them, as joins: those that the optimizer does not make joins of itself.
//!
//! The optimizer joins a subquery that aggregates, compared with the query around by equality. PostgreSQL's clients also
//! ask for a single value that is not aggregated, with a limit, from a set around, or from a lateral join. Such a
//! subquery is asked once for each combination of the outer columns it refers to (T. Neumann and A. Kemper, "Unnesting
//! Arbitrary Queries", BTW 2015): these combinations are one more input of the subquery ([`push`]), and its result is
//! joined back by them.

mod absent;
mod bare;
mod member;
mod optional;
mod push;
mod single_value;

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, NullEquality, Result, plan_err};
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    AggregateUDF, Distinct, DistinctOn, Expr, Join, JoinType, LogicalPlan, LogicalPlanBuilder, Subquery, SubqueryAlias,
};
use datafusion::optimizer::decorrelate::PullUpCorrelatedExpr;

use self::absent::without_absent;
use self::bare::without_bare;
use self::member::joined_member;
use self::optional::with_nothing;
use self::push::{Domain, Push, Pushed, outer_columns};
use self::single_value::SingleValue;

/// Takes apart what the optimizer leaves.
pub(crate) fn decorrelate(plan: LogicalPlan) -> Result<LogicalPlan> {
    with_nothing(decorrelated(plan, &mut 0)?)
}

/// `numbers` counts what was given a name.
fn decorrelated(plan: LogicalPlan, numbers: &mut usize) -> Result<LogicalPlan> {
    plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Join(join) => lateral(join, numbers),
        LogicalPlan::Filter(filter) => values(without_bare(without_absent(filter)?)?, numbers),
        LogicalPlan::Projection(_) | LogicalPlan::Sort(_) | LogicalPlan::Aggregate(_) => {
            values(without_bare(node)?, numbers)
        }
        LogicalPlan::Distinct(Distinct::On(_)) => values(node, numbers),
        other => Ok(Transformed::no(other)),
    })
    .data()
}

/// The subquery for all combinations of its outer columns. A subquery of its own that refers to them as well could not
/// be taken apart before.
fn pushed(domain: &Domain, subquery: &Subquery, numbers: &mut usize) -> Result<Pushed> {
    let Pushed { plan, keys } = Push::new(domain, numbers).plan(subquery.subquery.as_ref().clone())?;
    Ok(Pushed { plan: decorrelated(plan, numbers)?, keys })
}

/// The subqueries that stand for a value in a select list, a condition or an order.
fn values(node: LogicalPlan, numbers: &mut usize) -> Result<Transformed<LogicalPlan>> {
    // The optimizer looks into these alone, and for members of sets into conditions.
    let is_optimized = matches!(node, LogicalPlan::Projection(_) | LogicalPlan::Filter(_));
    let is_condition = matches!(node, LogicalPlan::Filter(_));
    let mut wanted: Vec<Expr> = Vec::new();
    node.apply_expressions(|expression| {
        expression.apply(|expression| {
            let is_wanted = match expression {
                Expr::ScalarSubquery(subquery) => {
                    !subquery.outer_ref_columns.is_empty() && !(is_optimized && is_joined_by_optimizer(subquery))
                }
                Expr::InSubquery(member) => !is_condition && member.subquery.outer_ref_columns.is_empty(),
                _ => false,
            };
            if is_wanted && !wanted.contains(expression) {
                wanted.push(expression.clone());
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    let mut input = match node.inputs().as_slice() {
        [input] if !wanted.is_empty() => (*input).clone(),
        _ => return Ok(Transformed::no(node)),
    };
    let before = input.schema().columns();
    let mut replaced: Vec<(Expr, Expr)> = Vec::new();
    for asked in wanted {
        let joined = match &asked {
            Expr::ScalarSubquery(subquery) => joined_value(&input, subquery, numbers)?,
            Expr::InSubquery(member) => Some(joined_member(&input, member, numbers)?),
            _ => None,
        };
        if let Some((joined, value)) = joined {
            input = joined;
            replaced.push((asked, value));
        }
    }
    if replaced.is_empty() {
        return Ok(Transformed::no(node));
    }
    let names = NamePreserver::new(&node);
    let expressions = node
        .expressions()
        .into_iter()
        .map(|expression| {
            let name = names.save(&expression);
            let expression = expression.transform_up(|expression| {
                Ok(match replaced.iter().find(|(known, _)| *known == expression) {
                    Some((_, value)) => Transformed::yes(value.clone()),
                    None => Transformed::no(expression),
                })
            })?;
            Ok(name.restore(expression.data))
        })
        .collect::<Result<Vec<_>>>()?;
    let keeps_columns = matches!(node, LogicalPlan::Filter(_) | LogicalPlan::Sort(_));
    let mut plan = match node {
        LogicalPlan::Distinct(Distinct::On(distinct)) => distinct_on(&distinct, expressions, input)?,
        node => node.with_new_exprs(expressions, vec![input])?,
    };
    if keeps_columns {
        // What was joined is of no use above.
        plan = LogicalPlanBuilder::from(plan).project(before.into_iter().map(Expr::Column))?.build()?;
    }
    Ok(Transformed::yes(plan))
}

/// `DISTINCT ON` with other expressions, in the order in which the node lists them, and another input.
fn distinct_on(distinct: &DistinctOn, mut expressions: Vec<Expr>, input: LogicalPlan) -> Result<LogicalPlan> {
    let mut select = expressions.split_off(distinct.on_expr.len());
    let keys = select.split_off(distinct.select_expr.len());
    let order = distinct
        .sort_expr
        .as_ref()
        .map(|order| order.iter().zip(keys).map(|(sort, expr)| Sort { expr, ..sort.clone() }).collect::<Vec<_>>());
    Ok(LogicalPlan::Distinct(Distinct::On(DistinctOn::try_new(expressions, select, order, Arc::new(input))?)))
}

/// Whether the optimizer makes a join of a subquery: it has one row by itself, and compares by equality alone.
fn is_joined_by_optimizer(subquery: &Subquery) -> bool {
    if !aggregates_to_one_row(&subquery.subquery) {
        return false;
    }
    let mut pull_up = PullUpCorrelatedExpr::new().with_need_handle_count_bug(true);
    let rewritten = subquery.subquery.as_ref().clone().rewrite(&mut pull_up);
    // It does not look into a lateral join, whose right side may refer to the query around both.
    pull_up.can_pull_up && rewritten.is_ok_and(|plan| outer_columns(&plan.data).is_ok_and(|outer| outer.is_empty()))
}

fn aggregates_to_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => aggregates_to_one_row(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => aggregates_to_one_row(&alias.input),
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        _ => false,
    }
}

/// The input joined with the value a subquery has for each of its rows, and that value; `None` where the subquery
/// refers to columns that are not the input's.
fn joined_value(input: &LogicalPlan, subquery: &Subquery, numbers: &mut usize) -> Result<Option<(LogicalPlan, Expr)>> {
    let Some(domain) = Domain::of(input, &subquery.subquery, numbers)? else { return Ok(None) };
    let has_one_row = aggregates_to_one_row(&subquery.subquery);
    let pushed = pushed(&domain, subquery, numbers)?;
    let Some(value) = subquery.subquery.schema().columns().into_iter().next() else {
        return plan_err!("a subquery that stands for a value has no column");
    };
    *numbers += 1;
    let table = format!("__value_{numbers}");
    let value = Expr::Column(value);
    let keys: Vec<Expr> = pushed
        .keys
        .iter()
        .enumerate()
        .map(|(place, key)| Expr::Column(key.clone()).alias(format!("key_{place}")))
        .collect();
    let found = LogicalPlanBuilder::from(pushed.plan);
    let found = if has_one_row {
        let mut columns = keys;
        columns.push(value.alias("value"));
        found.project(columns)?
    } else {
        let single = AggregateUDF::from(SingleValue::new()).call(vec![value]);
        found.aggregate(keys, vec![single.alias("value")])?
    };
    let found = found.alias(table.as_str())?.build()?;
    let own: Vec<Column> = domain.outer.clone();
    let others = (0..own.len()).map(|place| Column::new(Some(table.as_str()), format!("key_{place}"))).collect();
    let joined = LogicalPlanBuilder::from(input.clone())
        .join_detailed(found, JoinType::Left, (own, others), None, NullEquality::NullEqualsNull)?
        .build()?;
    Ok(Some((joined, Expr::Column(Column::new(Some(table), "value")))))
}

/// A lateral join: its right side refers to its left one.
fn lateral(join: Join, numbers: &mut usize) -> Result<Transformed<LogicalPlan>> {
    let (subquery, alias) = match join.right.as_ref() {
        LogicalPlan::Subquery(subquery) => (subquery.clone(), None),
        LogicalPlan::SubqueryAlias(SubqueryAlias { input, alias, .. }) => match input.as_ref() {
            LogicalPlan::Subquery(subquery) => (subquery.clone(), Some(alias.clone())),
            _ => return Ok(Transformed::no(LogicalPlan::Join(join))),
        },
        _ => return Ok(Transformed::no(LogicalPlan::Join(join))),
    };
    let is_known = matches!(join.join_type, JoinType::Inner | JoinType::Left) && join.on.is_empty();
    if !is_known || is_pulled_up_by_optimizer(&subquery) {
        return Ok(Transformed::no(LogicalPlan::Join(join)));
    }
    let Some(domain) = Domain::of(&join.left, &subquery.subquery, numbers)? else {
        return Ok(Transformed::no(LogicalPlan::Join(join)));
    };
    let pushed = pushed(&domain, &subquery, numbers)?;
    let (right, keys) = match alias {
        None => (pushed.plan, pushed.keys),
        Some(alias) => {
            let keys = pushed.keys.iter().map(|key| Column::new(Some(alias.clone()), key.name.clone())).collect();
            let aliased = SubqueryAlias::try_new(Arc::new(pushed.plan), alias)?;
            (LogicalPlan::SubqueryAlias(aliased), keys)
        }
    };
    let columns: Vec<Column> = join.schema.columns();
    let joined = LogicalPlanBuilder::from(Arc::unwrap_or_clone(join.left))
        .join_detailed(right, join.join_type, (domain.outer, keys), join.filter, NullEquality::NullEqualsNull)?
        .project(columns.into_iter().map(Expr::Column))?
        .build()?;
    Ok(Transformed::yes(joined))
}

fn is_pulled_up_by_optimizer(subquery: &Subquery) -> bool {
    let mut pull_up = PullUpCorrelatedExpr::new().with_need_handle_count_bug(true);
    let rewritten = subquery.subquery.as_ref().clone().rewrite(&mut pull_up);
    rewritten.is_ok() && pull_up.can_pull_up && pull_up.pull_up_having_expr.is_none()
}
