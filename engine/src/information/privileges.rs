//! `information_schema.table_privileges`, `column_privileges` and roles — who may do what.
//!
//! Privileges on columns are those on their table.

use bellwether_catalog::{PUBLIC, Privileges};
use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::{Catalogue, Declared, Kind, Relation, Rows, Value};

/// What can be done with a column.
const OF_COLUMN: Privileges =
    Privileges::SELECT.with(Privileges::INSERT).with(Privileges::UPDATE).with(Privileges::REFERENCES);

/// What one user, or everybody, may do with a relation.
struct Granted {
    grantor: String,
    grantee: String,
    privileges: Privileges,
    /// Whether the user may grant it to others.
    is_grantable: bool,
}

/// What everybody who may do something with a relation may do: whom it belongs to, superusers, and those to whom
/// something is granted.
fn granted(catalogue: &Catalogue, relation: &Relation) -> Vec<Granted> {
    let grantor = catalogue.owner_name(&relation.access);
    let mut granted: Vec<Granted> = Vec::new();
    let mut add = |grantee: &str, privileges: Privileges, is_grantable: bool| {
        let (grantor, grantee) = (grantor.clone(), grantee.to_owned());
        granted.push(Granted { grantor, grantee, privileges, is_grantable });
    };
    let superusers = catalogue.roles.iter().filter(|role| role.superuser).map(|role| role.name.as_str());
    let all: Vec<&str> = superusers.filter(|role| *role != grantor).chain([grantor.as_str()]).collect();
    for role in &all {
        add(role, relation.privileges(), true);
    }
    for (role, privileges) in relation.access.grants.iter().filter(|(role, _)| !all.contains(&role.as_str())) {
        add(if role == PUBLIC { "PUBLIC" } else { role.as_str() }, *privileges, false);
    }
    granted
}

fn yes_or_no(value: bool) -> Value<'static> {
    if value { "YES" } else { "NO" }.into()
}

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
    let mut rows = Rows::new(declared, columns)?;
    for relation in lake(catalogue) {
        for granted in granted(catalogue, relation) {
            for privilege in granted.privileges.words() {
                rows.push([
                    Value::from(&granted.grantor),
                    Value::from(&granted.grantee),
                    database.into(),
                    catalogue.schema_name(relation.schema).into(),
                    Value::from(&relation.name),
                    privilege.into(),
                    yes_or_no(granted.is_grantable),
                    yes_or_no(privilege == "SELECT"),
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
    let mut rows = Rows::new(declared, columns)?;
    for relation in lake(catalogue) {
        let granted = granted(catalogue, relation);
        for column in &relation.columns {
            for granted in &granted {
                for privilege in granted.privileges.among(OF_COLUMN).words() {
                    rows.push([
                        Value::from(&granted.grantor),
                        Value::from(&granted.grantee),
                        database.into(),
                        catalogue.schema_name(relation.schema).into(),
                        Value::from(&relation.name),
                        Value::from(&column.name),
                        privilege.into(),
                        yes_or_no(granted.is_grantable),
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
