//! `cls.tableoid`: which relation of the catalogue a row is in. Its rows are in the one relation they are read from.

use datafusion::sql::sqlparser::ast::{Expr, Select, TableFactor, TableWithJoins, Value};

use super::call;
use crate::names::identifier;
use crate::pg_catalog::declared;

const TABLE_ID: &str = "tableoid";

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

/// The number that stands for `alias.tableoid`.
pub(super) fn number(expression: &Expr, relations: &[(String, u32)]) -> Option<Expr> {
    let Expr::CompoundIdentifier(parts) = expression else { return None };
    let [table, column] = parts.as_slice() else { return None };
    if identifier(column) != TABLE_ID {
        return None;
    }
    let table = identifier(table);
    let (_, id) = relations.iter().rev().find(|(name, _)| *name == table)?;
    Some(call("oid", vec![Expr::value(Value::Number(id.to_string(), false))]))
}
