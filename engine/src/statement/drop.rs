//! `DROP TABLE`, `DROP VIEW`, `DROP SCHEMA`: what stands on them goes along with CASCADE, or keeps them.

use std::ops::ControlFlow;

use bellwether_catalog::{DEFAULT_SCHEMA, Error, ErrorKind, Namespace, Relation, Result, no_relation, no_schema};
use datafusion::sql::sqlparser::ast::{ObjectName, ObjectType, visit_relations};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::Scope;
use crate::names::{self, RelationName};
use crate::{Done, clock};

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
        ObjectType::Schema => schemas(scope, dropped, if_exists, cascade).await,
        other => Err(Error::unsupported(format!("DROP {other} is not supported"))),
    }
}

async fn relations(scope: &Scope, dropped: &[ObjectName], kind: &str, if_exists: bool, cascade: bool) -> Result<Done> {
    let wanted = dropped.iter().map(|name| scope.relation_name(name)).collect::<Result<Vec<_>>>()?;
    let now_ms = clock::now_ms();
    let notices = scope
        .change_names(|names| {
            let mut notices = Vec::new();
            for name in &wanted {
                match (names.relation(&name.schema, &name.name), kind) {
                    (Some(Relation::Table { .. }), "TABLE") | (Some(Relation::View { .. }), "VIEW") => {
                        remove(names, name, &wanted, cascade, now_ms, &mut notices)?;
                    }
                    (Some(Relation::Table { .. }), _) => return Err(wrong_kind(name, "view", "DROP TABLE")),
                    (Some(Relation::View { .. }), _) => return Err(wrong_kind(name, "table", "DROP VIEW")),
                    (None, _) if if_exists => {
                        notices.push(format!("{} \"{}\" does not exist, skipping", kind.to_lowercase(), name.name));
                    }
                    (None, _) => {
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

fn wrong_kind(name: &RelationName, expected: &str, use_instead: &str) -> Error {
    Error::new(ErrorKind::Unsupported, format!("\"{}\" is not a {expected}", name.name))
        .with_hint(format!("use {use_instead}"))
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
        .with_detail(format!("view \"{}\".\"{}\" depends on it", view.schema, view.name))
        .with_hint("use DROP … CASCADE to drop the dependent objects too"));
    }
    names.remove_relation(&name.schema, &name.name, now_ms)?;
    for view in dependents {
        if names.relation(&view.schema, &view.name).is_some() {
            notices.push(format!("drop cascades to view {}", view.name));
            remove(names, &view, leaving, true, now_ms, notices)?;
        }
    }
    Ok(())
}

/// The views whose query names a relation.
pub(super) fn views_on(names: &Namespace, relation: &RelationName) -> Vec<RelationName> {
    let mut views = Vec::new();
    for (schema, entry) in &names.schemas {
        for (name, candidate) in &entry.relations {
            let Relation::View { sql, current_schema, .. } = candidate else { continue };
            let Ok(statements) = Parser::parse_sql(&PostgreSqlDialect {}, sql) else { continue };
            let found = visit_relations(&statements, |mentioned| {
                let current = names::relation(mentioned, current_schema, names::DATABASE);
                match current.is_ok_and(|mentioned| mentioned == *relation) {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            });
            if found.is_break() {
                views.push(RelationName { schema: schema.clone(), name: name.clone() });
            }
        }
    }
    views
}
