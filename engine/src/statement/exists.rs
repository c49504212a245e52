//! `SELECT EXISTS (…)`: the planner knows EXISTS as a condition only, so as a value it counts.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{self, Expr, OrderByKind, Query, SetExpr, VisitMut, VisitorMut};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// Rewrites the EXISTS of every select list and order into a count that is compared with zero.
pub(super) fn rewrite(statement: &mut ast::Statement) {
    let _ = VisitMut::visit(statement, &mut Lists);
}

struct Lists;

impl VisitorMut for Lists {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        in_body(&mut query.body);
        if let Some(OrderByKind::Expressions(keys)) = query.order_by.as_mut().map(|order_by| &mut order_by.kind) {
            for key in keys {
                let _ = VisitMut::visit(&mut key.expr, &mut Values);
            }
        }
        ControlFlow::Continue(())
    }
}

fn in_body(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => {
            for item in &mut select.projection {
                let _ = VisitMut::visit(item, &mut Values);
            }
        }
        SetExpr::SetOperation { left, right, .. } => {
            in_body(left);
            in_body(right);
        }
        _ => {}
    }
}

struct Values;

impl VisitorMut for Values {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::Exists { subquery, negated } = expression
            && let Some(counted) = counted(subquery, *negated)
        {
            *expression = counted;
        }
        ControlFlow::Continue(())
    }
}

fn counted(subquery: &Query, negated: bool) -> Option<Expr> {
    let comparison = if negated { "= 0" } else { "> 0" };
    let sql = format!("(SELECT count(*) {comparison} FROM ({subquery}) AS \"found\")");
    Parser::new(&PostgreSqlDialect {}).try_with_sql(&sql).ok()?.parse_expr().ok()
}

/// Whether an expression holds a subquery that the planner takes as a condition only.
pub(super) fn has_condition_subquery(expression: &Expr) -> bool {
    ast::visit_expressions(expression, |expression| match expression {
        Expr::Exists { .. } | Expr::InSubquery { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(sql: &str) -> String {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        rewrite(&mut statement);
        statement.to_string()
    }

    #[test]
    fn as_a_value_exists_counts() {
        assert_eq!(
            rewritten("SELECT EXISTS (SELECT 1 FROM t)"),
            "SELECT (SELECT count(*) > 0 FROM (SELECT 1 FROM t) AS \"found\")"
        );
    }

    #[test]
    fn as_a_condition_it_stays() {
        let sql = "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM s WHERE s.a = t.a)";
        assert_eq!(rewritten(sql), sql);
    }
}
