//! `GRANT` and `REVOKE`: who may do what with relations, schemas and the lake as a whole.
//!
//! Privileges are on whole relations. Nobody passes on what is granted to them: a relation's owner and superusers grant
//! on it, a schema's owner on the schema and on what is yet to be made in it.

use bellwether_catalog::{
    Access, Error, ErrorKind, Namespace, PUBLIC, Privileges, Result, no_relation, no_role, no_schema,
};
use datafusion::sql::sqlparser::ast::{
    self, Action, Grant, GrantObjects, Grantee, GranteeName, GranteesType, ObjectName, Revoke,
};

use super::Scope;
use crate::access::{Authority, denied, kind_of};
use crate::names::{self, RelationName, identifier};
use crate::{Done, Principal};

/// Runs `GRANT`.
pub(super) async fn grant(scope: &Scope, grant: &Grant) -> Result<Done> {
    if grant.with_grant_option {
        return Err(Error::unsupported("WITH GRANT OPTION is not supported")
            .with_hint("a relation's owner and superusers grant on it"));
    }
    if grant.as_grantor.is_some() || grant.granted_by.is_some() || grant.current_grants.is_some() {
        return Err(Error::unsupported("only GRANT … ON … TO … is supported"));
    }
    let Some(objects) = &grant.objects else {
        return Err(Error::unsupported("granting one role to another is not supported")
            .with_hint("grant to each user, or to PUBLIC"));
    };
    if let Some(notice) = for_everybody(&grant.privileges, objects) {
        return Ok(Done::of("GRANT").with_notice(notice));
    }
    apply(scope, &grant.privileges, objects, &grant.grantees, Access::grant).await?;
    Ok(Done::of("GRANT"))
}

/// Runs `REVOKE`.
pub(super) async fn revoke(scope: &Scope, revoke: &Revoke) -> Result<Done> {
    let Some(objects) = &revoke.objects else {
        return Err(Error::unsupported("no role is granted to another, so none is taken away"));
    };
    if let Some(fact) = for_everybody(&revoke.privileges, objects) {
        return Err(Error::unsupported(fact).with_hint("remove users that must not log in"));
    }
    apply(scope, &revoke.privileges, objects, &revoke.grantees, Access::revoke).await?;
    Ok(Done::of("REVOKE"))
}

/// What everybody may do whatever is granted, if that is what a statement is about.
fn for_everybody(privileges: &ast::Privileges, objects: &GrantObjects) -> Option<&'static str> {
    let only_joins =
        |actions: &[Action]| actions.iter().all(|action| matches!(action, Action::Connect | Action::Temporary));
    match (objects, privileges) {
        (
            GrantObjects::AllFunctionsInSchema { .. } | GrantObjects::Function { .. } | GrantObjects::Procedure { .. },
            _,
        ) => Some("functions may be called by everybody"),
        (
            GrantObjects::AllSequencesInSchema { .. }
            | GrantObjects::FutureSequencesInSchema { .. }
            | GrantObjects::Sequences(_),
            _,
        ) => Some("there are no sequences"),
        (GrantObjects::Databases(_), ast::Privileges::Actions(actions)) if only_joins(actions) => {
            Some("everybody who can log in may connect and make temporary tables")
        }
        _ => None,
    }
}

/// What privileges are on.
enum Objects {
    Lake,
    Schemas(Vec<String>),
    Relations(Vec<RelationName>),
    /// All relations of schemas, as they are now.
    AllIn(Vec<String>),
    /// Relations that schemas are to get.
    FutureIn(Vec<String>),
}

/// Changes the access to each object for each grantee, in one commit.
async fn apply(
    scope: &Scope,
    privileges: &ast::Privileges,
    objects: &GrantObjects,
    grantees: &[Grantee],
    change: fn(&mut Access, &str, Privileges),
) -> Result<()> {
    let objects = objects_of(scope, objects)?;
    let wanted = wanted(privileges, &objects)?;
    // ALL is all that there is to each.
    let named = if matches!(privileges, ast::Privileges::All { .. }) { Privileges::NONE } else { wanted };
    let roles = grantees.iter().map(|grantee| role_of(scope, grantee)).collect::<Result<Vec<_>>>()?;
    let authority = scope.authority();
    scope
        .change_names(|names| {
            for role in &roles {
                let with = |access: &mut Access, possible: Privileges| change(access, role, wanted.among(possible));
                match &objects {
                    Objects::Lake => {
                        if authority != Authority::Superuser {
                            return Err(denied("database", scope.session.database()));
                        }
                        with(&mut names.access, Privileges::OF_LAKE);
                    }
                    Objects::Schemas(schemas) => {
                        for schema in schemas {
                            require_schema(&authority, names, schema)?;
                            with(&mut names.schema_mut(schema)?.access, Privileges::OF_SCHEMA);
                        }
                    }
                    Objects::Relations(relations) => {
                        for relation in relations {
                            on_relation(scope, &authority, names, relation, named, &with)?;
                        }
                    }
                    Objects::AllIn(schemas) => {
                        for schema in schemas {
                            let relations: Vec<String> = names.schema(schema)?.relations.keys().cloned().collect();
                            for name in relations {
                                let relation = RelationName { schema: schema.clone(), name };
                                on_relation(scope, &authority, names, &relation, Privileges::NONE, &with)?;
                            }
                        }
                    }
                    Objects::FutureIn(schemas) => {
                        for schema in schemas {
                            require_schema(&authority, names, schema)?;
                            with(&mut names.schema_mut(schema)?.future, Privileges::OF_TABLE);
                        }
                    }
                }
            }
            Ok(())
        })
        .await
}

