//! `GRANT`: every user may read and write every table, so there is nothing to give; what is named must exist.
//!
//! `REVOKE` is refused rather than accepted without effect.

use bellwether_catalog::{Error, ErrorKind, Result, no_relation, no_schema};
use datafusion::sql::sqlparser::ast::{Grant, GrantObjects, Grantee, GranteeName, GranteesType, ObjectName};

use super::Scope;
use crate::Done;
use crate::names::identifier;

pub(super) async fn run(scope: &Scope, grant: &Grant) -> Result<Done> {
    match &grant.objects {
        Some(GrantObjects::Tables(names) | GrantObjects::Views(names)) => {
            for name in names {
                let name = scope.relation_name(name)?;
                if scope.names.relation(&name.schema, &name.name).is_none() {
                    return Err(no_relation(&scope.shown(&name)));
                }
            }
        }
        Some(
            GrantObjects::Schemas(schemas)
            | GrantObjects::AllTablesInSchema { schemas }
            | GrantObjects::AllSequencesInSchema { schemas }
            | GrantObjects::AllFunctionsInSchema { schemas },
        ) => {
            for schema in schemas {
                let schema = last_of(schema);
                if !scope.names.schemas.contains_key(&schema) {
                    return Err(no_schema(&schema));
                }
            }
        }
        Some(GrantObjects::Databases(_)) => {}
        Some(other) => return Err(Error::unsupported(format!("GRANT … ON {other} is not supported"))),
        None => {
            return Err(Error::unsupported("granting one role to another is not supported")
                .with_hint("every user may read and write every table"));
        }
    }
    for grantee in &grant.grantees {
        check_grantee(scope, grantee)?;
    }
    Ok(Done::of("GRANT").with_notice("every user may read and write every table already; nothing was granted"))
}

fn check_grantee(scope: &Scope, grantee: &Grantee) -> Result<()> {
    let Some(GranteeName::ObjectName(name)) = &grantee.name else { return Ok(()) };
    let role = last_of(name);
    let is_everybody = grantee.grantee_type == GranteesType::Public || role == "public" || role == "current_user";
    if is_everybody || scope.names.roles.contains_key(&role) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::UndefinedObject, format!("role \"{role}\" does not exist")))
}

fn last_of(name: &ObjectName) -> String {
    name.0.last().and_then(|part| part.as_ident()).map(identifier).unwrap_or_default()
}

/// Why nothing is taken away.
pub(super) fn revoke() -> Error {
    Error::unsupported("REVOKE is not supported: every user may read and write every table")
        .with_hint("give people who must not see a table a lake of their own")
}
