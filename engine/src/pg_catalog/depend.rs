//! What depends on what: the relations a view reads, the columns a condition names.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

use bellwether_catalog::{Namespace, Relation};
use datafusion::arrow::datatypes::Schema;
use datafusion::sql::sqlparser::ast::{Expr, Query, Statement, Visit, Visitor, visit_expressions, visit_relations};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use crate::names::{self, RelationName, identifier};

/// The relations of the lake that a view's query names.
pub(crate) fn reads(names: &Namespace, view: &Relation) -> BTreeSet<RelationName> {
    let (sql, current_schema) = match view {
        Relation::View { sql, current_schema, .. } => (sql, current_schema),
        Relation::MaterializedView(view) => (&view.sql, &view.current_schema),
        Relation::Table { .. } => return BTreeSet::new(),
    };
    let mut named = named_in(sql, current_schema);
    named.retain(|name| names.relation(&name.schema, &name.name).is_some());
    named
}

/// The relations that a query names, whether they are there or not.
pub(crate) fn named_in(sql: &str, current_schema: &str) -> BTreeSet<RelationName> {
    // A query that cannot be read any more fails where the view is asked.
    let Ok(statements) = Parser::parse_sql(&PostgreSqlDialect {}, sql) else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    for statement in &statements {
        let with = common_tables(statement);
        let _: ControlFlow<()> = visit_relations(statement, |name| {
            if let Ok(full) = names::relation(name, current_schema, names::DATABASE)
                && (name.0.len() > 1 || !with.contains(&full.name))
            {
                found.insert(full);
            }
            ControlFlow::Continue(())
        });
    }
    found
}

/// Names that `WITH` gives inside a statement.
fn common_tables(statement: &Statement) -> HashSet<String> {
    struct Names(HashSet<String>);
    impl Visitor for Names {
        type Break = ();

        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            for table in query.with.iter().flat_map(|with| &with.cte_tables) {
                self.0.insert(identifier(&table.alias.name));
            }
            ControlFlow::Continue(())
        }
    }
    let mut names = Names(HashSet::new());
    let _ = statement.visit(&mut names);
    names.0
}

/// Differs where the columns of a view may: with its query, and with the definitions of all it reads.
pub(crate) fn print(names: &Namespace, view: &RelationName, table: &dyn Fn(&str) -> u64) -> u64 {
    let mut print = DefaultHasher::new();
    let mut seen = HashSet::new();
    let mut waiting = vec![view.clone()];
    while let Some(name) = waiting.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        (&name.schema, &name.name).hash(&mut print);
        match names.relation(&name.schema, &name.name) {
            Some(Relation::Table { id }) => table(id).hash(&mut print),
            Some(Relation::MaterializedView(view)) => table(&view.id).hash(&mut print),
            Some(view @ Relation::View { sql, columns, current_schema, .. }) => {
                (sql, columns, current_schema).hash(&mut print);
                waiting.extend(reads(names, view));
            }
            None => {}
        }
    }
    print.finish()
}

/// The columns of a table that a condition names, in the table's order.
pub(crate) fn columns_in<'a>(condition: &str, table: &'a Schema) -> Vec<&'a str> {
    let parsed = Parser::new(&PostgreSqlDialect {}).try_with_sql(condition).and_then(|mut parser| parser.parse_expr());
    // A condition that cannot be read any more is reported where rows are checked against it.
    let Ok(condition) = parsed else { return Vec::new() };
    let mut named: Vec<String> = Vec::new();
    let _: ControlFlow<()> = visit_expressions(&condition, |expression| {
        match expression {
            Expr::Identifier(name) => named.push(identifier(name)),
            Expr::CompoundIdentifier(parts) => named.extend(parts.iter().map(identifier)),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    let names = table.fields().iter().map(|field| field.name().as_str());
    names.filter(|name| named.iter().any(|wanted| wanted == name)).collect()
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::{DataType, Field};

    use super::*;

    fn view(sql: &str) -> Relation {
        Relation::View {
            sql: sql.to_owned(),
            columns: Vec::new(),
            current_schema: "shop".to_owned(),
            comment: None,
            column_comments: Default::default(),
        }
    }

    fn names() -> Namespace {
        let mut names = Namespace::default();
        names.schemas.insert("shop".to_owned(), std::default::Default::default());
        names.add_relation("shop", "orders", Relation::Table { id: "1".to_owned() }, None).unwrap();
        names.add_relation("shop", "paid", view("SELECT * FROM orders"), None).unwrap();
        names
    }

    #[test]
    fn a_view_reads_what_its_query_names_wherever_it_names_it() {
        let reads = reads(&names(), &view("SELECT (SELECT max(id) FROM shop.orders) FROM Paid JOIN nobody USING (id)"));
        let reads: Vec<_> = reads.iter().map(|name| name.name.as_str()).collect();
        assert_eq!(reads, ["orders", "paid"]);
    }

    #[test]
    fn what_with_names_hides_a_table() {
        assert!(reads(&names(), &view("WITH orders AS (SELECT 1) SELECT * FROM orders")).is_empty());
    }

    #[test]
    fn a_change_below_a_view_on_a_view_changes_its_print() {
        let mut names = names();
        names.add_relation("shop", "large", view("SELECT * FROM paid"), None).unwrap();
        let large = RelationName { schema: "shop".to_owned(), name: "large".to_owned() };
        assert_ne!(print(&names, &large, &|_| 1), print(&names, &large, &|_| 2));
        assert_eq!(print(&names, &large, &|_| 1), print(&names, &large, &|_| 1));
    }

    #[test]
    fn a_condition_names_columns_in_the_tables_order() {
        let columns = ["shop", "due", "paid"].map(|name| Field::new(name, DataType::Int64, true));
        let table = Schema::new(columns.to_vec());
        assert_eq!(columns_in("paid <= orders.due AND due > 0", &table), ["due", "paid"]);
    }
}
