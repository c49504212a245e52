//! Whether a name is found without its schema: `pg_table_is_visible` and its kin.

use bellwether_catalog::Error;

use super::{Asked, Definition, NUMBER, number, strict};
use crate::pg_catalog::rows::Value;
use crate::pg_catalog::types::by_id;

pub(super) const FUNCTIONS: &[Definition] = &[
    strict("pg_collation_is_visible", NUMBER, "bool", everything),
    strict("pg_conversion_is_visible", NUMBER, "bool", everything),
    strict("pg_function_is_visible", NUMBER, "bool", function),
    strict("pg_opclass_is_visible", NUMBER, "bool", everything),
    strict("pg_operator_is_visible", NUMBER, "bool", everything),
    strict("pg_opfamily_is_visible", NUMBER, "bool", everything),
    strict("pg_statistics_obj_is_visible", NUMBER, "bool", everything),
    strict("pg_table_is_visible", NUMBER, "bool", table),
    strict("pg_ts_config_is_visible", NUMBER, "bool", everything),
    strict("pg_ts_dict_is_visible", NUMBER, "bool", everything),
    strict("pg_ts_parser_is_visible", NUMBER, "bool", everything),
    strict("pg_ts_template_is_visible", NUMBER, "bool", everything),
    strict("pg_type_is_visible", NUMBER, "bool", |_, values| Ok(by_id(number(values, 0)).map(|_| true).into())),
];

/// These are all in `pg_catalog`, which is always looked through.
fn everything(_asked: &Asked<'_>, _values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    Ok(true.into())
}

fn function(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    Ok(asked.catalogue()?.function(number(values, 0)).map(|_| true).into())
}

/// A relation is visible when the first schema of the search path that has its name has it.
fn table(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let catalogue = asked.catalogue()?;
    let Some(relation) = catalogue.relation(number(values, 0)) else { return Ok(Value::Null) };
    let path = asked.search_path();
    let found = path.iter().find_map(|schema| catalogue.relation_named(schema, &relation.name));
    Ok(found.is_some_and(|found| found.id == relation.id).into())
}
