//! The options for text files, checked.

use super::FileOptions;
use super::declared::{self, Declared};
use super::split::{COLUMNS_MAX, Separator};
use crate::{Error, ErrorKind, Result};

/// The options as the readers use them.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// Found out when not given.
    pub(super) separator: Option<Separator>,
    pub(super) quote: Option<u8>,
    pub(super) header: Option<bool>,
    pub(super) null: Option<String>,
    pub(super) declared: Vec<Declared>,
    pub(super) date_format: Option<String>,
    pub(super) timestamp_format: Option<String>,
    pub(super) encoding: Option<String>,
}

impl Reading {
    /// Checks the options of a load.
    pub(super) fn new(options: &FileOptions) -> Result<Self> {
        let separator = match (&options.delimiter, &options.widths) {
            (Some(_), Some(_)) => {
                return Err(Error::invalid_parameter(
                    "fixed widths and a delimiter are given, and a file has one or the other",
                ));
            }
            (Some(delimiter), None) => Some(separator(delimiter)?),
            (None, Some(text)) => Some(Separator::Widths(widths(text)?)),
            (None, None) => None,
        };
        let declared = match &options.columns {
            Some(columns) => declared::parse(columns)?,
            None => Vec::new(),
        };
        let reading = Self {
            separator,
            quote: quote(options.quote.as_deref())?,
            header: options.header,
            null: options.null.clone(),
            declared,
            date_format: options.date_format.clone(),
            timestamp_format: options.timestamp_format.clone(),
            encoding: options.encoding.clone(),
        };
        if let (Some(Separator::Byte(delimiter)), Some(quote)) = (&reading.separator, reading.quote)
            && *delimiter == quote
        {
            return Err(Error::invalid_parameter(format!("delimiter and quote are both {}", char::from(quote))));
        }
        Ok(reading)
    }
}

fn separator(delimiter: &str) -> Result<Separator> {
    match delimiter {
        "tab" | "\\t" | "\t" => Ok(Separator::Byte(b'\t')),
        "blanks" | " " => Ok(Separator::Blanks),
        _ => match one_byte(delimiter) {
            Some(byte) => Ok(Separator::Byte(byte)),
            None => {
                Err(Error::invalid_parameter(format!("delimiter must be one ASCII character, got \"{delimiter}\""))
                    .with_hint("name two of them: tab, and blanks for runs of spaces and tabs"))
            }
        },
    }
}

fn quote(text: Option<&str>) -> Result<Option<u8>> {
    match text {
        None => Ok(Some(b'"')),
        Some("none") => Ok(None),
        Some(text) => match one_byte(text) {
            Some(byte) => Ok(Some(byte)),
            None => Err(Error::invalid_parameter(format!("quote must be one ASCII character or none, got \"{text}\""))),
        },
    }
}

/// The byte of a text of one ASCII character that can stand in a line.
fn one_byte(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Some(*byte),
        _ => None,
    }
}

fn widths(text: &str) -> Result<Vec<usize>> {
    let mut widths = Vec::new();
    for part in text.split(',') {
        match part.trim().parse::<u16>() {
            Ok(width) if width > 0 => widths.push(usize::from(width)),
            _ => {
                return Err(Error::invalid_parameter(format!(
                    "a column's width must be from 1 to {}, got \"{}\"",
                    u16::MAX,
                    part.trim()
                ))
                .with_hint("give the columns' widths in characters, for example 6,9,3,8"));
            }
        }
    }
    if widths.len() > COLUMNS_MAX {
        return Err(Error::new(
            ErrorKind::LimitExceeded,
            format!("{} widths are given, and a table has at most {COLUMNS_MAX} columns", widths.len()),
        ));
    }
    Ok(widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(change: impl FnOnce(&mut FileOptions)) -> Result<Reading> {
        let mut options = FileOptions::default();
        change(&mut options);
        Reading::new(&options)
    }

    #[test]
    fn separators_have_names_or_are_characters() {
        let of = |text: &str| reading(|options| options.delimiter = Some(text.into())).map(|reading| reading.separator);
        assert_eq!(of("tab").unwrap(), Some(Separator::Byte(b'\t')));
        assert_eq!(of(";").unwrap(), Some(Separator::Byte(b';')));
        assert_eq!(of("blanks").unwrap(), Some(Separator::Blanks));
        assert_eq!(of("::").unwrap_err().message(), "delimiter must be one ASCII character, got \"::\"");
        assert_eq!(of("\"").unwrap_err().message(), "delimiter and quote are both \"");
    }

    #[test]
    fn widths_are_positive_numbers() {
        let of = |text: &str| reading(|options| options.widths = Some(text.into())).map(|reading| reading.separator);
        assert_eq!(of("6, 9,3").unwrap(), Some(Separator::Widths(vec![6, 9, 3])));
        assert_eq!(of("6,0").unwrap_err().message(), "a column's width must be from 1 to 65535, got \"0\"");
    }

    #[test]
    fn quoting_can_be_turned_off() {
        assert_eq!(reading(|_| {}).unwrap().quote, Some(b'"'));
        assert_eq!(reading(|options| options.quote = Some("none".into())).unwrap().quote, None);
    }
}
