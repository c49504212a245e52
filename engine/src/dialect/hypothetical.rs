//! `rank(v) WITHIN GROUP (ORDER BY x)` and its kin: the place that a value would have in a group.
//!
//! It follows from how many values of the group come before it.

use datafusion::sql::sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, OrderByExpr};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// The counts that such a call stands for; nothing for other calls, and for orders of several expressions.
pub(super) fn written_out(call: &Expr) -> Option<Expr> {
    let Expr::Function(function) = call else { return None };
    let [order] = function.within_group.as_slice() else { return None };
    let value = argument(function)?;
    let name = function.name.to_string().to_ascii_lowercase();
    let key = format!("({})", order.expr);
    let (before, nulls_first) = before(order, &key, value);
    let of_group = function.filter.as_ref().map_or_else(|| "true".to_owned(), |filter| format!("({filter})"));
    let count = |condition: &str| format!("count(*) FILTER (WHERE {of_group} AND {condition})");
    let sql = match name.as_str() {
        "rank" => format!("(1 + {})", count(&before)),
        "dense_rank" => {
            // NULLs that come first are one value more, which counting different values leaves out.
            let nulls = match nulls_first {
                true => format!(" + least(1, {})", count(&format!("{key} IS NULL"))),
                false => String::new(),
            };
            format!("(1 + count(DISTINCT {key}) FILTER (WHERE {of_group} AND {before}){nulls})")
        }
        "percent_rank" => format!("coalesce({}::float8 / nullif({}, 0), 0)", count(&before), count("true")),
        "cume_dist" => {
            format!("(({} + 1)::float8 / ({} + 1))", count(&format!("({before} OR {key} = ({value}))")), count("true"))
        }
        _ => return None,
    };
    Parser::new(&PostgreSqlDialect {}).try_with_sql(&sql).ok()?.parse_expr().ok()
}

/// Whether a value of the group comes before the given one, and whether NULLs come before all.
fn before(order: &OrderByExpr, key: &str, value: &Expr) -> (String, bool) {
    let descends = order.options.asc == Some(false);
    let nulls_first = order.options.nulls_first.unwrap_or(descends);
    let compared = format!("{key} {} ({value})", if descends { ">" } else { "<" });
    match nulls_first {
        true => (format!("({compared} OR {key} IS NULL)"), true),
        false => (format!("({compared})"), false),
    }
}

/// The one argument of a call.
fn argument(function: &Function) -> Option<&Expr> {
    let FunctionArguments::List(list) = &function.args else { return None };
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(value))] => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(sql: &str) -> Option<String> {
        let call = Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).unwrap().parse_expr().unwrap();
        written_out(&call).map(|written| written.to_string())
    }

    #[test]
    fn a_rank_counts_what_comes_before() {
        assert_eq!(
            written("rank(3) WITHIN GROUP (ORDER BY x)").unwrap(),
            "(1 + count(*) FILTER (WHERE true AND ((x) < (3))))"
        );
        assert_eq!(
            written("rank(3) WITHIN GROUP (ORDER BY x DESC) FILTER (WHERE a)").unwrap(),
            "(1 + count(*) FILTER (WHERE (a) AND ((x) > (3) OR (x) IS NULL)))"
        );
        assert_eq!(written("percentile_cont(0.5) WITHIN GROUP (ORDER BY x)"), None);
        assert_eq!(written("rank()"), None);
    }
}
