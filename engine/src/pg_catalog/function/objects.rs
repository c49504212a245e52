//! Objects by name: `regclass`, `regtype` and their kin, as casts, as `to_regclass(…)`, and back to text.

use bellwether_catalog::{Error, ErrorKind};

use super::text::parts;
use super::{Argument, Asked, Definition, NUMBER, OBJECT, TEXT, number, strict};
use crate::pg_catalog::catalogue::Relation;
use crate::pg_catalog::keyword::quoted;
use crate::pg_catalog::rows::Value;
use crate::pg_catalog::types;

pub(super) const FUNCTIONS: &[Definition] = &[
    // An object id without the name it is shown by.
    strict("oid", OBJECT, "oid", |_, values| match values.first() {
        Some(Value::Text(text)) => {
            let id: Option<u32> = text.trim().parse().ok();
            id.map(Value::from).ok_or_else(|| invalid("oid", text))
        }
        _ => Ok(number(values, 0).into()),
    }),
    strict("regclass", OBJECT, "regclass", |asked, values| {
        found(values, |text| relation_id(asked, text), |text| no_object(ErrorKind::UndefinedTable, "relation", text))
    }),
    strict("regclassout", NUMBER, "text", relation_name),
    strict("regcollation", OBJECT, "regcollation", |_, values| {
        found(values, |text| Ok(collation_id(text)), |text| no_object(ErrorKind::UndefinedObject, "collation", text))
    }),
    strict("regcollationout", NUMBER, "text", |_, values| {
        let known = COLLATIONS.iter().find(|(_, id)| *id == number(values, 0)).map(|(name, _)| quoted(name));
        Ok(known.unwrap_or_else(|| as_number(values)).into())
    }),
    strict("regnamespace", OBJECT, "regnamespace", |asked, values| {
        found(values, |text| schema_id(asked, text), |text| no_object(ErrorKind::UndefinedSchema, "schema", text))
    }),
    strict("regnamespaceout", NUMBER, "text", |asked, values| {
        let known = asked.catalogue()?.schema(number(values, 0)).map(|schema| quoted(&schema.name));
        Ok(known.unwrap_or_else(|| as_number(values)).into())
    }),
    strict("regproc", OBJECT, "regproc", |asked, values| {
        found(values, |text| function_id(asked, text), |text| no_object(ErrorKind::UndefinedFunction, "function", text))
    }),
    strict("regprocedure", OBJECT, "regprocedure", |asked, values| {
        found(values, |text| function_id(asked, text), |text| no_object(ErrorKind::UndefinedFunction, "function", text))
    }),
    strict("regprocedureout", NUMBER, "text", |asked, values| {
        let known = asked.catalogue()?.function(number(values, 0));
        let written = known.map(|function| {
            let arguments: Vec<String> = function.arguments.iter().map(|id| types::format(*id, None)).collect();
            format!("{}({})", quoted(&function.name), arguments.join(","))
        });
        Ok(written.unwrap_or_else(|| as_number(values)).into())
    }),
    strict("regprocout", NUMBER, "text", |asked, values| {
        let known = asked.catalogue()?.function(number(values, 0)).map(|function| quoted(&function.name));
        Ok(known.unwrap_or_else(|| as_number(values)).into())
    }),
    strict("regrole", OBJECT, "regrole", |asked, values| {
        found(values, |text| role_id(asked, text), |text| no_object(ErrorKind::UndefinedObject, "role", text))
    }),
    strict("regroleout", NUMBER, "text", |asked, values| {
        let id = number(values, 0);
        let known = asked.catalogue()?.roles.iter().find(|role| role.id == id).map(|role| quoted(&role.name));
        Ok(known.unwrap_or_else(|| as_number(values)).into())
    }),
    strict("regtype", OBJECT, "regtype", |_, values| {
        found(values, |text| Ok(type_id(text)), |text| no_object(ErrorKind::UndefinedObject, "type", text))
    }),
    strict("regtypeout", NUMBER, "text", |_, values| {
        let known = types::by_id(number(values, 0)).map(|found| types::format(found.id, None));
        Ok(known.unwrap_or_else(|| as_number(values)).into())
    }),
    strict("to_regclass", TEXT, "regclass", |asked, values| maybe(values, |text| relation_id(asked, text))),
    strict("to_regcollation", TEXT, "regcollation", |_, values| maybe(values, |text| Ok(collation_id(text)))),
    strict("to_regnamespace", TEXT, "regnamespace", |asked, values| maybe(values, |text| schema_id(asked, text))),
    strict("to_regproc", TEXT, "regproc", |asked, values| maybe(values, |text| function_id(asked, text))),
    strict("to_regprocedure", TEXT, "regprocedure", |asked, values| maybe(values, |text| function_id(asked, text))),
    strict("to_regrole", TEXT, "regrole", |asked, values| maybe(values, |text| role_id(asked, text))),
    strict("to_regtype", TEXT, "regtype", |_, values| maybe(values, |text| Ok(type_id(text)))),
    strict("pg_describe_object", &[&[Argument::Number, Argument::Number, Argument::Number]], "text", describe),
];

const COLLATIONS: [(&str, u32); 3] = [("default", 100), ("C", 950), ("POSIX", 951)];

/// Whether values of a type are shown by name, and a cast to it looks names up.
pub(crate) fn is_reg_type(name: &str) -> bool {
    shown(name).is_some()
}

/// The function that shows an object of a type by its name.
pub(crate) fn shown(data_type: &str) -> Option<&'static str> {
    Some(match data_type {
        "regclass" => "regclassout",
        "regcollation" => "regcollationout",
        "regnamespace" => "regnamespaceout",
        "regproc" => "regprocout",
        "regprocedure" => "regprocedureout",
        "regrole" => "regroleout",
        "regtype" => "regtypeout",
        _ => return None,
    })
}

