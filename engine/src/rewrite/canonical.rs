//! One way to write an expression of which there are several.

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::utils::COUNT_STAR_EXPANSION;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

/// The expression without names of its own, the sides of a comparison and of commuting operations in one order, and
/// every count of rows as `count(1)`.
pub(super) fn canonical(expr: Expr) -> Result<Expr> {
    let ordered = expr.transform_up(|inner| {
        Ok(match inner {
            Expr::Alias(alias) => Transformed::yes(*alias.expr),
            Expr::BinaryExpr(binary) => Transformed::yes(ordered(binary)),
            Expr::Between(between) => {
                let (low, high) = (between.expr.clone().gt_eq(*between.low), between.expr.lt_eq(*between.high));
                let inside = canonical(low)?.and(canonical(high)?);
                Transformed::yes(if between.negated { Expr::Not(Box::new(inside)) } else { inside })
            }
            Expr::AggregateFunction(call) => Transformed::yes(Expr::AggregateFunction(counted(call))),
            other => Transformed::no(other),
        })
    })?;
    Ok(ordered.data)
}

fn ordered(binary: BinaryExpr) -> Expr {
    let swapped = match binary.op {
        Operator::Eq | Operator::NotEq | Operator::And | Operator::Or | Operator::Plus | Operator::Multiply => {
            Some(binary.op)
        }
        Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq => binary.op.swap(),
        _ => None,
    };
    let Some(op) = swapped else { return Expr::BinaryExpr(binary) };
    // A literal stands on the right, otherwise the smaller text on the left.
    let key = |expr: &Expr| (matches!(expr, Expr::Literal(..)), expr.to_string());
    match key(&binary.left) > key(&binary.right) {
        true => Expr::BinaryExpr(BinaryExpr::new(binary.right, op, binary.left)),
        false => Expr::BinaryExpr(binary),
    }
}

/// `count(*)`, `count(1)` and `count('x')` count the same.
fn counted(mut call: AggregateFunction) -> AggregateFunction {
    if call.func.name() == "count"
        && !call.params.distinct
        && let [Expr::Literal(value, _)] = call.params.args.as_slice()
        && !value.is_null()
    {
        call.params.args = vec![Expr::Literal(COUNT_STAR_EXPANSION, None)];
    }
    call
}

/// A literal's value.
pub(super) fn literal(expr: &Expr) -> Option<&ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value),
        _ => None,
    }
}
