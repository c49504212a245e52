//! `CREATE [OR REPLACE] VIEW`: a query with a name, planned anew whenever it is read.

use bellwether_catalog::{Error, ErrorKind, Relation, Result};
use datafusion::sql::sqlparser::ast::{self, CreateView};

use super::Scope;
use super::output_name::view_columns;
use crate::Done;
use crate::names::{identifier, quote};

pub(super) async fn create(scope: &Scope, create: &CreateView) -> Result<Done> {
    if create.materialized {
        return Err(Error::unsupported("CREATE MATERIALIZED VIEW is not supported yet")
            .with_hint("use CREATE TABLE … AS, or CREATE VIEW"));
    }
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
                Some(Relation::Table { .. }) if create.or_replace => {
                    return Err(Error::new(
                        ErrorKind::DuplicateTable,
                        format!("{} is a table, not a view", quote(&name.name)),
                    ));
                }
                Some(_) => {}
            }
            names.add_relation(&name.schema, &name.name, relation.clone())?;
            Ok(true)
        })
        .await?;
    let done = Done::of("CREATE VIEW");
    Ok(if created { done } else { done.with_notice(format!("relation \"{}\" already exists, skipping", name.name)) })
}
