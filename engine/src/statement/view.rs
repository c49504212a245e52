//! `CREATE [OR REPLACE] VIEW`: a query with a name, planned anew whenever it is read.

use bellwether_catalog::{Error, ErrorKind, Relation, Result};
use datafusion::sql::sqlparser::ast::{self, CreateView};

use super::output_name::view_columns;
use super::{Scope, comment};
use crate::names::{identifier, quote};
use crate::{Done, clock, materialized, temporary};

pub(super) async fn create(scope: &Scope, create: &CreateView) -> Result<Done> {
    check_lasting(scope, &create.query)?;
    let name = scope.relation_name(&create.name)?;
    let columns: Vec<String> = create.columns.iter().map(|column| identifier(&column.name)).collect();

    // A view that cannot be planned is refused now rather than when somebody reads it.
    let state = scope.relations().state();
    let plan = scope.plan(&state, ast::Statement::Query(create.query.clone())).await?;
    if columns.len() > plan.schema().fields().len() {
        return Err(Error::new(ErrorKind::Syntax, "CREATE VIEW specifies more column names than columns"));
    }
    let columns = view_columns(&plan, columns)?;
    // Names that the query gives by itself need not be given again whenever the view is planned.
    let is_own = columns.iter().eq(plan.schema().fields().iter().map(|field| field.name()));
    let columns = if is_own { Vec::new() } else { columns };

    let relation = Relation::View {
        sql: create.query.to_string(),
        columns,
        current_schema: scope.current_schema().to_owned(),
        comment: create.comment.clone(),
        column_comments: comment::of_columns(&create.columns),
    };
    let now_ms = clock::now_ms();
    let created = scope
        .change_names(|names| {
            let replaces = match names.relation(&name.schema, &name.name) {
                Some(Relation::View { .. }) if create.or_replace => true,
                Some(_) if create.if_not_exists => return Ok(false),
                Some(Relation::Table { .. } | Relation::MaterializedView(_)) if create.or_replace => {
                    return Err(Error::new(ErrorKind::WrongObjectType, format!("{} is not a view", quote(&name.name))));
                }
                _ => false,
            };
            match replaces {
                true => names.replace_relation(&name.schema, &name.name, relation.clone(), now_ms)?,
                false => names.add_relation(&name.schema, &name.name, relation.clone(), scope.authority().owner())?,
            }
            // A view may be read by a materialized view that it reads.
            materialized::check_acyclic(names, &name)?;
            Ok(true)
        })
        .await?;
    let done = Done::of("CREATE VIEW");
    Ok(if created { done } else { done.with_notice(format!("relation \"{}\" already exists, skipping", name.name)) })
}

/// Refuses a definition that only this session could read.
pub(super) fn check_lasting(scope: &Scope, query: &ast::Query) -> Result<()> {
    match temporary::is_read_by(query, &scope.names) {
        true => Err(Error::unsupported("a view cannot read a temporary table")
            .with_hint("make the table without TEMPORARY, or another temporary table of the query")),
        false => Ok(()),
    }
}
