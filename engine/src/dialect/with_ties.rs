//! `FETCH FIRST n ROWS WITH TIES`: rows that sort like the last of them come as well.
//!
//! The syntax tree becomes `LIMIT n OPERATOR(bellwether.ties) NULL`, which is planned as a limit with a mark on its
//! number. In the place of that limit rows are ranked in their order: the rank of a row is the place of the first that
//! sorts like it.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, plan_err};
use datafusion::error::Result;
use datafusion::functions_window::expr_fn::{rank, row_number};
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, Limit, LogicalPlan, LogicalPlanBuilder, Operator, Projection, Sort, binary_expr, cast, lit,
};

/// What the number of a limit with ties is called.
const TIES: &str = "with ties";
/// The columns of places and ranks.
const PLACE: &str = "place in order";
const RANK: &str = "rank in order";

/// The number of a limit, marked as one with ties.
pub(super) fn marked(number: Expr) -> Expr {
    number.alias(TIES)
}

/// The rows of a limit with ties; other limits as they are.
pub(super) fn ranked(limit: Limit) -> Result<Transformed<LogicalPlan>> {
    let Some(number) = limit.fetch.as_deref().and_then(number) else {
        return Ok(Transformed::no(LogicalPlan::Limit(limit)));
    };
    // What rows are sorted by need not be selected, and then the order stands below the select list.
    let plan = match limit.input.as_ref() {
        LogicalPlan::Sort(sort) => in_order(sort, limit.skip.as_deref(), number)?,
        LogicalPlan::Projection(Projection { expr, input, .. }) => match input.as_ref() {
            LogicalPlan::Sort(sort) => {
                let rows = in_order(sort, limit.skip.as_deref(), number)?;
                LogicalPlanBuilder::from(rows).project(expr.clone())?.build()?
            }
            _ => return without_order(),
        },
        _ => return without_order(),
    };
    Ok(Transformed::yes(plan))
}

fn without_order() -> Result<Transformed<LogicalPlan>> {
    plan_err!("WITH TIES cannot be specified without ORDER BY clause")
}

fn number(fetch: &Expr) -> Option<Expr> {
    match fetch {
        Expr::Alias(alias) if alias.name == TIES => Some(alias.expr.as_ref().clone()),
        _ => None,
    }
}

fn in_order(sort: &Sort, skip: Option<&Expr>, number: Expr) -> Result<LogicalPlan> {
    let rows = sort.input.as_ref().clone();
    let kept: Vec<Expr> = rows.schema().columns().into_iter().map(Expr::Column).collect();
    let place = row_number().order_by(sort.expr.clone()).build()?.alias(PLACE);
    let rank = rank().order_by(sort.expr.clone()).build()?.alias(RANK);
    let bigint = |expression: Expr| cast(expression, DataType::Int64);
    let skip = skip.map_or_else(|| lit(0_i64), |skip| bigint(skip.clone()));
    let last = binary_expr(skip.clone(), Operator::Plus, bigint(number));
    let column = |name: &str| bigint(Expr::Column(Column::from_name(name)));
    let is_wanted = column(PLACE).gt(skip).and(column(RANK).lt_eq(last));
    LogicalPlanBuilder::from(rows)
        .window([place, rank])?
        .filter(is_wanted)?
        .sort(sort.expr.clone())?
        .project(kept)?
        .build()
}
