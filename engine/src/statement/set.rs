//! `SET`, `SHOW`, `RESET`, `DISCARD` and their kin.

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::arrow::array::{RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::sql::sqlparser::ast::{self, ContextModifier, Expr, Ident, ObjectName, Reset, Set, Value};

use super::transaction;
use crate::names::identifier;
use crate::{Done, Outcome, RecordStream, Session};

/// Runs the statement if it is about settings or about what a connection holds.
pub(super) fn run(session: &Session, statement: &ast::Statement) -> Result<Option<Done>> {
    use ast::Statement as Sql;
    let done = match statement {
        Sql::Set(set) => run_set(session, set)?,
        Sql::Reset(reset) => match &reset.reset {
            Reset::ALL => Done { parameters: session.inner.settings.lock().reset_all(), ..Done::of("RESET") },
            Reset::ConfigurationParameter(name) => {
                let reported = session.inner.settings.lock().reset(&dotted(name))?;
                Done { parameters: reported.into_iter().collect(), ..Done::of("RESET") }
            }
        },
        Sql::Discard { object_type } => {
            if matches!(object_type, ast::DiscardObject::ALL | ast::DiscardObject::TEMP) {
                session.inner.temporaries.lock().clear();
            }
            let parameters = match object_type {
                ast::DiscardObject::ALL => {
                    session.inner.cursors.lock().clear();
                    session.inner.settings.lock().reset_all()
                }
                _ => Vec::new(),
            };
            Done { parameters, ..Done::of(&format!("DISCARD {object_type}")) }
        }
        Sql::UNLISTEN { .. } => Done::of("UNLISTEN"),
        _ => return Ok(None),
    };
    Ok(Some(done))
}

fn run_set(session: &Session, set: &Set) -> Result<Done> {
    match set {
        Set::SingleAssignment { scope, variable, values, .. } => {
            let local = matches!(scope, Some(ContextModifier::Local));
            assign(session, &dotted(variable), values, local)
        }
        Set::SetTimeZone { local, value } => assign(session, "timezone", std::slice::from_ref(value), *local),
        Set::SetNames { charset_name, .. } => apply(session, "client_encoding", &identifier(charset_name), false),
        Set::SetTransaction { modes, session: of_session, .. } => transaction::set(session, modes, *of_session),
        Set::SetRole { role_name: None, .. } => Ok(Done::of("SET")),
        Set::SetRole { role_name: Some(role), .. } if identifier(role) == session.principal().name => {
            Ok(Done::of("SET"))
        }
        Set::SetRole { role_name: Some(role), .. } => Err(Error::new(
            ErrorKind::PermissionDenied,
            format!("permission denied to set role \"{}\"", identifier(role)),
        )),
        other => Err(Error::unsupported(format!("{other} is not supported"))),
    }
}

fn assign(session: &Session, name: &str, values: &[Expr], local: bool) -> Result<Done> {
    if let [Expr::Identifier(word)] = values
        && word.quote_style.is_none()
        && word.value.eq_ignore_ascii_case("default")
    {
        let reported = session.inner.settings.lock().reset(name)?;
        return Ok(Done { parameters: reported.into_iter().collect(), ..Done::of("SET") });
    }
    let texts: Vec<String> = values.iter().map(text_of).collect::<Result<_>>()?;
    apply(session, name, &texts.join(", "), local)
}

fn apply(session: &Session, name: &str, value: &str, local: bool) -> Result<Done> {
    let mut settings = session.inner.settings.lock();
    let reported = match local {
        true => settings.set_local(name, value)?,
        false => settings.set(name, value)?,
    };
    Ok(Done { parameters: reported.into_iter().collect(), ..Done::of("SET") })
}

fn text_of(value: &Expr) -> Result<String> {
    match value {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Ok(text.clone()),
            Value::Number(number, _) => Ok(number.clone()),
            Value::Boolean(flag) => Ok(if *flag { "on".into() } else { "off".into() }),
            other => Err(Error::invalid_parameter(format!("{other} is not a value for a setting"))),
        },
        Expr::Identifier(word) => Ok(word.value.clone()),
        Expr::UnaryOp { .. } => Ok(value.to_string()),
        Expr::Interval(interval) => Ok(hours_of(interval).unwrap_or_else(|| value.to_string())),
        // Other expressions keep their text and are judged as a value.
        other => Ok(other.to_string()),
    }
}

/// The hours east of Greenwich that `INTERVAL '+05:30' HOUR TO MINUTE` and `INTERVAL '-3' HOUR` mean.
fn hours_of(interval: &ast::Interval) -> Option<String> {
    let Expr::Value(ast::ValueWithSpan { value: Value::SingleQuotedString(text), .. }) = interval.value.as_ref() else {
        return None;
    };
    let text = text.trim();
    let (sign, distance) = match text.strip_prefix('-') {
        Some(distance) => ("-", distance),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = distance.split_once(':').unwrap_or((distance, "0"));
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    (minutes < 60).then(|| format!("{sign}{}", f64::from(hours) + f64::from(minutes) / 60.0))
}

fn dotted(name: &ObjectName) -> String {
    name.0
        .iter()
        .map(|part| part.as_ident().map_or_else(String::new, |ident| ident.value.clone()))
        .collect::<Vec<_>>()
        .join(".")
}

/// The name that `SHOW` is asked for; several words have one name each.
fn shown_name(variable: &[Ident]) -> String {
    let words: Vec<String> = variable.iter().map(|ident| ident.value.to_lowercase()).collect();
    match words.join(" ").as_str() {
        "time zone" | "timezone" => "TimeZone".to_owned(),
        "datestyle" => "DateStyle".to_owned(),
        "intervalstyle" => "IntervalStyle".to_owned(),
        "transaction isolation level" => "transaction_isolation".to_owned(),
        "session authorization" => "session_authorization".to_owned(),
        _ => words.join("."),
    }
}

/// The columns of `SHOW`.
pub(super) fn show_schema(variable: &[Ident]) -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let name = shown_name(variable);
    match name.as_str() {
        "all" => Arc::new(Schema::new(vec![text("name"), text("setting"), text("description")])),
        _ => Arc::new(Schema::new(vec![text(&name)])),
    }
}

/// Runs `SHOW`.
pub(super) fn show(session: &Session, variable: &[Ident]) -> Result<Outcome> {
    let schema = show_schema(variable);
    let name = shown_name(variable);
    let settings = session.inner.settings.lock();
    let columns: Vec<Vec<String>> = if name == "all" {
        let rows: Vec<_> = settings.iter().collect();
        vec![
            rows.iter().map(|row| row.name.to_owned()).collect(),
            rows.iter().map(|row| row.value.to_owned()).collect(),
            rows.iter().map(|row| row.meaning.to_owned()).collect(),
        ]
    } else {
        let value = settings.get(&name).ok_or_else(|| {
            Error::new(ErrorKind::UndefinedObject, format!("unrecognized configuration parameter \"{name}\""))
        })?;
        vec![vec![value.to_owned()]]
    };
    let arrays = columns.into_iter().map(|column| Arc::new(StringArray::from(column)) as _).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)
        .map_err(|source| Error::internal("settings could not be listed").with_source(source))?;
    Ok(Outcome::Rows(RecordStream::ready(schema, vec![batch])))
}
