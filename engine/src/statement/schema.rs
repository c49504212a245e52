//! `CREATE SCHEMA`.

use bellwether_catalog::{Error, ErrorKind, RESERVED_SCHEMAS, Result, SchemaEntry};
use datafusion::sql::sqlparser::ast::SchemaName;

use super::Scope;
use crate::{Done, names};

pub(super) async fn create(scope: &Scope, name: &SchemaName, if_not_exists: bool) -> Result<Done> {
    let schema = match name {
        SchemaName::Simple(name) | SchemaName::NamedAuthorization(name, _) => {
            names::schema(name, scope.session.database())?
        }
        SchemaName::UnnamedAuthorization(owner) => names::identifier(owner),
    };
    if RESERVED_SCHEMAS.contains(&schema.as_str()) || schema.starts_with("pg_") {
        return Err(Error::new(ErrorKind::PermissionDenied, format!("unacceptable schema name \"{schema}\""))
            .with_detail("the engine keeps names with \"pg_\" and its own schemas for itself"));
    }
    let created = scope
        .change_names(|names| {
            if names.schemas.contains_key(&schema) {
                if if_not_exists {
                    return Ok(false);
                }
                return Err(Error::new(ErrorKind::DuplicateSchema, format!("schema \"{schema}\" already exists")));
            }
            names.schemas.insert(schema.clone(), SchemaEntry::default());
            Ok(true)
        })
        .await?;
    let done = Done::of("CREATE SCHEMA");
    Ok(if created { done } else { done.with_notice(format!("schema \"{schema}\" already exists, skipping")) })
}
