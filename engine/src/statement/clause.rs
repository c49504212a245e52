//! Clauses that the parser does not know, as ones it does; those we have not are refused by their names.
//!
//! | written | parsed as |
//! |---|---|
//! | `x BETWEEN SYMMETRIC a AND b` | `x BETWEEN bellwether_symmetric(a) AND b` |
//! | `x BETWEEN ASYMMETRIC a AND b` | `x BETWEEN a AND b` |
//! | `ROWS … EXCLUDE NO OTHERS` | `ROWS …` |
//! | `ORDER BY x USING >` | `ORDER BY x DESC` |
//! | `TABLE t` | `SELECT * FROM t` |
//! | `ROWS FROM (f(1), g(2))` | `bellwether_rows_from(f(1), g(2))` |
//! | `pg_catalog.substring(x, 'p')` | `pg_catalog."substring"(x, 'p')` |

use bellwether_catalog::{Error, Result};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::dialect::SYMMETRIC;
use crate::pg_catalog::ROWS_FROM;

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
        } else if is(Some(token), "rows") && is_rows_from(written.last(), tokens.get(at + 1..).unwrap_or_default()) {
            put(&mut written, Token::make_word(ROWS_FROM, None));
            at += 2;
        } else if let Some(name) = catalogue_function(&written, &token.token, next(1)) {
            put(&mut written, Token::make_word(&name, Some('"')));
            at += 1;
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

/// Whether what follows `ROWS` makes it a list of functions in FROM: not a column before `FROM (SELECT …)`.
fn is_rows_from(before: Option<&TokenWithSpan>, after: &[TokenWithSpan]) -> bool {
    let starts = before.is_some_and(|before| before.token == Token::Comma)
        || ["from", "join", "lateral"].iter().any(|word| is(before, word));
    let [from, open, function @ ..] = after else { return false };
    if !starts || !is(Some(from), "from") || open.token != Token::LParen {
        return false;
    }
    let mut name = function;
    while let [_, point, more @ ..] = name
        && point.token == Token::Period
    {
        name = more;
    }
    let is_query = ["select", "with", "values", "table"].iter().any(|word| is(name.first(), word));
    let [last, open, ..] = name else { return false };
    !is_query && matches!(last.token, Token::Word(_)) && open.token == Token::LParen
}

/// A function of the catalogue's schema whose name the parser takes for syntax of its own.
fn catalogue_function(before: &[TokenWithSpan], token: &Token, next: Option<&TokenWithSpan>) -> Option<String> {
    let [.., schema, point] = before else { return None };
    if !is(Some(schema), "pg_catalog") || point.token != Token::Period || next?.token != Token::LParen {
        return None;
    }
    match token {
        Token::Word(word) if word.quote_style.is_none() => match word.keyword {
            Keyword::CEIL
            | Keyword::CONVERT
            | Keyword::EXTRACT
            | Keyword::FLOOR
            | Keyword::OVERLAY
            | Keyword::SUBSTR
            | Keyword::SUBSTRING => Some(word.value.to_lowercase()),
            _ => None,
        },
        _ => None,
    }
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
            ("select a, rows from (select 1 as rows) as t", "SELECT a, rows FROM (SELECT 1 AS rows) AS t"),
            ("select a, rows from (t join u using (a))", "SELECT a, rows FROM (t JOIN u USING(a))"),
            (
                "select * from t, rows from (s.f(1), g(2)) with ordinality as r(a, b, n)",
                "SELECT * FROM t, bellwether_rows_from(s.f(1), g(2)) WITH ORDINALITY AS r (a, b, n)",
            ),
            (
                "select pg_catalog.substring(x, 'p'), Pg_Catalog.Ceil(2.5), pg_catalog.substring from t",
                "SELECT pg_catalog.\"substring\"(x, 'p'), Pg_Catalog.\"ceil\"(2.5), pg_catalog.substring FROM t",
            ),
        ] {
            assert_eq!(written(sql).unwrap(), parsed);
        }
    }

    #[test]
    fn clauses_that_are_not_there_are_refused_by_name() {
        for exclusion in ["current row", "group", "ties"] {
            let sql = format!("select sum(x) over (order by y rows 1 preceding exclude {exclusion}) from t");
            assert_eq!(written(&sql).unwrap_err().message(), "window frames with EXCLUDE are not supported");
        }
    }
}
