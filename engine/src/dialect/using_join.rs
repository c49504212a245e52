//! `JOIN … USING (column)`: two columns that are one from then on.
//!
//! The planner keeps both and takes the left one for their name, which is NULL where a right or full join found no
//! partner, and finds the name ambiguous in a condition. Here the join gets a condition, and the bare name becomes
//! what PostgreSQL takes it for: the left column, the right one of a right join, whichever is there of a full join.
//! `*` gives each such column once, before all others.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, ExcludeSelectItem, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, ObjectName,
    OrderByKind, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableFactor, VisitMut,
    VisitorMut,
};

use super::syntax::call;
use crate::names::identifier;

/// A column that is one of several tables.
pub(super) struct Merged {
    name: Ident,
    /// What its bare name stands for.
    value: Expr,
    /// How many tables have it.
    tables: usize,
}

/// Rewrites the joins of a query, not of those inside it, and its ORDER BY with them.
pub(super) fn rewrite_ordered(query: &mut Query) {
    let SetExpr::Select(select) = query.body.as_mut() else { return };
    let merged = rewrite(select);
    let Some(OrderByKind::Expressions(keys)) = query.order_by.as_mut().map(|order_by| &mut order_by.kind) else {
        return;
    };
    let mut replace = Replace { merged: &merged, depth: 0 };
    for key in keys {
        // A bare name is that of a result column first.
        let is_result = matches!(&key.expr, Expr::Identifier(name) if gives(select, name));
        if !is_result {
            let _ = key.expr.visit(&mut replace);
        }
    }
}

/// Whether a result column has that name.
fn gives(select: &Select, name: &Ident) -> bool {
    let name = identifier(name);
    select.projection.iter().any(|item| match item {
        SelectItem::ExprWithAlias { alias, .. } => identifier(alias) == name,
        SelectItem::UnnamedExpr(Expr::Identifier(column)) => identifier(column) == name,
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
            parts.last().is_some_and(|column| identifier(column) == name)
        }
        _ => false,
    })
}

/// Rewrites the joins of a query of its own, not of those inside it, and tells what they made one.
pub(super) fn rewrite(select: &mut Select) -> Vec<Merged> {
    merged_in(select).unwrap_or_default()
}

fn merged_in(select: &mut Select) -> Option<Vec<Merged>> {
    let [from] = select.from.as_mut_slice() else { return None };
    let relations = std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation));
    let tables = relations.map(qualifier).collect::<Option<Vec<_>>>()?;
    let (merged, conditions) = merge(&tables, &from.joins)?;
    if merged.is_empty() {
        return None;
    }
    // A table that has a column of the name without taking part in the join would lose it from `*`.
    let is_wild = |item: &SelectItem| matches!(item, SelectItem::Wildcard(_));
    if select.projection.iter().any(is_wild) && merged.iter().any(|column| column.tables < tables.len()) {
        return None;
    }
    for (join, condition) in from.joins.iter_mut().zip(conditions) {
        if let (Some(condition), Some(constraint)) = (condition, constraint_mut(join)) {
            *constraint = JoinConstraint::On(condition);
        }
    }
    replace_in(select, &tables, &merged);
    Some(merged)
}

/// The columns that joins make one, and the conditions in the place of USING; nothing where it cannot be told which
/// table a column is of.
fn merge(tables: &[ObjectName], joins: &[Join]) -> Option<(Vec<Merged>, Vec<Option<Expr>>)> {
    let (first, others) = tables.split_first()?;
    let mut merged: Vec<Merged> = Vec::new();
    let mut conditions = Vec::with_capacity(joins.len());
    for (place, (join, table)) in joins.iter().zip(others).enumerate() {
        let Some((names, keeps)) = using(join)? else {
            conditions.push(None);
            continue;
        };
        let mut condition: Option<Expr> = None;
        for name in names {
            let [part] = name.0.as_slice() else { return None };
            let name = part.as_ident()?.clone();
            let right = column_of(table, &name);
            let known = merged.iter_mut().find(|column| identifier(&column.name) == identifier(&name));
            let left = match &known {
                Some(column) => column.value.clone(),
                None if place == 0 => column_of(first, &name),
                None => return None,
            };
            let equal = binary(left.clone(), BinaryOperator::Eq, right.clone());
            condition = Some(match condition.take() {
                Some(before) => binary(before, BinaryOperator::And, equal),
                None => equal,
            });
            let value = match keeps {
                Keeps::Left => left,
                Keeps::Right => right,
                Keeps::Both => call("coalesce", vec![left, right]),
            };
            match known {
                Some(column) => {
                    column.value = value;
                    column.tables += 1;
                }
                None => merged.push(Merged { name, value, tables: 2 }),
            }
        }
        conditions.push(condition);
    }
    Some((merged, conditions))
}

