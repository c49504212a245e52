//! Temporary tables: tables of one session, under names that nobody else sees.
//!
//! They are tables of the lake like any other, but their names stay in the session, in the schema `pg_temp`, which is
//! looked into first. In the lake's own names such a table has lost its name from the start, so its files go with
//! those of dropped tables, whatever becomes of the session.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use bellwether_catalog::{Namespace, Relation, SchemaEntry};
use datafusion::sql::sqlparser::ast::{
    self, Ident, ObjectName, ObjectNamePart, Query, Visit, VisitMut, Visitor, VisitorMut,
};

use crate::names::identifier;

/// The schema of temporary tables.
pub(crate) const SCHEMA: &str = "pg_temp";

/// The temporary tables of a session, by name.
#[derive(Debug, Default)]
pub(crate) struct Temporaries {
    tables: BTreeMap<String, Temporary>,
}

#[derive(Debug)]
struct Temporary {
    id: String,
    /// Whether it goes at the end of the transaction block it was made in.
    is_of_block: bool,
}

impl Temporaries {
    pub(crate) fn add(&mut self, name: String, id: String, is_of_block: bool) {
        self.tables.insert(name, Temporary { id, is_of_block });
    }

    /// Whether there was one of that name.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        self.tables.remove(name).is_some()
    }

    pub(crate) fn clear(&mut self) {
        self.tables.clear();
    }

    /// Whether the table of that name goes at the end of the transaction block, or is gone already.
    pub(crate) fn ends_with_block(&self, name: &str) -> bool {
        self.tables.get(name).is_none_or(|table| table.is_of_block)
    }

    /// Drops what lives no longer than a transaction block.
    pub(crate) fn end_block(&mut self) {
        self.tables.retain(|_, table| !table.is_of_block);
    }

    /// The lake's names with the session's own.
    pub(crate) fn over(&self, names: Arc<Namespace>) -> Arc<Namespace> {
        if self.tables.is_empty() {
            return names;
        }
        let relation = |table: &Temporary| Relation::Table { id: table.id.clone() };
        let relations = self.tables.iter().map(|(name, table)| (name.clone(), relation(table))).collect();
        let mut all = Namespace::clone(&names);
        all.schemas.insert(SCHEMA.to_owned(), SchemaEntry { relations, ..SchemaEntry::default() });
        Arc::new(all)
    }
}

/// Writes the schema of temporary tables before their names, where no name of a WITH hides them.
pub(crate) fn qualify(statement: &mut ast::Statement, names: &Namespace) {
    let Some(entry) = names.schemas.get(SCHEMA) else { return };
    let mut hidden = Hidden::default();
    let _ = Visit::visit(statement, &mut hidden);
    let _ = VisitMut::visit(statement, &mut Qualify { entry, hidden: &hidden.names });
}

/// Whether a query reads a temporary table.
pub(crate) fn is_read_by(query: &Query, names: &Namespace) -> bool {
    let mut statement = ast::Statement::Query(Box::new(query.clone()));
    let before = statement.clone();
    qualify(&mut statement, names);
    statement != before
}

/// Names that a WITH gives.
#[derive(Default)]
struct Hidden {
    names: HashSet<String>,
}

impl Visitor for Hidden {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let given = query.with.iter().flat_map(|with| &with.cte_tables);
        self.names.extend(given.map(|given| identifier(&given.alias.name)));
        ControlFlow::Continue(())
    }
}

struct Qualify<'a> {
    entry: &'a SchemaEntry,
    hidden: &'a HashSet<String>,
}

impl VisitorMut for Qualify<'_> {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<()> {
        if let [only] = relation.0.as_slice()
            && let Some(ident) = only.as_ident()
        {
            let name = identifier(ident);
            if self.entry.relations.contains_key(&name) && !self.hidden.contains(&name) {
                relation.0.insert(0, ObjectNamePart::Identifier(Ident::new(SCHEMA)));
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn qualified(sql: &str) -> String {
        let mut temporaries = Temporaries::default();
        temporaries.add("t".into(), "1".into(), false);
        let names = temporaries.over(Arc::new(Namespace::default()));
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        qualify(&mut statement, &names);
        statement.to_string()
    }

    #[test]
    fn a_bare_name_means_the_temporary_table_first() {
        assert_eq!(
            qualified("SELECT * FROM T JOIN public.t ON true WHERE EXISTS (SELECT 1 FROM t)"),
            "SELECT * FROM pg_temp.T JOIN public.t ON true WHERE EXISTS (SELECT 1 FROM pg_temp.t)"
        );
        assert_eq!(qualified("SELECT * FROM \"T\""), "SELECT * FROM \"T\"");
    }

    #[test]
    fn a_name_of_a_with_hides_it() {
        let sql = "WITH t AS (SELECT 1) SELECT * FROM t";
        assert_eq!(qualified(sql), sql);
    }

    #[test]
    fn tables_of_a_block_go_with_it() {
        let mut temporaries = Temporaries::default();
        temporaries.add("kept".into(), "1".into(), false);
        temporaries.add("gone".into(), "2".into(), true);
        temporaries.end_block();
        assert!(temporaries.remove("kept"));
        assert!(!temporaries.remove("gone"));
    }
}
