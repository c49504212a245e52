//! Session options: Flight's messages for them, mapped to the session's settings.
//!
//! ADBC and JDBC know `catalog` and `schema`; every other name is a setting as `SET` knows it.
//! The messages are written out here because arrow-flight does not generate them; their fields are
//! those of `Flight.proto`, <https://arrow.apache.org/docs/format/Flight.html#session-options>.

use std::collections::HashMap;

use bellwether::{Error, ErrorKind, Result, Session};

use super::lookup::quoted;
use super::tables::CATALOG;

const CATALOG_OPTION: &str = "catalog";
const SCHEMA_OPTION: &str = "schema";
/// The settings told to a client that asks for all.
const SETTINGS: [&str; 5] = ["application_name", "DateStyle", "search_path", "statement_timeout", "TimeZone"];

/// `SetSessionOptionsRequest`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct SetRequest {
    #[prost(map = "string, message", tag = "1")]
    pub(super) options: HashMap<String, OptionValue>,
}

/// `SetSessionOptionsResult`: what could not be set.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct SetResult {
    #[prost(map = "string, message", tag = "1")]
    pub(super) errors: HashMap<String, SetError>,
}

/// `SetSessionOptionsResult.Error`.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub(super) struct SetError {
    #[prost(enumeration = "SetErrorValue", tag = "1")]
    pub(super) value: i32,
}

/// `SetSessionOptionsResult.ErrorValue`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(super) enum SetErrorValue {
    /// Not said.
    Unspecified = 0,
    /// There is no such option.
    InvalidName = 1,
    /// The option does not take this value.
    InvalidValue = 2,
    /// The option cannot be set.
    Error = 3,
}

/// `GetSessionOptionsResult`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct GetResult {
    #[prost(map = "string, message", tag = "1")]
    pub(super) options: HashMap<String, OptionValue>,
}

/// `CloseSessionResult`.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub(super) struct CloseResult {
    #[prost(enumeration = "CloseStatus", tag = "1")]
    pub(super) status: i32,
}

/// `CloseSessionResult.Status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(super) enum CloseStatus {
    /// Not said.
    Unspecified = 0,
    /// The session is closed.
    Closed = 1,
    /// The session is being closed.
    Closing = 2,
    /// The session cannot be closed.
    NotCloseable = 3,
}

/// `SessionOptionValue`; without a value it takes an option back to its default.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct OptionValue {
    #[prost(oneof = "Value", tags = "1, 2, 3, 4, 5")]
    pub(super) value: Option<Value>,
}

/// `SessionOptionValue.option_value`.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Value {
    #[prost(string, tag = "1")]
    Text(String),
    #[prost(bool, tag = "2")]
    Bool(bool),
    #[prost(sfixed64, tag = "3")]
    Int(i64),
    #[prost(double, tag = "4")]
    Double(f64),
    #[prost(message, tag = "5")]
    List(TextList),
}

/// `SessionOptionValue.StringListValue`.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(super) struct TextList {
    #[prost(string, repeated, tag = "1")]
    pub(super) values: Vec<String>,
}

/// Sets each option on its own, and tells which could not be set.
pub(super) async fn set(session: &Session, request: SetRequest) -> SetResult {
    let mut errors = HashMap::new();
    for (name, option) in request.options {
        if let Err(error) = set_one(session, &name, option.value).await {
            tracing::debug!(option = name, %error, "a session option was not set");
            let value = match error.kind() {
                ErrorKind::UndefinedObject => SetErrorValue::InvalidName,
                ErrorKind::InvalidParameter | ErrorKind::UndefinedSchema => SetErrorValue::InvalidValue,
                _ => SetErrorValue::Error,
            };
            errors.insert(name, SetError { value: value.into() });
        }
    }
    SetResult { errors }
}

/// The options and their values.
pub(super) fn get(session: &Session) -> GetResult {
    let text = |text: String| OptionValue { value: Some(Value::Text(text)) };
    let mut options = HashMap::from([(CATALOG_OPTION.to_owned(), text(CATALOG.to_owned()))]);
    for name in SETTINGS {
        if let Some(value) = session.setting(name) {
            options.insert(name.to_owned(), text(value));
        }
    }
    if let Some(schema) = session.setting("search_path").as_deref().and_then(current_schema) {
        options.insert(SCHEMA_OPTION.to_owned(), text(schema));
    }
    GetResult { options }
}

async fn set_one(session: &Session, name: &str, value: Option<Value>) -> Result<()> {
    let setting = if name == SCHEMA_OPTION { "search_path" } else { name };
    let Some(value) = value else {
        if name != CATALOG_OPTION {
            session.run(&format!("RESET {}", quoted(setting))).await?;
        }
        return Ok(());
    };
    let value = value.into_text(name == SCHEMA_OPTION);
    if name == CATALOG_OPTION {
        return match value == CATALOG {
            true => Ok(()),
            false => Err(Error::invalid_parameter(format!("catalog \"{value}\" does not exist"))
                .with_hint(format!("the one catalog is called \"{CATALOG}\""))),
        };
    }
    session.set(setting, &value).map(drop)
}

impl Value {
    /// The value as `SET` takes it; the name of a schema keeps its case and its characters.
    fn into_text(self, is_name: bool) -> String {
        let word = |text: String| if is_name { quoted(&text) } else { text };
        match self {
            Self::Text(text) => word(text),
            Self::Bool(value) => if value { "on" } else { "off" }.to_owned(),
            Self::Int(value) => value.to_string(),
            Self::Double(value) => value.to_string(),
            Self::List(list) => list.values.into_iter().map(word).collect::<Vec<_>>().join(", "),
        }
    }
}

/// The first schema of a search path that is a schema by itself: `"$user"` is one only where it exists.
fn current_schema(search_path: &str) -> Option<String> {
    let names = search_path.split(',').map(|name| {
        let name = name.trim();
        match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => name.to_owned(),
        }
    });
    names.into_iter().find(|name| !name.is_empty() && name != "$user")
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    #[test]
    fn the_current_schema_is_the_first_of_the_search_path() {
        assert_eq!(current_schema("\"$user\", public").as_deref(), Some("public"));
        assert_eq!(current_schema("\"My \"\"Shop\"\"\", public").as_deref(), Some("My \"Shop\""));
        assert_eq!(current_schema(""), None);
    }

    #[test]
    fn values_become_what_set_takes() {
        assert_eq!(Value::Bool(true).into_text(false), "on");
        assert_eq!(Value::Int(-7).into_text(false), "-7");
        assert_eq!(Value::Text("UTC".into()).into_text(false), "UTC");
        assert_eq!(Value::Text("My \"Shop\"".into()).into_text(true), "\"My \"\"Shop\"\"\"");
        let list = TextList { values: vec!["sales".into(), "core".into()] };
        assert_eq!(Value::List(list).into_text(true), "\"sales\", \"core\"");
    }

    #[test]
    fn the_messages_have_the_protocols_bytes() {
        let value = OptionValue { value: Some(Value::Text("sales".into())) };
        let request = SetRequest { options: HashMap::from([("schema".to_owned(), value)]) };
        // Field 1: a map entry of key (field 1) and value (field 2), which holds a string (field 1).
        let expected = b"\x0a\x11\x0a\x06schema\x12\x07\x0a\x05sales";
        assert_eq!(request.encode_to_vec(), expected);
        assert_eq!(SetRequest::decode(expected.as_slice()).unwrap(), request);
        // Whole numbers are eight bytes wide.
        assert_eq!(OptionValue { value: Some(Value::Int(1)) }.encode_to_vec(), b"\x19\x01\0\0\0\0\0\0\0");
    }
}
