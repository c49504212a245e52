//! `x NOT IN (SELECT …)` as a condition, where the subquery refers to the query around it.
//!
//! The optimizer joins such a subquery by two keys, and a join that heeds NULLs takes one. A condition lets a row
//! through where no row of the subquery can be equal: where none is, and none might be for all that is known.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{ExprSchema, Result, plan_err};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::utils::{conjunction, split_conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, Filter, LogicalPlan, LogicalPlanBuilder, Subquery};

/// The filter with such conditions as `NOT EXISTS`.
pub(super) fn without_absent(filter: Filter) -> Result<LogicalPlan> {
    let is_absent = |member: &InSubquery| member.negated && !member.subquery.outer_ref_columns.is_empty();
    if !split_conjunction(&filter.predicate)
        .into_iter()
        .any(|condition| matches!(condition, Expr::InSubquery(member) if is_absent(member)))
    {
        return Ok(LogicalPlan::Filter(filter));
    }
    let input = Arc::clone(&filter.input);
    let conditions = split_conjunction_owned(filter.predicate)
        .into_iter()
        .map(|condition| match condition {
            Expr::InSubquery(member) if is_absent(&member) => absent(member, &input),
            other => Ok(other),
        })
        .collect::<Result<Vec<_>>>()?;
    match conjunction(conditions) {
        Some(predicate) => Ok(LogicalPlan::Filter(Filter::try_new(predicate, input)?)),
        None => Ok(Arc::unwrap_or_clone(input)),
    }
}

fn absent(member: InSubquery, input: &LogicalPlan) -> Result<Expr> {
    let mut outer = member.subquery.outer_ref_columns;
    let value = (*member.expr).transform_up(|expression| {
        let Expr::Column(column) = expression else { return Ok(Transformed::no(expression)) };
        let field = Arc::clone(input.schema().field_from_column(&column)?);
        let column = Expr::OuterReferenceColumn(field, column);
        if !outer.contains(&column) {
            outer.push(column.clone());
        }
        Ok(Transformed::yes(column))
    });
    let value = value.data()?;
    let set = Arc::unwrap_or_clone(member.subquery.subquery);
    let Some(element) = set.schema().columns().into_iter().next() else {
        return plan_err!("a set has a column");
    };
    let may_be_equal = Expr::Column(element).eq(value).is_not_false();
    let set = LogicalPlanBuilder::from(set).filter(may_be_equal)?.build()?;
    let subquery = Subquery { subquery: Arc::new(set), outer_ref_columns: outer, spans: member.subquery.spans };
    Ok(Expr::Exists(Exists { subquery, negated: true }))
}
