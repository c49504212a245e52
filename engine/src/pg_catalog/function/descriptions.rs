//! Comments: `obj_description`, `col_description`, `shobj_description`.

use bellwether_catalog::Error;

use super::{Argument, Asked, Definition, number, signed, strict, text_at};
use crate::pg_catalog::rows::Value;

pub(super) const FUNCTIONS: &[Definition] = &[
    strict("col_description", &[&[Argument::Number, Argument::Number]], "text", column),
    strict("obj_description", &[&[Argument::Number, Argument::Text], &[Argument::Number]], "text", object),
    // What all databases of a server share, roles and databases, has no comments here.
    strict("shobj_description", &[&[Argument::Number, Argument::Text]], "text", |_, _| Ok(Value::Null)),
];

fn column(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let relation = asked.catalogue()?.relation(number(values, 0));
    let column = relation.and_then(|relation| relation.column(signed(values, 1)?));
    Ok(column.and_then(|column| column.comment.clone()).into())
}

fn object(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let (catalogue, id) = (asked.catalogue()?, number(values, 0));
    let relation = || catalogue.relation(id).and_then(|relation| relation.comment.clone());
    let schema = || catalogue.schema(id).and_then(|schema| schema.comment.clone());
    let function = || catalogue.function(id).and_then(|function| function.description.clone());
    Ok(match text_at(values, 1).trim_start_matches("pg_catalog.") {
        "pg_class" => relation(),
        "pg_namespace" => schema(),
        "pg_proc" => function(),
        "" => relation().or_else(schema).or_else(function),
        _ => None,
    }
    .into())
}
