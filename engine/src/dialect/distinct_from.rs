//! `a IS DISTINCT FROM b AND c`: the comparison binds tighter than what follows.
//!
//! The parser takes all that follows FROM for the second operand, `b AND c`. Brackets stay in a tree, so a condition
//! that was not in any is taken apart and put together in the order of precedence.

use std::mem;

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};

/// Puts a condition right that was read wrong.
pub(super) fn regroup(condition: &mut Expr) {
    if is_misread(condition) {
        let mut chain = Chain::default();
        chain.take(mem::replace(condition, Expr::value(Value::Null)));
        *condition = chain.grouped();
    }
}

/// Whether an AND or OR is inside of a comparison. It swallowed all that follows, so it is at the right edge.
fn is_misread(condition: &Expr) -> bool {
    let (mut edge, mut is_compared) = (condition, false);
    loop {
        edge = match edge {
            Expr::BinaryOp { op: BinaryOperator::And | BinaryOperator::Or, right, .. } => {
                if is_compared {
                    return true;
                }
                right
            }
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => expr,
            Expr::IsDistinctFrom(_, second) | Expr::IsNotDistinctFrom(_, second) => {
                is_compared = true;
                second
            }
            _ => return false,
        };
    }
}

/// What AND and OR join, from left to right.
#[derive(Default)]
struct Chain {
    operands: Vec<Expr>,
    operators: Vec<BinaryOperator>,
}

impl Chain {
    fn take(&mut self, condition: Expr) {
        match condition {
            Expr::BinaryOp { left, op: op @ (BinaryOperator::And | BinaryOperator::Or), right } => {
                self.take(*left);
                self.operators.push(op);
                self.take(*right);
            }
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
                self.take_first_into(*expr, |expr| Expr::UnaryOp { op: UnaryOperator::Not, expr });
            }
            Expr::IsDistinctFrom(first, second) => {
                self.take_first_into(*second, |second| Expr::IsDistinctFrom(first, second));
            }
            Expr::IsNotDistinctFrom(first, second) => {
                self.take_first_into(*second, |second| Expr::IsNotDistinctFrom(first, second));
            }
            operand => self.operands.push(operand),
        }
    }

    /// Takes what a comparison or NOT was read to hold; it only holds the first of it.
    fn take_first_into(&mut self, held: Expr, holding: impl FnOnce(Box<Expr>) -> Expr) {
        let first = self.operands.len();
        self.take(held);
        if let Some(first) = self.operands.get_mut(first) {
            let operand = mem::replace(first, Expr::value(Value::Null));
            *first = holding(Box::new(operand));
        }
    }

    /// OR of what AND joins.
    fn grouped(self) -> Expr {
        let mut operands = self.operands.into_iter();
        let mut any = None;
        let mut all = operands.next();
        for (operator, operand) in self.operators.into_iter().zip(operands) {
            if operator == BinaryOperator::And {
                all = joined(all, BinaryOperator::And, Some(operand));
            } else {
                any = joined(any, BinaryOperator::Or, all);
                all = Some(operand);
            }
        }
        joined(any, BinaryOperator::Or, all).unwrap_or(Expr::value(Value::Null))
    }
}

fn joined(left: Option<Expr>, op: BinaryOperator, right: Option<Expr>) -> Option<Expr> {
    match (left, right) {
        (Some(left), Some(right)) => Some(Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }),
        (left, right) => left.or(right),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn read(text: &str) -> Expr {
        Parser::new(&PostgreSqlDialect {}).try_with_sql(text).unwrap().parse_expr().unwrap()
    }

    /// A condition with brackets around all that holds something.
    fn bracketed(condition: &Expr) -> String {
        match condition {
            Expr::Nested(inner) => bracketed(inner),
            Expr::BinaryOp { left, op, right } => format!("({} {op} {})", bracketed(left), bracketed(right)),
            Expr::UnaryOp { op, expr } => format!("({op} {})", bracketed(expr)),
            Expr::IsDistinctFrom(first, second) => format!("({} <> {})", bracketed(first), bracketed(second)),
            Expr::IsNotDistinctFrom(first, second) => format!("({} = {})", bracketed(first), bracketed(second)),
            other => other.to_string(),
        }
    }

    /// A condition as it should be read, by another with brackets.
    fn check(written: &str, expected: &str) {
        let mut found = read(written);
        regroup(&mut found);
        assert_eq!(bracketed(&found), bracketed(&read(expected)));
    }

    #[test]
    fn a_comparison_holds_its_operand_alone() {
        check("a IS DISTINCT FROM b AND c", "(a IS DISTINCT FROM b) AND c");
        check("a IS NOT DISTINCT FROM b + 1 OR c", "(a IS NOT DISTINCT FROM b + 1) OR c");
        check("a IS DISTINCT FROM b", "(a IS DISTINCT FROM b)");
    }

    #[test]
    fn and_binds_tighter_than_or_on_both_sides() {
        check(
            "x OR y AND a IS DISTINCT FROM b AND c OR d AND e",
            "(x OR ((y AND (a IS DISTINCT FROM b)) AND c)) OR (d AND e)",
        );
        check("NOT a IS DISTINCT FROM b AND c", "(NOT (a IS DISTINCT FROM b)) AND c");
        check(
            "a IS DISTINCT FROM b AND c IS NOT DISTINCT FROM d OR e",
            "((a IS DISTINCT FROM b) AND (c IS NOT DISTINCT FROM d)) OR e",
        );
    }

    #[test]
    fn what_is_in_brackets_stays_there() {
        let mut condition = read("a IS DISTINCT FROM (b AND c)");
        let before = condition.clone();
        regroup(&mut condition);
        assert_eq!(condition, before);
    }
}
