//! Values of different types side by side.
//!
//! A literal without a type takes that of the other side; one that is no value of it is an error. A float is compared
//! with any other number as `double precision`, decimals are widened where 128 bits do not hold the digits of both,
//! and a date or local timestamp becomes an instant beside one.

use bellwether_udfs::numeric::Shape;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::BinaryExpr;

use super::arithmetic::{wide, wider};
use super::cast::{is_unknown, unknown_as};
use super::constant::cast;
use super::operator::Planned;
use super::temporal;

/// Plans a comparison that the planner would understand otherwise.
pub(super) fn plan(mut binary: BinaryExpr, left: &DataType, right: &DataType) -> Result<Planned> {
    let (left_is_unknown, right_is_unknown) = (is_unknown(&binary.left), is_unknown(&binary.right));
    let (mut left, mut right) = (left.clone(), right.clone());
    if left_is_unknown && takes_unknown(&right) {
        *binary.left = unknown_as(*binary.left, &right)?;
        left = literal_type(&binary.left, &right);
    } else if right_is_unknown && takes_unknown(&left) {
        *binary.right = unknown_as(*binary.right, &left)?;
        right = literal_type(&binary.right, &left);
    }
    let is_changed = left_is_unknown || right_is_unknown;
    let planned = if left.is_numeric() && right.is_numeric() {
        numbers(binary, &left, &right)?
    } else {
        temporal::comparison(binary, &left, &right)?
    };
    Ok(match planned {
        Err(binary) if is_changed => Ok(Expr::BinaryExpr(binary)),
        other => other,
    })
}

/// Whether a literal without a type becomes one of this type beside it.
pub(super) fn takes_unknown(data_type: &DataType) -> bool {
    !data_type.is_string() && !data_type.is_null() && !matches!(data_type, DataType::Struct(_) | DataType::Map(..))
}

/// The type that a literal has now: its own digits if it is a decimal.
fn literal_type(literal: &Expr, other: &DataType) -> DataType {
    match literal {
        Expr::Literal(value, _) => value.data_type(),
        _ => other.clone(),
    }
}

/// The type in which values of different types are compared; `None` if they are not.
pub(super) fn common(left: &DataType, right: &DataType) -> Option<DataType> {
    if left == right {
        return Some(left.clone());
    }
    if !left.is_numeric() || !right.is_numeric() {
        return if left.is_string() && right.is_string() {
            Some(DataType::Utf8)
        } else {
            temporal::common(left, right)
        };
    }
    if left.is_floating() || right.is_floating() {
        return Some(DataType::Float64);
    }
    if left.is_integer() && right.is_integer() {
        return Some(wider(left, right));
    }
    Some(Shape::of(left)?.union(Shape::of(right)?).data_type())
}

/// The type of a column that holds values of both types; `None` if they do not meet. Unlike two operands, which are
/// compared as `double precision`, a `real` and any number but a wider float stay `real`.
pub(super) fn together(left: &DataType, right: &DataType) -> Option<DataType> {
    let is_wide = |data_type: &DataType| *data_type == DataType::Float64;
    let are_numbers = left.is_numeric() && right.is_numeric();
    if are_numbers && (left.is_floating() || right.is_floating()) && !is_wide(left) && !is_wide(right) {
        return Some(DataType::Float32);
    }
    common(left, right)
}

fn numbers(binary: BinaryExpr, left: &DataType, right: &DataType) -> Result<Planned> {
    if left == right {
        return Ok(Err(binary));
    }
    let common = if left.is_floating() || right.is_floating() {
        DataType::Float64
    } else if left.is_decimal() || right.is_decimal() {
        match (Shape::of(left), Shape::of(right)) {
            (Some(left), Some(right)) if !left.union(right).is_narrow() => wide(left.union(right)),
            _ => return Ok(Err(binary)),
        }
    } else {
        return Ok(Err(binary));
    };
    Ok(Ok(Expr::BinaryExpr(BinaryExpr::new(
        Box::new(cast(*binary.left, left, &common)),
        binary.op,
        Box::new(cast(*binary.right, right, &common)),
    ))))
}
