//! What a user is shown, as in PostgreSQL: relations and schemas that something may be done with, and privileges that
//! concern the user.

use bellwether_catalog::{Namespace, RESERVED_SCHEMAS};
use datafusion::arrow::array::{AsArray, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::error::Result;

use crate::access::Authority;

/// Columns that name a relation.
const RELATIONS: [(&str, &str); 3] =
    [("table_schema", "table_name"), ("view_schema", "view_name"), ("object_schema", "object_name")];

/// The rows of a relation of the schema that a user is shown.
pub(super) fn visible(batch: RecordBatch, authority: &Authority, names: &Namespace) -> Result<RecordBatch> {
    let Authority::User(user) = authority else { return Ok(batch) };
    let text = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    let mut shown = vec![true; batch.num_rows()];
    let mut keep = |one: &StringArray, other: &StringArray, is_shown: &dyn Fn(&str, &str) -> bool| {
        for (row, shown) in shown.iter_mut().enumerate() {
            *shown &= is_shown(one.value(row), other.value(row));
        }
    };
    for (schema, name) in RELATIONS {
        if let (Some(schemas), Some(relations)) = (text(schema), text(name)) {
            keep(schemas, relations, &|schema, name| authority.sees(names, schema, name));
        }
    }
    if let (Some(grantors), Some(grantees)) = (text("grantor"), text("grantee")) {
        keep(grantors, grantees, &|grantor, grantee| {
            grantor == user.as_str() || grantee == user.as_str() || grantee == "PUBLIC"
        });
    }
    if let (Some(schemas), Some(owners)) = (text("schema_name"), text("schema_owner")) {
        keep(schemas, owners, &|schema, _| {
            RESERVED_SCHEMAS.contains(&schema) || !authority.on_schema(names, schema).is_empty()
        });
    }
    if let Some(roles) = text("role_name") {
        keep(roles, roles, &|role, _| role == user.as_str());
    }
    Ok(filter_record_batch(&batch, &BooleanArray::from(shown))?)
}
