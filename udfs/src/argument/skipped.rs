//! What a call by name passes over, as in `attribution_from(journey, 'buy', 'linear', collapse => 'repeat')`, is written
//! as NULL: arguments by position have no gaps.
//!
//! It happens to the parsed statement. Only what may be left out is filled in; what is missing stays missing.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Statement, Value, VisitMut, VisitorMut,
};

use crate::function::by_position;

/// Writes the optional arguments that calls by name pass over.
pub fn fill_skipped(statement: &mut Statement) {
    let _ = statement.visit(&mut Calls);
}

struct Calls;

impl VisitorMut for Calls {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(call) = expr {
            fill(call);
        }
        ControlFlow::Continue(())
    }
}

fn fill(call: &mut Function) {
    let FunctionArguments::List(list) = &mut call.args else { return };
    let Some(by_name) = list.args.iter().find(|argument| name(argument).is_some()).cloned() else { return };
    let Some(declared) =
        call.name.0.last().and_then(|part| part.as_ident()).and_then(|ident| by_position(&text(ident)))
    else {
        return;
    };
    let positional = list.args.iter().take_while(|argument| name(argument).is_none()).count();
    let given: Vec<String> = list.args.iter().filter_map(name).map(text).collect();
    let is_given = |parameter: &str| given.iter().any(|given| given == parameter);
    let Some(last) = declared.parameters.iter().rposition(|parameter| is_given(parameter.name)) else { return };
    for parameter in declared.parameters.iter().take(last).skip(positional) {
        if !parameter.is_required() && !is_given(parameter.name) {
            list.args.push(null(&by_name, parameter.name));
        }
    }
}

/// The name of an argument by name.
fn name(argument: &FunctionArg) -> Option<&Ident> {
    match argument {
        FunctionArg::Named { name, .. } | FunctionArg::ExprNamed { name: Expr::Identifier(name), .. } => Some(name),
        FunctionArg::ExprNamed { .. } | FunctionArg::Unnamed(_) => None,
    }
}

fn text(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

/// NULL under a name, in the notation of another argument.
fn null(by_name: &FunctionArg, name: &str) -> FunctionArg {
    let null = FunctionArgExpr::Expr(Expr::Value(Value::Null.into()));
    match by_name {
        FunctionArg::Named { operator, .. } => {
            FunctionArg::Named { name: Ident::new(name), arg: null, operator: operator.clone() }
        }
        FunctionArg::ExprNamed { operator, .. } => {
            FunctionArg::ExprNamed { name: Expr::Identifier(Ident::new(name)), arg: null, operator: operator.clone() }
        }
        FunctionArg::Unnamed(_) => FunctionArg::Unnamed(null),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn filled(sql: &str) -> String {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        fill_skipped(&mut statement);
        statement.to_string()
    }

    #[test]
    fn what_is_passed_over_is_null_and_all_else_stays() {
        assert_eq!(
            filled("SELECT attribution_from(j, 'buy', 'linear', exclude => ARRAY['tv'])"),
            "SELECT attribution_from(j, 'buy', 'linear', exclude => ARRAY['tv'], lookback => NULL, half_life => NULL)"
        );
        for sql in [
            "SELECT attribution_from(j, 'buy', 'linear', lookback => INTERVAL '1 day')",
            "SELECT attribution_from(j, 'buy', 'linear')",
            "SELECT make_interval(days => 3)",
            "SELECT markov_attribution(p, x => 1)",
        ] {
            assert_eq!(filled(sql), sql);
        }
    }
}
