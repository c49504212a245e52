//! Who may do what: `has_table_privilege` and its kin.
//!
//! Views and the engine's own relations can only be read. Privileges on columns are those on their table.

use bellwether_catalog::{Error, PUBLIC, Privileges, no_role, no_schema};

use super::{Argument, Asked, Definition, objects, strict, text_at};
use crate::access::Authority;
use crate::pg_catalog::catalogue::Kind;
use crate::pg_catalog::rows::Value;

/// An object and a privilege, with or without the user before them.
const ON_OBJECT: &[&[Argument]] =
    &[&[Argument::Object, Argument::Text], &[Argument::Object, Argument::Object, Argument::Text]];

/// A table, one of its columns and a privilege, with or without the user before them.
const ON_COLUMN: &[&[Argument]] = &[
    &[Argument::Object, Argument::Object, Argument::Text],
    &[Argument::Object, Argument::Object, Argument::Object, Argument::Text],
];

pub(super) const FUNCTIONS: &[Definition] = &[
    strict("has_any_column_privilege", ON_OBJECT, "bool", table),
    strict("has_column_privilege", ON_COLUMN, "bool", column),
    strict("has_database_privilege", ON_OBJECT, "bool", database),
    strict("has_foreign_data_wrapper_privilege", ON_OBJECT, "bool", anything),
    strict("has_function_privilege", ON_OBJECT, "bool", anything),
    strict("has_language_privilege", ON_OBJECT, "bool", anything),
    strict("has_parameter_privilege", ON_OBJECT, "bool", anything),
    strict("has_schema_privilege", ON_OBJECT, "bool", schema),
    strict("has_sequence_privilege", ON_OBJECT, "bool", anything),
    strict("has_server_privilege", ON_OBJECT, "bool", anything),
    strict("has_table_privilege", ON_OBJECT, "bool", table),
    strict("has_tablespace_privilege", ON_OBJECT, "bool", anything),
    strict("has_type_privilege", ON_OBJECT, "bool", anything),
    strict("pg_has_role", ON_OBJECT, "bool", role),
];

fn anything(_asked: &Asked<'_>, _values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    Ok(true.into())
}

fn table(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    on_table(asked, values, 2)
}

fn column(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    on_table(asked, values, 3)
}

/// Whether the relation before the last of `count` arguments, or its column, may be used as the last one says.
fn on_table(asked: &Asked<'_>, values: &[Value<'_>], count: usize) -> Result<Value<'static>, Error> {
    let authority = authority(asked, values, count)?;
    let place = values.len().saturating_sub(count);
    let Some(relation) = objects::relation(asked, values.get(place))? else { return Ok(Value::Null) };
    let (names, schema) = (&asked.pinned.names, asked.catalogue()?.schema_name(relation.schema));
    let held = match relation.kind {
        Kind::Own { .. } => Privileges::SELECT,
        _ => authority.on_relation(names, schema, &relation.name),
    };
    let owns = authority.owns_relation(names, schema, &relation.name);
    any_of(
        last(values),
        |word| match word {
            "TRIGGER" | "RULE" | "MAINTAIN" => Some(false),
            word => Privileges::of_word(word)
                .filter(|word| Privileges::OF_TABLE.contains(*word))
                .map(|it| held.contains(it)),
        },
        owns,
    )
}

fn schema(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let authority = authority(asked, values, 2)?;
    let catalogue = asked.catalogue()?;
    let found = match values.get(values.len().saturating_sub(2)) {
        Some(Value::Text(name)) => match catalogue.schema_named(name.trim_matches('"')) {
            Some(schema) => Some(schema),
            None => return Err(no_schema(name)),
        },
        Some(Value::Int(id)) => u32::try_from(*id).ok().and_then(|id| catalogue.schema(id)),
        _ => None,
    };
    let Some(schema) = found else { return Ok(Value::Null) };
    let names = &asked.pinned.names;
    let held = authority.on_schema(names, &schema.name);
    let word = |word: &str| {
        Privileges::of_word(word).filter(|word| Privileges::OF_SCHEMA.contains(*word)).map(|word| held.contains(word))
    };
    any_of(last(values), word, authority.owns_schema(names, &schema.name))
}

/// Everybody who can log in may connect and make temporary tables.
fn database(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let authority = authority(asked, values, 2)?;
    let creates = authority.on_lake(&asked.pinned.names).contains(Privileges::CREATE);
    let word = |word: &str| match word {
        "CONNECT" | "TEMP" | "TEMPORARY" => Some(true),
        "CREATE" => Some(creates),
        _ => None,
    };
    any_of(last(values), word, authority == Authority::Superuser)
}

/// Users are no members of each other: each is its own role alone, a superuser any.
fn role(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let authority = authority(asked, values, 2)?;
    let role = named(asked, values.get(values.len().saturating_sub(2)))?;
    Ok(role.is_some_and(|role| authority.is_of(&role)).into())
}

/// Whose privileges are asked for: those of the user before the `count` arguments, or of whoever asks.
fn authority(asked: &Asked<'_>, values: &[Value<'_>], count: usize) -> Result<Authority, Error> {
    if values.len() <= count {
        return Ok(asked.pinned.system().authority.clone());
    }
    let role = match values.first() {
        Some(Value::Text("public")) => None,
        other => named(asked, other)?,
    };
    // What everybody may do is what nobody in particular may.
    Ok(role.map_or_else(|| Authority::User(PUBLIC.to_owned()), |role| Authority::of_role(&asked.pinned.names, &role)))
}

/// The name of a role, by its name or id.
fn named(asked: &Asked<'_>, value: Option<&Value<'_>>) -> Result<Option<String>, Error> {
    let roles = &asked.catalogue()?.roles;
    match value {
        Some(Value::Text(name)) => {
            let found = roles.iter().find(|role| role.name == name.trim_matches('"'));
            found.map(|role| Some(role.name.clone())).ok_or_else(|| no_role(name))
        }
        Some(Value::Int(id)) => Ok(roles.iter().find(|role| i64::from(role.id) == *id).map(|role| role.name.clone())),
        _ => Ok(None),
    }
}

fn last<'a>(values: &'a [Value<'_>]) -> &'a str {
    text_at(values, values.len().saturating_sub(1))
}

/// Whether one of the listed privileges is held; with the option to grant it, it is held by who `owns` the object.
fn any_of(wanted: &str, held: impl Fn(&str) -> Option<bool>, owns: bool) -> Result<Value<'static>, Error> {
    let mut any = false;
    for privilege in wanted.split(',') {
        let privilege = privilege.trim().to_uppercase();
        let word = privilege.strip_suffix(" WITH GRANT OPTION").unwrap_or(&privilege);
        let Some(is_held) = held(word) else {
            return Err(Error::invalid_parameter(format!("unrecognized privilege type: \"{}\"", wanted.trim())));
        };
        any |= is_held && (word.len() == privilege.len() || owns);
    }
    Ok(any.into())
}
