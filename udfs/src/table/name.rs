//! A relation's name as an argument, `forecast(daily, …)`, becomes the subquery `forecast((SELECT * FROM daily), …)`.
//!
//! It happens to the parsed statement, before anything else looks at it, so whoever collects a statement's relations
//! (to pin their versions, to check who may read them, to know what a view depends on) finds these too, and a view's
//! stored text has them where its tables are.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, ObjectName, Statement, TableFactor, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::TableFunction;

/// Writes the relations that table functions name as subqueries.
pub fn name_relations(statement: &mut Statement) {
    let _ = statement.visit(&mut TableFactors);
}

/// The table function that a name in FROM means.
pub(super) fn function_of(name: &ObjectName) -> Option<std::sync::Arc<TableFunction>> {
    let [part] = name.0.as_slice() else { return None };
    let ident = part.as_ident()?;
    match ident.quote_style {
        Some(_) => TableFunction::find(&ident.value),
        None => TableFunction::find(&ident.value.to_lowercase()),
    }
}

struct TableFactors;

impl VisitorMut for TableFactors {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let (name, arguments) = match factor {
            TableFactor::Table { name, args: Some(arguments), .. } => (&*name, &mut arguments.args),
            TableFactor::Function { name, args, .. } => (&*name, args),
            _ => return ControlFlow::Continue(()),
        };
        let Some(function) = function_of(name) else { return ControlFlow::Continue(()) };
        for argument in arguments.iter_mut().take(function.inputs()) {
            if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument
                && let Some(subquery) = relation(expr).and_then(|name| all_of(&name)).or_else(|| values(expr))
            {
                *expr = subquery;
            }
        }
        ControlFlow::Continue(())
    }
}

/// The name that an argument consists of.
fn relation(expr: &Expr) -> Option<ObjectName> {
    match expr {
        Expr::Identifier(name) => Some(ObjectName::from(vec![name.clone()])),
        Expr::CompoundIdentifier(parts) => Some(ObjectName::from(parts.clone())),
        Expr::Nested(inner) => relation(inner),
        _ => None,
    }
}

fn all_of(relation: &ObjectName) -> Option<Expr> {
    let sql = format!("(SELECT * FROM {relation})");
    Parser::new(&PostgreSqlDialect {}).try_with_sql(&sql).ok()?.parse_expr().ok()
}

/// `(VALUES (1, 2), (3, 4))`, which among arguments reads as a call of something named VALUES beside brackets.
fn values(expr: &Expr) -> Option<Expr> {
    let first = match expr {
        Expr::Tuple(items) => items.first()?,
        Expr::Nested(inner) => inner,
        _ => return None,
    };
    let Expr::Function(call) = first else { return None };
    if !call.name.to_string().eq_ignore_ascii_case("values") {
        return None;
    }
    let sql = expr.to_string();
    let query = sql.strip_prefix('(')?.strip_suffix(')')?;
    let query = Parser::new(&PostgreSqlDialect {}).try_with_sql(query).ok()?.parse_query().ok()?;
    Some(Expr::Subquery(query))
}
