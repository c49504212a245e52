//! Which values a setting takes, and how they are written once they are set.

use super::{date_style, duration, time_zone};
use crate::{Error, ErrorKind, Result};

/// PostgreSQL keeps a name of at most this length.
const APPLICATION_NAME_BYTES_MAX: usize = 63;
/// A search path or writer longer than this is a mistake.
const TEXT_BYTES_MAX: usize = 1024;

/// The kind of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Never changes.
    Fixed,
    /// `on` or `off`.
    Bool,
    /// `on`; what PostgreSQL does when it is off is not offered.
    AlwaysOn,
    /// A whole number within bounds.
    Integer(i64, i64),
    /// A whole number from zero, or nothing.
    Batch,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// Any text.
    Text,
    /// Text that shows up in lists: printable ASCII, cut to PostgreSQL's length.
    ApplicationName,
    /// UTF-8, under any of its names.
    Encoding,
    /// A time in milliseconds, or with a unit.
    Duration,
    /// The same, within what the server allows.
    StatementTimeout,
    /// A time zone.
    TimeZone,
    /// Output format and order of day, month and year.
    DateStyle,
    /// The user's own name or none.
    User,
}

impl Kind {
    /// What `pg_settings.vartype` calls it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Bool | Kind::AlwaysOn => "bool",
            Kind::Integer(..) | Kind::Duration | Kind::StatementTimeout => "integer",
            Kind::Choice(_) => "enum",
            Kind::Fixed
            | Kind::Batch
            | Kind::Text
            | Kind::ApplicationName
            | Kind::Encoding
            | Kind::TimeZone
            | Kind::DateStyle
            | Kind::User => "string",
        }
    }

    /// `value` in its usual form, or why `name` does not take it. What depends on the session is
    /// checked by the session before.
    pub(super) fn check(self, name: &str, value: &str) -> Result<String> {
        let trimmed = value.trim();
        match self {
            Kind::Bool => match parse_bool(trimmed) {
                Some(true) => Ok("on".into()),
                Some(false) => Ok("off".into()),
                None => Err(invalid(name, value).with_hint("on or off")),
            },
            Kind::AlwaysOn => match parse_bool(trimmed) {
                Some(true) => Ok("on".into()),
                Some(false) => Err(unsupported(name, value).with_hint("only on is offered")),
                None => Err(invalid(name, value).with_hint("only on is offered")),
            },
            Kind::Integer(min, max) => match trimmed.parse::<i64>() {
                Ok(number) if (min..=max).contains(&number) => Ok(number.to_string()),
                _ => Err(invalid(name, value).with_hint(format!("a whole number from {min} to {max}"))),
            },
            Kind::Batch => match trimmed.parse::<i64>() {
                Ok(number) if number >= 0 => Ok(number.to_string()),
                Err(_) if trimmed.is_empty() => Ok(String::new()),
                _ => Err(invalid(name, value).with_hint("a whole number from 0 on, larger for each later batch")),
            },
            Kind::Choice(words) => match words.iter().find(|word| word.eq_ignore_ascii_case(trimmed)) {
                Some(word) => Ok((*word).into()),
                None => Err(invalid(name, value).with_hint(format!("one of: {}", words.join(", ")))),
            },
            Kind::Fixed | Kind::Text | Kind::User => {
                if value.len() > TEXT_BYTES_MAX {
                    let message = format!(
                        "value for parameter \"{name}\" has {} bytes, the limit is {TEXT_BYTES_MAX}",
                        value.len()
                    );
                    return Err(Error::new(ErrorKind::LimitExceeded, message));
                }
                Ok(value.into())
            }
            Kind::ApplicationName => Ok(application_name(value)),
            Kind::Encoding => {
                let letters: String = trimmed.chars().filter(char::is_ascii_alphanumeric).collect();
                match letters.to_ascii_uppercase().as_str() {
                    "UTF8" | "UNICODE" => Ok("UTF8".into()),
                    _ => Err(unsupported(name, value).with_hint("only UTF8 is offered")),
                }
            }
            Kind::Duration | Kind::StatementTimeout => duration::check(name, value).map(duration::show),
            Kind::TimeZone => time_zone::check(name, value),
            Kind::DateStyle => date_style::check(name, value),
        }
    }
}

/// PostgreSQL takes every unambiguous beginning of these words.
fn parse_bool(text: &str) -> Option<bool> {
    let text = text.to_ascii_lowercase();
    let begins = |word: &str| !text.is_empty() && word.starts_with(&text);
    if begins("true") || begins("yes") || text == "on" || text == "1" {
        return Some(true);
    }
    if begins("false") || begins("no") || text == "off" || text == "of" || text == "0" {
        return Some(false);
    }
    None
}

fn application_name(value: &str) -> String {
    let printable = |char: char| if char.is_ascii_graphic() || char == ' ' { char } else { '?' };
    value.chars().map(printable).take(APPLICATION_NAME_BYTES_MAX).collect()
}

/// PostgreSQL's wording for a value that does not fit.
pub(super) fn invalid(name: &str, value: &str) -> Error {
    Error::invalid_parameter(format!("invalid value for parameter \"{name}\": \"{value}\""))
}

/// For a value PostgreSQL takes and we do not.
pub(super) fn unsupported(name: &str, value: &str) -> Error {
    Error::unsupported(format!("parameter \"{name}\" cannot be set to \"{value}\""))
}
