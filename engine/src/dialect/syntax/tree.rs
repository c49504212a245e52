//! Parts of a syntax tree, as they are written in place of others.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, Ident, ObjectName, Value,
};

use crate::dialect::operator::{CAST, NUMBER, OPERATORS};

/// `left OPERATOR(bellwether.name) right`.
pub(super) fn operator(left: Expr, name: &str, right: Expr) -> Expr {
    let op = BinaryOperator::PGCustomBinaryOperator(vec![OPERATORS.to_owned(), name.to_owned()]);
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// The number of that text.
pub(in crate::dialect) fn number(digits: &str) -> Expr {
    operator(Expr::value(Value::Null), NUMBER, text(digits.to_owned()))
}

/// `operand OPERATOR(bellwether.cast) CAST(NULL AS type)`.
pub(in crate::dialect) fn cast(operand: Expr, data_type: DataType) -> Expr {
    let null = Box::new(Expr::value(Value::Null));
    let right = Expr::Cast { kind: CastKind::Cast, expr: null, data_type, array: false, format: None };
    operator(operand, CAST, right)
}

/// A call of a function.
pub(crate) fn call(name: &str, args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// A text in quotes.
pub(super) fn text(text: String) -> Expr {
    Expr::value(Value::SingleQuotedString(text))
}

/// The expression, which leaves NULL behind.
pub(super) fn take(expression: &mut Expr) -> Expr {
    std::mem::replace(expression, Expr::value(Value::Null))
}
