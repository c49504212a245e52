//! `TRUNCATE t`: every row goes, the table stays, its earlier versions remain readable.

use bellwether_catalog::{Operation, Result};
use datafusion::sql::sqlparser::ast::Truncate;

use super::target::Target;
use super::{Scope, change};
use crate::Done;

pub(super) async fn run(scope: &Scope, truncate: &Truncate) -> Result<Done> {
    for target in &truncate.table_names {
        let name = scope.relation_name(&target.name)?;
        let table = scope.table(&name)?;
        for attempt in 1..=change::ATTEMPTS {
            let _writer = table.writer().await;
            let snapshot = scope.session.inner.changes.latest(&table).await?;
            let target =
                Target { alias: name.name.clone(), name: name.clone(), table: std::sync::Arc::clone(&table), snapshot };
            match target.remove_all(scope, Operation::Delete).await {
                Err(error) if change::is_conflict(&error) && attempt < change::ATTEMPTS => continue,
                outcome => outcome?,
            }
            break;
        }
    }
    Ok(Done::of("TRUNCATE TABLE"))
}
