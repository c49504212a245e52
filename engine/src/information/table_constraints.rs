//! `information_schema.table_constraints` — every key and condition by its name. NOT NULL is told by `columns`.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::Result;

use super::array::{database, same, text, text_field};
use super::declaration::{Declaration, Declarations};

pub(super) fn schema() -> SchemaRef {
    let names = [
        "constraint_catalog",
        "constraint_schema",
        "constraint_name",
        "table_catalog",
        "table_schema",
        "table_name",
        "constraint_type",
        "is_deferrable",
        "initially_deferred",
        "enforced",
    ];
    Arc::new(Schema::new(names.map(text_field).to_vec()))
}

struct Row<'a> {
    table: &'a Declaration,
    name: &'a str,
    kind: &'static str,
}

pub(super) fn batch(tables: &Declarations) -> Result<RecordBatch> {
    let rows = rows(tables);
    let count = rows.len();
    // Keys tell how tables join and hold no row back; conditions do.
    let enforced = |row: &Row<'_>| if row.kind == "CHECK" { "YES" } else { "NO" };
    let columns = vec![
        database(count),
        text(rows.iter().map(|row| row.table.schema.as_str())),
        text(rows.iter().map(|row| row.name)),
        database(count),
        text(rows.iter().map(|row| row.table.schema.as_str())),
        text(rows.iter().map(|row| row.table.table.as_str())),
        text(rows.iter().map(|row| row.kind)),
        same("NO", count),
        same("NO", count),
        text(rows.iter().map(enforced)),
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}

fn rows(tables: &Declarations) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for table in tables.iter() {
        let declared = &table.declared;
        if let Some(key) = &declared.primary_key {
            rows.push(Row { table, name: &key.name, kind: "PRIMARY KEY" });
        }
        for key in &declared.unique {
            rows.push(Row { table, name: &key.name, kind: "UNIQUE" });
        }
        for key in &declared.foreign_keys {
            rows.push(Row { table, name: &key.name, kind: "FOREIGN KEY" });
        }
        for check in &declared.checks {
            rows.push(Row { table, name: &check.name, kind: "CHECK" });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::information::declaration::example;

    #[test]
    fn every_key_and_condition_is_listed_once_with_its_kind() {
        let tables = example();
        let listed: Vec<_> = rows(&tables).iter().map(|row| (row.name, row.kind)).collect();
        assert_eq!(
            listed,
            [
                ("customers_pkey", "PRIMARY KEY"),
                ("customers_country_number_key", "UNIQUE"),
                ("orders_pkey", "PRIMARY KEY"),
                ("orders_customer_fkey", "FOREIGN KEY"),
                ("orders_number_country_fkey", "FOREIGN KEY"),
                ("orders_check1", "CHECK"),
            ]
        );
    }

    #[test]
    fn the_rows_have_the_columns_that_are_announced() {
        assert_eq!(batch(&example()).unwrap().num_rows(), 6);
        assert_eq!(batch(&Declarations::default()).unwrap().num_rows(), 0);
    }
}
