//! `information_schema.referential_constraints` — foreign keys, and the keys they refer to.

use std::sync::Arc;

use bellwether_catalog::{ForeignKey, Key};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::Result;

use super::array::{database, optional_text, optional_text_field, same, text, text_field};
use super::declaration::{Declaration, Declarations};
use crate::names::DATABASE;

pub(super) fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        text_field("constraint_catalog"),
        text_field("constraint_schema"),
        text_field("constraint_name"),
        optional_text_field("unique_constraint_catalog"),
        optional_text_field("unique_constraint_schema"),
        optional_text_field("unique_constraint_name"),
        text_field("match_option"),
        text_field("update_rule"),
        text_field("delete_rule"),
    ]))
}

struct Row<'a> {
    table: &'a Declaration,
    key: &'a ForeignKey,
    /// NULL in the list where the foreign key refers to columns that are no key.
    referred: Option<&'a Key>,
}

pub(super) fn batch(tables: &Declarations) -> Result<RecordBatch> {
    let rows = rows(tables);
    let count = rows.len();
    let columns = vec![
        database(count),
        text(rows.iter().map(|row| row.table.schema.as_str())),
        text(rows.iter().map(|row| row.key.name.as_str())),
        optional_text(rows.iter().map(|row| row.referred.map(|_| DATABASE))),
        optional_text(rows.iter().map(|row| row.referred.map(|_| row.key.foreign_schema.as_str()))),
        optional_text(rows.iter().map(|row| row.referred.map(|key| key.name.as_str()))),
        same("NONE", count),
        same("NO ACTION", count),
        same("NO ACTION", count),
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}

fn rows(tables: &Declarations) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for table in tables.iter() {
        for key in &table.declared.foreign_keys {
            rows.push(Row { table, key, referred: tables.referred_key(key) });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::information::declaration::example;

    #[test]
    fn each_foreign_key_names_the_key_it_refers_to() {
        let tables = example();
        let listed: Vec<_> = rows(&tables)
            .iter()
            .map(|row| (row.key.name.as_str(), row.referred.map(|key| key.name.as_str())))
            .collect();
        assert_eq!(
            listed,
            [
                ("orders_customer_fkey", Some("customers_pkey")),
                ("orders_number_country_fkey", Some("customers_country_number_key")),
            ]
        );
    }

    #[test]
    fn the_rows_have_the_columns_that_are_announced() {
        assert_eq!(batch(&example()).unwrap().num_rows(), 2);
    }
}
