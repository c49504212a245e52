//! `ROWS FROM (f(…), g(…)) [WITH ORDINALITY]`: the sets of several functions side by side, the shorter filled up with
//! NULLs, as the planner takes several lists apart.

use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArguments, TableAlias, TableFactor};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

use super::call;
use super::set_returning::{SETS, argument};
use crate::names::{identifier, quote};

/// The function that `ROWS FROM` is read as.
pub(crate) const ROWS_FROM: &str = "bellwether_rows_from";

/// A query for the columns in the place of the functions.
pub(super) fn side_by_side(factor: &TableFactor) -> Option<TableFactor> {
    let (name, arguments, alias, with_ordinality) = match factor {
        TableFactor::Table { name, args: Some(args), alias, with_ordinality, .. } => {
            (name, args.args.as_slice(), alias, *with_ordinality)
        }
        TableFactor::Function { name, args, alias, with_ordinality, .. } => {
            (name, args.as_slice(), alias, *with_ordinality)
        }
        _ => return None,
    };
    if name.to_string() != ROWS_FROM {
        return None;
    }
    let sets: Vec<Set> = arguments.iter().map(Set::of).collect::<Option<_>>()?;
    let sql = query(&sets, alias.as_ref(), with_ordinality);
    Parser::new(&PostgreSqlDialect {}).try_with_sql(&sql).ok()?.parse_table_factor().ok()
}

/// What a function gives.
struct Set {
    /// The list of its rows.
    list: Expr,
    /// What its columns are called, and for those of a record their fields.
    columns: Vec<(String, Option<&'static str>)>,
    /// What its values are cast to, where taking the list apart does not say.
    cast: Option<&'static str>,
}

impl Set {
    fn of(function: &FunctionArg) -> Option<Self> {
        let call_of = argument(function)?;
        let Expr::Function(called) = &call_of else { return Some(Self::value("?column?", call_of)) };
        let name = identifier(called.name.0.last()?.as_ident()?);
        if name == "unnest" {
            let FunctionArguments::List(list) = &called.args else { return None };
            let [array] = list.args.as_slice() else { return None };
            return Some(Self { list: argument(array)?, columns: vec![(name, None)], cast: None });
        }
        if !SETS.contains(&name.as_str()) {
            return Some(Self::value(&name, call_of));
        }
        let fields: &[&'static str] = match name.as_str() {
            "_pg_expandarray" => &["x", "n"],
            "aclexplode" => &["grantor", "grantee", "privilege_type", "is_grantable"],
            "json_each" | "json_each_text" | "jsonb_each" | "jsonb_each_text" => &["key", "value"],
            _ => &[],
        };
        let (own, cast) = match name.as_str() {
            "json_array_elements" => ("value", Some("json")),
            "jsonb_array_elements" => ("value", Some("jsonb")),
            "json_array_elements_text" | "jsonb_array_elements_text" => ("value", None),
            other => (other, None),
        };
        let columns = match fields {
            [] => vec![(own.to_owned(), None)],
            fields => fields.iter().map(|field| ((*field).to_owned(), Some(*field))).collect(),
        };
        Some(Self { list: call_of, columns, cast })
    }

    /// A single value is a set of one row.
    fn value(name: &str, value: Expr) -> Self {
        Self { list: call("make_array", vec![value]), columns: vec![(name.to_owned(), None)], cast: None }
    }
}

fn query(sets: &[Set], alias: Option<&TableAlias>, with_ordinality: bool) -> String {
    let mut aliases = alias.into_iter().flat_map(|alias| &alias.columns).map(|column| column.name.to_string());
    let mut name = |own: &str| aliases.next().unwrap_or_else(|| quote(own));
    let (mut columns, mut lists) = (Vec::new(), Vec::new());
    for (place, set) in sets.iter().enumerate() {
        lists.push(format!("unnest({}) AS set{place}", set.list));
        for (own, field) in &set.columns {
            let value = match (field, set.cast) {
                (Some(field), _) => format!("set{place}['{field}']"),
                (None, Some(data_type)) => format!("CAST(set{place} AS {data_type})"),
                (None, None) => format!("set{place}"),
            };
            columns.push(format!("{value} AS {}", name(own)));
        }
    }
    if with_ordinality {
        let lengths: Vec<String> = sets.iter().map(|set| format!("coalesce(cardinality({}), 0)", set.list)).collect();
        lists.push(format!("unnest(generate_series(1, greatest({}))) AS place", lengths.join(", ")));
        columns.push(format!("CAST(place AS BIGINT) AS {}", name("ordinality")));
    }
    let table = alias.map_or_else(|| "rows_from".to_owned(), |alias| alias.name.to_string());
    format!("LATERAL (SELECT {} FROM (SELECT {}) AS listed) AS {table}", columns.join(", "), lists.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::tests::rewritten;

    #[test]
    fn several_sets_are_taken_apart_side_by_side() {
        assert_eq!(
            rewritten("SELECT * FROM bellwether_rows_from(unnest(t.a), generate_series(1, 3), f(t.b)) AS r (x, y)"),
            "SELECT * FROM LATERAL (SELECT set0 AS x, set1 AS y, set2 AS \"f\" FROM (SELECT unnest(t.a) AS set0, \
             unnest(generate_series(1, 3)) AS set1, unnest(make_array(f(t.b))) AS set2) AS listed) AS r"
        );
    }

    #[test]
    fn records_are_their_fields_and_places_come_last() {
        assert_eq!(
            rewritten("SELECT * FROM bellwether_rows_from(json_each(j)) WITH ORDINALITY AS r (k)"),
            "SELECT * FROM LATERAL (SELECT set0['key'] AS k, set0['value'] AS \"value\", CAST(place AS BIGINT) AS \
             \"ordinality\" FROM (SELECT unnest(json_each(j)) AS set0, unnest(generate_series(1, \
             greatest(coalesce(cardinality(json_each(j)), 0)))) AS place) AS listed) AS r"
        );
    }
}
