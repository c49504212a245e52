//! `DECLARE`, `FETCH` and `MOVE` as PostgreSQL reads them: directions, counts and names may be left out.

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::sql::sqlparser::ast::{self, FetchDirection, FetchPosition, Ident, ObjectName, Value};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

/// The statement, if the tokens are a `FETCH`, or a `MOVE`, which is a fetch into nothing.
pub(in crate::statement) fn fetch(tokens: &[TokenWithSpan]) -> Result<Option<ast::Statement>> {
    let mut words = Words { tokens };
    let into = if words.take("FETCH") {
        None
    } else if words.take("MOVE") {
        Some(ObjectName(Vec::new()))
    } else {
        return Ok(None);
    };
    let direction = if words.tokens.len() == 1 { FetchDirection::Next } else { direction(&mut words)? };
    let _ = words.take("FROM") || words.take("IN");
    let name = words.name()?;
    match words.tokens {
        [] => Ok(Some(ast::Statement::Fetch { name, direction, position: FetchPosition::From, into })),
        [next, ..] => Err(unexpected(next)),
    }
}

fn direction(words: &mut Words<'_>) -> Result<FetchDirection> {
    let number = |count: i64| Value::Number(count.to_string(), false).with_empty_span();
    Ok(if words.take("NEXT") {
        FetchDirection::Next
    } else if words.take("PRIOR") {
        FetchDirection::Prior
    } else if words.take("FIRST") {
        FetchDirection::First
    } else if words.take("LAST") {
        FetchDirection::Last
    } else if words.take("ABSOLUTE") {
        FetchDirection::Absolute { limit: number(words.count()?) }
    } else if words.take("RELATIVE") {
        FetchDirection::Relative { limit: number(words.count()?) }
    } else if words.take("FORWARD") {
        match words.take("ALL") {
            true => FetchDirection::ForwardAll,
            false => FetchDirection::Forward { limit: words.count_if_any()?.map(number) },
        }
    } else if words.take("BACKWARD") {
        match words.take("ALL") {
            true => FetchDirection::BackwardAll,
            false => FetchDirection::Backward { limit: words.count_if_any()?.map(number) },
        }
    } else if words.take("ALL") {
        FetchDirection::All
    } else {
        match words.count_if_any()? {
            Some(count) => FetchDirection::Count { limit: number(count) },
            None => FetchDirection::Next,
        }
    })
}

/// The query of a `DECLARE`, at its place in the statement's text: what stands before it is blank.
pub(super) fn query_text(statement: &str, tokens: &[TokenWithSpan]) -> Option<String> {
    let after = tokens.iter().position(|token| is_word(token, "FOR"))? + 1;
    let start = tokens.get(after)?.span.start;
    let mut text = String::with_capacity(statement.len());
    let (mut line, mut column) = (1, 1);
    for character in statement.chars() {
        let is_before = (line, column) < (start.line, start.column);
        if character == '\n' {
            (line, column) = (line + 1, 1);
            text.push('\n');
        } else {
            column += 1;
            text.push(if is_before { ' ' } else { character });
        }
    }
    Some(text)
}

/// Tokens that are taken one after the other.
struct Words<'a> {
    tokens: &'a [TokenWithSpan],
}

impl Words<'_> {
    /// Takes a keyword if it comes next.
    fn take(&mut self, keyword: &str) -> bool {
        let comes = self.tokens.first().is_some_and(|token| is_word(token, keyword));
        if comes {
            self.tokens = &self.tokens[1..];
        }
        comes
    }

    fn next(&mut self) -> Result<&TokenWithSpan> {
        let (first, rest) =
            self.tokens.split_first().ok_or_else(|| Error::new(ErrorKind::Syntax, "syntax error at end of input"))?;
        self.tokens = rest;
        Ok(first)
    }

    fn name(&mut self) -> Result<Ident> {
        let token = self.next()?;
        match &token.token {
            Token::Word(word) => {
                Ok(Ident { value: word.value.clone(), quote_style: word.quote_style, span: token.span })
            }
            _ => Err(unexpected(token)),
        }
    }

    fn count(&mut self) -> Result<i64> {
        let is_negative = match self.tokens {
            [TokenWithSpan { token: Token::Minus, .. }, rest @ ..] => {
                self.tokens = rest;
                true
            }
            _ => false,
        };
        let token = self.next()?;
        let count = match &token.token {
            Token::Number(digits, _) => digits.parse::<i64>().ok(),
            _ => None,
        };
        let count = count.ok_or_else(|| unexpected(token))?;
        Ok(if is_negative { -count } else { count })
    }

    fn count_if_any(&mut self) -> Result<Option<i64>> {
        match self.tokens.first().map(|token| &token.token) {
            Some(Token::Number(..) | Token::Minus) => self.count().map(Some),
            _ => Ok(None),
        }
    }
}

fn is_word(token: &TokenWithSpan, keyword: &str) -> bool {
    matches!(&token.token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(keyword))
}

fn unexpected(token: &TokenWithSpan) -> Error {
    Error::new(ErrorKind::Syntax, format!("syntax error at or near \"{}\"", token.token))
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    use super::*;

    fn tokens(sql: &str) -> Vec<TokenWithSpan> {
        let mut tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location().unwrap();
        tokens.retain(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF));
        tokens
    }

    fn parsed(sql: &str) -> String {
        fetch(&tokens(sql)).unwrap().unwrap().to_string()
    }

    #[test]
    fn what_is_left_out_is_the_next_row() {
        assert_eq!(parsed("fetch c"), "FETCH NEXT FROM c");
        assert_eq!(parsed("fetch from c"), "FETCH NEXT FROM c");
        assert_eq!(parsed("FETCH 100 IN \"SQL_CUR1\""), "FETCH 100 FROM \"SQL_CUR1\"");
        assert_eq!(parsed("fetch forward c"), "FETCH FORWARD FROM c");
        assert_eq!(parsed("fetch -3 from c"), "FETCH -3 FROM c");
        assert_eq!(parsed("fetch backward all from c"), "FETCH BACKWARD ALL FROM c");
        assert_eq!(parsed("fetch next"), "FETCH NEXT FROM next");
    }

    #[test]
    fn moving_is_fetching_into_nothing() {
        let Some(ast::Statement::Fetch { into, .. }) = fetch(&tokens("move all in c")).unwrap() else { panic!() };
        assert!(into.is_some_and(|into| into.0.is_empty()));
        assert!(fetch(&tokens("select 1")).unwrap().is_none());
    }

    #[test]
    fn what_does_not_belong_there_is_named() {
        let error = fetch(&tokens("fetch 1.5 from c")).unwrap_err();
        assert_eq!(error.message(), "syntax error at or near \"1.5\"");
        assert!(fetch(&tokens("fetch 1 from")).is_err());
        assert!(fetch(&tokens("fetch 1 from c d")).is_err());
    }

    #[test]
    fn the_query_of_a_cursor_keeps_its_place() {
        let sql = "declare c cursor\n  for select 1";
        assert_eq!(query_text(sql, &tokens(sql)).unwrap(), "                \n      select 1");
    }
}