/// The relation that an argument means by its id or by its name.
pub(super) fn relation<'a>(asked: &'a Asked<'_>, value: Option<&Value<'_>>) -> Result<Option<&'a Relation>, Error> {
    let catalogue = asked.catalogue()?;
    match value {
        Some(Value::Text(text)) => match relation_id(asked, text)? {
            Some(id) => Ok(catalogue.relation(id)),
            None => Err(no_object(ErrorKind::UndefinedTable, "relation", text)),
        },
        Some(Value::Int(id)) => Ok(u32::try_from(*id).ok().and_then(|id| catalogue.relation(id))),
        _ => Ok(None),
    }
}

/// What a cast gives: a number as it is, a name looked up, `-` as no object.
fn found(
    values: &[Value<'_>],
    look_up: impl Fn(&str) -> Result<Option<u32>, Error>,
    missing: impl Fn(&str) -> Error,
) -> Result<Value<'static>, Error> {
    match values.first() {
        Some(Value::Text("-")) => Ok(0_u32.into()),
        Some(Value::Text(text)) => look_up(text)?.map(Value::from).ok_or_else(|| missing(text)),
        _ => Ok(number(values, 0).into()),
    }
}

/// What a look-up gives: NULL for what is not there.
fn maybe(values: &[Value<'_>], look_up: impl Fn(&str) -> Result<Option<u32>, Error>) -> Result<Value<'static>, Error> {
    match values.first() {
        Some(Value::Text(text)) => Ok(look_up(text)?.into()),
        _ => Ok(Value::Null),
    }
}

fn relation_id(asked: &Asked<'_>, text: &str) -> Result<Option<u32>, Error> {
    if let Ok(id) = text.trim().parse() {
        return Ok(Some(id));
    }
    let catalogue = asked.catalogue()?;
    let Some(parts) = parts(text) else { return Ok(None) };
    Ok(match parts.as_slice() {
        [name] => asked.search_path().iter().find_map(|schema| catalogue.relation_named(schema, name)),
        [schema, name] | [_, schema, name] => catalogue.relation_named(schema, name),
        _ => None,
    }
    .map(|relation| relation.id))
}

fn schema_id(asked: &Asked<'_>, text: &str) -> Result<Option<u32>, Error> {
    if let Ok(id) = text.trim().parse() {
        return Ok(Some(id));
    }
    let catalogue = asked.catalogue()?;
    Ok(parts(text)
        .and_then(|parts| parts.into_iter().next_back())
        .and_then(|name| catalogue.schema_named(&name).map(|schema| schema.id)))
}

fn role_id(asked: &Asked<'_>, text: &str) -> Result<Option<u32>, Error> {
    if let Ok(id) = text.trim().parse() {
        return Ok(Some(id));
    }
    let Some([name]) = parts(text).map(|parts| <[String; 1]>::try_from(parts).unwrap_or_default()) else {
        return Ok(None);
    };
    Ok(asked.catalogue()?.roles.iter().find(|role| role.name == name).map(|role| role.id))
}

/// A function by its name, with or without the types of its arguments.
fn function_id(asked: &Asked<'_>, text: &str) -> Result<Option<u32>, Error> {
    if let Ok(id) = text.trim().parse() {
        return Ok(Some(id));
    }
    let name = text.split_once('(').map_or(text, |(name, _)| name);
    let Some(name) = parts(name).and_then(|parts| parts.into_iter().next_back()) else { return Ok(None) };
    Ok(asked.catalogue()?.functions.iter().find(|function| function.name == name).map(|function| function.id))
}

fn type_id(text: &str) -> Option<u32> {
    text.trim().parse().ok().or_else(|| types::parse(text).map(|found| found.id))
}

fn collation_id(text: &str) -> Option<u32> {
    let name = parts(text)?.into_iter().next_back()?;
    COLLATIONS.iter().find(|(known, _)| *known == name).map(|(_, id)| *id)
}

/// A relation's name, with its schema where it is not found without.
fn relation_name(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let catalogue = asked.catalogue()?;
    let Some(relation) = catalogue.relation(number(values, 0)) else { return Ok(as_number(values).into()) };
    let path = asked.search_path();
    let first = path.iter().find_map(|schema| catalogue.relation_named(schema, &relation.name));
    let name = quoted(&relation.name);
    if first.is_some_and(|first| first.id == relation.id) {
        return Ok(name.into());
    }
    Ok(format!("{}.{name}", quoted(catalogue.schema_name(relation.schema))).into())
}

fn describe(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let catalogue = asked.catalogue()?;
    let Some(relation) = catalogue.relation(number(values, 1)) else { return Ok(Value::Null) };
    let word = match relation.kind.letter() {
        "v" => "view",
        "i" => "index",
        _ => "table",
    };
    let name = quoted(&relation.name);
    Ok(match relation.column(i64::from(number(values, 2))) {
        Some(column) => format!("column {} of {word} {name}", quoted(&column.name)),
        None => format!("{word} {name}"),
    }
    .into())
}

/// What PostgreSQL shows where an id has no object: the number, and `-` for none.
fn as_number(values: &[Value<'_>]) -> String {
    match number(values, 0) {
        0 => "-".to_owned(),
        id => id.to_string(),
    }
}

fn no_object(kind: ErrorKind, what: &str, name: &str) -> Error {
    Error::new(kind, format!("{what} \"{name}\" does not exist"))
}

fn invalid(data_type: &str, text: &str) -> Error {
    Error::new(ErrorKind::InvalidText, format!("invalid input syntax for type {data_type}: \"{text}\""))
}
