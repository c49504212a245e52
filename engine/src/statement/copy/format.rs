//! How a `COPY` writes rows: its options, in their present and their older spelling.
//!
//! `WITH (FORMAT csv, HEADER, DELIMITER ';')`, `CSV HEADER`, `WITH BINARY`. Defaults and refusals are
//! PostgreSQL's: <https://www.postgresql.org/docs/16/sql-copy.html>.

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::sql::sqlparser::ast::{CopyLegacyCsvOption, CopyLegacyOption, CopyOption};

/// How the rows of a `COPY` are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyFormat {
    /// A line a row, special characters after a backslash.
    Text {
        /// Between two values.
        delimiter: u8,
        /// What stands for NULL.
        null: String,
        /// Whether the first line has the names of the columns.
        header: bool,
    },
    /// Comma-separated values.
    Csv {
        /// Between two values.
        delimiter: u8,
        /// What stands, unquoted, for NULL.
        null: String,
        /// Whether the first line has the names of the columns.
        header: bool,
        /// Around a value with special characters.
        quote: u8,
        /// Before a quote that belongs to a quoted value.
        escape: u8,
    },
    /// PostgreSQL's binary form of each value, after its length.
    Binary,
}

/// What the statement says, each at most once.
#[derive(Debug, Default)]
struct Given {
    format: Option<String>,
    delimiter: Option<char>,
    null: Option<String>,
    header: Option<bool>,
    quote: Option<char>,
    escape: Option<char>,
}

/// The format that the options of a statement describe.
pub(super) fn parse(options: &[CopyOption], legacy: &[CopyLegacyOption]) -> Result<CopyFormat> {
    let mut given = Given::default();
    for option in options {
        given.take(option)?;
    }
    for option in legacy {
        given.take_legacy(option)?;
    }
    match given.format.as_deref() {
        None | Some("text") => given.text(),
        Some("csv") => given.csv(),
        Some("binary") => given.binary(),
        Some(other) => Err(Error::invalid_parameter(format!("COPY format \"{other}\" not recognized"))
            .with_hint("the formats are text, csv and binary")),
    }
}

impl Given {
    fn take(&mut self, option: &CopyOption) -> Result<()> {
        match option {
            CopyOption::Format(name) => set(&mut self.format, name.value.to_ascii_lowercase()),
            CopyOption::Delimiter(character) => set(&mut self.delimiter, *character),
            CopyOption::Null(text) => set(&mut self.null, text.clone()),
            CopyOption::Header(header) => set(&mut self.header, *header),
            CopyOption::Quote(character) => set(&mut self.quote, *character),
            CopyOption::Escape(character) => set(&mut self.escape, *character),
            // Rows are visible when they are committed, frozen or not.
            CopyOption::Freeze(_) => Ok(()),
            CopyOption::Encoding(name) => encoding(name),
            CopyOption::ForceQuote(_) | CopyOption::ForceNotNull(_) | CopyOption::ForceNull(_) => {
                Err(not_offered(option))
            }
        }
    }

    fn take_legacy(&mut self, option: &CopyLegacyOption) -> Result<()> {
        match option {
            CopyLegacyOption::Binary => set(&mut self.format, "binary".into()),
            CopyLegacyOption::Delimiter(character) => set(&mut self.delimiter, *character),
            CopyLegacyOption::Null(text) => set(&mut self.null, text.clone()),
            CopyLegacyOption::Header => set(&mut self.header, true),
            CopyLegacyOption::Csv(options) => {
                set(&mut self.format, "csv".into())?;
                options.iter().try_for_each(|option| match option {
                    CopyLegacyCsvOption::Header => set(&mut self.header, true),
                    CopyLegacyCsvOption::Quote(character) => set(&mut self.quote, *character),
                    CopyLegacyCsvOption::Escape(character) => set(&mut self.escape, *character),
                    CopyLegacyCsvOption::ForceQuote(_) | CopyLegacyCsvOption::ForceNotNull(_) => {
                        Err(not_offered(option))
                    }
                })
            }
            other => Err(not_offered(other)),
        }
    }

    fn text(self) -> Result<CopyFormat> {
        self.refuse(self.quote.is_some(), "quote available only in CSV mode")?;
        self.refuse(self.escape.is_some(), "escape available only in CSV mode")?;
        let delimiter = self.byte("delimiter", self.delimiter, b'\t')?;
        let null = self.null.clone().unwrap_or_else(|| "\\N".into());
        // These letters and digits mean something after a backslash.
        let is_taken =
            delimiter == b'\\' || delimiter == b'.' || delimiter.is_ascii_lowercase() || delimiter.is_ascii_digit();
        self.refuse(is_taken, &format!("delimiter cannot be \"{}\"", char::from(delimiter)))?;
        self.check_null(&null, delimiter)?;
        Ok(CopyFormat::Text { delimiter, null, header: self.header.unwrap_or(false) })
    }

    fn csv(self) -> Result<CopyFormat> {
        let delimiter = self.byte("delimiter", self.delimiter, b',')?;
        let quote = self.byte("quote", self.quote, b'"')?;
        let escape = self.byte("escape", self.escape, quote)?;
        let null = self.null.clone().unwrap_or_default();
        self.refuse(delimiter == quote, "delimiter and quote must be different")?;
        self.check_null(&null, delimiter)?;
        self.refuse(null.as_bytes().contains(&quote), "quote character must not appear in the NULL specification")?;
        Ok(CopyFormat::Csv { delimiter, null, header: self.header.unwrap_or(false), quote, escape })
    }

