//! The names that a select uses where the planner could take an alias for a column.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Distinct, Expr, GroupByExpr, OrderByExpr, Select, visit_expressions};

use crate::names::identifier;

/// Names in GROUP BY, HAVING, QUALIFY, DISTINCT ON and ORDER BY.
#[derive(Default)]
pub(super) struct Used {
    /// Those that are a whole key of GROUP BY. There the planner takes a column of the input before an alias.
    pub keys: HashSet<String>,
    /// Those inside of expressions elsewhere.
    pub inside: HashSet<String>,
    /// Those of columns that keys of ORDER BY and DISTINCT ON name with their table.
    pub qualified: HashSet<String>,
}

impl Used {
    pub(super) fn in_select(select: &Select, order_by: &[OrderByExpr]) -> Self {
        let mut used = Self::default();
        if let GroupByExpr::Expressions(keys, _) = &select.group_by {
            for key in keys {
                if let Expr::Identifier(name) = key {
                    used.keys.insert(identifier(name));
                }
            }
        }
        for condition in select.having.iter().chain(&select.qualify) {
            used.add_identifiers(condition);
        }
        let distinct_on = match &select.distinct {
            Some(Distinct::On(keys)) => keys.as_slice(),
            _ => &[],
        };
        // A key of ORDER BY or DISTINCT ON that is nothing but a name means the alias, in PostgreSQL as here.
        for key in order_by.iter().map(|key| &key.expr).chain(distinct_on) {
            if !matches!(without_brackets(key), Expr::Identifier(_)) {
                used.add_identifiers(key);
                used.add_qualified(key);
            }
        }
        used
    }

    fn add_identifiers(&mut self, expr: &Expr) {
        let _ = visit_expressions(expr, |inner| {
            if let Expr::Identifier(name) = inner {
                self.inside.insert(identifier(name));
            }
            ControlFlow::<()>::Continue(())
        });
    }

    /// The planner sorts by a column that is not selected after adding it to those that are, so even a qualified
    /// one must not be called like an alias.
    fn add_qualified(&mut self, expr: &Expr) {
        let _ = visit_expressions(expr, |inner| {
            if let Expr::CompoundIdentifier(names) = inner {
                self.qualified.extend(names.last().map(identifier));
            }
            ControlFlow::<()>::Continue(())
        });
    }
}

/// The expression inside of brackets around it.
pub(super) fn without_brackets(mut expr: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expr {
        expr = inner;
    }
    expr
}
