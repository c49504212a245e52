//! How large things are: `pg_relation_size`, `pg_database_size` and their kin. Tables are counted as this server has
//! seen them last.

use bellwether_catalog::Error;

use super::{Argument, Asked, Definition, OBJECT, objects, strict};
use crate::pg_catalog::rows::Value;
use crate::pg_catalog::size::Size;

pub(super) const FUNCTIONS: &[Definition] = &[
    strict("pg_database_size", OBJECT, "int8", lake),
    // Keys are declared; no index takes room.
    strict("pg_indexes_size", OBJECT, "int8", |_, _| Ok(0_i64.into())),
    strict("pg_relation_size", &[&[Argument::Object], &[Argument::Object, Argument::Text]], "int8", relation),
    strict("pg_table_size", OBJECT, "int8", relation),
    strict("pg_tablespace_size", OBJECT, "int8", lake),
    strict("pg_total_relation_size", OBJECT, "int8", relation),
];

fn relation(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let Some(found) = objects::relation(asked, values.first())? else { return Ok(Value::Null) };
    let size = Size::of(&asked.pinned.system().lake, found);
    Ok(i64::try_from(size.map_or(0, |size| size.bytes)).unwrap_or(i64::MAX).into())
}

fn lake(asked: &Asked<'_>, _values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let lake = &asked.pinned.system().lake;
    let sizes = asked.catalogue()?.relations.iter().filter_map(|relation| Size::of(lake, relation));
    let bytes = sizes.fold(0_u64, |sum, size| sum.saturating_add(size.bytes));
    Ok(i64::try_from(bytes).unwrap_or(i64::MAX).into())
}
