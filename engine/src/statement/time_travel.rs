//! A table as it was: `t FOR SYSTEM_TIME AS OF '2026-01-31 12:00'` and `t FOR VERSION AS OF 12`.
//!
//! The parser knows no such clause in this dialect, so it is folded into the table's name before parsing
//! (`"t@time:…"`, `"t@version:12"`, which no one can create) and unfolded when the name is resolved.

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, Result, Snapshot, Table};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};

const TIME: &str = "@time:";
const VERSION: &str = "@version:";

/// Which version of a table is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The last version committed by then, in milliseconds since 1970.
    Time(i64),
    /// The version of this number.
    Version(u64),
}

impl Moment {
    /// The version of `table` that is meant.
    pub(crate) async fn of(&self, table: &Arc<Table>) -> Result<Arc<Snapshot>> {
        match self {
            Self::Time(moment_ms) => table.at_time(*moment_ms).await,
            Self::Version(version) => table.at_version(*version).await,
        }
    }
}

/// Folds the clauses of a statement into the names before them.
pub(super) fn rewrite(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut folded: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut index = 0;
    while index < tokens.len() {
        let Some((suffix, length)) = clause_at(&tokens[index..]) else {
            folded.push(tokens[index].clone());
            index += 1;
            continue;
        };
        let Some(TokenWithSpan { token: Token::Word(name), .. }) = folded.last_mut() else {
            folded.push(tokens[index].clone());
            index += 1;
            continue;
        };
        let bare = if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() };
        let has_alias = tokens.get(index + length).is_some_and(|next| starts_alias(&next.token));
        *name = quoted(format!("{bare}{suffix}"));
        index += length;
        if !has_alias {
            let span = folded.last().map(|token| token.span);
            for token in [Token::make_keyword("AS"), Token::Word(quoted(bare))] {
                folded.push(TokenWithSpan {
                    token,
                    span: span.unwrap_or_else(datafusion::sql::sqlparser::tokenizer::Span::empty),
                });
            }
        }
    }
    folded
}

fn quoted(value: String) -> Word {
    Word { value, quote_style: Some('"'), keyword: datafusion::sql::sqlparser::keywords::Keyword::NoKeyword }
}

fn starts_alias(token: &Token) -> bool {
    match token {
        Token::Word(word) => {
            let follows_table = [
                "where",
                "join",
                "inner",
                "left",
                "right",
                "full",
                "cross",
                "natural",
                "on",
                "using",
                "group",
                "order",
                "having",
                "limit",
                "offset",
                "fetch",
                "union",
                "except",
                "intersect",
                "window",
                "for",
                "when",
            ];
            word.quote_style.is_some() || !follows_table.contains(&word.value.to_lowercase().as_str())
        }
        _ => false,
    }
}

/// The clause that starts here: what it adds to the name, and how many tokens it takes.
fn clause_at(tokens: &[TokenWithSpan]) -> Option<(String, usize)> {
    let words = |count: usize| {
        tokens.get(..count).map(|some| {
            some.iter()
                .map(|token| match &token.token {
                    Token::Word(word) => word.value.to_lowercase(),
                    _ => String::new(),
                })
                .collect::<Vec<_>>()
                .join(" ")
        })
    };
    match words(4)?.as_str() {
        "for system_time as of" => {
            // `TIMESTAMP '…'` and `TIMESTAMPTZ '…'` are as good as the text alone.
            let typed = matches!(&tokens.get(4)?.token, Token::Word(word) if word.value.to_lowercase().starts_with("timestamp"));
            let place = if typed { 5 } else { 4 };
            match &tokens.get(place)?.token {
                Token::SingleQuotedString(text) => Some((format!("{TIME}{text}"), place + 1)),
                _ => None,
            }
        }
        "for version as of" | "for system_version as of" => match &tokens.get(4)?.token {
            Token::Number(number, _) => Some((format!("{VERSION}{number}"), 5)),
            _ => None,
        },
        _ => None,
    }
}

/// A name and the moment folded into it, if one is.
pub(crate) fn split(name: &str) -> Result<(&str, Option<Moment>)> {
    if let Some((bare, text)) = name.split_once(TIME) {
        return Ok((bare, Some(Moment::Time(parse_time(text)?))));
    }
    if let Some((bare, number)) = name.split_once(VERSION) {
        let version =
            number.parse().map_err(|_| Error::invalid_parameter(format!("{number} is not a version number")))?;
        return Ok((bare, Some(Moment::Version(version))));
    }
    Ok((name, None))
}

fn parse_time(text: &str) -> Result<i64> {
    let utc = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    match ScalarValue::Utf8(Some(text.to_owned())).cast_to(&utc) {
        Ok(ScalarValue::TimestampMillisecond(Some(moment_ms), _)) => Ok(moment_ms),
        _ => Err(Error::new(ErrorKind::InvalidText, format!("invalid input syntax for type timestamp: \"{text}\""))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    fn folded(sql: &str) -> String {
        let dialect = PostgreSqlDialect {};
        let tokens = Tokenizer::new(&dialect, sql).tokenize_with_location().unwrap();
        let tokens = tokens.into_iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
        let mut parser = Parser::new(&dialect).with_tokens_with_locations(rewrite(tokens));
        parser.parse_statement().unwrap().to_string()
    }

    #[test]
    fn a_version_becomes_part_of_the_name_and_the_name_its_alias() {
        assert_eq!(
            folded("select * from shop.T for version as of 3 where T.x = 1"),
            "SELECT * FROM shop.\"t@version:3\" AS \"t\" WHERE T.x = 1"
        );
    }

    #[test]
    fn an_alias_of_the_statements_own_stays() {
        assert_eq!(
            folded("select a.x from t for system_time as of timestamp '2026-01-31' a"),
            "SELECT a.x FROM \"t@time:2026-01-31\" a"
        );
    }

    #[test]
    fn a_folded_name_unfolds() {
        assert_eq!(split("t@version:3").unwrap(), ("t", Some(Moment::Version(3))));
        assert_eq!(split("t@time:1970-01-01 00:00:01").unwrap(), ("t", Some(Moment::Time(1000))));
        assert_eq!(split("t").unwrap(), ("t", None));
    }
}
