//! `CREATE SCHEMA`, and whose a schema is.

use bellwether_catalog::{Access, Error, ErrorKind, RESERVED_SCHEMAS, Result, SchemaEntry};
use datafusion::sql::sqlparser::ast::{AlterSchema, AlterSchemaOperation, Ident, Owner, SchemaName};

use super::{Scope, owner};
use crate::{Done, names};

pub(super) async fn create(scope: &Scope, name: &SchemaName, if_not_exists: bool) -> Result<Done> {
    let own = scope.authority().owner().map(str::to_owned);
    let given = |role: &Ident| owner::named(scope, &Owner::Ident(role.clone()));
    let (schema, owner) = match name {
        SchemaName::Simple(name) => (names::schema(name, scope.session.database())?, own),
        SchemaName::NamedAuthorization(name, role) => (names::schema(name, scope.session.database())?, given(role)?),
        SchemaName::UnnamedAuthorization(role) => (names::identifier(role), given(role)?),
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
            let access = Access::of(owner.as_deref());
            names.schemas.insert(schema.clone(), SchemaEntry { access, ..SchemaEntry::default() });
            Ok(true)
        })
        .await?;
    let done = Done::of("CREATE SCHEMA");
    Ok(if created { done } else { done.with_notice(format!("schema \"{schema}\" already exists, skipping")) })
}

/// Runs `ALTER SCHEMA … OWNER TO …`.
pub(super) async fn alter(scope: &Scope, alter: &AlterSchema) -> Result<Done> {
    let schema = names::schema(&alter.name, scope.session.database())?;
    let done = Done::of("ALTER SCHEMA");
    if alter.if_exists && !scope.names.schemas.contains_key(&schema) {
        return Ok(done.with_notice(format!("schema \"{schema}\" does not exist, skipping")));
    }
    for operation in &alter.operations {
        let AlterSchemaOperation::OwnerTo { owner } = operation else {
            return Err(Error::unsupported(format!("ALTER SCHEMA … {operation} is not supported")));
        };
        let owner = owner::named(scope, owner)?;
        scope
            .change_names(|names| {
                names.schema_mut(&schema)?.access.owner.clone_from(&owner);
                Ok(())
            })
            .await?;
    }
    Ok(done)
}
