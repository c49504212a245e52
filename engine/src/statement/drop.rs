//! `DROP TABLE`, `DROP [MATERIALIZED] VIEW`, `DROP SCHEMA`: what stands on them goes along with CASCADE, or keeps them.

use bellwether_catalog::{DEFAULT_SCHEMA, Error, ErrorKind, Namespace, Relation, Result, no_relation, no_schema};
use datafusion::sql::sqlparser::ast::{ObjectName, ObjectType};

use super::Scope;
use crate::names::{self, RelationName};
use crate::pg_catalog::reads;
use crate::{Done, clock, temporary};

pub(super) async fn run(
    scope: &Scope,
    kind: &ObjectType,
    dropped: &[ObjectName],
    if_exists: bool,
    cascade: bool,
) -> Result<Done> {
    match kind {
        ObjectType::Table => relations(scope, dropped, "TABLE", if_exists, cascade).await,
        ObjectType::View => relations(scope, dropped, "VIEW", if_exists, cascade).await,
        ObjectType::MaterializedView => relations(scope, dropped, "MATERIALIZED VIEW", if_exists, cascade).await,
        ObjectType::Schema => schemas(scope, dropped, if_exists, cascade).await,
        other => Err(Error::unsupported(format!("DROP {other} is not supported"))),
    }
}

async fn relations(scope: &Scope, dropped: &[ObjectName], kind: &str, if_exists: bool, cascade: bool) -> Result<Done> {
    let mut wanted = dropped.iter().map(|name| scope.relation_name(name)).collect::<Result<Vec<_>>>()?;
    if kind == "TABLE" {
        // What is no temporary table of this session is looked for in the lake.
        wanted.retain(|name| {
            name.schema != temporary::SCHEMA || !scope.session.inner.temporaries.lock().remove(&name.name)
        });
    }
    let now_ms = clock::now_ms();
    let notices = scope
        .change_names(|names| {
            let mut notices = Vec::new();
            for name in &wanted {
                match names.relation(&name.schema, &name.name) {
                    Some(relation) if kind_of(relation) == kind => {
                        remove(names, name, &wanted, cascade, now_ms, &mut notices)?;
                    }
                    Some(relation) => return Err(wrong_kind(name, kind, kind_of(relation))),
                    None if if_exists => {
                        notices.push(format!("{} \"{}\" does not exist, skipping", kind.to_lowercase(), name.name));
                    }
                    None => {
                        let mut error = no_relation(&scope.shown(name));
                        if !names.schemas.contains_key(&name.schema) {
                            error = no_schema(&name.schema);
                        }
                        return Err(Error::new(
                            error.kind(),
                            error.message().replace("relation", &kind.to_lowercase()),
                        ));
                    }
                }
            }
            Ok(notices)
        })
        .await?;
    Ok(Done { notices, ..Done::of(&format!("DROP {kind}")) })
}

/// What DROP calls a relation.
fn kind_of(relation: &Relation) -> &'static str {
    match relation {
        Relation::Table { .. } => "TABLE",
        Relation::View { .. } => "VIEW",
        Relation::MaterializedView(_) => "MATERIALIZED VIEW",
    }
}

fn wrong_kind(name: &RelationName, expected: &str, found: &str) -> Error {
    let fact = format!("\"{}\" is not a {}", name.name, expected.to_lowercase());
    Error::new(ErrorKind::WrongObjectType, fact).with_hint(format!("use DROP {found}"))
}

async fn schemas(scope: &Scope, dropped: &[ObjectName], if_exists: bool, cascade: bool) -> Result<Done> {
    let wanted =
        dropped.iter().map(|name| names::schema(name, scope.session.database())).collect::<Result<Vec<_>>>()?;
    let now_ms = clock::now_ms();
    let notices = scope
        .change_names(|names| {
            let mut notices = Vec::new();
            for schema in &wanted {
                if schema == DEFAULT_SCHEMA {
                    return Err(Error::new(ErrorKind::PermissionDenied, "schema \"public\" cannot be dropped"));
                }
                if !names.schemas.contains_key(schema) && if_exists {
                    notices.push(format!("schema \"{schema}\" does not exist, skipping"));
                    continue;
                }
                let members: Vec<RelationName> = names
                    .schema_mut(schema)?
                    .relations
                    .keys()
                    .map(|name| RelationName { schema: schema.clone(), name: name.clone() })
                    .collect();
                if !members.is_empty() && !cascade {
                    return Err(Error::new(
                        ErrorKind::DependentObjects,
                        format!("cannot drop schema \"{schema}\" because other objects depend on it"),
                    )
                    .with_detail(format!("it holds {} relations", members.len()))
                    .with_hint("use DROP … CASCADE to drop the dependent objects too"));
                }
                for member in &members {
                    // A view may be gone already, along with the table it read.
                    if names.relation(&member.schema, &member.name).is_some() {
                        remove(names, member, &members, true, now_ms, &mut notices)?;
                    }
                }
                names.schemas.remove(schema);
            }
            Ok(notices)
        })
        .await?;
    Ok(Done { notices, ..Done::of("DROP SCHEMA") })
}

/// Removes a relation, and with `cascade` the views on it; views among `leaving` go anyway.
fn remove(
    names: &mut Namespace,
    name: &RelationName,
    leaving: &[RelationName],
    cascade: bool,
    now_ms: i64,
    notices: &mut Vec<String>,
) -> Result<()> {
    let dependents: Vec<RelationName> =
        views_on(names, name).into_iter().filter(|view| !leaving.contains(view)).collect();
    if let Some(view) = dependents.first().filter(|_| !cascade) {
        return Err(Error::new(
            ErrorKind::DependentObjects,
            format!("cannot drop \"{}\" because other objects depend on it", name.name),
        )
        .with_detail(format!("{} \"{}\".\"{}\" depends on it", shown_kind(names, view), view.schema, view.name))
        .with_hint("use DROP … CASCADE to drop the dependent objects too"));
    }
    names.remove_relation(&name.schema, &name.name, now_ms)?;
    for view in dependents {
        if names.relation(&view.schema, &view.name).is_some() {
            notices.push(format!("drop cascades to {} {}", shown_kind(names, &view), view.name));
            remove(names, &view, leaving, true, now_ms, notices)?;
        }
    }
    Ok(())
}

fn shown_kind(names: &Namespace, view: &RelationName) -> String {
    names.relation(&view.schema, &view.name).map_or_else(String::new, |found| kind_of(found).to_lowercase())
}

/// The views, materialized or not, whose query names a relation.
pub(super) fn views_on(names: &Namespace, relation: &RelationName) -> Vec<RelationName> {
    let mut views = Vec::new();
    for (schema, entry) in &names.schemas {
        for (name, candidate) in &entry.relations {
            if reads(names, candidate).contains(relation) {
                views.push(RelationName { schema: schema.clone(), name: name.clone() });
            }
        }
    }
    views
}
