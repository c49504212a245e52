//! `information_schema.table_constraints`, `check_constraints` and `referential_constraints` — every key and condition
//! by its name. NOT NULL is told by `columns`.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::{Catalogue, Declared, Rows, Rule, Value};

pub(super) fn batch(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
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
        "nulls_distinct",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for constraint in &catalogue.constraints {
        let Some(table) = catalogue.relation(constraint.table) else { continue };
        let kind = match constraint.rule {
            Rule::Primary { .. } => "PRIMARY KEY",
            Rule::Unique { .. } => "UNIQUE",
            Rule::Foreign { .. } => "FOREIGN KEY",
            Rule::Check { .. } => "CHECK",
        };
        let schema = catalogue.schema_name(table.schema);
        rows.push([
            database.into(),
            schema.into(),
            Value::from(&constraint.name),
            database.into(),
            schema.into(),
            Value::from(&table.name),
            kind.into(),
            "NO".into(),
            "NO".into(),
            // Keys tell how tables join and hold no row back; conditions do.
            if kind == "CHECK" { "YES" } else { "NO" }.into(),
            (kind == "UNIQUE").then_some("YES").into(),
        ]);
    }
    rows.finish()
}

pub(super) fn conditions(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let mut rows = Rows::new(declared, ["constraint_catalog", "constraint_schema", "constraint_name", "check_clause"])?;
    for constraint in &catalogue.constraints {
        if let Rule::Check { sql } = &constraint.rule {
            let schema = catalogue.schema_name(constraint.schema);
            rows.push([database.into(), schema.into(), Value::from(&constraint.name), Value::from(sql)]);
        }
    }
    rows.finish()
}

pub(super) fn references(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
        "constraint_catalog",
        "constraint_schema",
        "constraint_name",
        "unique_constraint_catalog",
        "unique_constraint_schema",
        "unique_constraint_name",
        "match_option",
        "update_rule",
        "delete_rule",
    ];
    let mut rows = Rows::new(declared, columns)?;
    for constraint in &catalogue.constraints {
        let Rule::Foreign { index, .. } = &constraint.rule else { continue };
        // NULL where a reference is to columns that are no key.
        let key = catalogue.relation(*index);
        rows.push([
            database.into(),
            catalogue.schema_name(constraint.schema).into(),
            Value::from(&constraint.name),
            key.map(|_| database).into(),
            key.map(|key| catalogue.schema_name(key.schema)).into(),
            key.map(|key| &key.name).into(),
            "NONE".into(),
            "NO ACTION".into(),
            "NO ACTION".into(),
        ]);
    }
    rows.finish()
}
