//! `x LIKE ANY (ARRAY[…])`, `x NOT ILIKE ALL (ARRAY[…])`: a comparison with each of the patterns.

use datafusion::sql::sqlparser::ast::{
    Array, BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, ValueWithSpan,
};

/// The comparisons that such a condition stands for; nothing for patterns that are not written out.
pub(super) fn written_out(condition: &Expr) -> Option<Expr> {
    let compared = Compared::of(condition)?;
    let (patterns, together) = match compared.pattern {
        pattern if compared.any => (items(pattern)?, BinaryOperator::Or),
        // The parser takes ALL for a function.
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("all") => match &function.args {
            FunctionArguments::List(list) => match list.args.as_slice() {
                [FunctionArg::Unnamed(FunctionArgExpr::Expr(pattern))] => (items(pattern)?, BinaryOperator::And),
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    let each = patterns.iter().map(|pattern| compared.with(pattern));
    let joined = each.reduce(|left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: together.clone(),
        right: Box::new(right),
    })?;
    Some(Expr::Nested(Box::new(joined)))
}

/// The parts of a `LIKE` or `ILIKE`.
struct Compared<'a> {
    negated: bool,
    any: bool,
    expr: &'a Expr,
    pattern: &'a Expr,
    escape_char: &'a Option<ValueWithSpan>,
    ignores_case: bool,
}

impl<'a> Compared<'a> {
    fn of(condition: &'a Expr) -> Option<Self> {
        match condition {
            Expr::Like { negated, any, expr, pattern, escape_char } => {
                Some(Self { negated: *negated, any: *any, expr, pattern, escape_char, ignores_case: false })
            }
            Expr::ILike { negated, any, expr, pattern, escape_char } => {
                Some(Self { negated: *negated, any: *any, expr, pattern, escape_char, ignores_case: true })
            }
            _ => None,
        }
    }

    fn with(&self, pattern: &Expr) -> Expr {
        let (negated, any, escape_char) = (self.negated, false, self.escape_char.clone());
        let (expr, pattern) = (Box::new(self.expr.clone()), Box::new(pattern.clone()));
        match self.ignores_case {
            false => Expr::Like { negated, any, expr, pattern, escape_char },
            true => Expr::ILike { negated, any, expr, pattern, escape_char },
        }
    }
}

/// The items of an array or a list in brackets.
fn items(patterns: &Expr) -> Option<&[Expr]> {
    match patterns {
        Expr::Nested(inner) => items(inner),
        Expr::Array(Array { elem, .. }) | Expr::Tuple(elem) if !elem.is_empty() => Some(elem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn written(sql: &str) -> Option<String> {
        let condition = Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).unwrap().parse_expr().unwrap();
        written_out(&condition).map(|written| written.to_string())
    }

    #[test]
    fn each_pattern_is_compared() {
        assert_eq!(written("a LIKE ANY (ARRAY['x%', 'y'])").unwrap(), "(a LIKE 'x%' OR a LIKE 'y')");
        assert_eq!(written("a ILIKE ALL (ARRAY['x%', 'y'])").unwrap(), "(a ILIKE 'x%' AND a ILIKE 'y')");
        assert_eq!(written("a NOT LIKE ALL (ARRAY['x%'])").unwrap(), "(a NOT LIKE 'x%')");
        assert_eq!(written("a LIKE 'x%'"), None);
        assert_eq!(written("a LIKE ANY ($1)"), None);
    }
}
