//! What `\d` and `\dt` ask.

use bellwether::{Error, ErrorKind, Result};
use datafusion::scalar::ScalarValue;

use super::runner::Runner;

const TABLES: &str = "\
select table_schema as \"schema\", table_name as \"name\", table_type as \"type\"
from information_schema.tables
where table_schema not in ('information_schema', 'pg_catalog', 'system') and table_type = 'BASE TABLE'
order by 1, 2";

const RELATIONS: &str = "\
select table_schema as \"schema\", table_name as \"name\", table_type as \"type\"
from information_schema.tables
where table_schema not in ('information_schema', 'pg_catalog', 'system')
order by 1, 2";

const COLUMNS: &str = "\
select table_schema as \"schema\", column_name as \"column\", data_type as \"type\", is_nullable as \"nullable\"
from information_schema.columns
where table_name = $1
order by table_schema, ordinal_position";

const COLUMNS_IN_SCHEMA: &str = "\
select column_name as \"column\", data_type as \"type\", is_nullable as \"nullable\"
from information_schema.columns
where table_name = $1 and table_schema = $2
order by ordinal_position";

pub(super) async fn show_tables(runner: &mut Runner) -> Result<()> {
    runner.run_with(TABLES, Vec::new()).await.map(drop)
}

pub(super) async fn show_relations(runner: &mut Runner) -> Result<()> {
    runner.run_with(RELATIONS, Vec::new()).await.map(drop)
}

/// The columns of `table` or `schema.table`.
pub(super) async fn describe(runner: &mut Runner, relation: &str) -> Result<()> {
    let text = |value: &str| ScalarValue::Utf8(Some(value.to_owned()));
    let count = match relation.split_once('.') {
        Some((schema, table)) => runner.run_with(COLUMNS_IN_SCHEMA, vec![text(table), text(schema)]).await?,
        None => runner.run_with(COLUMNS, vec![text(relation)]).await?,
    };
    if count == 0 {
        return Err(Error::new(ErrorKind::UndefinedTable, format!("there is no table or view {relation}"))
            .with_hint("\\d lists all of them"));
    }
    Ok(())
}
