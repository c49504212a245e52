//! `information_schema.key_column_usage`, `constraint_column_usage` and `constraint_table_usage` — the columns of keys,
//! and the columns that constraints depend on.
//!
//! A primary or unique key depends on its own columns, a foreign key on those of the other table, a condition on the
//! columns it names.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::{Catalogue, Constraint, Declared, Kind, Rows, Rule, Value};

pub(super) fn keys(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
        "constraint_catalog",
        "constraint_schema",
        "constraint_name",
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
        "ordinal_position",
        "position_in_unique_constraint",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for constraint in &catalogue.constraints {
        let Some(table) = catalogue.relation(constraint.table) else { continue };
        let referred = match &constraint.rule {
            Rule::Check { .. } => continue,
            Rule::Primary { .. } | Rule::Unique { .. } => None,
            Rule::Foreign { columns, index, .. } => Some((columns, *index)),
        };
        let schema = catalogue.schema_name(table.schema);
        for (index, place) in constraint.columns.iter().enumerate() {
            let Some(column) = table.column(i64::from(*place)) else { continue };
            let position = referred.and_then(|(columns, key)| position(catalogue, key, *columns.get(index)?));
            rows.push([
                database.into(),
                schema.into(),
                Value::from(&constraint.name),
                database.into(),
                schema.into(),
                Value::from(&table.name),
                Value::from(&column.name),
                (index + 1).into(),
                position.into(),
            ]);
        }
    }
    rows.finish()
}

/// Where a column of the other table stands in the key that a foreign key refers to.
fn position(catalogue: &Catalogue, key: u32, place: i16) -> Option<usize> {
    match &catalogue.relation(key)?.kind {
        Kind::Index { columns, .. } => columns.iter().position(|column| *column == place).map(|index| index + 1),
        _ => None,
    }
}

pub(super) fn constraint_columns(
    declared: &'static Declared,
    catalogue: &Catalogue,
    database: &str,
) -> Result<RecordBatch> {
    let columns = [
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
        "constraint_catalog",
        "constraint_schema",
        "constraint_name",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for constraint in &catalogue.constraints {
        let (table, places) = depends_on(constraint);
        let Some(table) = catalogue.relation(table) else { continue };
        for column in places.iter().filter_map(|place| table.column(i64::from(*place))) {
            rows.push([
                database.into(),
                catalogue.schema_name(table.schema).into(),
                Value::from(&table.name),
                Value::from(&column.name),
                database.into(),
                catalogue.schema_name(constraint.schema).into(),
                Value::from(&constraint.name),
            ]);
        }
    }
    rows.finish()
}

pub(super) fn constraint_tables(
    declared: &'static Declared,
    catalogue: &Catalogue,
    database: &str,
) -> Result<RecordBatch> {
    let columns =
        ["table_catalog", "table_schema", "table_name", "constraint_catalog", "constraint_schema", "constraint_name"];
    let mut rows = Rows::new(declared, columns)?;
    for constraint in &catalogue.constraints {
        if matches!(constraint.rule, Rule::Check { .. }) {
            continue;
        }
        let Some(table) = catalogue.relation(depends_on(constraint).0) else { continue };
        rows.push([
            database.into(),
            catalogue.schema_name(table.schema).into(),
            Value::from(&table.name),
            database.into(),
            catalogue.schema_name(constraint.schema).into(),
            Value::from(&constraint.name),
        ]);
    }
    rows.finish()
}

fn depends_on(constraint: &Constraint) -> (u32, &[i16]) {
    match &constraint.rule {
        Rule::Foreign { table, columns, .. } => (*table, columns),
        _ => (constraint.table, &constraint.columns),
    }
}
