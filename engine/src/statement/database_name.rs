//! Names with the database in front, `"shop"."public"."orders"`, as tools write them that always say all they know.
//!
//! There is one database, and a client may call it as it likes: by the name it connected to.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Ident, ObjectName, ObjectNamePart, Statement, VisitMut, VisitorMut};

use crate::names::{DATABASE, identifier};

/// Takes the database off all names of relations and columns.
pub(super) fn strip(statement: &mut Statement, database: &str) {
    let _ = statement.visit(&mut Stripper { database });
}

struct Stripper<'a> {
    database: &'a str,
}

impl Stripper<'_> {
    fn is_database(&self, name: &Ident) -> bool {
        let name = identifier(name);
        name == self.database || name == DATABASE
    }
}

impl VisitorMut for Stripper<'_> {
    type Break = ();

    fn pre_visit_relation(&mut self, name: &mut ObjectName) -> ControlFlow<()> {
        if let [ObjectNamePart::Identifier(first), _, _] = name.0.as_slice()
            && self.is_database(first)
        {
            name.0.remove(0);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        // Three parts are a schema, a table and a column.
        if let Expr::CompoundIdentifier(parts) = expression
            && let [first, _, _, _] = parts.as_slice()
            && self.is_database(first)
        {
            parts.remove(0);
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn stripped(sql: &str) -> String {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        strip(&mut statement, "shop");
        statement.to_string()
    }

    #[test]
    fn the_database_goes_and_a_schema_of_its_name_stays() {
        assert_eq!(
            stripped(
                "SELECT \"shop\".\"public\".\"orders\".\"id\", shop.orders.id FROM Shop.public.orders, shop.orders"
            ),
            "SELECT \"public\".\"orders\".\"id\", shop.orders.id FROM public.orders, shop.orders"
        );
        assert_eq!(stripped("CREATE TABLE lake.public.t (a INT)"), "CREATE TABLE public.t (a INT)");
    }

    #[test]
    fn another_database_stays() {
        assert_eq!(stripped("SELECT * FROM other.public.orders"), "SELECT * FROM other.public.orders");
    }
}
