//! `date 'today'`, `timestamp 'now'`: moments in words, as of the start of the transaction.

use datafusion::sql::sqlparser::ast::{BinaryOperator, DataType, Expr, Value, ValueWithSpan};

use super::syntax::{call, cast, number};

/// What a text means as a date or timestamp, if it is such a word.
pub(super) fn meant(text: &Expr, data_type: &DataType) -> Option<Expr> {
    let Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) = text else { return None };
    if !matches!(data_type, DataType::Date | DataType::Timestamp(..)) {
        return None;
    }
    let start = call("transaction_timestamp", Vec::new());
    let day = match text.trim().to_ascii_lowercase().as_str() {
        "now" => return Some(cast(start, data_type.clone())),
        "today" => cast(start, DataType::Date),
        "tomorrow" => beside(cast(start, DataType::Date), BinaryOperator::Plus),
        "yesterday" => beside(cast(start, DataType::Date), BinaryOperator::Minus),
        _ => return None,
    };
    Some(cast(day, data_type.clone()))
}

/// The day after or before a day.
fn beside(day: Expr, op: BinaryOperator) -> Expr {
    let moved = Expr::BinaryOp { left: Box::new(day), op, right: Box::new(number("1")) };
    Expr::Nested(Box::new(moved))
}
