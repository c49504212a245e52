//! `VALUES`: the types that its columns have of one row, and another row does not tell.

use datafusion::sql::sqlparser::ast::{BinaryOperator, DataType, ExactNumberInfo, Expr, Value, ValueWithSpan, Values};

use super::numbers::number_of;
use super::tree::{cast, take};
use crate::dialect::operator::CAST;

/// Literals without a type in a column of VALUES are of the type that another row's value is cast to, and all numbers
/// are floats beside one that is cast to a float.
pub(super) fn type_columns(values: &mut Values) {
    let columns = values.rows.first().map_or(0, |row| row.content.len());
    for column in 0..columns {
        let types = || values.rows.iter().filter_map(|row| cast_type(row.content.get(column)?));
        let float = types().find(|data_type| is_float(data_type)).filter(|_| types().all(is_number));
        let Some(data_type) = float.or_else(|| types().next()).cloned() else { continue };
        let are_floats = is_float(&data_type);
        for row in &mut values.rows {
            if let Some(value) = row.content.get_mut(column)
                && (is_untyped(value) || (are_floats && (number_of(value).is_some() || cast_type(value).is_some())))
            {
                *value = cast(take(value), data_type.clone());
            }
        }
    }
}

/// Whether a value is a literal without a type, or NULL.
fn is_untyped(value: &Expr) -> bool {
    matches!(value, Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(_) | Value::Null, .. }))
}

fn is_float(data_type: &DataType) -> bool {
    match data_type {
        DataType::Custom(name, _) => name.to_string().eq_ignore_ascii_case("float8"),
        other => matches!(
            other,
            DataType::Double(_) | DataType::DoublePrecision | DataType::Float8 | DataType::Float(ExactNumberInfo::None)
        ),
    }
}

fn is_number(data_type: &DataType) -> bool {
    is_float(data_type)
        || matches!(
            data_type,
            DataType::SmallInt(_)
                | DataType::Int2(_)
                | DataType::Int(_)
                | DataType::Integer(_)
                | DataType::Int4(_)
                | DataType::BigInt(_)
                | DataType::Int8(_)
                | DataType::Real
                | DataType::Float4
                | DataType::Numeric(_)
                | DataType::Decimal(_)
        )
}

/// The type that a cast of ours is to.
fn cast_type(expression: &Expr) -> Option<&DataType> {
    match expression {
        Expr::BinaryOp { op: BinaryOperator::PGCustomBinaryOperator(name), right, .. }
            if name.last().is_some_and(|name| name == CAST) =>
        {
            match right.as_ref() {
                Expr::Cast { data_type, .. } => Some(data_type),
                _ => None,
            }
        }
        _ => None,
    }
}
