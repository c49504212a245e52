//! `cls.tableoid`: which relation of the catalogue a row is in. Its rows are in the one relation they are read from.
//! `cls.xmin`: the transaction that wrote a row; one that ended long ago.
//!
//! `ctid BETWEEN … AND …`: whether a row lies between two places. Clients that read a table in parallel ask for its rows
//! by pages; there are none here, so that every row is said to lie on the first one, and one of the readers gets all.

use datafusion::sql::sqlparser::ast::{DataType, Expr, Select, TableFactor, TableWithJoins, Value};

use super::call;
use crate::names::identifier;
use crate::pg_catalog::declared;

const TABLE_ID: &str = "tableoid";

const WRITTEN_BY: &str = "xmin";

/// The number PostgreSQL gives to transactions that everybody sees.
const FROZEN: u32 = 2;

const PLACE: &str = "ctid";

/// Where every row is said to lie: on the first page, behind its start.
const FIRST: (u32, u32) = (0, 1);

/// The relations of the catalogue in a select's FROM, by the names the select gives them.
pub(super) fn relations(select: &Select) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    select.from.iter().for_each(|table| of_table(table, &mut found));
    found
}

fn of_table(table: &TableWithJoins, found: &mut Vec<(String, u32)>) {
    of_factor(&table.relation, found);
    table.joins.iter().for_each(|join| of_factor(&join.relation, found));
}

fn of_factor(factor: &TableFactor, found: &mut Vec<(String, u32)>) {
    match factor {
        TableFactor::Table { name, alias, args: None, .. } => {
            let parts: Vec<String> = name.0.iter().filter_map(|part| part.as_ident()).map(identifier).collect();
            let bare = match parts.as_slice() {
                [schema, bare] if schema == super::PG_CATALOG => bare,
                [bare] => bare,
                _ => return,
            };
            let Some(relation) = declared::in_pg_catalog(bare) else { return };
            found.push((alias.as_ref().map_or_else(|| bare.clone(), |alias| identifier(&alias.name)), relation.id));
        }
        TableFactor::NestedJoin { table_with_joins, .. } => of_table(table_with_joins, found),
        _ => {}
    }
}

/// The number that stands for `alias.tableoid` or `alias.xmin`.
pub(super) fn number(expression: &Expr, relations: &[(String, u32)]) -> Option<Expr> {
    let Expr::CompoundIdentifier(parts) = expression else { return None };
    let [table, column] = parts.as_slice() else { return None };
    let column = identifier(column);
    if ![TABLE_ID, WRITTEN_BY].contains(&column.as_str()) {
        return None;
    }
    let table = identifier(table);
    let (_, id) = relations.iter().rev().find(|(name, _)| *name == table)?;
    let number = if column == TABLE_ID { *id } else { FROZEN };
    Some(call("oid", vec![Expr::value(Value::Number(number.to_string(), false))]))
}

/// Whether every row lies between the two places of `ctid BETWEEN '(0,0)'::tid AND '(9,0)'::tid`.
pub(super) fn lies_between(expression: &Expr) -> Option<Expr> {
    let Expr::Between { expr, negated, low, high } = expression else { return None };
    let column = match expr.as_ref() {
        Expr::Identifier(column) => column,
        Expr::CompoundIdentifier(parts) => parts.last()?,
        _ => return None,
    };
    if identifier(column) != PLACE {
        return None;
    }
    let is_between = (place(low)?..=place(high)?).contains(&FIRST);
    Some(Expr::value(Value::Boolean(is_between != *negated)))
}

/// The page and the row of `'(0,1)'::tid`.
fn place(expression: &Expr) -> Option<(u32, u32)> {
    let Expr::Cast { expr, data_type: DataType::Custom(name, _), .. } = expression else { return None };
    let (true, Expr::Value(written)) = (name.to_string().eq_ignore_ascii_case("tid"), expr.as_ref()) else {
        return None;
    };
    let Value::SingleQuotedString(text) = &written.value else { return None };
    let (page, row) = text.trim().strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
    Some((page.trim().parse().ok()?, row.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn found(sql: &str) -> Option<String> {
        let expression = Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).unwrap().parse_expr().unwrap();
        lies_between(&expression).map(|found| found.to_string())
    }

    #[test]
    fn every_row_lies_on_the_first_page() {
        assert_eq!(found("ctid BETWEEN '(0,0)'::tid AND '(4294967295,0)'::tid").as_deref(), Some("true"));
        assert_eq!(found("t.ctid BETWEEN '(0,0)'::tid AND '(1000,0)'::tid").as_deref(), Some("true"));
        assert_eq!(found("ctid BETWEEN '(1000,0)'::tid AND '(2000,0)'::tid").as_deref(), Some("false"));
        assert_eq!(found("ctid NOT BETWEEN '(1000,0)'::tid AND '(2000,0)'::tid").as_deref(), Some("true"));
        assert_eq!(found("id BETWEEN 1 AND 2"), None);
        assert_eq!(found("ctid BETWEEN '(x,0)'::tid AND '(2000,0)'::tid"), None);
    }
}
