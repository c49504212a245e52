//! `information_schema.table_privileges`, `column_privileges` and roles — who may do what.
//!
//! Every user may read everything and change every table; views are read-only.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::{Catalogue, Declared, Kind, OWNER, Relation, Rows, Value};

const READ: &[&str] = &["SELECT"];
const ALL: &[&str] = &["INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES"];
const READ_COLUMN: &[&str] = &["SELECT"];
const ALL_COLUMN: &[&str] = &["INSERT", "SELECT", "UPDATE", "REFERENCES"];

pub(super) fn tables(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
        "grantor",
        "grantee",
        "table_catalog",
        "table_schema",
        "table_name",
        "privilege_type",
        "is_grantable",
        "with_hierarchy",
    ];
    let owner = catalogue.role_name(OWNER);
    let mut rows = Rows::new(declared, columns)?;
    for relation in lake(catalogue) {
        let privileges = if is_table(relation) { ALL } else { READ };
        for role in &catalogue.roles {
            for privilege in privileges {
                rows.push([
                    Value::from(&owner),
                    Value::from(&role.name),
                    database.into(),
                    catalogue.schema_name(relation.schema).into(),
                    Value::from(&relation.name),
                    (*privilege).into(),
                    "NO".into(),
                    if *privilege == "SELECT" { "YES" } else { "NO" }.into(),
                ]);
            }
        }
    }
    rows.finish()
}

pub(super) fn columns(declared: &'static Declared, catalogue: &Catalogue, database: &str) -> Result<RecordBatch> {
    let columns = [
        "grantor",
        "grantee",
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
        "privilege_type",
        "is_grantable",
    ];
    let owner = catalogue.role_name(OWNER);
    let mut rows = Rows::new(declared, columns)?;
    for relation in lake(catalogue) {
        let privileges = if is_table(relation) { ALL_COLUMN } else { READ_COLUMN };
        for column in &relation.columns {
            for role in &catalogue.roles {
                for privilege in privileges {
                    rows.push([
                        Value::from(&owner),
                        Value::from(&role.name),
                        database.into(),
                        catalogue.schema_name(relation.schema).into(),
                        Value::from(&relation.name),
                        Value::from(&column.name),
                        (*privilege).into(),
                        "NO".into(),
                    ]);
                }
            }
        }
    }
    rows.finish()
}

/// Users are no members of each other: each is its own role alone.
pub(super) fn roles(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    if declared.name == "applicable_roles" {
        return Ok(crate::pg_catalog::no_rows(declared));
    }
    let mut rows = Rows::new(declared, ["role_name"])?;
    for role in &catalogue.roles {
        rows.push([Value::from(&role.name)]);
    }
    rows.finish()
}

/// The lake's tables and views.
fn lake(catalogue: &Catalogue) -> impl Iterator<Item = &Relation> {
    catalogue.relations.iter().filter(|relation| matches!(relation.kind, Kind::Table { .. } | Kind::View { .. }))
}

fn is_table(relation: &Relation) -> bool {
    matches!(relation.kind, Kind::Table { .. })
}
