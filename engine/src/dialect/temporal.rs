//! Dates, times and intervals: arithmetic, and comparisons between their types.

use bellwether_udfs::temporal;
use datafusion::arrow::datatypes::{DataType, IntervalUnit, TimeUnit};
use datafusion::error::Result;
use datafusion::logical_expr::expr::BinaryExpr;
use datafusion::logical_expr::{Expr, Operator};

use super::cast::{is_unknown, to_type, unknown_as};
use super::constant::{folded, value};
use super::operator::Planned;

const INTERVAL: DataType = DataType::Interval(IntervalUnit::MonthDayNano);

/// Plans an arithmetic operation of which at least one operand is a date, a time or an interval.
pub(super) fn arithmetic(binary: BinaryExpr, left: &DataType, right: &DataType) -> Result<Planned> {
    let BinaryExpr { left: left_operand, op, right: right_operand } = binary;
    let (mut left_operand, mut right_operand) = (*left_operand, *right_operand);
    let (mut left, mut right) = (left.clone(), right.clone());
    if is_unknown(&left_operand) {
        left = unknown_beside(op, &right, true);
        left_operand = unknown_as(left_operand, &left)?;
    } else if is_unknown(&right_operand) {
        right = unknown_beside(op, &left, false);
        right_operand = unknown_as(right_operand, &right)?;
    }
    let Some(planned) = temporal::plan(op, &left, &right) else {
        return Ok(Err(BinaryExpr::new(Box::new(left_operand), op, Box::new(right_operand))));
    };
    let (first, second) = match planned.is_swapped {
        true => ((right_operand, right), (left_operand, left)),
        false => ((left_operand, left), (right_operand, right)),
    };
    let [first_type, second_type] = &planned.operands;
    let first = to_type(first.0, &first.1, first_type)?;
    let second = to_type(second.0, &second.1, second_type)?;
    let is_instant = matches!(first_type, DataType::Timestamp(_, Some(_)));
    let are_literals = value(&first).is_some() && value(&second).is_some() && !is_instant;
    Ok(Ok(folded(planned.function.call(vec![first, second]), are_literals)))
}

/// What a literal without a type is beside a date, a time or an interval.
fn unknown_beside(operator: Operator, other: &DataType, is_left: bool) -> DataType {
    match (operator, other) {
        (Operator::Multiply | Operator::Divide, DataType::Interval(_)) if !is_left => DataType::Float64,
        (Operator::Minus, DataType::Interval(_)) if is_left => INTERVAL,
        (Operator::Plus, DataType::Timestamp(..) | DataType::Time64(_)) => INTERVAL,
        (Operator::Minus, DataType::Timestamp(..)) if !is_left => other.clone(),
        (Operator::Plus, DataType::Date32) => DataType::Int32,
        _ => other.clone(),
    }
}

/// Plans a comparison of different types, or of intervals.
pub(super) fn comparison(binary: BinaryExpr, left: &DataType, right: &DataType) -> Result<Planned> {
    if matches!(
        (left, right),
        (DataType::Interval(_) | DataType::Duration(_), DataType::Interval(_) | DataType::Duration(_))
    ) {
        let order = temporal::interval_order();
        let key = |operand: Expr, data_type: &DataType| -> Result<Expr> {
            let operand = to_type(operand, data_type, &INTERVAL)?;
            let is_literal = value(&operand).is_some();
            Ok(folded(order.call(vec![operand]), is_literal))
        };
        let (left, right) = (key(*binary.left, left)?, key(*binary.right, right)?);
        return Ok(Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), binary.op, Box::new(right)))));
    }
    let Some(common) = common(left, right) else { return Ok(Err(binary)) };
    let (left, right) = (to_type(*binary.left, left, &common)?, to_type(*binary.right, right, &common)?);
    Ok(Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), binary.op, Box::new(right)))))
}

/// The type in which two moments of different types are compared.
pub(super) fn common(left: &DataType, right: &DataType) -> Option<DataType> {
    let zone = match (left, right) {
        (DataType::Date32 | DataType::Timestamp(_, None), DataType::Timestamp(_, Some(zone)))
        | (DataType::Timestamp(_, Some(zone)), DataType::Date32 | DataType::Timestamp(_, None)) => Some(zone.clone()),
        (DataType::Date32, DataType::Timestamp(_, None)) | (DataType::Timestamp(_, None), DataType::Date32) => None,
        _ => return None,
    };
    Some(DataType::Timestamp(TimeUnit::Microsecond, zone))
}
