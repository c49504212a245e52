//! Calls that mean something else: a type's name casts, and rows are functions of ours.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName,
    ObjectNamePart,
};

use super::tree::{call, cast, take};

/// A type's name as a function, which casts.
pub(super) fn cast_call(function: &mut Function) -> Option<Expr> {
    const TYPES: [&str; 11] =
        ["bool", "bpchar", "date", "float4", "float8", "int2", "int4", "int8", "text", "timestamptz", "varchar"];
    let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else { return None };
    let name = name.value.to_ascii_lowercase();
    let FunctionArguments::List(list) = &mut function.args else { return None };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(operand))] = list.args.as_mut_slice() else { return None };
    if !TYPES.contains(&name.as_str()) || function.over.is_some() {
        return None;
    }
    Some(cast(take(operand), DataType::Custom(ObjectName::from(vec![Ident::new(name)]), Vec::new())))
}

/// `row(…)` is a function of ours, and `t.*` as an argument the row of `t`.
pub(super) fn name_rows(function: &mut Function) {
    if let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice()
        && name.value.eq_ignore_ascii_case("row")
    {
        function.name = ObjectName::from(vec![Ident::new("row_value")]);
    }
    let FunctionArguments::List(list) = &mut function.args else { return };
    for argument in &mut list.args {
        if let FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name)) = argument
            && let [ObjectNamePart::Identifier(relation)] = name.0.as_slice()
        {
            *argument = FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(relation.clone())));
        }
    }
}

/// `(a, b) OVERLAPS (c, d)` as a call.
pub(super) fn overlap(expression: &mut Expr) -> Option<Expr> {
    let Expr::BinaryOp { left, op: BinaryOperator::Overlaps, right } = expression else { return None };
    match (left.as_mut(), right.as_mut()) {
        (Expr::Tuple(first), Expr::Tuple(second)) if first.len() == 2 && second.len() == 2 => {
            Some(call("overlaps", first.drain(..).chain(second.drain(..)).collect()))
        }
        _ => None,
    }
}
