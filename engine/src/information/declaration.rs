//! The lake's tables as they are declared, under their names.

use std::collections::BTreeMap;

use bellwether_catalog::{Declared, ForeignKey, Key, Lake, Relation, Result, Snapshot};
use datafusion::arrow::datatypes::SchemaRef;
use futures::StreamExt;

use super::Source;

/// Logs read at a time.
const CONCURRENT: usize = 16;

/// One table.
#[derive(Debug)]
pub(super) struct Declaration {
    pub schema: String,
    pub table: String,
    pub columns: SchemaRef,
    pub declared: Declared,
}

/// All tables, by schema and name.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    tables: BTreeMap<(String, String), Declaration>,
}

impl Declarations {
    /// What is known of the tables now; one that cannot be read is left out, so that it does not hide the others.
    pub(super) async fn read(source: &Source) -> Self {
        let mut wanted = Vec::new();
        for (schema, entry) in &source.names.schemas {
            for (table, relation) in &entry.relations {
                if let Relation::Table { id } = relation {
                    wanted.push((schema.clone(), table.clone(), id.clone()));
                }
            }
        }
        let lake = source.lake.as_ref();
        let read: Vec<Option<Declaration>> = futures::stream::iter(wanted)
            .map(|(schema, table, id)| async move {
                match known(lake, &id).await {
                    Ok(snapshot) => {
                        let (columns, declared) = (SchemaRef::clone(snapshot.schema()), snapshot.declared().clone());
                        Some(Declaration { schema, table, columns, declared })
                    }
                    Err(error) => {
                        tracing::warn!(schema, table, %error, "a table cannot be listed");
                        None
                    }
                }
            })
            .buffered(CONCURRENT)
            .collect()
            .await;
        Self::of(read.into_iter().flatten())
    }

    pub(super) fn of(tables: impl IntoIterator<Item = Declaration>) -> Self {
        let tables = tables.into_iter().map(|table| ((table.schema.clone(), table.table.clone()), table));
        Self { tables: tables.collect() }
    }

    /// The tables in the order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Declaration> {
        self.tables.values()
    }

    pub(super) fn get(&self, schema: &str, table: &str) -> Option<&Declaration> {
        self.tables.get(&(schema.to_owned(), table.to_owned()))
    }

    /// The key of the other table that a foreign key refers to, if that table declares one over these columns.
    pub(super) fn referred_key(&self, key: &ForeignKey) -> Option<&Key> {
        let other = self.get(&key.foreign_schema, &key.foreign_table)?;
        if key.foreign_columns.is_empty() {
            return other.declared.primary_key.as_ref();
        }
        other.keys().find(|candidate| same_columns(&candidate.columns, &key.foreign_columns))
    }

    /// The columns of the other table that a foreign key refers to, in the order of its own.
    pub(super) fn referred_columns<'a>(&'a self, key: &'a ForeignKey) -> &'a [String] {
        if !key.foreign_columns.is_empty() {
            return &key.foreign_columns;
        }
        self.referred_key(key).map_or(&[], |primary| primary.columns.as_slice())
    }
}

impl Declaration {
    /// The primary key and the unique keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.declared.primary_key.iter().chain(&self.declared.unique)
    }
}

async fn known(lake: &Lake, id: &str) -> Result<std::sync::Arc<Snapshot>> {
    lake.table(id)?.known().await
}

/// A foreign key may name the columns of a key in another order.
fn same_columns(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|column| other.contains(column))
}

/// Two tables with every kind of constraint: orders refer to a shop's customers by either of their keys.
#[cfg(test)]
pub(super) fn example() -> Declarations {
    use bellwether_catalog::Check;
    use datafusion::arrow::datatypes::{DataType, Field, Schema};

    let names = |columns: &[&str]| columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>();
    let key = |name: &str, columns: &[&str]| Key { name: name.to_owned(), columns: names(columns) };
    let foreign_key = |name: &str, columns: &[&str], foreign_columns: &[&str]| ForeignKey {
        name: name.to_owned(),
        columns: names(columns),
        foreign_schema: "shop".to_owned(),
        foreign_table: "customers".to_owned(),
        foreign_columns: names(foreign_columns),
    };
    let table = |table: &str, columns: &[&str], declared: Declared| Declaration {
        schema: "shop".to_owned(),
        table: table.to_owned(),
        columns: std::sync::Arc::new(Schema::new(
            columns.iter().map(|column| Field::new(*column, DataType::Int64, true)).collect::<Vec<_>>(),
        )),
        declared,
    };
    let customers = Declared {
        primary_key: Some(key("customers_pkey", &["id"])),
        unique: vec![key("customers_country_number_key", &["country", "number"])],
        ..Declared::default()
    };
    let orders = Declared {
        primary_key: Some(key("orders_pkey", &["shop", "id"])),
        foreign_keys: vec![
            foreign_key("orders_customer_fkey", &["customer"], &[]),
            foreign_key("orders_number_country_fkey", &["number", "country"], &["number", "country"]),
        ],
        checks: vec![Check {
            name: "orders_check1".to_owned(),
            expression: "paid <= orders.due AND due > 0".to_owned(),
        }],
        ..Declared::default()
    };
    Declarations::of([
        table("orders", &["shop", "id", "customer", "number", "country", "due", "paid"], orders),
        table("customers", &["id", "country", "number"], customers),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign_key(foreign_table: &str, foreign_columns: &[&str]) -> ForeignKey {
        ForeignKey {
            name: "fkey".to_owned(),
            columns: vec!["customer".to_owned()],
            foreign_schema: "shop".to_owned(),
            foreign_table: foreign_table.to_owned(),
            foreign_columns: foreign_columns.iter().map(|column| (*column).to_owned()).collect(),
        }
    }

    #[test]
    fn a_foreign_key_without_columns_refers_to_the_primary_key() {
        let key = foreign_key("customers", &[]);
        assert_eq!(example().referred_key(&key).unwrap().name, "customers_pkey");
        assert_eq!(example().referred_columns(&key), ["id"]);
    }

    #[test]
    fn a_foreign_key_finds_its_key_whatever_the_order_of_the_columns() {
        let key = foreign_key("customers", &["number", "country"]);
        assert_eq!(example().referred_key(&key).unwrap().name, "customers_country_number_key");
        assert_eq!(example().referred_columns(&key), ["number", "country"]);
    }

    #[test]
    fn a_foreign_key_may_refer_to_columns_that_are_no_key_or_to_a_table_that_is_gone() {
        assert_eq!(example().referred_key(&foreign_key("customers", &["country"])), None);
        let to_nothing = foreign_key("nobody", &[]);
        assert_eq!(example().referred_key(&to_nothing), None);
        assert!(example().referred_columns(&to_nothing).is_empty());
    }
}
