//! The options of `EXPLAIN`, as words before the statement or in brackets.

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, Result};
use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::sql::sqlparser::ast::{AnalyzeFormat, AnalyzeFormatKind, Expr, Statement, UtilityOption, Value};

/// What the one column is called.
const COLUMN: &str = "QUERY PLAN";

/// Options that are for PostgreSQL's costs and buffers: they change nothing.
const WITHOUT_EFFECT: [&str; 6] = ["costs", "settings", "buffers", "wal", "timing", "generic_plan"];

/// How a plan is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Options {
    /// Runs the query and tells what it did.
    pub(super) analyze: bool,
    /// Lists the columns of each operator.
    pub(super) verbose: bool,
    /// Tells how long planning and running took; by itself with `ANALYZE`.
    pub(super) summary: bool,
    pub(super) format: Format,
}

impl Options {
    pub(super) fn of(statement: &Statement) -> Result<Self> {
        let mut read = Self { analyze: false, verbose: false, summary: false, format: Format::Text };
        let Statement::Explain { analyze, verbose, format, options, .. } = statement else { return Ok(read) };
        (read.analyze, read.verbose) = (*analyze, *verbose);
        if let Some(AnalyzeFormatKind::Keyword(format) | AnalyzeFormatKind::Assignment(format)) = format {
            read.format = match format {
                AnalyzeFormat::TEXT => Format::Text,
                AnalyzeFormat::JSON => Format::Json,
                other => return Err(no_format(&other.to_string())),
            };
        }
        let mut summary = None;
        for option in options.iter().flatten() {
            match option.name.value.to_lowercase().as_str() {
                "analyze" => read.analyze = is_on(option)?,
                "verbose" => read.verbose = is_on(option)?,
                "summary" => summary = Some(is_on(option)?),
                "format" => read.format = format_of(option)?,
                name if WITHOUT_EFFECT.contains(&name) => {
                    is_on(option)?;
                }
                name => {
                    return Err(Error::new(ErrorKind::Syntax, format!("unrecognized EXPLAIN option \"{name}\""))
                        .with_hint("the options are ANALYZE, VERBOSE, SUMMARY and FORMAT"));
                }
            }
        }
        read.summary = summary.unwrap_or(read.analyze);
        Ok(read)
    }

    pub(super) fn schema(&self) -> SchemaRef {
        let column = Field::new(COLUMN, DataType::Utf8, true);
        Arc::new(Schema::new(vec![match self.format {
            Format::Text => column,
            Format::Json => postgres_type::mark(column, "json"),
        }]))
    }
}

fn format_of(option: &UtilityOption) -> Result<Format> {
    match written(option).as_deref() {
        Some("text") => Ok(Format::Text),
        Some("json") => Ok(Format::Json),
        Some(other) => Err(no_format(other)),
        None => Err(Error::new(ErrorKind::Syntax, "EXPLAIN option \"format\" requires a value")),
    }
}

fn no_format(name: &str) -> Error {
    Error::new(
        ErrorKind::InvalidParameter,
        format!("unrecognized value for EXPLAIN option \"format\": \"{}\"", name.to_lowercase()),
    )
    .with_hint("the formats are TEXT and JSON")
}

/// Whether an option is on, which one without a value is.
fn is_on(option: &UtilityOption) -> Result<bool> {
    match written(option).as_deref() {
        None | Some("true" | "on" | "1") => Ok(true),
        Some("false" | "off" | "0") => Ok(false),
        Some(_) => {
            let name = option.name.value.to_lowercase();
            Err(Error::new(ErrorKind::Syntax, format!("{name} requires a Boolean value")))
        }
    }
}

/// The value of an option in small letters, without the quotes it may stand in.
fn written(option: &UtilityOption) -> Option<String> {
    let text = match option.arg.as_ref()? {
        Expr::Identifier(word) => word.value.clone(),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => text.clone(),
            other => other.to_string(),
        },
        other => other.to_string(),
    };
    Some(text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn read(options: &str) -> Result<Options> {
        let sql = format!("EXPLAIN {options} SELECT 1");
        Options::of(&Parser::parse_sql(&PostgreSqlDialect {}, &sql).unwrap().remove(0))
    }

    #[test]
    fn options_are_words_or_a_list() {
        let plain = read("").unwrap();
        assert_eq!(plain, Options { analyze: false, verbose: false, summary: false, format: Format::Text });
        let analyzed = Options { analyze: true, summary: true, ..plain };
        assert_eq!(read("ANALYZE").unwrap(), analyzed);
        assert_eq!(read("(ANALYZE true, COSTS off, FORMAT text)").unwrap(), analyzed);
        assert_eq!(read("(ANALYZE, SUMMARY off)").unwrap(), Options { summary: false, ..analyzed });
        assert_eq!(read("(FORMAT JSON)").unwrap().format, Format::Json);
        assert_eq!(read("(format 'json', verbose)").unwrap(), Options { verbose: true, format: Format::Json, ..plain });
    }

    #[test]
    fn unknown_options_and_formats_are_refused() {
        assert_eq!(read("(SPEED)").unwrap_err().message(), "unrecognized EXPLAIN option \"speed\"");
        assert_eq!(
            read("(FORMAT yaml)").unwrap_err().message(),
            "unrecognized value for EXPLAIN option \"format\": \"yaml\""
        );
        assert_eq!(read("(ANALYZE maybe)").unwrap_err().message(), "analyze requires a Boolean value");
    }
}
