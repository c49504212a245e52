//! How many rows: `LIMIT '2'` and `FETCH FIRST n ROWS` are limits as the planner reads them.

use datafusion::sql::sqlparser::ast::{Expr, Fetch, LimitClause, Query, Value};

use super::numbers::unquote;
use super::tree::operator;
use crate::dialect::operator::TIES;

/// Rewrites the limits of a query.
pub(super) fn rewrite(query: &mut Query) {
    limit_for_fetch(query);
    if let Some(LimitClause::LimitOffset { limit, offset, .. }) = &mut query.limit_clause {
        limit.iter_mut().chain(offset.as_mut().map(|offset| &mut offset.value)).for_each(unquote);
    }
}

/// `FETCH FIRST n ROWS ONLY` as `LIMIT n`, and WITH TIES as a limit with a mark.
fn limit_for_fetch(query: &mut Query) {
    let Some(Fetch { with_ties, percent: false, quantity }) = &query.fetch else { return };
    let mut rows = quantity.clone().unwrap_or_else(|| Expr::value(Value::Number("1".to_owned(), false)));
    if *with_ties {
        unquote(&mut rows);
        rows = operator(rows, TIES, Expr::value(Value::Null));
    }
    let limit = Some(rows);
    match &mut query.limit_clause {
        None => {
            query.limit_clause = Some(LimitClause::LimitOffset { limit, offset: None, limit_by: Vec::new() });
        }
        Some(LimitClause::LimitOffset { limit: none @ None, .. }) => *none = limit,
        Some(_) => return,
    }
    query.fetch = None;
}
