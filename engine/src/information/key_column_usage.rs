//! `information_schema.key_column_usage` — the columns of primary, unique and foreign keys, in order.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::Result;

use super::array::{database, number_field, numbers, ordinal, text, text_field};
use super::declaration::{Declaration, Declarations};

pub(super) fn schema() -> SchemaRef {
    let names = [
        "constraint_catalog",
        "constraint_schema",
        "constraint_name",
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
    ];
    let mut fields = names.map(text_field).to_vec();
    fields.push(number_field("ordinal_position"));
    fields.push(number_field("position_in_unique_constraint"));
    Arc::new(Schema::new(fields))
}

struct Row<'a> {
    table: &'a Declaration,
    key: &'a str,
    column: &'a str,
    position: Option<i32>,
    /// Where the column that a foreign key refers to stands in the key of the other table.
    referred: Option<i32>,
}

pub(super) fn batch(tables: &Declarations) -> Result<RecordBatch> {
    let rows = rows(tables);
    let columns = vec![
        database(rows.len()),
        text(rows.iter().map(|row| row.table.schema.as_str())),
        text(rows.iter().map(|row| row.key)),
        database(rows.len()),
        text(rows.iter().map(|row| row.table.schema.as_str())),
        text(rows.iter().map(|row| row.table.table.as_str())),
        text(rows.iter().map(|row| row.column)),
        numbers(rows.iter().map(|row| row.position)),
        numbers(rows.iter().map(|row| row.referred)),
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}

fn rows(tables: &Declarations) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for table in tables.iter() {
        for key in table.keys() {
            for (index, column) in key.columns.iter().enumerate() {
                rows.push(Row { table, key: &key.name, column, position: ordinal(index), referred: None });
            }
        }
        for key in &table.declared.foreign_keys {
            let referred_key = tables.referred_key(key);
            let referred_columns = tables.referred_columns(key);
            for (index, column) in key.columns.iter().enumerate() {
                let place = referred_key
                    .zip(referred_columns.get(index))
                    .and_then(|(other, referred)| other.columns.iter().position(|candidate| candidate == referred));
                let (position, referred) = (ordinal(index), place.and_then(ordinal));
                rows.push(Row { table, key: &key.name, column, position, referred });
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::information::declaration::example;

    #[test]
    fn columns_of_keys_are_numbered_and_those_of_foreign_keys_point_into_the_key_they_refer_to() {
        let tables = example();
        let listed: Vec<_> =
            rows(&tables).iter().map(|row| (row.key, row.column, row.position, row.referred)).collect();
        assert_eq!(
            listed,
            [
                ("customers_pkey", "id", Some(1), None),
                ("customers_country_number_key", "country", Some(1), None),
                ("customers_country_number_key", "number", Some(2), None),
                ("orders_pkey", "shop", Some(1), None),
                ("orders_pkey", "id", Some(2), None),
                ("orders_customer_fkey", "customer", Some(1), Some(1)),
                ("orders_number_country_fkey", "number", Some(1), Some(2)),
                ("orders_number_country_fkey", "country", Some(2), Some(1)),
            ]
        );
    }

    #[test]
    fn the_rows_have_the_columns_that_are_announced() {
        assert_eq!(batch(&example()).unwrap().num_rows(), 8);
    }
}
