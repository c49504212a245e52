//! Calls without arguments of functions that need one: the planner takes their first argument without looking.

use std::ops::ControlFlow;

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::sql::sqlparser::ast::{Expr, Function, FunctionArguments, Statement, visit_expressions};

use crate::names::identifier;

const NEEDY: [&str; 7] = ["coalesce", "first_value", "greatest", "last_value", "least", "nth_value", "nullif"];

/// Refuses them as functions that do not exist.
pub(crate) fn check(statement: &Statement) -> Result<()> {
    let found = visit_expressions(statement, |expression| match expression {
        Expr::Function(function) if has_no_arguments(function) => match needy(function) {
            Some(name) => ControlFlow::Break(name),
            None => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Break(name) => {
            Err(Error::new(ErrorKind::UndefinedFunction, format!("function {name}() does not exist"))
                .with_hint(format!("{name} needs at least one argument")))
        }
        ControlFlow::Continue(()) => Ok(()),
    }
}

fn has_no_arguments(function: &Function) -> bool {
    match &function.args {
        FunctionArguments::None => true,
        FunctionArguments::Subquery(_) => false,
        FunctionArguments::List(list) => list.args.is_empty(),
    }
}

fn needy(function: &Function) -> Option<&'static str> {
    let name = identifier(function.name.0.last()?.as_ident()?);
    NEEDY.into_iter().find(|needy| *needy == name)
}
