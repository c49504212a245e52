//! How large a statement may be once it is planned: names that stand for queries can double it with every step.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{self, Query, Select, Visit, Visitor, visit_relations};

use crate::{Error, ErrorKind, Result};

/// Relational operators of a plan; a hand-written report has dozens, a generated one hundreds.
const OPERATORS_MAX: usize = 10_000;

/// Expressions of a select list: twice as many as PostgreSQL has. Planning takes the square of their number.
const SELECTED_MAX: usize = 4_096;

/// Refuses a statement with a select list that is too long, or whose WITH queries, each put in where it is named, make
/// too many relations.
///
/// `WITH a AS (…), b AS (SELECT * FROM a UNION ALL SELECT * FROM a), c AS (…b twice…)` is short as a text and
/// twice as large with every step, already while it is planned.
pub(crate) fn check_statement(statement: &ast::Statement) -> Result<()> {
    match Visit::visit(statement, &mut Expansion) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Expansion;

impl Visitor for Expansion {
    type Break = Error;

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Error> {
        let count = select.projection.len();
        if count <= SELECTED_MAX {
            return ControlFlow::Continue(());
        }
        let fact = format!("a select list has {count} expressions, the limit is {SELECTED_MAX}");
        ControlFlow::Break(Error::new(ErrorKind::TooComplex, fact).with_hint("ask for fewer columns at a time"))
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Error> {
        let Some(with) = &query.with else { return ControlFlow::Continue(()) };
        let mut sizes: HashMap<String, usize> = HashMap::new();
        for named in &with.cte_tables {
            let size = relations(&named.query, &sizes);
            if size > OPERATORS_MAX {
                return ControlFlow::Break(too_large());
            }
            sizes.insert(named.alias.name.value.to_lowercase(), size);
        }
        match relations(query, &sizes) > OPERATORS_MAX {
            true => ControlFlow::Break(too_large()),
            false => ControlFlow::Continue(()),
        }
    }
}

/// The relations of a query once the named ones are put in.
fn relations(query: &Query, sizes: &HashMap<String, usize>) -> usize {
    let mut count: usize = 1;
    let _ = visit_relations(query, |name| {
        let size = sizes.get(&name.to_string().to_lowercase()).copied().unwrap_or(1);
        count = count.saturating_add(size);
        ControlFlow::<()>::Continue(())
    });
    count
}

fn too_large() -> Error {
    Error::new(ErrorKind::TooComplex, format!("the statement's plan has more than {OPERATORS_MAX} operators"))
        .with_hint("refer to a query of WITH once, or store its result with CREATE TABLE … AS")
}

/// Refuses a plan of too many operators before the optimizer copies it.
pub(crate) fn check_plan(plan: &LogicalPlan) -> Result<()> {
    let mut open = vec![plan];
    let mut count = 0;
    while let Some(plan) = open.pop() {
        count += 1;
        if count > OPERATORS_MAX {
            return Err(too_large());
        }
        open.extend(plan.inputs());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::logical_expr::LogicalPlanBuilder;

    fn doubled(times: usize) -> LogicalPlan {
        let mut plan = LogicalPlanBuilder::empty(true).build().unwrap();
        for _ in 0..times {
            plan = LogicalPlanBuilder::from(plan.clone()).union(plan).unwrap().build().unwrap();
        }
        plan
    }

    #[test]
    fn a_with_chain_that_doubles_is_refused_before_it_is_planned() {
        let chain = |steps: usize| {
            let mut sql = "WITH a0 AS (SELECT 1 AS x)".to_owned();
            for step in 1..=steps {
                let before = step - 1;
                sql.push_str(&format!(", a{step} AS (SELECT * FROM a{before} UNION ALL SELECT * FROM a{before})"));
            }
            sql.push_str(&format!(" SELECT count(*) FROM a{steps}"));
            let dialect = datafusion::sql::sqlparser::dialect::PostgreSqlDialect {};
            datafusion::sql::sqlparser::parser::Parser::parse_sql(&dialect, &sql).unwrap().remove(0)
        };
        assert!(check_statement(&chain(5)).is_ok());
        assert_eq!(check_statement(&chain(60)).unwrap_err().kind(), ErrorKind::TooComplex);
    }

    #[test]
    fn a_select_list_is_bounded() {
        let list = |count: usize| {
            let columns: Vec<String> = (0..count).map(|column| format!("1 AS c{column}")).collect();
            let sql = format!("SELECT * FROM (SELECT {}) AS wide", columns.join(", "));
            let dialect = datafusion::sql::sqlparser::dialect::PostgreSqlDialect {};
            datafusion::sql::sqlparser::parser::Parser::parse_sql(&dialect, &sql).unwrap().remove(0)
        };
        assert!(check_statement(&list(SELECTED_MAX)).is_ok());
        assert_eq!(check_statement(&list(SELECTED_MAX + 1)).unwrap_err().kind(), ErrorKind::TooComplex);
    }

    #[test]
    fn a_plan_that_doubles_thirty_times_is_refused_at_once() {
        assert!(check_plan(&doubled(5)).is_ok());
        assert_eq!(check_plan(&doubled(30)).unwrap_err().kind(), ErrorKind::TooComplex);
    }
}
