//! Whether a scan should filter while it decodes.
//!
//! Filtering while decoding reads the filter's columns first and the others only where rows pass. It wins
//! for look-ups and for few rows of many columns, and loses where most rows pass anyway, so it is decided
//! for each scan and never globally.

use datafusion::arrow::datatypes::Schema;
use datafusion::common::{Column, ScalarValue, Statistics};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

/// Columns from which on a scan counts as wide.
const WIDE: usize = 6;

/// Share of rows up to which a filter on a wide scan counts as selective.
const SELECTIVE: f64 = 0.2;

/// Whether decoding should apply `filters` itself, for a scan that delivers `width` columns.
pub(super) fn filter_while_decoding(filters: &[Expr], width: usize, statistics: &Statistics, schema: &Schema) -> bool {
    let mut share = 1.0;
    for filter in filters {
        if is_lookup(filter) {
            return true;
        }
        share *= passing_share(filter, statistics, schema);
    }
    width >= WIDE && share <= SELECTIVE
}

/// An identifier compared with one value, or with a few.
fn is_lookup(filter: &Expr) -> bool {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
            matches!((left.as_ref(), right.as_ref()), (Expr::Column(column), Expr::Literal(..)) | (Expr::Literal(..), Expr::Column(column)) if is_id(column))
        }
        Expr::InList(list) => {
            !list.negated
                && list.list.len() <= 20
                && matches!(list.expr.as_ref(), Expr::Column(column) if is_id(column))
        }
        _ => false,
    }
}

fn is_id(column: &Column) -> bool {
    let name = column.name.to_ascii_lowercase();
    name == "id" || name.ends_with("_id")
}

/// The share of rows a filter lets pass, guessed from the column's range; 1 when nothing tells.
fn passing_share(filter: &Expr, statistics: &Statistics, schema: &Schema) -> f64 {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match (left.as_ref(), right.as_ref()) {
            (Expr::Column(column), Expr::Literal(value, _)) => compared(column, *op, value, statistics, schema),
            (Expr::Literal(value, _), Expr::Column(column)) => match op.swap() {
                Some(op) => compared(column, op, value, statistics, schema),
                None => 1.0,
            },
            _ => 1.0,
        },
        Expr::Between(between) if !between.negated => {
            match (between.expr.as_ref(), between.low.as_ref(), between.high.as_ref()) {
                (Expr::Column(column), Expr::Literal(low, _), Expr::Literal(high, _)) => {
                    let above = compared(column, Operator::GtEq, low, statistics, schema);
                    let below = compared(column, Operator::LtEq, high, statistics, schema);
                    (above + below - 1.0).clamp(0.0, 1.0)
                }
                _ => 1.0,
            }
        }
        Expr::InList(list) if !list.negated => 0.1,
        _ => 1.0,
    }
}

fn compared(column: &Column, op: Operator, value: &ScalarValue, statistics: &Statistics, schema: &Schema) -> f64 {
    if op == Operator::Eq {
        return 0.1;
    }
    let bounds =
        schema.index_of(&column.name).ok().and_then(|index| statistics.column_statistics.get(index)).and_then(|of| {
            let low = number(of.min_value.get_value()?)?;
            let high = number(of.max_value.get_value()?)?;
            Some((low, high, number(value)?))
        });
    let Some((low, high, value)) = bounds else { return 1.0 };
    if high <= low {
        return 1.0;
    }
    let below = ((value - low) / (high - low)).clamp(0.0, 1.0);
    match op {
        Operator::Lt | Operator::LtEq => below,
        Operator::Gt | Operator::GtEq => 1.0 - below,
        _ => 1.0,
    }
}

/// A value on a scale on which differences mean something.
fn number(value: &ScalarValue) -> Option<f64> {
    match value {
        ScalarValue::TimestampMicrosecond(Some(moment), _) => Some(*moment as f64),
        ScalarValue::TimestampNanosecond(Some(moment), _) => Some(*moment as f64 / 1e3),
        ScalarValue::TimestampMillisecond(Some(moment), _) => Some(*moment as f64 * 1e3),
        ScalarValue::TimestampSecond(Some(moment), _) => Some(*moment as f64 * 1e6),
        ScalarValue::Date32(Some(day)) => Some(f64::from(*day)),
        ScalarValue::Decimal128(Some(unscaled), _, scale) => Some(*unscaled as f64 / 10f64.powi(i32::from(*scale))),
        other if other.data_type().is_numeric() => {
            match other.cast_to(&datafusion::arrow::datatypes::DataType::Float64) {
                Ok(ScalarValue::Float64(number)) => number,
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::datatypes::{DataType, Field};
    use datafusion::common::ColumnStatistics;
    use datafusion::common::stats::Precision;
    use datafusion::prelude::{col, lit};

    fn days_0_to_100() -> (Schema, Statistics) {
        let schema = Schema::new(vec![Field::new("day", DataType::Int32, false)]);
        let column = ColumnStatistics {
            min_value: Precision::Exact(ScalarValue::Int32(Some(0))),
            max_value: Precision::Exact(ScalarValue::Int32(Some(100))),
            ..ColumnStatistics::new_unknown()
        };
        (
            schema,
            Statistics {
                num_rows: Precision::Exact(1000),
                total_byte_size: Precision::Absent,
                column_statistics: vec![column],
            },
        )
    }

    #[test]
    fn a_look_up_by_identifier_filters_while_decoding() {
        let (schema, statistics) = days_0_to_100();
        assert!(filter_while_decoding(&[col("customer_id").eq(lit(7))], 2, &statistics, &schema));
    }

    #[test]
    fn a_filter_that_most_rows_pass_does_not() {
        let (schema, statistics) = days_0_to_100();
        assert!(!filter_while_decoding(&[col("day").gt(lit(10))], 12, &statistics, &schema));
        assert!(filter_while_decoding(&[col("day").gt(lit(95))], 12, &statistics, &schema));
        assert!(!filter_while_decoding(&[col("day").gt(lit(95))], 2, &statistics, &schema));
    }
}
