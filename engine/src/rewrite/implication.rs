//! Whether the rows that pass one filter pass another.

use std::cmp::Ordering;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use super::canonical::literal;

/// Whether every row for which all of `filters` are true is one for which `wanted` is true.
pub(super) fn follows(wanted: &Expr, filters: &[Expr]) -> bool {
    filters.iter().any(|filter| implies(filter, wanted))
}

fn implies(filter: &Expr, wanted: &Expr) -> bool {
    if filter == wanted {
        return true;
    }
    if let Expr::IsNotNull(value) = wanted {
        // A comparison is never true of a NULL.
        return bound(filter).is_some_and(|(compared, _, _)| compared == value.as_ref());
    }
    let (mut given, mut allowed) = (Vec::new(), Vec::new());
    alternatives(filter, &mut given);
    alternatives(wanted, &mut allowed);
    given.iter().all(|given| allowed.iter().any(|allowed| given == allowed || is_within(given, allowed)))
}

fn alternatives<'a>(expr: &'a Expr, into: &mut Vec<&'a Expr>) {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
            alternatives(left, into);
            alternatives(right, into);
        }
        other => into.push(other),
    }
}

/// A comparison of something with a literal.
fn bound(expr: &Expr) -> Option<(&Expr, Operator, &ScalarValue)> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expr else { return None };
    let is_comparison =
        matches!(op, Operator::Eq | Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq | Operator::NotEq);
    let value = literal(right).filter(|value| is_comparison && !value.is_null())?;
    Some((left, *op, value))
}

/// Whether one comparison leaves no more than the other.
fn is_within(given: &Expr, allowed: &Expr) -> bool {
    let (Some((left, op, value)), Some((other, wanted, limit))) = (bound(given), bound(allowed)) else { return false };
    if left != other || value.data_type() != limit.data_type() || value.data_type().is_floating() {
        return false;
    }
    let Some(order) = value.partial_cmp(limit) else { return false };
    match (op, wanted) {
        (Operator::Eq, Operator::Gt) | (Operator::GtEq, Operator::Gt) => order == Ordering::Greater,
        (Operator::Eq | Operator::Gt | Operator::GtEq, Operator::GtEq) | (Operator::Gt, Operator::Gt) => {
            order != Ordering::Less
        }
        (Operator::Eq, Operator::Lt) | (Operator::LtEq, Operator::Lt) => order == Ordering::Less,
        (Operator::Eq | Operator::Lt | Operator::LtEq, Operator::LtEq) | (Operator::Lt, Operator::Lt) => {
            order != Ordering::Greater
        }
        (Operator::Eq, Operator::NotEq) => order != Ordering::Equal,
        (Operator::Gt, Operator::NotEq) => order != Ordering::Less,
        (Operator::Lt, Operator::NotEq) => order != Ordering::Greater,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::{col, lit};

    use super::*;

    #[test]
    fn a_narrower_range_is_within_a_wider_one_and_not_the_other_way_round() {
        let x = || col("x");
        for (narrow, wide) in [
            (x().gt_eq(lit(5)), x().gt_eq(lit(3))),
            (x().gt(lit(3)), x().gt_eq(lit(3))),
            (x().eq(lit(4)), x().gt(lit(3))),
            (x().lt(lit(3)), x().lt_eq(lit(3))),
            (x().eq(lit(4)), x().not_eq(lit(3))),
            (x().gt(lit(3)), x().not_eq(lit(3))),
            (x().eq(lit(4)), x().is_not_null()),
            (x().eq(lit(4)), x().eq(lit(4)).or(x().eq(lit(5)))),
        ] {
            assert!(follows(&wide, std::slice::from_ref(&narrow)), "{narrow} within {wide}");
            assert!(!follows(&narrow, std::slice::from_ref(&wide)), "{wide} within {narrow}");
        }
    }

    #[test]
    fn what_cannot_be_compared_does_not_follow() {
        for (filter, wanted) in [
            (col("x").gt_eq(lit(5)), col("y").gt_eq(lit(3))),
            (col("x").gt_eq(lit(5.0)), col("x").gt_eq(lit(3.0))),
            (col("x").gt_eq(lit(5)), col("x").gt_eq(lit(3_i64))),
            (col("x").gt(lit(3)), col("x").gt_eq(lit(4))),
            (col("x").is_null(), col("x").is_not_null()),
        ] {
            assert!(!follows(&wanted, std::slice::from_ref(&filter)), "{filter} and {wanted}");
        }
    }
}