/// Which side's rows a join keeps without a partner.
enum Keeps {
    Left,
    Right,
    Both,
}

/// The columns a join uses, if it names any; nothing of a join whose columns only the tables tell.
#[expect(clippy::option_option, reason = "a join without USING differs from one that cannot be rewritten")]
fn using(join: &Join) -> Option<Option<(&[ObjectName], Keeps)>> {
    let Some((constraint, keeps)) = constraint(join) else {
        return matches!(join.join_operator, JoinOperator::CrossJoin(_)).then_some(None);
    };
    match constraint {
        JoinConstraint::Using(names) => Some(Some((names, keeps))),
        JoinConstraint::On(_) | JoinConstraint::None => Some(None),
        JoinConstraint::Natural => None,
    }
}

/// Whether a join makes columns one, which a wildcard gives once then.
pub(super) fn joins_by_name(join: &Join) -> bool {
    matches!(constraint(join), Some((JoinConstraint::Using(_) | JoinConstraint::Natural, _)))
}

/// What a join is made by, and whose rows it keeps; nothing for other kinds of joins.
fn constraint(join: &Join) -> Option<(&JoinConstraint, Keeps)> {
    match &join.join_operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint) => Some((constraint, Keeps::Left)),
        JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => Some((constraint, Keeps::Right)),
        JoinOperator::FullOuter(constraint) => Some((constraint, Keeps::Both)),
        _ => None,
    }
}

fn constraint_mut(join: &mut Join) -> Option<&mut JoinConstraint> {
    match &mut join.join_operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint) => Some(constraint),
        _ => None,
    }
}

/// What stands before the dot of a table's columns.
fn qualifier(table: &TableFactor) -> Option<ObjectName> {
    let (alias, name) = match table {
        TableFactor::Table { alias, name, .. } => (alias, Some(name)),
        TableFactor::Derived { alias, .. } | TableFactor::Function { alias, .. } => (alias, None),
        _ => return None,
    };
    match alias {
        Some(alias) => Some(ObjectName::from(vec![alias.name.clone()])),
        None => name.cloned(),
    }
}

fn column_of(table: &ObjectName, name: &Ident) -> Expr {
    let mut parts: Vec<Ident> = table.0.iter().filter_map(|part| part.as_ident().cloned()).collect();
    parts.push(name.clone());
    Expr::CompoundIdentifier(parts)
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// Puts the values in the places of their bare names, in all of the query but its joins.
fn replace_in(select: &mut Select, tables: &[ObjectName], merged: &[Merged]) {
    let mut replace = Replace { merged, depth: 0 };
    let mut projection = Vec::with_capacity(select.projection.len());
    for item in std::mem::take(&mut select.projection) {
        match item {
            SelectItem::Wildcard(mut options) if options.opt_exclude.is_none() => {
                for column in merged {
                    projection
                        .push(SelectItem::ExprWithAlias { expr: column.value.clone(), alias: column.name.clone() });
                }
                let names = merged.iter().map(|column| ObjectName::from(vec![column.name.clone()])).collect();
                options.opt_exclude = Some(ExcludeSelectItem::Multiple(names));
                for table in tables {
                    let all_of = SelectItemQualifiedWildcardKind::ObjectName(table.clone());
                    projection.push(SelectItem::QualifiedWildcard(all_of, options.clone()));
                }
            }
            // The column keeps its name.
            SelectItem::UnnamedExpr(Expr::Identifier(name)) if replace.value_of(&name).is_some() => {
                let expr = replace.value_of(&name).unwrap_or_else(|| Expr::Identifier(name.clone()));
                projection.push(SelectItem::ExprWithAlias { expr, alias: name });
            }
            mut item => {
                let _ = item.visit(&mut replace);
                projection.push(item);
            }
        }
    }
    select.projection = projection;
    let _ = select.selection.visit(&mut replace);
    let _ = select.having.visit(&mut replace);
    let _ = select.distinct.visit(&mut replace);
    let _ = select.named_window.visit(&mut replace);
    if let GroupByExpr::Expressions(expressions, _) = &mut select.group_by {
        let _ = expressions.visit(&mut replace);
    }
}

struct Replace<'a> {
    merged: &'a [Merged],
    /// How many queries inside this one the visit is in: their names are their own.
    depth: usize,
}

