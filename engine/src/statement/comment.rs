//! `COMMENT ON TABLE | COLUMN | VIEW | MATERIALIZED VIEW | SCHEMA … IS '…'`: what BI tools show as descriptions.

use std::sync::Arc;

use bellwether_catalog::{Alteration, COMMENT, Error, ErrorKind, Relation, Result, no_relation};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::sql::sqlparser::ast::{CommentObject, ObjectName, ObjectNamePart};

use super::{Scope, change};
use crate::Done;
use crate::names::{self, RelationName, identifier};

pub(super) async fn run(scope: &Scope, kind: &CommentObject, name: &ObjectName, comment: Option<&str>) -> Result<Done> {
    match kind {
        CommentObject::Table | CommentObject::MaterializedView => {
            on_table(scope, kind, name, None, comment).await?;
        }
        CommentObject::Column => {
            let Some((ObjectNamePart::Identifier(column), table)) =
                name.0.split_last().filter(|(_, table)| !table.is_empty())
            else {
                return Err(Error::new(ErrorKind::Syntax, format!("{name} does not name a column of a table")));
            };
            on_table(scope, kind, &ObjectName(table.to_vec()), Some(&identifier(column)), comment).await?;
        }
        CommentObject::View => on_view(scope, name, comment).await?,
        CommentObject::Schema => on_schema(scope, name, comment).await?,
        other => return Err(Error::unsupported(format!("COMMENT ON {other} is not supported"))),
    }
    Ok(Done::of("COMMENT"))
}

async fn on_table(
    scope: &Scope,
    kind: &CommentObject,
    name: &ObjectName,
    column: Option<&str>,
    comment: Option<&str>,
) -> Result<()> {
    let name = scope.relation_name(name)?;
    let table = match (scope.names.relation(&name.schema, &name.name), kind) {
        (Some(Relation::MaterializedView(view)), CommentObject::MaterializedView | CommentObject::Column) => {
            scope.session.inner.engine.inner.lake.table(&view.id)?
        }
        (Some(Relation::MaterializedView(_)), _) => return Err(wrong_kind(&name, "table")),
        (Some(_), CommentObject::MaterializedView) => return Err(wrong_kind(&name, "materialized view")),
        _ => scope.table(&name)?,
    };
    let text = comment.unwrap_or_default();
    for attempt in 1..=change::ATTEMPTS {
        let _writer = table.writer().await;
        let snapshot = table.latest().await?;
        let alteration = match column {
            None => Alteration { comment: Some(text.to_owned()), ..Alteration::default() },
            Some(column) => {
                let mut fields: Vec<Field> =
                    snapshot.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
                let Some(field) = fields.iter_mut().find(|field| field.name() == column) else {
                    return Err(Error::new(
                        ErrorKind::UndefinedColumn,
                        format!("column \"{column}\" of relation \"{}\" does not exist", name.name),
                    ));
                };
                let mut metadata = field.metadata().clone();
                match comment {
                    Some(text) => metadata.insert(COMMENT.to_owned(), text.to_owned()),
                    None => metadata.remove(COMMENT),
                };
                field.set_metadata(metadata);
                Alteration { columns: Some(Arc::new(Schema::new(fields))), ..Alteration::default() }
            }
        };
        match table.alter(&snapshot, alteration).await {
            Err(error) if change::is_conflict(&error) && attempt < change::ATTEMPTS => continue,
            outcome => return outcome.map(drop),
        }
    }
    Ok(())
}

async fn on_view(scope: &Scope, name: &ObjectName, text: Option<&str>) -> Result<()> {
    let name = scope.relation_name(name)?;
    scope
        .change_names(|names| match names.schema_mut(&name.schema)?.relations.get_mut(&name.name) {
            Some(Relation::View { comment, .. }) => {
                *comment = text.map(str::to_owned);
                Ok(())
            }
            Some(_) => Err(wrong_kind(&name, "view")),
            None => Err(no_relation(&scope.shown(&name))),
        })
        .await
}

fn wrong_kind(name: &RelationName, expected: &str) -> Error {
    Error::new(ErrorKind::WrongObjectType, format!("\"{}\" is not a {expected}", name.name))
}

async fn on_schema(scope: &Scope, name: &ObjectName, text: Option<&str>) -> Result<()> {
    let schema = names::schema(name, scope.session.database())?;
    scope
        .change_names(|names| {
            names.schema_mut(&schema)?.comment = text.map(str::to_owned);
            Ok(())
        })
        .await
}