    fn binary(self) -> Result<CopyFormat> {
        self.refuse(self.delimiter.is_some(), "cannot have a DELIMITER in BINARY mode")?;
        self.refuse(self.null.is_some(), "cannot have a NULL in BINARY mode")?;
        self.refuse(self.header == Some(true), "cannot have a HEADER in BINARY mode")?;
        self.refuse(self.quote.is_some(), "quote available only in CSV mode")?;
        self.refuse(self.escape.is_some(), "escape available only in CSV mode")?;
        Ok(CopyFormat::Binary)
    }

    fn byte(&self, name: &str, given: Option<char>, default: u8) -> Result<u8> {
        let Some(character) = given else { return Ok(default) };
        let byte = u8::try_from(character).ok().filter(u8::is_ascii);
        let Some(byte) = byte else {
            return Err(Error::invalid_parameter(format!("COPY {name} must be a single one-byte character")));
        };
        self.refuse(matches!(byte, b'\n' | b'\r' | 0), &format!("{name} cannot be newline or carriage return"))?;
        Ok(byte)
    }

    fn check_null(&self, null: &str, delimiter: u8) -> Result<()> {
        self.refuse(null.contains(['\n', '\r']), "null representation cannot use newline or carriage return")?;
        self.refuse(null.as_bytes().contains(&delimiter), "delimiter must not appear in the NULL specification")
    }

    fn refuse(&self, wrong: bool, message: &str) -> Result<()> {
        if wrong { Err(Error::invalid_parameter(format!("COPY {message}"))) } else { Ok(()) }
    }
}

fn set<T>(place: &mut Option<T>, value: T) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::new(ErrorKind::Syntax, "conflicting or redundant options")),
    }
}

fn encoding(name: &str) -> Result<()> {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    match letters.to_ascii_lowercase().as_str() {
        "utf8" | "unicode" => Ok(()),
        _ => {
            Err(Error::unsupported(format!("COPY in encoding \"{name}\" is not offered"))
                .with_hint("the encoding is UTF8"))
        }
    }
}

fn not_offered(option: &impl std::fmt::Display) -> Error {
    Error::unsupported(format!("COPY option {option} is not offered"))
        .with_hint("the options are FORMAT, HEADER, DELIMITER, NULL, QUOTE, ESCAPE and ENCODING")
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::ast::Statement;
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn format(options: &str) -> Result<CopyFormat> {
        let sql = format!("COPY orders TO STDOUT {options}");
        match Parser::parse_sql(&PostgreSqlDialect {}, &sql).unwrap().pop() {
            Some(Statement::Copy { options, legacy_options, .. }) => parse(&options, &legacy_options),
            other => panic!("{sql} was read as {other:?}"),
        }
    }

    fn csv(header: bool) -> CopyFormat {
        CopyFormat::Csv { delimiter: b',', null: String::new(), header, quote: b'"', escape: b'"' }
    }

    #[test]
    fn the_spellings_of_a_format_mean_the_same() {
        for options in
            ["(FORMAT binary)", "WITH (FORMAT \"binary\")", "WITH (FORMAT 'binary')", "WITH BINARY", "BINARY"]
        {
            assert_eq!(format(options).unwrap(), CopyFormat::Binary, "{options}");
        }
        for options in ["WITH (FORMAT csv, HEADER)", "(FORMAT CSV, HEADER true)", "WITH CSV HEADER", "CSV HEADER"] {
            assert_eq!(format(options).unwrap(), csv(true), "{options}");
        }
        assert_eq!(format("WITH CSV").unwrap(), csv(false));
        let text = CopyFormat::Text { delimiter: b'\t', null: "\\N".into(), header: false };
        for options in ["", "(FORMAT text)", "WITH (FORMAT text, ENCODING 'UTF-8')"] {
            assert_eq!(format(options).unwrap(), text, "{options}");
        }
    }

    #[test]
    fn characters_can_be_chosen() {
        let given = "(FORMAT csv, DELIMITER ';', NULL 'NULL', QUOTE '''', ESCAPE '\\')";
        let chosen =
            CopyFormat::Csv { delimiter: b';', null: "NULL".into(), header: false, quote: b'\'', escape: b'\\' };
        assert_eq!(format(given).unwrap(), chosen);
        let piped = CopyFormat::Text { delimiter: b'|', null: "".into(), header: false };
        assert_eq!(format("WITH DELIMITER AS '|' NULL AS ''").unwrap(), piped);
        let quoted =
            CopyFormat::Csv { delimiter: b',', null: String::new(), header: false, quote: b'\'', escape: b'\'' };
        assert_eq!(format("(FORMAT csv, QUOTE '''')").unwrap(), quoted);
    }

    #[test]
    fn contradictions_are_refused_in_postgresqls_words() {
        for (options, message) in [
            ("(FORMAT xml)", "COPY format \"xml\" not recognized"),
            ("(FORMAT csv, FORMAT csv)", "conflicting or redundant options"),
            ("(FORMAT binary, DELIMITER ',')", "COPY cannot have a DELIMITER in BINARY mode"),
            ("(FORMAT binary, HEADER)", "COPY cannot have a HEADER in BINARY mode"),
            ("(QUOTE '''')", "COPY quote available only in CSV mode"),
            ("(DELIMITER 'a')", "COPY delimiter cannot be \"a\""),
            ("(FORMAT csv, DELIMITER '\"')", "COPY delimiter and quote must be different"),
            ("(FORMAT csv, NULL 'a,b')", "COPY delimiter must not appear in the NULL specification"),
            ("(ENCODING 'LATIN1')", "COPY in encoding \"LATIN1\" is not offered"),
            ("(FORMAT csv, FORCE_QUOTE (a))", "COPY option FORCE_QUOTE (a) is not offered"),
            ("GZIP", "COPY option GZIP is not offered"),
        ] {
            assert_eq!(format(options).unwrap_err().message(), message, "{options}");
        }
    }
}