impl Replace<'_> {
    fn value_of(&self, name: &Ident) -> Option<Expr> {
        let name = identifier(name);
        self.merged.iter().find(|column| identifier(&column.name) == name).map(|column| column.value.clone())
    }
}

impl VisitorMut for Replace<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if self.depth == 0
            && let Expr::Identifier(name) = expression
            && let Some(value) = self.value_of(name)
        {
            *expression = value;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::ast::Statement;
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn rewritten(sql: &str) -> String {
        let Statement::Query(mut query) = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0) else {
            panic!("no query");
        };
        rewrite_ordered(&mut query);
        query.to_string()
    }

    #[test]
    fn a_bare_name_is_the_column_of_the_side_that_keeps_its_rows() {
        assert_eq!(
            rewritten("SELECT id, x FROM a JOIN b USING (id) WHERE id > 1"),
            "SELECT a.id AS id, x FROM a JOIN b ON a.id = b.id WHERE a.id > 1"
        );
        assert_eq!(
            rewritten("SELECT id + 1 FROM a RIGHT JOIN s.b AS t USING (id) GROUP BY id"),
            "SELECT t.id + 1 FROM a RIGHT JOIN s.b AS t ON a.id = t.id GROUP BY t.id"
        );
        assert_eq!(
            rewritten("SELECT id FROM a FULL JOIN b USING (id) JOIN c USING (id)"),
            "SELECT coalesce(a.id, b.id) AS id FROM a FULL JOIN b ON a.id = b.id \
             JOIN c ON coalesce(a.id, b.id) = c.id"
        );
    }

    #[test]
    fn a_star_gives_the_column_once_and_first() {
        assert_eq!(
            rewritten("SELECT * FROM a FULL JOIN b USING (k, id)"),
            "SELECT coalesce(a.k, b.k) AS k, coalesce(a.id, b.id) AS id, a.* EXCLUDE (k, id), b.* EXCLUDE (k, id) \
             FROM a FULL JOIN b ON a.k = b.k AND a.id = b.id"
        );
    }

    #[test]
    fn an_order_is_that_of_a_result_column_first() {
        assert_eq!(
            rewritten("SELECT x FROM a FULL JOIN b USING (id) ORDER BY id, x"),
            "SELECT x FROM a FULL JOIN b ON a.id = b.id ORDER BY coalesce(a.id, b.id), x"
        );
        assert_eq!(
            rewritten("SELECT x AS id FROM a JOIN b USING (id) ORDER BY id, id + 1"),
            "SELECT x AS id FROM a JOIN b ON a.id = b.id ORDER BY id, a.id + 1"
        );
    }

    #[test]
    fn what_a_subquery_calls_so_is_its_own() {
        assert_eq!(
            rewritten("SELECT 1 FROM a JOIN b USING (id) WHERE id IN (SELECT id FROM c)"),
            "SELECT 1 FROM a JOIN b ON a.id = b.id WHERE a.id IN (SELECT id FROM c)"
        );
    }

    #[test]
    fn where_the_table_of_a_column_cannot_be_told_nothing_changes() {
        for sql in [
            "SELECT id FROM a NATURAL JOIN b",
            "SELECT id FROM a JOIN b ON a.x = b.x JOIN c USING(id)",
            "SELECT * FROM a JOIN b USING(id) JOIN c ON c.x = a.x",
            "SELECT id FROM a JOIN (b JOIN c USING(id)) USING(id)",
        ] {
            assert_eq!(rewritten(sql), sql);
        }
    }
}
