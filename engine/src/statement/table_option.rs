//! Options of a table: `WITH (…)`, `SET (…)` and `RESET (…)`.

use bellwether_catalog::{Error, Result};
use datafusion::sql::sqlparser::ast::{Expr, SqlOption, Value};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::names::identifier;

/// The options that are given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TableOptions {
    /// Columns whose values make folders.
    pub partition_by: Option<Vec<String>>,
    /// Columns that rows are sorted by within their files; an empty list takes the order back.
    pub cluster_by: Option<Vec<String>>,
}

impl TableOptions {
    /// Reads a list of options.
    pub(super) fn read(options: &[SqlOption]) -> Result<Self> {
        let mut read = Self::default();
        for option in options {
            let SqlOption::KeyValue { key, value: Expr::Value(value) } = option else {
                return Err(unknown(&option.to_string()));
            };
            let Value::SingleQuotedString(text) = &value.value else {
                return Err(unknown(&option.to_string()));
            };
            match identifier(key).as_str() {
                "partition_by" => read.partition_by = Some(columns_in(text)),
                "cluster_by" => read.cluster_by = Some(columns_in(text)),
                other => return Err(unknown(other)),
            }
        }
        Ok(read)
    }
}

/// An option there is none of.
pub(super) fn unknown(option: &str) -> Error {
    Error::invalid_parameter(format!("unrecognized table option {option}"))
        .with_hint("the options are partition_by = 'column, …' and cluster_by = 'column, …'")
}

/// Column names in a list.
pub(super) fn columns_in(text: &str) -> Vec<String> {
    text.trim_matches(['(', ')'])
        .split(',')
        .map(|column| column.trim().trim_matches('"').to_owned())
        .filter(|column| !column.is_empty())
        .collect()
}

/// Writes `ALTER TABLE t RESET (option)`, which the parser does not know, as `SET (option = '')`.
pub(super) fn rewrite(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let is_of_relation = is_keyword(tokens.get(1), Keyword::TABLE) || is_keyword(tokens.get(1), Keyword::MATERIALIZED);
    if !is_keyword(tokens.first(), Keyword::ALTER) || !is_of_relation {
        return tokens;
    }
    let reset = (3..tokens.len()).find(|&at| {
        is_keyword(tokens.get(at), Keyword::RESET) && tokens.get(at + 1).is_some_and(|next| next.token == Token::LParen)
    });
    let Some(reset) = reset else { return tokens };
    tokens[reset].token = Token::make_keyword("SET");
    let mut written = tokens[..reset + 2].to_vec();
    for token in &tokens[reset + 2..] {
        written.push(token.clone());
        if matches!(token.token, Token::Word(_)) {
            for added in [Token::Eq, Token::SingleQuotedString(String::new())] {
                written.push(TokenWithSpan { token: added, span: token.span });
            }
        }
    }
    written
}

fn is_keyword(token: Option<&TokenWithSpan>, keyword: Keyword) -> bool {
    token.is_some_and(|token| matches!(&token.token, Token::Word(word) if word.keyword == keyword))
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    use super::*;

    #[test]
    fn a_list_of_columns_may_have_parentheses_and_quotes() {
        assert_eq!(columns_in("(customer_id, \"Ts\")"), ["customer_id", "Ts"]);
        assert!(columns_in(" ").is_empty());
    }

    #[test]
    fn reset_is_set_to_nothing() {
        let written = |sql: &str| {
            let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location().unwrap();
            let tokens = tokens.into_iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
            let mut parser = Parser::new(&PostgreSqlDialect {}).with_tokens_with_locations(rewrite(tokens));
            parser.parse_statement().unwrap().to_string()
        };
        assert_eq!(written("alter table s.t reset (cluster_by)"), "ALTER TABLE s.t SET (cluster_by = '')");
        assert_eq!(written("alter table t drop column reset"), "ALTER TABLE t DROP COLUMN reset");
    }
}
