//! SQL types as columns hold them.

use bellwether_catalog::{Result, storable_type};
use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::execution::session_state::SessionState;
use datafusion::sql::sqlparser::ast;

use super::Scope;
use crate::PostgresType;

/// The type of a column declared as `declared`.
pub(super) async fn column_type(scope: &Scope, state: &SessionState, declared: &ast::DataType) -> Result<DataType> {
    if is_held_as_text(declared) {
        return Ok(DataType::Utf8);
    }
    // The planner's own reading of the type, so that a column is what a cast to its type gives.
    let plan = scope.plan_text(state, &format!("SELECT CAST(NULL AS {declared})")).await?;
    storable_type(plan.schema().field(0).data_type())
}

/// The column, marked as what it was declared as where its Arrow type says less.
pub(super) fn declared_as(field: Field, declared: &ast::DataType) -> Field {
    let Some(wanted) = PostgresType::parse(&declared.to_string()) else { return field };
    // A text has its length or its form in the declaration alone; of other types Arrow knows all that is kept.
    let is_text = match field.data_type() {
        DataType::Utf8 => true,
        DataType::List(item) => *item.data_type() == DataType::Utf8,
        _ => false,
    };
    if !is_text || wanted == PostgresType::of(&field) {
        return field;
    }
    postgres_type::mark(field, &wanted.name())
}

/// Types that stand for a number which rows get by themselves. All are `bigint`, which the numbers need.
pub(super) fn is_serial(declared: &ast::DataType) -> bool {
    match declared {
        ast::DataType::Custom(name, _) => ["serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"]
            .contains(&name.to_string().to_ascii_lowercase().as_str()),
        _ => false,
    }
}

/// Types of PostgreSQL whose values a table holds as text.
fn is_held_as_text(declared: &ast::DataType) -> bool {
    match declared {
        ast::DataType::JSON | ast::DataType::JSONB | ast::DataType::Uuid => true,
        ast::DataType::Custom(name, _) => ["json", "jsonb", "uuid", "citext", "name", "inet"]
            .contains(&name.to_string().to_ascii_lowercase().as_str()),
        _ => false,
    }
}
