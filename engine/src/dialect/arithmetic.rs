//! `+ - * / %` of numbers.
//!
//! | operands | result |
//! |---|---|
//! | integers | the wider integer; a result that does not fit is an error, `/` truncates |
//! | one is a float | `double precision`, or `real` if both are |
//! | decimals, or one with an integer | decimal; exact but for `/`, which has PostgreSQL's digits |
//!
//! Decimals stay 128 bits wide as long as the digits of the result fit, which they do in ordinary analytics; where
//! they do not, the operands are widened first.

use bellwether_udfs::numeric::{self, IntegerOperation, Shape};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::expr::BinaryExpr;
use datafusion::logical_expr::{Expr, Operator};
use datafusion::scalar::ScalarValue;

use super::cast::{is_unknown, unknown_as};
use super::constant::{cast, folded, value};
use super::operator::Planned;
use super::temporal;

/// Digits before the point that a product of 128 bits leaves room for.
const WHOLE_DIGITS_OF_PRODUCT: i16 = 20;
/// Digits after the point beyond which factors of a product are cut, so that it fits.
const SCALE_OF_FACTOR: i16 = 28;

/// Plans an operation on two numbers, of which one may be a literal without a type; others are left as they are.
pub(super) fn plan(mut binary: BinaryExpr, left: &DataType, right: &DataType) -> Result<Planned> {
    if left.is_temporal() || right.is_temporal() {
        return temporal::arithmetic(binary, left, right);
    }
    let (mut left, mut right) = (left.clone(), right.clone());
    if is_unknown(&binary.left) && right.is_numeric() {
        *binary.left = unknown_as(*binary.left, &right)?;
        left = value(&binary.left).map_or(left, ScalarValue::data_type);
    } else if is_unknown(&binary.right) && left.is_numeric() {
        *binary.right = unknown_as(*binary.right, &left)?;
        right = value(&binary.right).map_or(right, ScalarValue::data_type);
    }
    let (left, right) = (&left, &right);
    if !left.is_numeric() || !right.is_numeric() {
        return Ok(Err(binary));
    }
    let BinaryExpr { left: left_operand, op, right: right_operand } = binary;
    let (left_operand, right_operand) = (*left_operand, *right_operand);
    let planned = if left.is_floating() || right.is_floating() {
        floats(op, left_operand, left, right_operand, right)
    } else if left.is_integer() && right.is_integer() {
        integers(op, left_operand, left, right_operand, right)
    } else {
        decimals(op, left_operand, left, right_operand, right)?
    };
    Ok(Ok(planned))
}

fn integers(op: Operator, left: Expr, left_type: &DataType, right: Expr, right_type: &DataType) -> Expr {
    let wider = wider(left_type, right_type);
    let (left, right) = (cast(left, left_type, &wider), cast(right, right_type, &wider));
    let are_literals = value(&left).is_some() && value(&right).is_some();
    match IntegerOperation::of(op) {
        Some(operation) => folded(numeric::integer_operation(operation).call(vec![left, right]), are_literals),
        None => folded(binary(left, op, right), are_literals),
    }
}

/// The integer type that holds the values of both.
pub(super) fn wider(left: &DataType, right: &DataType) -> DataType {
    let bits = |data_type: &DataType| match data_type {
        DataType::Int8 | DataType::UInt8 | DataType::Int16 => 16,
        DataType::UInt16 | DataType::Int32 => 32,
        _ => 64,
    };
    match bits(left).max(bits(right)) {
        16 => DataType::Int16,
        32 => DataType::Int32,
        _ => DataType::Int64,
    }
}

fn floats(op: Operator, left: Expr, left_type: &DataType, right: Expr, right_type: &DataType) -> Expr {
    let result = match (left_type, right_type) {
        (DataType::Float32, DataType::Float32) => DataType::Float32,
        _ => DataType::Float64,
    };
    let (left, right) = (cast(left, left_type, &result), cast(right, right_type, &result));
    let are_literals = value(&left).is_some() && value(&right).is_some();
    let operation = match op {
        Operator::Divide => numeric::float_divide().call(vec![left, right]),
        _ => binary(left, op, right),
    };
    folded(operation, are_literals)
}

fn decimals(op: Operator, left: Expr, left_type: &DataType, right: Expr, right_type: &DataType) -> Result<Expr> {
    if op == Operator::Divide
        && let (Some(dividend), Some(divisor)) = (value(&left), value(&right))
        && let Some(quotient) = numeric::divide_constants(dividend, divisor)?
    {
        return Ok(Expr::Literal(quotient, None));
    }
    let (left, left_shape) = decimal(left, left_type);
    let (right, right_shape) = decimal(right, right_type);
    let are_literals = value(&left).is_some() && value(&right).is_some();
    let (left_type, right_type) = (left_shape.data_type(), right_shape.data_type());
    let are_narrow = left_shape.is_narrow() && right_shape.is_narrow();
    let operation = match op {
        Operator::Divide => numeric::divide(left_shape, right_shape).call(vec![left, right]),
        Operator::Multiply => {
            let product = left_shape.product(right_shape);
            if are_narrow && (product.is_narrow() || product.leaves_narrow(WHOLE_DIGITS_OF_PRODUCT)) {
                binary(left, op, right)
            } else {
                let (left_shape, right_shape) = if product.leaves_wide(WHOLE_DIGITS_OF_PRODUCT) {
                    (left_shape, right_shape)
                } else {
                    (left_shape.at_most(SCALE_OF_FACTOR), right_shape.at_most(SCALE_OF_FACTOR))
                };
                binary(cast(left, &left_type, &wide(left_shape)), op, cast(right, &right_type, &wide(right_shape)))
            }
        }
        _ if are_narrow && left_shape.union(right_shape).is_narrow() => binary(left, op, right),
        _ => binary(cast(left, &left_type, &wide(left_shape)), op, cast(right, &right_type, &wide(right_shape))),
    };
    Ok(folded(operation, are_literals))
}

/// A number as a decimal. A literal has no more digits than it needs.
pub(super) fn decimal(operand: Expr, data_type: &DataType) -> (Expr, Shape) {
    if let Some(literal) = value(&operand)
        && let Some(literal) = numeric::shortest(literal)
        && let Some(shape) = Shape::of(&literal.data_type())
    {
        return (Expr::Literal(literal, None), shape);
    }
    let shape = Shape::of(data_type).unwrap_or(Shape::new(38, 0));
    (cast(operand, data_type, &shape.data_type()), shape)
}

/// The type of 256 bits with these digits.
pub(super) fn wide(shape: Shape) -> DataType {
    match shape.data_type() {
        DataType::Decimal128(precision, scale) => DataType::Decimal256(precision, scale),
        other => other,
    }
}

fn binary(left: Expr, op: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}
