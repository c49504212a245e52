//! Result columns named as PostgreSQL names them.
//!
//! The planner calls an unnamed column by its whole expression (`sum(t.x)`) and refuses two columns of one
//! name. A statement therefore gets its names before it is planned: `count(*)` is called `count`, `1 + 1` is
//! called `?column?`, and where a name could be taken for another column it carries a mark, which comes off
//! when the columns leave for a client, a new table or a view.

mod figure;
mod list;
mod mark;
mod used;
mod view;

use std::convert::Infallible;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    CopySource, Expr, FunctionArg, FunctionArgExpr, Query, Statement, TableFactor, VisitMut, VisitorMut,
};

pub(crate) use mark::{is_ambiguous, is_marked, marked, visible_rows, visible_schema, without_marks};
pub(super) use view::view_columns;

use list::{Reach, name_columns};

/// Gives a name to every column of a statement's queries that a client or another query sees.
///
/// Subqueries in expressions keep the planner's names, which nobody sees.
pub(super) fn assign(statement: &mut Statement) {
    let ControlFlow::Continue(()) = statement.visit(&mut Namer { of_statement: Reach::Client });
}

/// Names the columns of each query before the visit goes on inside it.
struct Namer {
    /// Who sees the columns of the statement's own query.
    of_statement: Reach,
}

impl VisitorMut for Namer {
    type Break = Infallible;

    fn pre_visit_statement(&mut self, statement: &mut Statement) -> ControlFlow<Infallible> {
        match statement {
            // A plan that is shown has no marks as far as it can do without.
            Statement::Explain { .. } => self.of_statement = Reach::Query,
            Statement::Query(query) => name_columns(query, self.of_statement),
            Statement::Copy { source: CopySource::Query(query), .. } => name_columns(query, self.of_statement),
            Statement::Insert(insert) => {
                if let Some(source) = &mut insert.source {
                    name_columns(source, self.of_statement);
                }
            }
            Statement::CreateTable(create) => {
                if let Some(source) = &mut create.query {
                    name_columns(source, self.of_statement);
                }
            }
            Statement::CreateView(create) => name_columns(&mut create.query, Reach::Query),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Infallible> {
        for table in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
            name_columns(&mut table.query, Reach::Query);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Infallible> {
        let arguments = match factor {
            TableFactor::Derived { subquery, .. } => {
                name_columns(subquery, Reach::Query);
                return ControlFlow::Continue(());
            }
            TableFactor::Table { args: Some(arguments), .. } => &mut arguments.args,
            TableFactor::Function { args, .. } => args,
            _ => return ControlFlow::Continue(()),
        };
        // A table function names the columns of the relations it is given.
        for argument in arguments {
            if let FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(query))) = argument {
                name_columns(query, Reach::Query);
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests;
