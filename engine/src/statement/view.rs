//! `CREATE [OR REPLACE] VIEW`: a query with a name, planned anew whenever it is read.

use bellwether_catalog::{Error, ErrorKind, Relation, Result};
use datafusion::sql::sqlparser::ast::{self, CreateView};

use super::Scope;
use super::output_name::view_columns;
use crate::names::{identifier, quote};
use crate::{Done, materialized, temporary};

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

    let relation = Relation::View {
        sql: create.query.to_string(),
        columns,
        current_schema: scope.current_schema().to_owned(),
        comment: create.comment.clone(),
    };
    let created = scope
        .change_names(|names| {
            match names.relation(&name.schema, &name.name) {
                None => {}
                Some(Relation::View { .. }) if create.or_replace => {
                    names.schema_mut(&name.schema)?.relations.remove(&name.name);
                }
                Some(_) if create.if_not_exists => return Ok(false),
                Some(Relation::Table { .. } | Relation::MaterializedView(_)) if create.or_replace => {
                    return Err(Error::new(ErrorKind::WrongObjectType, format!("{} is not a view", quote(&name.name))));
                }
                Some(_) => {}
            }
            names.add_relation(&name.schema, &name.name, relation.clone())?;
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
