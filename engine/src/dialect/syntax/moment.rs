//! The start of the statement, by all of its names: `now()`, `current_date`, `localtimestamp(0)`.

use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectNamePart, TimezoneInfo,
};

use super::numbers::number_of;
use super::tree::{call, cast};

/// The start in local time, by the names that have no brackets.
pub(super) fn named(word: &Ident) -> Option<Expr> {
    if word.quote_style.is_some() {
        return None;
    }
    let data_type = match word.value.to_ascii_lowercase().as_str() {
        "localtimestamp" => DataType::Timestamp(None, TimezoneInfo::None),
        "localtime" => DataType::Time(None, TimezoneInfo::None),
        _ => return None,
    };
    Some(cast(start(), data_type))
}

/// The start by any of the names that are no function here.
pub(super) fn called(function: &Function) -> Option<Expr> {
    let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else { return None };
    let arguments = match &function.args {
        FunctionArguments::None => &[],
        FunctionArguments::List(list) => list.args.as_slice(),
        FunctionArguments::Subquery(_) => return None,
    };
    if function.over.is_some() {
        return None;
    }
    // Digits of a second.
    let digits = match arguments {
        [] => None,
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(digits))] => Some(number_of(digits)?.parse().ok()?),
        _ => return None,
    };
    match (name.value.to_ascii_lowercase().as_str(), digits) {
        ("now" | "current_timestamp", None) => Some(start()),
        ("current_timestamp", digits) => Some(cast(start(), DataType::Timestamp(digits, TimezoneInfo::Tz))),
        ("current_date", None) => Some(cast(start(), DataType::Date)),
        ("localtimestamp", digits) => Some(cast(start(), DataType::Timestamp(digits, TimezoneInfo::None))),
        ("localtime", digits) => Some(cast(start(), DataType::Time(digits, TimezoneInfo::None))),
        _ => None,
    }
}

fn start() -> Expr {
    call("transaction_timestamp", Vec::new())
}
