//! `ARRAY(SELECT …)`: a subquery that collects the values of its one column, in the subquery's order. It is no bare
//! subquery, because `= ANY (subquery)` would compare with its rows.

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArguments, Ident, OrderByKind, Query, SelectItem, SetExpr, Value, ValueWithSpan,
};

use super::parse_expression;

/// What stands for the call, if it is one.
pub(super) fn collected(function: &mut Function) -> Option<Expr> {
    let FunctionArguments::Subquery(query) = &mut function.args else { return None };
    if !function.name.to_string().eq_ignore_ascii_case("array") {
        return None;
    }
    let keys = keys(query)?;
    let order = if keys.is_empty() { String::new() } else { format!(" ORDER BY {}", keys.join(", ")) };
    let sql = format!("array_or_empty((SELECT array_agg(element{order}) FROM ({query}) AS collected))");
    parse_expression(&sql).ok()
}

/// Names the column, and the expressions the subquery is ordered by, and gives the order as the outer query says it.
fn keys(query: &mut Query) -> Option<Vec<String>> {
    let order = match query.order_by.take().map(|order_by| order_by.kind) {
        None => Vec::new(),
        Some(OrderByKind::Expressions(order)) => order,
        Some(OrderByKind::All(_)) => return None,
    };
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let [item] = select.projection.as_slice() else { return None };
    let element = match item {
        SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } => expression.clone(),
        _ => return None,
    };
    select.projection = vec![SelectItem::ExprWithAlias { expr: element.clone(), alias: Ident::new("element") }];
    let mut keys = Vec::new();
    for (place, key) in order.into_iter().enumerate() {
        let direction = match key.options.asc {
            Some(false) => " DESC",
            _ => "",
        };
        // A number means the column in that place, and there is one.
        let is_place = matches!(&key.expr, Expr::Value(ValueWithSpan { value: Value::Number(..), .. }));
        if is_place || key.expr == element {
            keys.push(format!("element{direction}"));
            continue;
        }
        let alias = format!("key_{place}");
        keys.push(format!("{alias}{direction}"));
        select.projection.push(SelectItem::ExprWithAlias { expr: key.expr, alias: Ident::new(alias) });
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::super::tests::rewritten;

    #[test]
    fn a_query_in_an_array_is_collected_in_its_order() {
        assert_eq!(
            rewritten("SELECT ARRAY(SELECT name FROM roles WHERE id = 1 ORDER BY 1)"),
            "SELECT array_or_empty((SELECT array_agg(element ORDER BY element) \
             FROM (SELECT name AS element FROM roles WHERE id = 1) AS collected))"
        );
        assert_eq!(
            rewritten("SELECT ARRAY(SELECT name FROM roles ORDER BY id DESC)"),
            "SELECT array_or_empty((SELECT array_agg(element ORDER BY key_0 DESC) \
             FROM (SELECT name AS element, id AS key_0 FROM roles) AS collected))"
        );
    }
}
