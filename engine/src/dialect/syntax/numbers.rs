//! Numbers: an operator of ours wherever they are values, and as they were written where only a number can stand.

use datafusion::sql::sqlparser::ast::{AccessExpr, BinaryOperator, Expr, Subscript, Value, ValueWithSpan};

use super::tree::number;
use crate::dialect::operator::NUMBER;

/// The largest position in an array.
const SUBSCRIPT_MAX: &str = "2147483647";

/// The number that an operator of ours stands for.
pub(super) fn number_of(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::BinaryOp { op: BinaryOperator::PGCustomBinaryOperator(name), right, .. }
            if name.last().is_some_and(|name| name == NUMBER) =>
        {
            match right.as_ref() {
                Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(number), .. }) => Some(number),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Puts a number back as it was written.
pub(super) fn restore(expression: &mut Expr) {
    if let Some(number) = number_of(expression).filter(|number| !number.starts_with('-')) {
        *expression = Expr::value(Value::Number(number.to_owned(), false));
    }
}

/// A number in quotes is one where only a number can be.
pub(super) fn unquote(expression: &mut Expr) {
    if let Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) = expression
        && text.trim().parse::<u64>().is_ok()
    {
        *expression = Expr::value(Value::Number(text.trim().to_owned(), false));
    }
}

/// A subscript takes a bare number, and a slice both of its ends.
pub(super) fn subscript(access: &mut AccessExpr) {
    match access {
        AccessExpr::Subscript(Subscript::Index { index }) => restore(index),
        AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, .. }) => {
            lower_bound.get_or_insert_with(|| number("1"));
            upper_bound.get_or_insert_with(|| number(SUBSCRIPT_MAX));
        }
        AccessExpr::Dot(_) => {}
    }
}
