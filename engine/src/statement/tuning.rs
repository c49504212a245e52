//! `CREATE INDEX`, `DROP INDEX` and `ANALYZE`: what other databases are tuned by and tables here have no need of.
//!
//! Tools send them along with the tables they make, so what they name is checked, and the reader is told what
//! stands in their place. An index that would have to keep rows unique is refused: nothing would keep them so.

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::sql::sqlparser::ast::{Analyze, CreateIndex, Expr, Ident};

use super::Scope;
use crate::Done;
use crate::names::{RelationName, identifier};

pub(super) async fn create_index(scope: &Scope, index: &CreateIndex) -> Result<Done> {
    let name = scope.relation_name(&index.table_name)?;
    let columns: Vec<&Ident> = index
        .columns
        .iter()
        .filter_map(|column| match &column.column.expr {
            Expr::Identifier(column) => Some(column),
            _ => None,
        })
        .collect();
    check_columns(scope, &name, &columns).await?;
    if index.unique {
        return Err(Error::unsupported("a unique index cannot be kept")
            .with_hint("declare a PRIMARY KEY, which tools see, and load with --mode upsert to keep keys unique"));
    }
    Ok(Done::of("CREATE INDEX").with_notice(
        "tables have no indexes; files are skipped by their statistics, and WITH (cluster_by = '…') keeps rows in order",
    ))
}

/// There is never an index to drop.
pub(super) fn drop_index(names: &str, if_exists: bool) -> Result<Done> {
    match if_exists {
        true => Ok(Done::of("DROP INDEX").with_notice(format!("index \"{names}\" does not exist, skipping"))),
        false => Err(Error::new(ErrorKind::UndefinedObject, format!("index \"{names}\" does not exist"))),
    }
}

/// Statistics are written with every file, so there is nothing to gather.
pub(super) async fn analyze(scope: &Scope, analyze: &Analyze) -> Result<Done> {
    if let Some(name) = &analyze.table_name {
        let columns: Vec<&Ident> = analyze.columns.iter().collect();
        check_columns(scope, &scope.relation_name(name)?, &columns).await?;
    }
    Ok(Done::of("ANALYZE"))
}

async fn check_columns(scope: &Scope, name: &RelationName, columns: &[&Ident]) -> Result<()> {
    let relations = scope.relations();
    let Some(schema) = relations.columns(name).await.map_err(|error| scope.error(error))? else {
        return Err(bellwether_catalog::no_relation(&scope.shown(name)));
    };
    for column in columns {
        let column = identifier(column);
        if schema.index_of(&column).is_err() {
            return Err(Error::new(ErrorKind::UndefinedColumn, format!("column \"{column}\" does not exist")));
        }
    }
    Ok(())
}
