//! `ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT … ON TABLES TO …`: what is granted on tables and views yet to be made.
//!
//! The parser knows the same under another name, `GRANT … ON FUTURE TABLES IN SCHEMA s TO …`, which the statement is
//! written as before it is parsed.

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::materialized_view::syntax::keyword;

const START: [Keyword; 3] = [Keyword::ALTER, Keyword::DEFAULT, Keyword::PRIVILEGES];

/// The statement as the parser knows it; others stay as they are.
pub(super) fn rewrite(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
    if !starts_with(&tokens, &START) {
        return Ok(tokens);
    }
    let rest = &tokens[START.len()..];
    if !starts_with(rest, &[Keyword::IN, Keyword::SCHEMA]) {
        return Err(Error::unsupported("ALTER DEFAULT PRIVILEGES needs IN SCHEMA and takes no FOR ROLE")
            .with_hint("what is granted on future tables of a schema holds whoever makes them"));
    }
    let is = |token: &TokenWithSpan, words: &[Keyword]| words.contains(&keyword(token));
    let grant = rest.iter().position(|token| is(token, &[Keyword::GRANT, Keyword::REVOKE]));
    let on = rest.iter().position(|token| is(token, &[Keyword::ON]));
    let (Some(grant), Some(on)) = (grant, on) else {
        return Err(Error::new(ErrorKind::Syntax, "ALTER DEFAULT PRIVILEGES needs GRANT … ON TABLES TO …"));
    };
    if on < grant || !starts_with(&rest[on + 1..], &[Keyword::TABLES]) {
        return Err(Error::unsupported("default privileges are kept for TABLES only")
            .with_hint("TABLES are tables and views of every kind; functions may be called by everybody"));
    }
    let future = TokenWithSpan { token: Token::make_keyword("FUTURE"), span: rest[on].span };
    let mut written = rest[grant..=on].to_vec();
    written.push(future);
    written.push(rest[on + 1].clone());
    written.extend_from_slice(&rest[..grant]);
    written.extend_from_slice(&rest[on + 2..]);
    Ok(written)
}

fn starts_with(tokens: &[TokenWithSpan], words: &[Keyword]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| keyword(token) == *word)
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    use super::*;

    fn rewritten(sql: &str) -> Result<String> {
        let mut tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location().unwrap();
        tokens.retain(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF));
        let tokens = rewrite(tokens)?;
        Ok(tokens.iter().map(|token| token.token.to_string()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn default_privileges_become_grants_on_future_tables() {
        assert_eq!(
            rewritten("ALTER DEFAULT PRIVILEGES IN SCHEMA a, b GRANT SELECT, INSERT ON TABLES TO ann").unwrap(),
            "GRANT SELECT , INSERT ON FUTURE TABLES IN SCHEMA a , b TO ann"
        );
        assert_eq!(
            rewritten("alter default privileges in schema a revoke all on tables from public").unwrap(),
            "revoke all on FUTURE tables in schema a from public"
        );
        assert_eq!(rewritten("GRANT SELECT ON t TO ann").unwrap(), "GRANT SELECT ON t TO ann");
    }

    #[test]
    fn what_is_not_kept_is_refused() {
        for sql in [
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ann",
            "ALTER DEFAULT PRIVILEGES FOR ROLE bob IN SCHEMA a GRANT SELECT ON TABLES TO ann",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT EXECUTE ON FUNCTIONS TO ann",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA a",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT SELECT ON",
        ] {
            assert!(rewritten(sql).is_err(), "{sql}");
        }
    }
}
