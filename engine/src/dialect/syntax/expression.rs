//! What single expressions become, once all within them have.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, DateTimeField, Expr, Interval, UnaryOperator, Value, ValueWithSpan,
};

use super::numbers::{number_of, restore, subscript};
use super::tree::{call, cast, number, operator, take, text};
use super::{function, moment};
use crate::dialect::types::is_known;
use crate::dialect::{like_any, moment_word, symmetric};

/// Rewrites one expression.
pub(super) fn rewrite(expression: &mut Expr) {
    let written = like_any::written_out(expression)
        .or_else(|| symmetric::written_out(expression))
        .or_else(|| function::overlap(expression));
    if let Some(written) = written {
        *expression = written;
        return;
    }
    match expression {
        Expr::Function(called) => {
            if let Some(instead) = moment::called(called).or_else(|| function::cast_call(called)) {
                *expression = instead;
            }
        }
        Expr::Identifier(word) => {
            if let Some(start) = moment::named(word) {
                *expression = start;
            }
        }
        Expr::Value(ValueWithSpan { value: Value::Number(digits, _), .. }) => *expression = number(digits),
        Expr::UnaryOp { op, expr } => {
            if let Some(written) = prefixed(*op, expr) {
                *expression = written;
            }
        }
        Expr::Tuple(values) => values.iter_mut().for_each(restore),
        Expr::CompoundFieldAccess { access_chain, .. } => access_chain.iter_mut().for_each(subscript),
        Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, array: false, format: None }
            if is_known(data_type) =>
        {
            *expression = moment_word::meant(expr, data_type).unwrap_or_else(|| cast(take(expr), data_type.clone()));
        }
        Expr::TypedString(typed) if is_known(&typed.data_type) => {
            let value = Expr::Value(typed.value.clone());
            *expression =
                moment_word::meant(&value, &typed.data_type).unwrap_or_else(|| cast(value, typed.data_type.clone()));
        }
        Expr::Interval(interval) => {
            if let Some(written) = interval_text(interval) {
                *expression = cast(text(written), DataType::Interval { fields: None, precision: None });
            }
        }
        Expr::AtTimeZone { timestamp, time_zone } => {
            *expression = call("timezone", vec![take(time_zone), take(timestamp)]);
        }
        Expr::AnyOp { left, compare_op, right, .. } => {
            if let Some(written) = quantified(left, compare_op, right, "any", &BinaryOperator::Eq) {
                *expression = written;
            }
        }
        Expr::AllOp { left, compare_op, right } => {
            if let Some(written) = quantified(left, compare_op, right, "all", &BinaryOperator::NotEq) {
                *expression = written;
            }
        }
        Expr::Like { pattern, escape_char: escape @ Some(_), .. }
        | Expr::ILike { pattern, escape_char: escape @ Some(_), .. } => {
            if let Some(escape) = escape.take() {
                **pattern = call("like_escape", vec![take(pattern), Expr::Value(escape)]);
            }
        }
        _ => {}
    }
}

/// An operator before its operand: a sign is part of the number, and some are functions, of doubles where PostgreSQL
/// has the operator for these alone.
fn prefixed(op: UnaryOperator, operand: &mut Expr) -> Option<Expr> {
    Some(match op {
        UnaryOperator::Minus => {
            let digits = number_of(operand).filter(|digits| !digits.starts_with('-'))?;
            number(&format!("-{digits}"))
        }
        UnaryOperator::PGSquareRoot => call("sqrt", vec![cast(take(operand), DataType::DoublePrecision)]),
        UnaryOperator::PGCubeRoot => call("cbrt", vec![take(operand)]),
        UnaryOperator::PGAbs => call("abs", vec![take(operand)]),
        UnaryOperator::BitwiseNot => {
            let right = Box::new(Expr::Nested(Box::new(take(operand))));
            Expr::BinaryOp { left: Box::new(number("-1")), op: BinaryOperator::Minus, right }
        }
        _ => return None,
    })
}

/// A comparison with the items of an array, or with the rows of a subquery where it is `member`: whether a value is
/// among them, or is not.
fn quantified(
    left: &mut Expr,
    comparison: &BinaryOperator,
    right: &mut Expr,
    quantifier: &str,
    member: &BinaryOperator,
) -> Option<Expr> {
    match right {
        Expr::Subquery(subquery) if comparison == member => Some(Expr::InSubquery {
            expr: Box::new(take(left)),
            subquery: subquery.clone(),
            negated: *member == BinaryOperator::NotEq,
        }),
        Expr::Subquery(_) => None,
        items => Some(operator(take(left), &format!("{quantifier} {comparison}"), take(items))),
    }
}

/// The text of an interval's literal, with the unit that may stand behind it.
fn interval_text(interval: &Interval) -> Option<String> {
    let value = match interval.value.as_ref() {
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) => text,
        _ => return None,
    };
    Some(match &interval.leading_field {
        // The unit is that of a bare number, of which it leaves no fraction.
        Some(field) if value.trim().parse::<f64>().is_ok() => {
            let field = interval.last_field.as_ref().unwrap_or(field);
            match value.split_once('.') {
                Some((whole, _)) if !matches!(field, DateTimeField::Second | DateTimeField::Seconds) => {
                    format!("{whole} {field}")
                }
                _ => format!("{value} {field}"),
            }
        }
        _ => value.clone(),
    })
}
