//! Statements about materialized views that the parser does not know, as statements it does.
//!
//! | written | parsed as |
//! |---|---|
//! | `CREATE MATERIALIZED VIEW … WITH NO DATA` | the same with an option that no one can write |
//! | `REFRESH MATERIALIZED VIEW [CONCURRENTLY] v [WITH DATA]` | `ALTER DYNAMIC TABLE v REFRESH` |
//! | `REFRESH MATERIALIZED VIEW v WITH NO DATA` | `ALTER DYNAMIC TABLE v SUSPEND` |
//! | `ALTER MATERIALIZED VIEW v …` | `ALTER DYNAMIC TABLE v …` |
//!
//! Dynamic tables are what another dialect calls materialized views; this one has no other use for them.

use datafusion::sql::sqlparser::ast::{
    AlterTable, AlterTableOperation, AlterTableType, CreateTableOptions, Ident, SqlOption, Statement,
};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

/// The option that stands for `WITH NO DATA`.
pub(super) const NO_DATA: &str = "@no data";

/// Takes `WITH [NO] DATA` off the end of `CREATE MATERIALIZED VIEW`; tells whether it said NO.
pub(in crate::statement) fn without_data(mut tokens: Vec<TokenWithSpan>) -> (Vec<TokenWithSpan>, bool) {
    let start: Vec<Keyword> = tokens.iter().take(4).map(keyword).collect();
    let is_create = start.starts_with(&[Keyword::CREATE, Keyword::MATERIALIZED])
        || start.starts_with(&[Keyword::CREATE, Keyword::OR, Keyword::REPLACE, Keyword::MATERIALIZED]);
    if !is_create {
        return (tokens, false);
    }
    for (end, no_data) in
        [([Keyword::WITH, Keyword::NO, Keyword::DATA].as_slice(), true), (&[Keyword::WITH, Keyword::DATA], false)]
    {
        let Some(start) = tokens.len().checked_sub(end.len()) else { continue };
        if tokens[start..].iter().map(keyword).eq(end.iter().copied()) {
            tokens.truncate(start);
            return (tokens, no_data);
        }
    }
    (tokens, false)
}

/// Marks a parsed `CREATE MATERIALIZED VIEW` as one `WITH NO DATA`.
pub(in crate::statement) fn mark_without_data(statement: &mut Statement) {
    if let Statement::CreateView(create) = statement {
        let mark = SqlOption::Ident(Ident::with_quote('"', NO_DATA));
        match &mut create.options {
            CreateTableOptions::With(options) => options.push(mark),
            options => *options = CreateTableOptions::With(vec![mark]),
        }
    }
}

/// Parses `REFRESH` and `ALTER MATERIALIZED VIEW`; nothing where the statement is another.
pub(in crate::statement) fn parse(parser: &mut Parser<'_>) -> Result<Option<Statement>, ParserError> {
    let view = [Keyword::MATERIALIZED, Keyword::VIEW];
    if parser.parse_keywords(&[Keyword::REFRESH, view[0], view[1]]) {
        return refresh(parser).map(Some);
    }
    if parser.parse_keywords(&[Keyword::ALTER, view[0], view[1]]) {
        // The rest is what ALTER TABLE has; the parser stands behind the words that say what is altered.
        let Statement::AlterTable(mut alter) = parser.parse_alter_table(false)? else {
            return parser.expected("ALTER MATERIALIZED VIEW", parser.peek_token());
        };
        alter.table_type = Some(AlterTableType::Dynamic);
        return Ok(Some(Statement::AlterTable(alter)));
    }
    Ok(None)
}

fn refresh(parser: &mut Parser<'_>) -> Result<Statement, ParserError> {
    let concurrently = parser.parse_keyword(Keyword::CONCURRENTLY);
    let name = parser.parse_object_name(false)?;
    let mut no_data = false;
    if parser.parse_keyword(Keyword::WITH) {
        no_data = parser.parse_keyword(Keyword::NO);
        parser.expect_keyword_is(Keyword::DATA)?;
    }
    if concurrently && no_data {
        let message = "REFRESH options CONCURRENTLY and WITH NO DATA cannot be used together";
        return Err(ParserError::ParserError(message.to_owned()));
    }
    let operation = match no_data {
        true => AlterTableOperation::Suspend,
        false => AlterTableOperation::Refresh { subpath: None },
    };
    Ok(Statement::AlterTable(AlterTable {
        name,
        if_exists: false,
        only: false,
        operations: vec![operation],
        location: None,
        on_cluster: None,
        table_type: Some(AlterTableType::Dynamic),
        end_token: datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
    }))
}

/// The keyword that a token may be.
pub(in crate::statement) fn keyword(token: &TokenWithSpan) -> Keyword {
    match &token.token {
        Token::Word(word) if word.quote_style.is_none() => word.keyword,
        _ => Keyword::NoKeyword,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    use super::*;

    fn parsed(sql: &str) -> String {
        let mut parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).unwrap();
        parse(&mut parser).unwrap().map_or_else(String::new, |statement| statement.to_string())
    }

    #[test]
    fn refresh_and_alter_become_statements_about_dynamic_tables() {
        assert_eq!(parsed("refresh materialized view concurrently a.b"), "ALTER DYNAMIC TABLE a.b REFRESH");
        assert_eq!(parsed("refresh materialized view b with no data"), "ALTER DYNAMIC TABLE b SUSPEND");
        assert_eq!(
            parsed("alter materialized view if exists b set (refresh = 'on change')"),
            "ALTER DYNAMIC TABLE IF EXISTS b SET (refresh = 'on change')"
        );
        assert_eq!(parsed("alter materialized view b rename to c"), "ALTER DYNAMIC TABLE b RENAME TO c");
        assert_eq!(parsed("alter table b rename to c"), "");
    }

    #[test]
    fn with_data_comes_off_the_end_of_create() {
        let stripped = |sql: &str| {
            let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location().unwrap();
            let tokens = tokens.into_iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
            let (tokens, no_data) = without_data(tokens);
            (tokens.len(), no_data)
        };
        assert_eq!(stripped("create materialized view v as select 1 with no data"), (7, true));
        assert_eq!(stripped("create or replace materialized view v as select 1 with data"), (9, false));
        assert_eq!(stripped("create view v as select 1 with data"), (8, false));
    }
}
