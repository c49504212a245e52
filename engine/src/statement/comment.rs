//! `COMMENT ON TABLE | COLUMN | VIEW | MATERIALIZED VIEW | SCHEMA … IS '…'`: what BI tools show as descriptions.

use std::collections::BTreeMap;
use std::sync::Arc;

use bellwether_catalog::{Alteration, COMMENT, Error, ErrorKind, Relation, Result, no_relation};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::sql::sqlparser::ast::{ColumnOption, CommentObject, ObjectName, ObjectNamePart, ViewColumnDef};

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
            let (column, relation) = (identifier(column), ObjectName(table.to_vec()));
            let name = scope.relation_name(&relation)?;
            match scope.names.relation(&name.schema, &name.name) {
                Some(Relation::View { .. }) => on_view_column(scope, &name, &column, comment).await?,
                _ => on_table(scope, kind, &relation, Some(&column), comment).await?,
            }
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
    scope.session.inner.changes.refuse_if_of(&table, &name, "COMMENT ON").await?;
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
                    return Err(no_column(&name, column));
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

/// What the columns of a view are, as its definition says.
pub(crate) fn of_columns(columns: &[ViewColumnDef]) -> BTreeMap<String, String> {
    let mut comments = BTreeMap::new();
    for column in columns {
        for option in column.options.iter().flat_map(|options| options.as_slice()) {
            if let ColumnOption::Comment(text) = option {
                comments.insert(identifier(&column.name), text.clone());
            }
        }
    }
    comments
}

/// The columns, each with what it is.
pub(super) fn commented(columns: &Schema, comments: &BTreeMap<String, String>) -> Schema {
    let fields = columns.fields().iter().map(|field| {
        let mut metadata = field.metadata().clone();
        metadata.extend(comments.get(field.name()).map(|text| (COMMENT.to_owned(), text.clone())));
        field.as_ref().clone().with_metadata(metadata)
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), columns.metadata().clone())
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

/// What a view's columns are is kept with the view: it has no table that could hold it.
async fn on_view_column(scope: &Scope, name: &RelationName, column: &str, text: Option<&str>) -> Result<()> {
    let columns = scope.relations().columns(name).await.map_err(|error| scope.error(error))?;
    if !columns.is_some_and(|columns| columns.index_of(column).is_ok()) {
        return Err(no_column(name, column));
    }
    scope
        .change_names(|names| match names.schema_mut(&name.schema)?.relations.get_mut(&name.name) {
            Some(Relation::View { column_comments, .. }) => {
                match text {
                    Some(text) => column_comments.insert(column.to_owned(), text.to_owned()),
                    None => column_comments.remove(column),
                };
                Ok(())
            }
            Some(_) => Err(wrong_kind(name, "view")),
            None => Err(no_relation(&scope.shown(name))),
        })
        .await
}

fn no_column(name: &RelationName, column: &str) -> Error {
    let fact = format!("column \"{column}\" of relation \"{}\" does not exist", name.name);
    Error::new(ErrorKind::UndefinedColumn, fact)
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
