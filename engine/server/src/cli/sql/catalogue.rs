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

/// Types as PostgreSQL names them, which `information_schema` does not give.
const COLUMNS: &str = "\
select n.nspname as \"schema\", a.attname as \"column\", format_type(a.atttypid, a.atttypmod) as \"type\",
    not a.attnotnull as \"nullable\"
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where a.attnum > 0 and c.relname = $1";

const IN_SCHEMA: &str = "and n.nspname = $2";

const BY_POSITION: &str = "order by n.nspname, a.attnum";

pub(super) async fn show_tables(runner: &mut Runner) -> Result<()> {
    runner.show(TABLES, Vec::new()).await
}

pub(super) async fn show_relations(runner: &mut Runner) -> Result<()> {
    runner.show(RELATIONS, Vec::new()).await
}

/// The columns of `table`, in whatever schema, or of `schema.table`.
pub(super) async fn describe(runner: &mut Runner, relation: &str) -> Result<()> {
    let text = |value: &str| ScalarValue::Utf8(Some(value.to_owned()));
    let (sql, parameters) = match relation.split_once('.') {
        Some((schema, table)) => (format!("{COLUMNS} {IN_SCHEMA} {BY_POSITION}"), vec![text(table), text(schema)]),
        None => (format!("{COLUMNS} {BY_POSITION}"), vec![text(relation)]),
    };
    if runner.count(&sql, parameters.clone()).await? == 0 {
        return Err(Error::new(ErrorKind::UndefinedTable, format!("there is no table or view {relation}"))
            .with_hint("\\d lists all of them"));
    }
    runner.show(&sql, parameters).await
}
