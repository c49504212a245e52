//! Clauses that the parser does not know, as ones it does; those we have not are refused by their names.
//!
//! | written | parsed as |
//! |---|---|
//! | `x BETWEEN SYMMETRIC a AND b` | `x BETWEEN bellwether_symmetric(a) AND b` |
//! | `x BETWEEN ASYMMETRIC a AND b` | `x BETWEEN a AND b` |
//! | `ROWS … EXCLUDE NO OTHERS` | `ROWS …` |
//! | `ORDER BY x USING >` | `ORDER BY x DESC` |
//! | `TABLE t` | `SELECT * FROM t` |

use bellwether_catalog::{Error, Result};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::dialect::SYMMETRIC;

/// Rewrites the tokens of a statement.
pub(super) fn rewrite(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
    let mut written: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    // Places where a bound ends that has become an argument.
    let mut ends = Vec::new();
    while let Some(token) = tokens.get(at) {
        let next = |offset: usize| tokens.get(at + offset);
        let put = |written: &mut Vec<TokenWithSpan>, new: Token| {
            written.push(TokenWithSpan { token: new, span: token.span });
        };
        if ends.last() == Some(&at) {
            ends.pop();
            put(&mut written, Token::RParen);
        }
        if at == 0 && is(Some(token), "table") {
            for new in [Token::make_keyword("SELECT"), Token::Mul, Token::make_keyword("FROM")] {
                put(&mut written, new);
            }
            at += 1;
        } else if is(Some(token), "between") && is(next(1), "asymmetric") {
            written.push(token.clone());
            at += 2;
        } else if is(Some(token), "between")
            && is(next(1), "symmetric")
            && let Some(end) = end_of_bound(&tokens, at + 2)
        {
            written.push(token.clone());
            put(&mut written, Token::make_word(SYMMETRIC, None));
            put(&mut written, Token::LParen);
            ends.push(end);
            at += 2;
        } else if is(Some(token), "exclude") && is(next(1), "no") && is(next(2), "others") {
            at += 3;
        } else if is(Some(token), "exclude") && is_exclusion(next(1), next(2), next(3)) {
            return Err(Error::unsupported("window frames with EXCLUDE are not supported")
                .with_hint("take what is to be left out off the aggregate of the whole frame"));
        } else if is(Some(token), "rows")
            && is(next(1), "from")
            && next(2).is_some_and(|next| next.token == Token::LParen)
        {
            return Err(Error::unsupported("ROWS FROM is not supported")
                .with_hint("join the functions WITH ORDINALITY by their numbers; unnest takes several arrays"));
        } else if is(Some(token), "using")
            && let Some(direction) = next(1).and_then(|next| direction(&next.token))
        {
            put(&mut written, Token::make_keyword(direction));
            at += 2;
        } else {
            written.push(token.clone());
            at += 1;
        }
    }
    Ok(written)
}

fn is(token: Option<&TokenWithSpan>, word: &str) -> bool {
    token.is_some_and(|token| match &token.token {
        Token::Word(written) => written.quote_style.is_none() && written.value.eq_ignore_ascii_case(word),
        _ => false,
    })
}

/// Whether `EXCLUDE` ends a frame: `CURRENT ROW`, `GROUP` or `TIES` and the closing parenthesis.
fn is_exclusion(first: Option<&TokenWithSpan>, second: Option<&TokenWithSpan>, third: Option<&TokenWithSpan>) -> bool {
    let closes = |token: Option<&TokenWithSpan>| token.is_some_and(|token| token.token == Token::RParen);
    (is(first, "current") && is(second, "row") && closes(third))
        || ((is(first, "group") || is(first, "ties")) && closes(second))
}

fn direction(operator: &Token) -> Option<&'static str> {
    match operator {
        Token::Lt => Some("ASC"),
        Token::Gt => Some("DESC"),
        _ => None,
    }
}

/// Where the `AND` stands that ends the bound which starts at `start`.
fn end_of_bound(tokens: &[TokenWithSpan], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match &token.token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket => depth = depth.checked_sub(1)?,
            Token::Word(word) => match word.keyword {
                Keyword::CASE => depth += 1,
                Keyword::END => depth = depth.checked_sub(1)?,
                Keyword::AND if depth == 0 => return Some(at),
                _ => {}
            },
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    use super::*;

    fn written(sql: &str) -> Result<String> {
        let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location().unwrap();
        let tokens = tokens.into_iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
        let mut parser = Parser::new(&PostgreSqlDialect {}).with_tokens_with_locations(rewrite(tokens)?);
        Ok(parser.parse_statement().unwrap().to_string())
    }

    #[test]
    fn clauses_become_ones_the_parser_knows() {
        for (sql, parsed) in [
            (
                "select x between symmetric (case when a and b then 1 end) + f(1) and 5 and c",
                "SELECT x BETWEEN bellwether_symmetric((CASE WHEN a AND b THEN 1 END) + f(1)) AND 5 AND c",
            ),
            ("select 1 between asymmetric 2 and 3", "SELECT 1 BETWEEN 2 AND 3"),
            (
                "select sum(x) over (order by y rows 1 preceding exclude no others) from t",
                "SELECT sum(x) OVER (ORDER BY y ROWS 1 PRECEDING) FROM t",
            ),
            ("select a from t join s using (a) order by a using >", "SELECT a FROM t JOIN s USING(a) ORDER BY a DESC"),
            ("table s.t order by 1", "SELECT * FROM s.t ORDER BY 1"),
            ("select exclude, rows from t", "SELECT exclude, rows FROM t"),
        ] {
            assert_eq!(written(sql).unwrap(), parsed);
        }
    }

    #[test]
    fn clauses_that_are_not_there_are_refused_by_name() {
        for sql in [
            "select sum(x) over (order by y rows 1 preceding exclude ties) from t",
            "select * from rows from (generate_series(1, 2), generate_series(1, 3)) t",
        ] {
            assert!(written(sql).unwrap_err().message().ends_with("not supported"));
        }
    }
}
