//! Objects as SQL: `format_type`, `pg_get_constraintdef`, `pg_get_viewdef` and their kin.

use bellwether_catalog::Error;

use super::{Argument, Asked, Definition, NUMBER, number, objects, signed, strict, text_at};
use crate::pg_catalog::catalogue::Kind;
use crate::pg_catalog::definition;
use crate::pg_catalog::keyword::quoted;
use crate::pg_catalog::rows::Value;
use crate::pg_catalog::types::format;

const PRETTY: &[&[Argument]] = &[&[Argument::Number], &[Argument::Number, Argument::Bool]];
const VIEW: &[&[Argument]] =
    &[&[Argument::Object], &[Argument::Object, Argument::Bool], &[Argument::Object, Argument::Number]];
const EXPRESSION: &[&[Argument]] =
    &[&[Argument::Text, Argument::Number], &[Argument::Text, Argument::Number, Argument::Bool]];
const INDEX: &[&[Argument]] = &[&[Argument::Number], &[Argument::Number, Argument::Number, Argument::Bool]];

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition {
        name: "format_type",
        forms: &[&[Argument::Number, Argument::Number]],
        result: "text",
        strict: false,
        acts: false,
        answer: format_type,
    },
    strict("pg_get_constraintdef", PRETTY, "text", constraint),
    // An expression is kept as the SQL it was written as.
    strict("pg_get_expr", EXPRESSION, "text", |_, values| Ok(text_at(values, 0).to_owned().into())),
    strict("pg_get_functiondef", NUMBER, "text", |asked, values| {
        Ok(asked.catalogue()?.function(number(values, 0)).map(definition::function).into())
    }),
    strict("pg_get_function_arg_default", &[&[Argument::Number, Argument::Number]], "text", |_, _| Ok(Value::Null)),
    strict("pg_get_function_arguments", NUMBER, "text", arguments),
    strict("pg_get_function_identity_arguments", NUMBER, "text", arguments),
    strict("pg_get_function_result", NUMBER, "text", |asked, values| {
        Ok(asked.catalogue()?.function(number(values, 0)).map(|function| format(function.result, None)).into())
    }),
    strict("pg_get_function_sqlbody", NUMBER, "text", |_, _| Ok(Value::Null)),
    strict("pg_get_indexdef", INDEX, "text", index),
    strict("pg_get_partition_constraintdef", NUMBER, "text", |_, _| Ok(Value::Null)),
    strict("pg_get_partkeydef", NUMBER, "text", |_, _| Ok(Value::Null)),
    strict("pg_get_ruledef", PRETTY, "text", rule),
    // Columns that count by themselves are not kept in sequences.
    strict("pg_get_serial_sequence", &[&[Argument::Text, Argument::Text]], "text", |_, _| Ok(Value::Null)),
    strict("pg_get_statisticsobjdef", NUMBER, "text", |_, _| Ok(Value::Null)),
    strict("pg_get_statisticsobjdef_columns", NUMBER, "text", |_, _| Ok(Value::Null)),
    strict("pg_get_triggerdef", PRETTY, "text", |_, _| Ok(Value::Null)),
    strict("pg_get_userbyid", NUMBER, "name", |asked, values| {
        Ok(asked.catalogue()?.role_name(number(values, 0)).into())
    }),
    strict("pg_get_viewdef", VIEW, "text", view),
];

fn format_type(_asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    if values.first() == Some(&Value::Null) {
        return Ok(Value::Null);
    }
    let modifier = signed(values, 1).map(|modifier| i32::try_from(modifier).unwrap_or(-1));
    Ok(format(number(values, 0), modifier).into())
}

fn constraint(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let catalogue = asked.catalogue()?;
    let found = catalogue.constraint(number(values, 0));
    Ok(found.map(|found| definition::constraint(catalogue, found)).into())
}

fn arguments(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    Ok(asked.catalogue()?.function(number(values, 0)).map(definition::arguments).into())
}

/// The whole index, or the column in one of its places.
fn index(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let catalogue = asked.catalogue()?;
    let Some(found) = catalogue.relation(number(values, 0)) else { return Ok(Value::Null) };
    match signed(values, 1) {
        Some(place) if place != 0 => Ok(found.column(place).map(|column| quoted(&column.name)).into()),
        _ => Ok(definition::index(catalogue, found).into()),
    }
}

fn rule(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let catalogue = asked.catalogue()?;
    let id = number(values, 0);
    let found = catalogue.relations.iter().find_map(|relation| match &relation.kind {
        Kind::View { sql, rule, .. } | Kind::Materialized { sql, rule, .. } if *rule == id => Some((relation, sql)),
        _ => None,
    });
    Ok(found
        .map(|(view, sql)| {
            let (schema, name) = (quoted(catalogue.schema_name(view.schema)), quoted(&view.name));
            format!("CREATE RULE \"_RETURN\" AS\n    ON SELECT TO {schema}.{name} DO INSTEAD {sql};")
        })
        .into())
}

fn view(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let Some(found) = objects::relation(asked, values.first())? else { return Ok(Value::Null) };
    Ok(match &found.kind {
        Kind::View { sql, .. } | Kind::Materialized { sql, .. } => format!(" {sql};").into(),
        _ => Value::Null,
    })
}
