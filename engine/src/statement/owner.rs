//! `OWNER TO`: whose a relation or a schema is.

use bellwether_catalog::{Error, ErrorKind, Result, no_role};
use datafusion::sql::sqlparser::ast::Owner;

use super::Scope;
use crate::access::Authority;
use crate::names::{RelationName, identifier};

/// Gives a relation to a user.
pub(super) async fn of_relation(scope: &Scope, name: &RelationName, owner: &Owner) -> Result<()> {
    let owner = named(scope, owner)?;
    scope
        .change_names(|names| {
            names.relation_access_mut(&name.schema, &name.name)?.owner.clone_from(&owner);
            Ok(())
        })
        .await
}

/// Whom a named user's objects belong to: the user, or the lake's owner where that is a superuser. Only superusers
/// give to others.
pub(super) fn named(scope: &Scope, owner: &Owner) -> Result<Option<String>> {
    let role = match owner {
        Owner::Ident(role) => identifier(role),
        Owner::CurrentRole | Owner::CurrentUser | Owner::SessionUser => scope.session.principal().name.clone(),
    };
    let wanted = Authority::of_role(&scope.names, &role);
    if wanted != Authority::Superuser && !scope.names.roles.contains_key(&role) {
        return Err(no_role(&role));
    }
    let own = scope.authority();
    if own != Authority::Superuser && own != wanted {
        return Err(Error::new(ErrorKind::PermissionDenied, format!("must be member of role \"{role}\""))
            .with_hint("a superuser can give what belongs to one user to another"));
    }
    Ok(wanted.owner().map(str::to_owned))
}
