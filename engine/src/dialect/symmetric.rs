//! `x BETWEEN SYMMETRIC a AND b`: between two bounds, whichever is the smaller.
//!
//! The parser does not know the word, so the lower bound comes as the argument of a function of that name.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator,
};

/// The function that the lower bound is an argument of.
pub(crate) const SYMMETRIC: &str = "bellwether_symmetric";

/// The two ranges that such a condition stands for.
pub(super) fn written_out(condition: &Expr) -> Option<Expr> {
    let Expr::Between { expr, negated, low, high } = condition else { return None };
    let low = bound(low)?;
    let compare = |op: BinaryOperator, bound: &Expr| Expr::BinaryOp {
        left: expr.clone(),
        op,
        right: Box::new(Expr::Nested(Box::new(bound.clone()))),
    };
    let joined = |left: Expr, op: BinaryOperator, right: Expr| {
        Expr::Nested(Box::new(Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }))
    };
    let between = |low: &Expr, high: &Expr| {
        joined(compare(BinaryOperator::GtEq, low), BinaryOperator::And, compare(BinaryOperator::LtEq, high))
    };
    let either = joined(between(low, high), BinaryOperator::Or, between(high, low));
    Some(match negated {
        false => either,
        true => Expr::Nested(Box::new(Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(either) })),
    })
}

/// The lower bound, if it is marked.
fn bound(low: &Expr) -> Option<&Expr> {
    let Expr::Function(function) = low else { return None };
    if function.name.to_string() != SYMMETRIC {
        return None;
    }
    match &function.args {
        FunctionArguments::List(list) => match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(bound))] => Some(bound),
            _ => None,
        },
        _ => None,
    }
}
