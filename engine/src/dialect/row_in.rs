//! `(a, b) IN (SELECT …)`: whether there is such a row. The planner compares one column only.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

/// Rewrites a condition of `WHERE`, where what is unknown is as good as false. So it does not look inside of `NOT`,
/// where it is not.
pub(super) fn rewrite(condition: &mut Expr) {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::And | BinaryOperator::Or, right } => {
            rewrite(left);
            rewrite(right);
        }
        Expr::Nested(inner) => rewrite(inner),
        Expr::InSubquery { expr, subquery, negated } => {
            if let Expr::Tuple(values) = expr.as_ref()
                && let Some(found) = found(values, &subquery.to_string(), *negated)
            {
                *condition = found;
            }
        }
        _ => {}
    }
}

fn found(values: &[Expr], subquery: &str, negated: bool) -> Option<Expr> {
    let names: Vec<String> = (0..values.len()).map(|place| format!("\"member {place}\"")).collect();
    let equal: Vec<String> = names.iter().zip(values).map(|(name, value)| format!("{name} = ({value})")).collect();
    let (equal, names) = (equal.join(" AND "), names.join(", "));
    let from = format!("FROM ({subquery}) AS \"members\" ({names})");
    // NOT IN is true only if the row differs from each for sure.
    let sql = match negated {
        false => format!("EXISTS (SELECT 1 {from} WHERE {equal})"),
        true => format!("NOT EXISTS (SELECT 1 {from} WHERE ({equal}) IS NOT FALSE)"),
    };
    Parser::new(&PostgreSqlDialect {}).try_with_sql(&sql).ok()?.parse_expr().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(sql: &str) -> String {
        let mut condition = Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).unwrap().parse_expr().unwrap();
        rewrite(&mut condition);
        condition.to_string()
    }

    #[test]
    fn a_row_in_a_query_exists_in_it() {
        assert_eq!(
            rewritten("c > 1 AND (a, b) IN (SELECT x, y FROM t)"),
            "c > 1 AND EXISTS (SELECT 1 FROM (SELECT x, y FROM t) AS \"members\" (\"member 0\", \"member 1\") \
             WHERE \"member 0\" = (a) AND \"member 1\" = (b))"
        );
        assert_eq!(
            rewritten("(a, b) NOT IN (SELECT x, y FROM t)"),
            "NOT EXISTS (SELECT 1 FROM (SELECT x, y FROM t) AS \"members\" (\"member 0\", \"member 1\") \
             WHERE (\"member 0\" = (a) AND \"member 1\" = (b)) IS NOT FALSE)"
        );
    }

    #[test]
    fn one_value_and_what_is_negated_stay() {
        for sql in ["a IN (SELECT x FROM t)", "NOT ((a, b) IN (SELECT x, y FROM t))"] {
            assert_eq!(rewritten(sql), sql);
        }
    }
}
