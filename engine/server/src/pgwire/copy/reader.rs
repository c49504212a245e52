//! Rows of a copy in the format the statement names.

use bellwether::{CopyFormat, Result};

use super::binary;
use super::csv::Csv;
use super::fields::Fields;
use super::input::Input;
use super::lines::Lines;
use super::text;
use crate::pgwire::frontend::Format;

/// Takes rows off the input, one after the other.
#[derive(Debug)]
pub(super) enum Reader {
    Lines {
        lines: Lines,
        style: Style,
        /// Whether the names of the columns come first.
        has_header: bool,
    },
    Binary(binary::Rows),
}

/// How the values of a line are told apart.
#[derive(Debug)]
pub(super) enum Style {
    Text { delimiter: u8, null: Vec<u8> },
    Csv(Csv),
}

impl Reader {
    /// Reads rows of so many columns.
    pub(super) fn new(format: &CopyFormat, columns: usize) -> Self {
        match format {
            CopyFormat::Text { delimiter, null, header } => Self::Lines {
                lines: Lines::text(),
                style: Style::Text { delimiter: *delimiter, null: null.as_bytes().to_vec() },
                has_header: *header,
            },
            CopyFormat::Csv { delimiter, null, header, quote, escape } => Self::Lines {
                lines: Lines::csv(*quote, *escape),
                style: Style::Csv(Csv {
                    delimiter: *delimiter,
                    null: null.as_bytes().to_vec(),
                    quote: *quote,
                    escape: *escape,
                }),
                has_header: *header,
            },
            CopyFormat::Binary => Self::Binary(binary::Rows::new(columns)),
        }
    }

    /// How values are written.
    pub(super) fn format(&self) -> Format {
        match self {
            Self::Lines { .. } => Format::Text,
            Self::Binary(_) => Format::Binary,
        }
    }

    /// The line of the row looked at last, counted from one; in binary, its number.
    pub(super) fn line(&self) -> u64 {
        match self {
            Self::Lines { lines, .. } => lines.number(),
            Self::Binary(rows) => rows.number(),
        }
    }

    /// Reads the next row; false until more arrives, or at the end.
    pub(super) fn next(&mut self, input: &mut Input, fields: &mut Fields) -> Result<bool> {
        let (lines, style, has_header) = match self {
            Self::Binary(rows) => return rows.next(input, fields),
            Self::Lines { lines, style, has_header } => (lines, style, has_header),
        };
        let mut line = lines.next(input)?;
        if line.is_some() && std::mem::take(has_header) {
            line = lines.next(input)?;
        }
        let Some(line) = line else { return Ok(false) };
        match style {
            Style::Text { delimiter, null } => text::read(&line, *delimiter, null, fields)?,
            Style::Csv(csv) => csv.read(&line, fields)?,
        }
        Ok(true)
    }
}
