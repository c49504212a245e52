//! Functions that PostgreSQL lets be called without brackets and the parser takes for columns.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    self, Expr, Function, FunctionArgumentList, FunctionArguments, ObjectName, visit_expressions_mut,
};

/// Reserved words of PostgreSQL, so an unquoted one never is a column. The parser knows `current_user`,
/// `session_user`, `user` and `current_catalog` by itself.
const BARE: [&str; 2] = ["current_role", "current_schema"];

/// Turns the bare names into calls.
pub(in crate::statement) fn call_bare(statement: &mut ast::Statement) {
    let _: ControlFlow<()> = visit_expressions_mut(statement, |expression| {
        if let Expr::Identifier(word) = expression
            && word.quote_style.is_none()
            && BARE.iter().any(|name| word.value.eq_ignore_ascii_case(name))
        {
            *expression = Expr::Function(Function {
                name: ObjectName::from(vec![word.clone()]),
                uses_odbc_syntax: false,
                parameters: FunctionArguments::None,
                args: FunctionArguments::List(FunctionArgumentList {
                    duplicate_treatment: None,
                    args: Vec::new(),
                    clauses: Vec::new(),
                }),
                filter: None,
                null_treatment: None,
                over: None,
                within_group: Vec::new(),
            });
        }
        ControlFlow::Continue(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    fn bracketed(sql: &str) -> String {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        call_bare(&mut statement);
        statement.to_string()
    }

    #[test]
    fn a_bare_function_is_called_wherever_an_expression_may_stand() {
        assert_eq!(
            bracketed("SELECT Current_Schema FROM t WHERE owner = current_role"),
            "SELECT Current_Schema() FROM t WHERE owner = current_role()"
        );
    }

    #[test]
    fn calls_quoted_names_and_aliases_stay_as_they_are() {
        let sql =
            "SELECT current_schema(), \"current_schema\", t.current_role, 1 AS current_schema, current_user FROM t";
        assert_eq!(bracketed(sql), sql);
    }
}
