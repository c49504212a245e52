//! `information_schema.constraint_column_usage` — the columns constraints depend on.
//!
//! For a primary or unique key these are its own columns, for a foreign key those of the other table, for a
//! condition the columns it names.

use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{Expr, visit_expressions};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::array::{database, text, text_field};
use super::declaration::Declarations;
use crate::names::identifier;

pub(super) fn schema() -> SchemaRef {
    let names = [
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
        "constraint_catalog",
        "constraint_schema",
        "constraint_name",
    ];
    Arc::new(Schema::new(names.map(text_field).to_vec()))
}

/// A column of `table`, and the constraint of a table in `constraint_schema` that depends on it.
struct Row<'a> {
    schema: &'a str,
    table: &'a str,
    column: &'a str,
    constraint_schema: &'a str,
    constraint: &'a str,
}

pub(super) fn batch(tables: &Declarations) -> Result<RecordBatch> {
    let rows = rows(tables);
    let columns = vec![
        database(rows.len()),
        text(rows.iter().map(|row| row.schema)),
        text(rows.iter().map(|row| row.table)),
        text(rows.iter().map(|row| row.column)),
        database(rows.len()),
        text(rows.iter().map(|row| row.constraint_schema)),
        text(rows.iter().map(|row| row.constraint)),
    ];
    Ok(RecordBatch::try_new(self::schema(), columns)?)
}

fn rows(tables: &Declarations) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for declaration in tables.iter() {
        let (schema, table) = (declaration.schema.as_str(), declaration.table.as_str());
        let constraint_schema = schema;
        for key in declaration.keys() {
            for column in &key.columns {
                rows.push(Row { schema, table, column, constraint_schema, constraint: &key.name });
            }
        }
        for key in &declaration.declared.foreign_keys {
            // A reference to a table that is gone depends on nothing.
            let Some(other) = tables.get(&key.foreign_schema, &key.foreign_table) else { continue };
            for column in tables.referred_columns(key) {
                let (schema, table) = (other.schema.as_str(), other.table.as_str());
                rows.push(Row { schema, table, column, constraint_schema, constraint: &key.name });
            }
        }
        for check in &declaration.declared.checks {
            for column in columns_in(&check.expression, &declaration.columns) {
                rows.push(Row { schema, table, column, constraint_schema, constraint: &check.name });
            }
        }
    }
    rows
}

/// The columns of a table that a condition names, in the table's order.
fn columns_in<'a>(condition: &str, table: &'a Schema) -> Vec<&'a str> {
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
    use super::*;
    use crate::information::declaration::example;

    #[test]
    fn keys_depend_on_their_columns_foreign_keys_on_the_others_and_conditions_on_what_they_name() {
        let tables = example();
        let listed: Vec<_> = rows(&tables).iter().map(|row| (row.constraint, row.table, row.column)).collect();
        assert_eq!(
            listed,
            [
                ("customers_pkey", "customers", "id"),
                ("customers_country_number_key", "customers", "country"),
                ("customers_country_number_key", "customers", "number"),
                ("orders_pkey", "orders", "shop"),
                ("orders_pkey", "orders", "id"),
                ("orders_customer_fkey", "customers", "id"),
                ("orders_number_country_fkey", "customers", "number"),
                ("orders_number_country_fkey", "customers", "country"),
                ("orders_check1", "orders", "due"),
                ("orders_check1", "orders", "paid"),
            ]
        );
    }

    #[test]
    fn the_rows_have_the_columns_that_are_announced() {
        assert_eq!(batch(&example()).unwrap().num_rows(), 10);
    }
}