/// Changes the access to a relation, which has to have all privileges that are `named`.
fn on_relation(
    scope: &Scope,
    authority: &Authority,
    names: &mut Namespace,
    name: &RelationName,
    named: Privileges,
    with: &dyn Fn(&mut Access, Privileges),
) -> Result<()> {
    let Some(relation) = names.relation(&name.schema, &name.name) else {
        return Err(no_relation(&scope.shown(name)));
    };
    if !authority.owns_relation(names, &name.schema, &name.name) {
        return Err(denied(kind_of(relation), &name.name));
    }
    let possible = relation.privileges();
    if !possible.contains(named) {
        let fact = format!("{} \"{}\" can only be read", kind_of(relation), name.name);
        return Err(Error::new(ErrorKind::WrongObjectType, fact).with_hint("GRANT SELECT"));
    }
    with(names.relation_access_mut(&name.schema, &name.name)?, possible);
    Ok(())
}

fn require_schema(authority: &Authority, names: &Namespace, schema: &str) -> Result<()> {
    if !names.schemas.contains_key(schema) {
        return Err(no_schema(schema));
    }
    match authority.owns_schema(names, schema) {
        true => Ok(()),
        false => Err(denied("schema", schema)),
    }
}

fn objects_of(scope: &Scope, objects: &GrantObjects) -> Result<Objects> {
    let schemas = |names: &[ObjectName]| -> Result<Vec<String>> {
        names.iter().map(|name| names::schema(name, scope.session.database())).collect()
    };
    Ok(match objects {
        GrantObjects::Databases(_) => Objects::Lake,
        GrantObjects::Schemas(names) => Objects::Schemas(schemas(names)?),
        GrantObjects::Tables(names) | GrantObjects::Views(names) => {
            Objects::Relations(names.iter().map(|name| scope.relation_name(name)).collect::<Result<_>>()?)
        }
        GrantObjects::AllTablesInSchema { schemas: names } => Objects::AllIn(schemas(names)?),
        GrantObjects::FutureTablesInSchema { schemas: names } => Objects::FutureIn(schemas(names)?),
        other => return Err(Error::unsupported(format!("privileges on {other} are not supported"))),
    })
}

/// The privileges a statement names, all there are where it says ALL.
fn wanted(privileges: &ast::Privileges, objects: &Objects) -> Result<Privileges> {
    let (possible, kind) = match objects {
        Objects::Lake => (Privileges::OF_LAKE, "database"),
        Objects::Schemas(_) => (Privileges::OF_SCHEMA, "schema"),
        Objects::Relations(_) | Objects::AllIn(_) | Objects::FutureIn(_) => (Privileges::OF_TABLE, "relation"),
    };
    let ast::Privileges::Actions(actions) = privileges else { return Ok(possible) };
    let mut wanted = Privileges::NONE;
    for action in actions {
        if let Action::Select { columns: Some(_) }
        | Action::Insert { columns: Some(_) }
        | Action::Update { columns: Some(_) }
        | Action::References { columns: Some(_) } = action
        {
            return Err(Error::unsupported("privileges on columns are not supported")
                .with_hint("make a view with those columns, and GRANT SELECT on it"));
        }
        // Everybody may connect and make temporary tables; with other privileges of a database they may be named.
        if matches!((objects, action), (Objects::Lake, Action::Connect | Action::Temporary)) {
            continue;
        }
        match Privileges::of_word(&action.to_string()) {
            Some(privilege) if possible.contains(privilege) => wanted = wanted.with(privilege),
            _ => {
                return Err(Error::invalid_parameter(format!("invalid privilege type {action} for {kind}"))
                    .with_hint(format!("there are {}", possible.words().collect::<Vec<_>>().join(", "))));
            }
        }
    }
    Ok(wanted)
}

/// The user that a statement names, or [`PUBLIC`].
fn role_of(scope: &Scope, grantee: &Grantee) -> Result<String> {
    let role = match (&grantee.grantee_type, &grantee.name) {
        (GranteesType::Public, _) => return Ok(PUBLIC.to_owned()),
        (_, Some(GranteeName::ObjectName(name))) => name.0.last().and_then(|part| part.as_ident()),
        _ => None,
    };
    let role = role.map(identifier).unwrap_or_default();
    let role = match role.as_str() {
        "current_user" | "current_role" | "session_user" => scope.session.principal().name.clone(),
        _ => role,
    };
    match scope.names.roles.contains_key(&role) || role == Principal::owner().name {
        true => Ok(role),
        false => Err(no_role(&role)),
    }
}
