//! A subquery that reads no relation is its expression.
//!
//! `(SELECT f((SELECT … WHERE a = outer.b)))` refers to the query around it through a subquery of its own. Without the
//! level in between the one below is like any other.

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};

use super::push::outer_columns;

/// The node with such subqueries replaced, where they refer to the node's input at all: others are asked only once.
pub(super) fn without_bare(node: LogicalPlan) -> Result<LogicalPlan> {
    let inputs = node.inputs();
    let [input] = inputs.as_slice() else { return Ok(node) };
    let input = (*input).clone();
    let names = NamePreserver::new(&node);
    let mut is_changed = false;
    let expressions = node
        .expressions()
        .into_iter()
        .map(|expression| {
            let name = names.save(&expression);
            let expression = expression.transform_down(|expression| {
                let Some(bare) = bare(&expression)? else { return Ok(Transformed::no(expression)) };
                is_changed = true;
                of_input(bare, &input).map(Transformed::yes)
            })?;
            Ok(name.restore(expression.data))
        })
        .collect::<Result<Vec<_>>>()?;
    if is_changed { node.with_new_exprs(expressions, vec![input]) } else { Ok(node) }
}

/// The expression a subquery consists of, if it is of that kind and refers to the query around it.
fn bare(expression: &Expr) -> Result<Option<Expr>> {
    let Expr::ScalarSubquery(subquery) = expression else { return Ok(None) };
    let LogicalPlan::Projection(Projection { expr, input, .. }) = subquery.subquery.as_ref() else { return Ok(None) };
    match (expr.as_slice(), input.as_ref()) {
        ([value], LogicalPlan::EmptyRelation(empty)) if empty.produce_one_row => {
            let refers = !outer_columns(&subquery.subquery)?.is_empty();
            Ok(refers.then(|| value.clone().unalias()))
        }
        _ => Ok(None),
    }
}

/// An expression of the subquery as one of the query around it: the input's columns are outer ones no more.
fn of_input(expression: Expr, input: &LogicalPlan) -> Result<Expr> {
    expression
        .transform_up(|expression| {
            Ok(match expression {
                Expr::OuterReferenceColumn(_, column) if input.schema().has_column(&column) => {
                    Transformed::yes(Expr::Column(column))
                }
                other => Transformed::no(other),
            })
        })
        .data()
}
