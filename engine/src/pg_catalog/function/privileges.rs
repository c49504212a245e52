//! Who may do what: `has_table_privilege` and its kin.
//!
//! Whoever is connected may read everything and change every table; views and the engine's own relations are read-only.

use bellwether_catalog::{Error, ErrorKind};

use super::{Argument, Asked, Definition, objects, strict, text_at};
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
    strict("has_database_privilege", ON_OBJECT, "bool", anything),
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
    strict("pg_has_role", ON_OBJECT, "bool", anything),
];

fn anything(_asked: &Asked<'_>, _values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    Ok(true.into())
}

fn table(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    on_table(asked, values, values.len().saturating_sub(2))
}

fn column(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    on_table(asked, values, values.len().saturating_sub(3))
}

/// Whether the relation in a place may be used as the last argument says.
fn on_table(asked: &Asked<'_>, values: &[Value<'_>], place: usize) -> Result<Value<'static>, Error> {
    let Some(relation) = objects::relation(asked, values.get(place))? else { return Ok(Value::Null) };
    let wanted = text_at(values, values.len().saturating_sub(1));
    let is_writable = matches!(relation.kind, Kind::Table { .. });
    for privilege in wanted.split(',') {
        let privilege = privilege.trim().to_uppercase();
        // With the option to grant it to others it is a privilege of the owner, who is nobody that logs in.
        let allowed = match privilege.as_str() {
            "SELECT" | "REFERENCES" => true,
            "INSERT" | "UPDATE" | "DELETE" | "TRUNCATE" => is_writable,
            "TRIGGER" | "RULE" | "MAINTAIN" => false,
            other if other.ends_with(" WITH GRANT OPTION") => false,
            _ => {
                let message = format!("unrecognized privilege type: \"{}\"", wanted.trim());
                return Err(Error::invalid_parameter(message));
            }
        };
        if allowed {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

fn schema(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let catalogue = asked.catalogue()?;
    let place = values.len().saturating_sub(2);
    let found = match values.get(place) {
        Some(Value::Text(name)) => match catalogue.schema_named(name.trim_matches('"')) {
            Some(schema) => Some(schema),
            None => {
                return Err(Error::new(ErrorKind::UndefinedSchema, format!("schema \"{name}\" does not exist")));
            }
        },
        Some(Value::Int(id)) => u32::try_from(*id).ok().and_then(|id| catalogue.schema(id)),
        _ => None,
    };
    let Some(schema) = found else { return Ok(Value::Null) };
    let creates = text_at(values, place + 1).to_uppercase().split(',').all(|word| word.trim().starts_with("CREATE"));
    let is_own = bellwether_catalog::RESERVED_SCHEMAS.contains(&schema.name.as_str());
    Ok((!creates || !is_own).into())
}
