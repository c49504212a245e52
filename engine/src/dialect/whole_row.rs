//! Rows as values: `SELECT t FROM t`, `row_to_json(t)`, `count(t)`, `(t).name`.
//!
//! The planner knows columns alone. When it does not find one that is called like a relation it reads at that place,
//! the row of that relation is meant: its columns are among those the planner did find. So nothing is looked up as
//! long as statements name columns, and a column comes before a relation of the same name, as in PostgreSQL.

use std::ops::ControlFlow;

use datafusion::common::{Column, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Ident, Select, SelectItem, Statement, TableFactor, TableWithJoins, Value, ValueWithSpan,
    VisitMut, VisitorMut,
};

use super::syntax::call;
use crate::names::identifier;
use crate::statement::output_name::without_marks;

/// Writes the row of a relation where the planner missed a column of that name; whether it did.
pub(crate) fn rewrite(statement: &mut Statement, error: &DataFusionError) -> bool {
    let Some((missing, valid)) = missing(error) else { return false };
    if missing.relation.is_some() {
        return false;
    }
    let columns: Vec<&str> = valid
        .iter()
        .filter(|column| column.relation.as_ref().is_some_and(|relation| relation.table() == missing.name))
        .map(|column| column.name.as_str())
        .collect();
    if columns.is_empty() {
        return false;
    }
    let mut rewriter = Rewriter { relation: &missing.name, columns, reads: Vec::new(), has_written: false };
    let _ = statement.visit(&mut rewriter);
    rewriter.has_written
}

/// The column that was not found, and those that were there.
pub(super) fn missing(error: &DataFusionError) -> Option<(&Column, &[Column])> {
    match error {
        DataFusionError::Diagnostic(_, inner) | DataFusionError::Context(_, inner) => missing(inner),
        DataFusionError::Shared(inner) => missing(inner),
        DataFusionError::Collection(errors) => missing(errors.first()?),
        DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => Some((field, valid_fields)),
            _ => None,
        },
        _ => None,
    }
}

struct Rewriter<'a> {
    relation: &'a str,
    columns: Vec<&'a str>,
    /// Of each select around, whether it reads the relation.
    reads: Vec<bool>,
    has_written: bool,
}

impl Rewriter<'_> {
    /// Whether an expression is the relation's name, and may mean its row.
    fn is_named(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Nested(inner) => self.is_named(inner),
            Expr::Identifier(name) => self.reads.contains(&true) && identifier(name) == self.relation,
            _ => false,
        }
    }

    fn row(&mut self) -> Expr {
        self.has_written = true;
        let mut arguments = Vec::with_capacity(self.columns.len() * 2);
        for column in &self.columns {
            arguments.push(Expr::value(Value::SingleQuotedString(without_marks(column).into_owned())));
            arguments.push(self.column(column));
        }
        call("whole_row", arguments)
    }

    fn column(&self, name: &str) -> Expr {
        Expr::CompoundIdentifier(vec![Ident::with_quote('"', self.relation), Ident::with_quote('"', name)])
    }
}

impl VisitorMut for Rewriter<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        self.reads.push(select.from.iter().any(|table| reads(table, self.relation)));
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expression) = item
                && self.is_named(expression)
            {
                let alias = Ident::with_quote('"', self.relation);
                *item = SelectItem::ExprWithAlias { expr: self.row(), alias };
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _select: &mut Select) -> ControlFlow<()> {
        self.reads.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if self.is_named(expression) {
            *expression = self.row();
            return ControlFlow::Continue(());
        }
        if let Expr::CompoundFieldAccess { root, access_chain } = expression
            && self.is_named(root)
            && let Some(field) = access_chain.first().and_then(field)
            && let Some(column) = self.columns.iter().find(|column| without_marks(column) == field)
        {
            let column = self.column(column);
            self.has_written = true;
            access_chain.remove(0);
            match access_chain.is_empty() {
                true => *expression = column,
                false => **root = column,
            }
        }
        ControlFlow::Continue(())
    }
}

/// The field that `.name` takes of a row.
fn field(access: &AccessExpr) -> Option<String> {
    match access {
        AccessExpr::Dot(Expr::Identifier(name)) => Some(identifier(name)),
        AccessExpr::Dot(Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(name), .. })) => {
            Some(name.clone())
        }
        _ => None,
    }
}

fn reads(table: &TableWithJoins, relation: &str) -> bool {
    is_called(&table.relation, relation) || table.joins.iter().any(|join| is_called(&join.relation, relation))
}

/// Whether a part of FROM is called so.
fn is_called(factor: &TableFactor, relation: &str) -> bool {
    let alias = match factor {
        TableFactor::Table { name, alias: None, .. } => {
            return name.0.last().and_then(|part| part.as_ident()).is_some_and(|name| identifier(name) == relation);
        }
        TableFactor::NestedJoin { table_with_joins, .. } => return reads(table_with_joins, relation),
        TableFactor::Table { alias, .. }
        | TableFactor::Derived { alias, .. }
        | TableFactor::Function { alias, .. }
        | TableFactor::TableFunction { alias, .. }
        | TableFactor::UNNEST { alias, .. } => alias,
        _ => return false,
    };
    alias.as_ref().is_some_and(|alias| identifier(&alias.name) == relation)
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    /// The statement after `c`, which has the columns `id` and `name`, was missed as a column.
    fn rewritten(sql: &str) -> String {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        let valid_fields =
            vec![Column::new(Some("o"), "id"), Column::new(Some("c"), "id"), Column::new(Some("c"), "name")];
        let field = Box::new(Column::new_unqualified("c"));
        let error = SchemaError::FieldNotFound { field, valid_fields };
        rewrite(&mut statement, &DataFusionError::SchemaError(Box::new(error), Box::new(None)));
        statement.to_string()
    }

    const ROW: &str = r#"whole_row('id', "c"."id", 'name', "c"."name")"#;

    #[test]
    fn a_relation_as_a_value_is_its_row() {
        assert_eq!(rewritten("SELECT c FROM t AS c"), format!("SELECT {ROW} AS \"c\" FROM t AS c"));
        assert_eq!(
            rewritten("SELECT row_to_json(c) AS r FROM o JOIN s.c ON true WHERE c IS NULL"),
            format!("SELECT row_to_json({ROW}) AS r FROM o JOIN s.c ON true WHERE {ROW} IS NULL")
        );
    }

    #[test]
    fn a_column_of_a_row_is_the_column() {
        assert_eq!(rewritten("SELECT (c).name FROM t AS c"), r#"SELECT "c"."name" FROM t AS c"#);
    }

    #[test]
    fn where_the_relation_is_not_read_nothing_is_meant() {
        for sql in ["SELECT c FROM o", "SELECT (SELECT 1 FROM t AS c), c FROM o"] {
            assert_eq!(rewritten(sql), sql);
        }
    }
}
