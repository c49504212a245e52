//! `x IN (SELECT …)` as a value: in a select list, an order, an argument of an aggregate.

use std::sync::Arc;

use datafusion::common::{Column, Result, Spans, plan_err};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::{Expr, ExprSchemable, JoinType, LogicalPlan, LogicalPlanBuilder, Subquery, lit, when};
use datafusion::scalar::ScalarValue;

/// The input joined with a mark that says of each of its rows whether it is a member, and what the expression is by that
/// mark: unknown where it is not found but may be one of the NULLs, or is NULL itself.
pub(super) fn joined_member(
    input: &LogicalPlan,
    member: &InSubquery,
    numbers: &mut usize,
) -> Result<(LogicalPlan, Expr)> {
    let set = member.subquery.subquery.as_ref();
    let [field] = set.schema().fields().as_ref() else { return plan_err!("subquery has too many columns") };
    let has_nulls = field.is_nullable();
    let Some(column) = set.schema().columns().into_iter().next() else { return plan_err!("a set has a column") };
    let value = Expr::Column(column);
    *numbers += 1;
    let table = format!("__member_{numbers}");
    let members = LogicalPlanBuilder::from(set.clone())
        .project(vec![value.clone().alias("value")])?
        .distinct()?
        .alias(table.as_str())?
        .build()?;
    let is_equal = member.expr.as_ref().clone().eq(Expr::Column(Column::new(Some(table.as_str()), "value")));
    let may_be_null = member.expr.nullable(input.schema().as_ref())?;
    let joined =
        LogicalPlanBuilder::from(input.clone()).join_on(members, JoinType::LeftMark, vec![is_equal])?.build()?;
    let is_found = Expr::Column(Column::new(Some(table), "mark"));
    let mut unknown: Option<Expr> = None;
    if has_nulls {
        unknown = Some(of_counts(set, &value, |rows, values| rows.gt(values))?);
    }
    if may_be_null {
        let is_asked = of_counts(set, &value, |rows, _| rows.gt(lit(0_i64)))?;
        let is_null = member.expr.as_ref().clone().is_null().and(is_asked);
        unknown = Some(match unknown {
            Some(unknown) => unknown.or(is_null),
            None => is_null,
        });
    }
    let is_member = match unknown {
        Some(unknown) => {
            when(is_found, lit(true)).when(unknown, lit(ScalarValue::Boolean(None))).otherwise(lit(false))?
        }
        None => is_found,
    };
    Ok((joined, if member.negated { Expr::Not(Box::new(is_member)) } else { is_member }))
}

/// What a comparison says of how many rows a set has, and how many of them are not NULL.
fn of_counts(set: &LogicalPlan, value: &Expr, compare: fn(Expr, Expr) -> Expr) -> Result<Expr> {
    let counts = vec![count(lit(1_i64)).alias("rows"), count(value.clone()).alias("values")];
    let column = |name: &str| Expr::Column(Column::new_unqualified(name));
    let compared = LogicalPlanBuilder::from(set.clone())
        .aggregate(Vec::<Expr>::new(), counts)?
        .project(vec![compare(column("rows"), column("values"))])?
        .build()?;
    Ok(Expr::ScalarSubquery(Subquery {
        subquery: Arc::new(compared),
        outer_ref_columns: Vec::new(),
        spans: Spans::new(),
    }))
}
