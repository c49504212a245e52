//! `quote_literal`, `quote_nullable`: texts as they stand in a statement; and names, as `format` writes them.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::argument::Type;
use super::function::{Function, Gives};
use super::output;

/// Words that are no names without quotes, in order: all of PostgreSQL's but the unreserved ones.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between",
    "bigint", "binary", "bit", "boolean", "both", "case", "cast", "char", "character", "check", "coalesce",
    "collate", "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog",
    "current_date", "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "dec",
    "decimal", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "exists", "extract",
    "false", "fetch", "float", "for", "foreign", "freeze", "from", "full", "grant", "greatest", "group", "grouping",
    "having", "ilike", "in", "initially", "inner", "inout", "int", "integer", "intersect", "interval", "into", "is",
    "isnull", "join", "lateral", "leading", "least", "left", "like", "limit", "localtime", "localtimestamp",
    "national", "natural", "nchar", "none", "normalize", "not", "notnull", "null", "nullif", "numeric", "offset",
    "on", "only", "or", "order", "out", "outer", "overlaps", "overlay", "placing", "position", "precision",
    "primary", "real", "references", "returning", "right", "row", "select", "session_user", "setof", "similar",
    "smallint", "some", "substring", "symmetric", "table", "tablesample", "then", "time", "timestamp", "to",
    "trailing", "treat", "trim", "true", "union", "unique", "user", "using", "values", "varchar", "variadic",
    "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists",
    "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
];

pub(super) fn functions() -> [Arc<ScalarUDF>; 2] {
    [
        Function::new(
            "quote_literal",
            "quote_literal(value)",
            "Returns the text of a value as it stands in a statement, in quotes. **Nulls** NULL gives NULL.",
        )
        .takes(&[Type::Any], Gives::One(|| DataType::Utf8), |call| {
            call.each_text(|row| {
                let Some((values, at)) = call.value(0, row) else { return Ok(None) };
                Ok(Some(literal(&output::text(values, at, call.zone())?)))
            })
        })
        .volatility(Volatility::Stable)
        .build(),
        Function::new(
            "quote_nullable",
            "quote_nullable(value)",
            "The same as `quote_literal`, but NULL gives the text NULL.",
        )
        .takes(&[Type::Any], Gives::One(|| DataType::Utf8), |call| {
            call.each_text(|row| match call.value(0, row) {
                Some((values, at)) => Ok(Some(literal(&output::text(values, at, call.zone())?))),
                None => Ok(Some("NULL".to_owned())),
            })
        })
        .sees_nulls()
        .volatility(Volatility::Stable)
        .build(),
    ]
}

/// A name, in quotes unless it is small letters, digits and underscores and no word of the language.
pub(super) fn identifier(name: &str) -> Cow<'_, str> {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
        && WORDS.binary_search(&name).is_err();
    if is_plain { Cow::Borrowed(name) } else { Cow::Owned(format!("\"{}\"", name.replace('"', "\"\""))) }
}

/// A text in quotes; with `E` before them where it has a backslash.
pub(super) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let sorted = WORDS.windows(2).all(|pair| pair[0] < pair[1]);
        assert!(sorted);
        assert_eq!(identifier("foo_1"), "foo_1");
        assert_eq!(identifier("Foo bar"), "\"Foo bar\"");
        assert_eq!(identifier("select"), "\"select\"");
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
        assert_eq!(identifier(""), "\"\"");
    }

    #[test]
    fn literals_escape_quotes_and_backslashes() {
        assert_eq!(literal("O'Reilly"), "'O''Reilly'");
        assert_eq!(literal("a\\b"), "E'a\\\\b'");
    }
}
