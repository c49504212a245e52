//! `OVER (w ROWS …)`: a window that begins like a named one.
//!
//! The planner reads `OVER w`, but where a window only begins with a name it overlooks it. Its partitions and order are
//! therefore written out.

use std::ops::ControlFlow;

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, NamedWindowDefinition, NamedWindowExpr, Select, Statement, VisitMut, VisitorMut, WindowSpec,
    WindowType, visit_expressions_mut,
};

use crate::names::identifier;

/// Writes out what windows take from named ones.
pub(crate) fn write_out(statement: &mut Statement) -> Result<()> {
    match VisitMut::visit(statement, &mut Selects) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Selects;

impl VisitorMut for Selects {
    type Break = Error;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Error> {
        // A window may begin like one that stands before it.
        for index in 0..select.named_window.len() {
            let (known, rest) = select.named_window.split_at_mut(index);
            if let Some(NamedWindowDefinition(_, NamedWindowExpr::WindowSpec(window))) = rest.first_mut()
                && let Err(error) = complete(window, known)
            {
                return ControlFlow::Break(error);
            }
        }
        let known = std::mem::take(&mut select.named_window);
        let completed = visit_expressions_mut(select, |expression| match expression {
            Expr::Function(function) => match &mut function.over {
                Some(WindowType::WindowSpec(window)) => match complete(window, &known) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => ControlFlow::Break(error),
                },
                _ => ControlFlow::Continue(()),
            },
            _ => ControlFlow::Continue(()),
        });
        select.named_window = known;
        completed
    }
}

/// The window with the partitions and order of the one it begins like.
fn complete(window: &mut WindowSpec, known: &[NamedWindowDefinition]) -> Result<()> {
    let Some(name) = window.window_name.clone() else { return Ok(()) };
    // A subquery's windows are looked at again with those of its own list.
    let Some(named) = find(&name, known) else { return Ok(()) };
    let refuse = |message: String| Err(Error::new(ErrorKind::Windowing, message));
    if !window.partition_by.is_empty() {
        return refuse(format!("cannot override PARTITION BY clause of window \"{name}\""));
    }
    if !window.order_by.is_empty() && !named.order_by.is_empty() {
        return refuse(format!("cannot override ORDER BY clause of window \"{name}\""));
    }
    if named.window_frame.is_some() {
        return refuse(format!("cannot copy window \"{name}\" because it has a frame clause"));
    }
    window.partition_by = named.partition_by.clone();
    if window.order_by.is_empty() {
        window.order_by = named.order_by.clone();
    }
    window.window_name = None;
    Ok(())
}

fn find<'a>(name: &Ident, known: &'a [NamedWindowDefinition]) -> Option<&'a WindowSpec> {
    let NamedWindowDefinition(_, window) = known.iter().find(|known| identifier(&known.0) == identifier(name))?;
    match window {
        NamedWindowExpr::WindowSpec(window) => Some(window),
        NamedWindowExpr::NamedWindow(other) => find(other, known),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn written(sql: &str) -> Result<String> {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        write_out(&mut statement)?;
        Ok(statement.to_string())
    }

    #[test]
    fn a_window_has_the_partitions_and_order_of_the_one_it_begins_like() {
        assert_eq!(
            written("SELECT sum(x) OVER (w ROWS 1 PRECEDING) FROM t WINDOW w AS (PARTITION BY a ORDER BY b)").unwrap(),
            "SELECT sum(x) OVER (PARTITION BY a ORDER BY b ROWS 1 PRECEDING) FROM t \
             WINDOW w AS (PARTITION BY a ORDER BY b)"
        );
        assert_eq!(
            written("SELECT sum(x) OVER v FROM t WINDOW w AS (PARTITION BY a), v AS (w ORDER BY b)").unwrap(),
            "SELECT sum(x) OVER v FROM t WINDOW w AS (PARTITION BY a), v AS (PARTITION BY a ORDER BY b)"
        );
    }

    #[test]
    fn what_the_named_window_says_cannot_be_said_again() {
        let error = written("SELECT sum(x) OVER (w ORDER BY c) FROM t WINDOW w AS (ORDER BY b)").unwrap_err();
        assert_eq!(error.message(), "cannot override ORDER BY clause of window \"w\"");
    }
}
