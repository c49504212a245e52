//! Arguments by name: `make_interval(days => 10)`.
//!
//! The planner takes arguments by name only where all of them are given; PostgreSQL's `make_interval` has zeros for
//! what is left out.

use datafusion::sql::sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value};

/// What the arguments of `make_interval` are called, in their order.
const PARTS: &[&str] = &["years", "months", "weeks", "days", "hours", "mins", "secs"];

/// Puts arguments that are given by name in their places.
pub(super) fn place(function: &mut Function) {
    if !function.name.to_string().eq_ignore_ascii_case("make_interval") {
        return;
    }
    let FunctionArguments::List(list) = &mut function.args else { return };
    let mut places: Vec<Option<FunctionArgExpr>> = vec![None; PARTS.len()];
    for (index, argument) in list.args.iter().enumerate() {
        let (place, value) = match argument {
            FunctionArg::Named { name, arg, .. } => {
                let place = PARTS.iter().position(|part| name.value.eq_ignore_ascii_case(part));
                (place, arg)
            }
            FunctionArg::Unnamed(arg) => (Some(index), arg),
            FunctionArg::ExprNamed { name: Expr::Identifier(name), arg, .. } => {
                (PARTS.iter().position(|part| name.value.eq_ignore_ascii_case(part)), arg)
            }
            FunctionArg::ExprNamed { .. } => return,
        };
        // What has no place, or has it twice, is left for the planner to refuse.
        match place.and_then(|place| places.get_mut(place)) {
            Some(free @ None) => *free = Some(value.clone()),
            _ => return,
        }
    }
    let zero = || FunctionArgExpr::Expr(Expr::value(Value::Number("0".to_owned(), false)));
    list.args = places.into_iter().map(|value| FunctionArg::Unnamed(value.unwrap_or_else(zero))).collect();
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn placed(sql: &str) -> String {
        let mut expr = Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).unwrap().parse_expr().unwrap();
        if let Expr::Function(function) = &mut expr {
            place(function);
        }
        expr.to_string()
    }

    #[test]
    fn arguments_go_to_their_places() {
        assert_eq!(placed("make_interval(days => 10)"), "make_interval(0, 0, 0, 10, 0, 0, 0)");
        assert_eq!(placed("make_interval(1, secs => 2)"), "make_interval(1, 0, 0, 0, 0, 0, 2)");
        assert_eq!(placed("make_interval(fortnights => 2)"), "make_interval(fortnights => 2)");
        assert_eq!(placed("f(days => 10)"), "f(days => 10)");
    }
}
