//! Functions that return sets: the planner knows lists and `unnest`, so that is what they are.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, TableAlias, TableFactor, UnaryOperator, Value, ValueWithSpan, VisitMut,
    VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::{call, records, rows_from};

/// Functions of ours that give the set as a list.
pub(super) const SETS: &[&str] = &[
    "_pg_expandarray",
    "aclexplode",
    "generate_series",
    "generate_subscripts",
    "json_array_elements",
    "json_array_elements_text",
    "json_each",
    "json_each_text",
    "json_object_keys",
    "jsonb_array_elements",
    "jsonb_array_elements_text",
    "jsonb_each",
    "jsonb_each_text",
    "jsonb_object_keys",
    "pg_partition_ancestors",
    "regexp_matches",
    "regexp_split_to_table",
    "string_to_table",
];

/// Functions that give one value; in FROM it is a relation of one row.
const VALUES: [&str; 2] = ["current_schemas", "string_to_array"];

/// Takes the lists of a select list apart.
pub(super) fn in_select_list(expression: &mut Expr) {
    let _ = expression.visit(&mut Lists::default());
}

#[derive(Default)]
struct Lists {
    /// How many expressions around take lists apart themselves.
    depth: usize,
}

impl VisitorMut for Lists {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if takes_apart(expression) {
            self.depth += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if takes_apart(expression) {
            self.depth -= 1;
        } else if self.depth == 0 && is_call(expression, SETS) {
            let list = std::mem::replace(expression, Expr::value(super::nothing()));
            *expression = call("unnest", vec![list]);
        }
        ControlFlow::Continue(())
    }
}

/// `unnest` does, and a subquery has select lists of its own.
fn takes_apart(expression: &Expr) -> bool {
    matches!(expression, Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. })
        || is_call(expression, &["unnest"])
}

fn is_call(expression: &Expr, names: &[&str]) -> bool {
    match expression {
        Expr::Function(function) => names.iter().any(|name| function.name.to_string().eq_ignore_ascii_case(name)),
        _ => false,
    }
}

/// Takes the lists in FROM apart: `f(…) [WITH ORDINALITY] AS a (x, n)`.
pub(super) fn in_from(factor: &mut TableFactor) {
    if let Some(replaced) = records::taken_apart(factor).or_else(|| rows_from::side_by_side(factor)) {
        *factor = replaced;
        return;
    }
    let replaced = match factor {
        TableFactor::Table { name, args: Some(args), alias, with_ordinality, .. } => {
            let name = name.to_string().to_lowercase();
            let arguments = args.args.iter().filter_map(argument).collect();
            if VALUES.contains(&name.as_str()) {
                if let Some(value) = value(&name, arguments, alias.take()) {
                    *factor = value;
                }
                return;
            }
            if !SETS.contains(&name.as_str()) && name != "unnest" {
                return;
            }
            listed(&name, arguments, alias.take(), *with_ordinality)
        }
        TableFactor::Function { name, args, alias, with_ordinality, .. } => {
            let name = name.to_string().to_lowercase();
            if !SETS.contains(&name.as_str()) && name != "unnest" {
                return;
            }
            let arguments = args.iter().filter_map(argument).collect();
            listed(&name, arguments, alias.take(), *with_ordinality)
        }
        // Several lists at once stay with the planner, which goes through them side by side.
        TableFactor::UNNEST { array_exprs, alias, with_ordinality, with_offset: false, .. }
            if array_exprs.len() == 1 =>
        {
            listed("unnest", std::mem::take(array_exprs), alias.take(), *with_ordinality)
        }
        TableFactor::UNNEST { array_exprs, alias, with_ordinality: false, with_offset: false, .. }
            if array_exprs.len() == 1 =>
        {
            listed("unnest", std::mem::take(array_exprs), alias.take(), false)
        }
        _ => return,
    };
    if let Some(replaced) = replaced {
        *factor = replaced;
    }
}

pub(super) fn argument(argument: &FunctionArg) -> Option<Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression.clone()),
        _ => None,
    }
}

fn value(name: &str, arguments: Vec<Expr>, alias: Option<TableAlias>) -> Option<TableFactor> {
    let table = alias.as_ref().map_or_else(|| name.to_owned(), |alias| alias.name.to_string());
    let column = alias.and_then(|alias| alias.columns.first().map(|column| column.name.to_string()));
    let column = column.unwrap_or_else(|| table.clone());
    let sql = format!("LATERAL (SELECT {} AS {column}) AS {table}", call(name, arguments));
    Parser::new(&PostgreSqlDialect {}).try_with_sql(&sql).ok()?.parse_table_factor().ok()
}

