//! A text into statements, each with its own text.

use std::sync::Arc;

use bellwether_catalog::Result;
use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer};

use super::cursor::parse_fetch;
use super::materialized_view::syntax as materialized_view;
use super::{clause, database_name, default_privileges, exists, output_name};
use super::{session_function, table_option, time_travel};
use crate::Statement;
use crate::fault::from_parser;
use crate::limit::check_statement;
use crate::{dialect, pg_catalog};

/// A parsed statement.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// The statement's own text.
    pub text: Arc<str>,
    /// What it says.
    pub ast: ast::Statement,
}

impl Parsed {
    /// Whether a failed transaction block still takes this statement.
    pub(crate) fn ends_transaction(&self) -> bool {
        matches!(self.ast, ast::Statement::Commit { .. } | ast::Statement::Rollback { .. })
    }
}

/// Splits and parses a text of a client that calls the database so.
pub(crate) fn parse(sql: &str, depth: usize, database: &str) -> Result<Vec<Statement>> {
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, sql)
        .tokenize_with_location()
        .map_err(|error| from_parser(ParserError::TokenizerError(error.to_string()), sql))?;
    let mut statements = Vec::new();
    for tokens in split(tokens) {
        let text = text_of(sql, &tokens);
        let tokens = clause::rewrite(default_privileges::rewrite(tokens)?)?;
        let (tokens, without_data) = materialized_view::without_data(tokens);
        let mut ast = parse_one(&dialect, table_option::rewrite(time_travel::rewrite(tokens)), sql, depth)?;
        if without_data {
            materialized_view::mark_without_data(&mut ast);
        }
        database_name::strip(&mut ast, database);
        statements.push(Statement { parsed: Arc::new(Parsed { text: Arc::from(text), ast }) });
    }
    Ok(statements)
}

/// The tokens of each statement, without those that say nothing.
fn split(tokens: Vec<TokenWithSpan>) -> Vec<Vec<TokenWithSpan>> {
    let mut statements = vec![Vec::new()];
    for token in tokens {
        match (&token.token, statements.last_mut()) {
            (Token::SemiColon, _) => statements.push(Vec::new()),
            (Token::Whitespace(_) | Token::EOF, _) | (_, None) => {}
            (_, Some(statement)) => {
                if is_trim_of_blanks(statement, &token.token) {
                    let token = Token::SingleQuotedString(" ".to_owned());
                    statement.push(TokenWithSpan { token, span: Span::empty() });
                }
                statement.push(plain(token));
            }
        }
    }
    statements.retain(|statement| !statement.is_empty());
    statements
}

/// Whether `next` ends `trim(both from`, which the parser only reads with the characters to trim written out.
fn is_trim_of_blanks(before: &[TokenWithSpan], next: &Token) -> bool {
    let [.., trim, open, side] = before else { return false };
    is_word(next, &["from"])
        && is_word(&side.token, &["both", "leading", "trailing"])
        && open.token == Token::LParen
        && is_word(&trim.token, &["trim"])
}

fn is_word(token: &Token, words: &[&str]) -> bool {
    match token {
        Token::Word(word) => {
            word.quote_style.is_none() && words.iter().any(|known| word.value.eq_ignore_ascii_case(known))
        }
        _ => false,
    }
}

/// A text in dollars, or with its letters by number, is a text in quotes, which the parser takes in more places.
fn plain(mut token: TokenWithSpan) -> TokenWithSpan {
    token.token = match token.token {
        Token::DollarQuotedString(text) => Token::SingleQuotedString(text.value),
        Token::UnicodeStringLiteral(text) => Token::SingleQuotedString(text),
        other => other,
    };
    token
}

/// From the first token's first character to the last token's last.
fn text_of<'a>(sql: &'a str, tokens: &[TokenWithSpan]) -> &'a str {
    let start = tokens.first().and_then(|token| byte_of(sql, token.span.start)).unwrap_or(0);
    let end = tokens.last().and_then(|token| byte_of(sql, token.span.end)).unwrap_or(sql.len());
    sql.get(start..end).unwrap_or(sql).trim()
}

fn byte_of(sql: &str, place: Location) -> Option<usize> {
    let line = usize::try_from(place.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let mut start = 0;
    for _ in 0..line {
        start += sql.get(start..)?.find('\n')? + 1;
    }
    let rest = sql.get(start..)?;
    Some(start + rest.char_indices().nth(column).map_or(rest.len(), |(byte, _)| byte))
}

fn parse_one(
    dialect: &PostgreSqlDialect,
    tokens: Vec<TokenWithSpan>,
    sql: &str,
    depth: usize,
) -> Result<ast::Statement> {
    if let Some(fetch) = parse_fetch(&tokens)? {
        return Ok(fetch);
    }
    let mut parser = Parser::new(dialect).with_recursion_limit(depth.max(50) * 2).with_tokens_with_locations(tokens);
    let known = materialized_view::parse(&mut parser).map_err(|error| from_parser(error, sql))?;
    let mut statement = match known {
        Some(statement) => statement,
        None => parser.parse_statement().map_err(|error| from_parser(error, sql))?,
    };
    let next = parser.peek_token();
    if next.token != Token::EOF {
        let message = format!("Expected: end of statement, found: {next}{}", next.span.start);
        return Err(from_parser(ParserError::ParserError(message), sql));
    }
    check_statement(&statement)?;
    dialect::check_arity(&statement)?;
    dialect::write_out_windows(&mut statement)?;
    bellwether_udfs::name_relations(&mut statement);
    bellwether_udfs::fill_skipped(&mut statement);
    session_function::call_bare(&mut statement);
    // What stands for an EXISTS, a call or a cast has no name to tell, so columns are named in between.
    output_name::assign(&mut statement);
    pg_catalog::rewrite(&mut statement);
    exists::rewrite(&mut statement);
    Ok(statement)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<String> {
        parse(sql, 100, "lake").unwrap().iter().map(|statement| statement.text().to_owned()).collect()
    }

    #[test]
    fn a_text_falls_into_statements_with_their_own_text() {
        assert_eq!(texts("select 1; -- one\n select 'a;b' ;;"), ["select 1", "select 'a;b'"]);
        assert_eq!(texts("select 'é'; select 2"), ["select 'é'", "select 2"]);
    }

    #[test]
    fn blanks_are_trimmed_where_nothing_else_is_named() {
        let parsed = parse("select trim(both from a), trim(leading from b)", 100, "lake").unwrap();
        assert_eq!(parsed[0].text(), "select trim(both from a), trim(leading from b)");
        let shown = parsed[0].parsed.ast.to_string();
        assert!(shown.contains("TRIM(BOTH ' ' FROM a)") && shown.contains("TRIM(LEADING ' ' FROM b)"), "{shown}");
    }

    #[test]
    fn comments_and_semicolons_alone_are_no_statement() {
        assert!(texts(" ; -- nothing\n;").is_empty());
    }

    #[test]
    fn what_is_left_over_is_an_error_at_its_place() {
        let error = parse("select 1 from t where x = 1 2", 100, "lake").unwrap_err();
        assert_eq!(error.message(), "syntax error at or near \"2\"");
        assert_eq!(error.position(), Some(29));
    }
}
