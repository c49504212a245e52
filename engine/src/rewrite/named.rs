//! The relations that a materialized view names, in its own text and in those of the plain views it reads.

use std::collections::BTreeSet;

use bellwether_catalog::{MaterializedDefinition, Namespace, Relation};

use crate::names::RelationName;
use crate::pg_catalog::named_in;
use crate::statement::time_travel;

/// All of them that are no plain views, whether they are there or not.
pub(super) fn by(names: &Namespace, definition: &MaterializedDefinition) -> BTreeSet<RelationName> {
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut texts = vec![(definition.sql.as_str(), definition.current_schema.as_str())];
    while let Some((sql, current_schema)) = texts.pop() {
        for name in named_in(sql, current_schema) {
            let name = now(name);
            if !seen.insert(name.clone()) {
                continue;
            }
            match names.relation(&name.schema, &name.name) {
                Some(Relation::View { sql, current_schema, .. }) => texts.push((sql, current_schema)),
                _ => drop(found.insert(name)),
            }
        }
    }
    found
}

/// The relation as it is now, where the text names one as it was.
fn now(name: RelationName) -> RelationName {
    match time_travel::split(&name.name) {
        Ok((bare, Some(_))) => RelationName { name: bare.to_owned(), ..name },
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use bellwether_catalog::RefreshClass;

    use super::*;

    fn definition(sql: &str) -> MaterializedDefinition {
        MaterializedDefinition {
            id: "v".to_owned(),
            sql: sql.to_owned(),
            columns: Vec::new(),
            outputs: Vec::new(),
            current_schema: "public".to_owned(),
            time_zone: "UTC".to_owned(),
            options: Default::default(),
            class: RefreshClass::Whole,
            reason: None,
        }
    }

    #[test]
    fn tables_are_found_through_plain_views_and_missing_ones_as_well() {
        let mut names = Namespace::default();
        for schema in ["public", "shop"] {
            names.schemas.insert(schema.to_owned(), Default::default());
        }
        let view = |sql: &str| Relation::View {
            sql: sql.to_owned(),
            columns: Vec::new(),
            current_schema: "shop".to_owned(),
            comment: None,
            column_comments: Default::default(),
        };
        names.add_relation("shop", "orders", Relation::Table { id: "1".to_owned() }, None).unwrap();
        names.add_relation("shop", "paid", view("SELECT * FROM orders"), None).unwrap();
        names.add_relation("public", "recent", view("SELECT * FROM paid JOIN agents USING (id)"), None).unwrap();
        let named =
            by(&names, &definition("WITH r AS (SELECT * FROM recent) SELECT * FROM r, \"days@version:3\" AS days"));
        let named: Vec<String> = named.iter().map(|name| format!("{}.{}", name.schema, name.name)).collect();
        assert_eq!(named, ["public.days", "shop.agents", "shop.orders"]);
    }
}