fn listed(name: &str, arguments: Vec<Expr>, alias: Option<TableAlias>, with_ordinality: bool) -> Option<TableFactor> {
    let numbers = if name == "generate_series" && !with_ordinality { numbers(&arguments) } else { None };
    let list = match (name, arguments.as_slice()) {
        ("unnest", [list]) => list.clone(),
        _ => call(name, arguments),
    };
    let names = alias
        .as_ref()
        .map_or_else(Vec::new, |alias| alias.columns.iter().map(|column| column.name.to_string()).collect::<Vec<_>>());
    let table = alias.as_ref().map_or_else(|| name.to_owned(), |alias| alias.name.to_string());
    // A set of single values has one column, called as the table is.
    let column = names.first().cloned().unwrap_or_else(|| match name {
        "json_array_elements" | "json_array_elements_text" | "jsonb_array_elements" | "jsonb_array_elements_text" => {
            "value".to_owned()
        }
        _ => table.clone(),
    });
    if let Some((integer, range)) = numbers {
        let sql = format!("(SELECT CAST(value AS {integer}) AS {column} FROM {range}) AS {table}");
        return Parser::new(&PostgreSqlDialect {}).try_with_sql(&sql).ok()?.parse_table_factor().ok();
    }
    let sql = match (name, with_ordinality) {
        (_, true) => {
            let place = names.get(1).cloned().unwrap_or_else(|| "ordinality".to_owned());
            format!(
                "LATERAL (SELECT element['x'] AS {column}, CAST(element['n'] AS BIGINT) AS {place} \
                 FROM (SELECT unnest(_pg_expandarray({list})) AS element) AS listed) AS {table}"
            )
        }
        ("_pg_expandarray", false) => {
            let place = names.get(1).cloned().unwrap_or_else(|| "n".to_owned());
            let column = names.first().cloned().unwrap_or_else(|| "x".to_owned());
            format!(
                "LATERAL (SELECT element['x'] AS {column}, element['n'] AS {place} \
                 FROM (SELECT unnest({list}) AS element) AS listed) AS {table}"
            )
        }
        ("aclexplode", false) => {
            let fields = ["grantor", "grantee", "privilege_type", "is_grantable"];
            let fields: Vec<String> = fields
                .iter()
                .enumerate()
                .map(|(index, field)| {
                    let alias = names.get(index).cloned().unwrap_or_else(|| (*field).to_owned());
                    format!("element['{field}'] AS {alias}")
                })
                .collect();
            format!(
                "LATERAL (SELECT {} FROM (SELECT unnest({list}) AS element) AS listed) AS {table}",
                fields.join(", ")
            )
        }
        ("json_each" | "json_each_text" | "jsonb_each" | "jsonb_each_text", false) => {
            let key = names.first().cloned().unwrap_or_else(|| "key".to_owned());
            let value = names.get(1).cloned().unwrap_or_else(|| "value".to_owned());
            format!(
                "LATERAL (SELECT element['key'] AS {key}, element['value'] AS {value} \
                 FROM (SELECT unnest({list}) AS element) AS listed) AS {table}"
            )
        }
        // Taking a list apart does not say of which type the items are.
        ("json_array_elements", false) => {
            format!("LATERAL (SELECT CAST(unnest({list}) AS json) AS {column}) AS {table}")
        }
        ("jsonb_array_elements", false) => {
            format!("LATERAL (SELECT CAST(unnest({list}) AS jsonb) AS {column}) AS {table}")
        }
        _ => format!("LATERAL (SELECT unnest({list}) AS {column}) AS {table}"),
    };
    Parser::new(&PostgreSqlDialect {}).try_with_sql(&sql).ok()?.parse_table_factor().ok()
}

/// The planner's own series of numbers that are written out, which makes them as they are read; and their type.
fn numbers(arguments: &[Expr]) -> Option<(&'static str, String)> {
    let numbers: Vec<i64> = arguments.iter().map(number).collect::<Option<_>>()?;
    let (start, stop, step) = match numbers.as_slice() {
        [start, stop] => (*start, *stop, 1),
        [start, stop, step] if *step != 0 => (*start, *stop, *step),
        _ => return None,
    };
    let is_narrow = numbers.iter().all(|number| i32::try_from(*number).is_ok());
    // A range ends before its stop.
    let end = stop.checked_add(step.signum())?;
    Some((if is_narrow { "INTEGER" } else { "BIGINT" }, format!("range({start}, {end}, {step})")))
}

fn number(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Value(ValueWithSpan { value: Value::Number(number, _), .. }) => number.parse().ok(),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => number(expr)?.checked_neg(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rewritten;

    #[test]
    fn a_set_in_a_select_list_is_an_unnested_list() {
        assert_eq!(
            rewritten("SELECT (information_schema._pg_expandarray(i.indkey)).n, unnest(a) FROM i"),
            "SELECT (unnest(_pg_expandarray(i.indkey))).'n', unnest(a) FROM i"
        );
    }

    #[test]
    fn a_set_in_from_is_a_lateral_subquery() {
        assert_eq!(
            rewritten("SELECT * FROM t CROSS JOIN generate_subscripts(t.a, 1) AS s (place)"),
            "SELECT * FROM t CROSS JOIN LATERAL (SELECT unnest(generate_subscripts(t.a, 1)) AS place) AS s"
        );
    }

    #[test]
    fn a_series_of_numbers_that_are_written_out_needs_no_list() {
        assert_eq!(
            rewritten("SELECT g FROM generate_series(5, 1, -2) AS g"),
            "SELECT g FROM (SELECT CAST(value AS INTEGER) AS g FROM range(5, 0, -2)) AS g"
        );
        assert_eq!(
            rewritten("SELECT * FROM t, generate_series(1, t.x) AS g (n)"),
            "SELECT * FROM t, LATERAL (SELECT unnest(generate_series(1, t.x)) AS n) AS g"
        );
    }

    #[test]
    fn places_come_with_ordinality() {
        let sql = rewritten("SELECT * FROM t, unnest(t.a) WITH ORDINALITY AS s (v, place)");
        assert!(sql.contains("element['x'] AS v") && sql.contains("AS place"), "{sql}");
    }
}
