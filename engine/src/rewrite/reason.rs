//! Why a view does not answer. Of two hundred views most do not, and hardly anybody asks why: expressions are written
//! out for EXPLAIN alone.

use std::fmt;

use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::Expr;
use datafusion::sql::unparser::expr_to_sql;

/// Why a view does not answer an aggregation.
#[derive(Debug)]
pub(super) enum Reason {
    Said(String),
    /// The view has a filter that the query has not.
    HoldsOnly(Expr),
    /// The query has a filter that is about something the view does not keep.
    DoesNotTell(Expr),
    /// The query has a group that the view does not keep.
    DoesNotKeepApart(Expr),
    /// An aggregate depends on the order of rows.
    IsInexact(Expr),
    DoesNotFollow(Expr),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(reason) => f.write_str(reason),
            Self::HoldsOnly(filter) => write!(f, "it holds only rows with {}", shown(filter)),
            Self::DoesNotTell(filter) => write!(f, "its rows do not tell which have {}", shown(filter)),
            Self::DoesNotKeepApart(group) => write!(f, "it does not keep {} apart", shown(group)),
            Self::IsInexact(aggregate) => write!(f, "{} of doubles depends on the order of rows", shown(aggregate)),
            Self::DoesNotFollow(aggregate) => write!(f, "{} does not follow from its columns", shown(aggregate)),
        }
    }
}

/// An expression as people read it: columns without the ids of their tables.
fn shown(expr: &Expr) -> String {
    let bare = expr.clone().transform_up(|inner| {
        Ok(match inner {
            Expr::Column(column) => Transformed::yes(Expr::Column(Column::new_unqualified(column.name))),
            other => Transformed::no(other),
        })
    });
    let bare = bare.map_or_else(|_| expr.clone(), |bare| bare.data);
    expr_to_sql(&bare).map_or_else(|_| bare.human_display().to_string(), |sql| sql.to_string())
}

#[cfg(test)]
mod tests {
    use datafusion::common::TableReference;
    use datafusion::logical_expr::lit;

    use super::*;

    #[test]
    fn columns_are_shown_without_the_ids_of_their_tables() {
        let id = TableReference::bare("0193c0ffee");
        let filter = Expr::Column(Column::new(Some(id), "quantity")).gt(lit(2_i64));
        let said = Reason::HoldsOnly(filter).to_string();
        assert_eq!(said.replace(['"', '`', '(', ')'], ""), "it holds only rows with quantity > 2");
    }
}
