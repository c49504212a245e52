//! `value = ANY (array)` and its kin, with the types of both at hand.
//!
//! A literal array without a type is one of the value's type, and so is a parameter. Equality with a literal array is
//! planned as `IN`, which scans can prune by.

use bellwether_udfs::quantified::{Quantifier, quantified};
use datafusion::arrow::array::{Array, ListArray};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::expr::{InList, Placeholder};
use datafusion::logical_expr::{Expr, Operator};
use datafusion::scalar::ScalarValue;

use super::cast::{is_unknown, to_type};
use super::constant::value;
use super::{comparison, operator};

/// Plans `left name right`, where the name is that of an operator of ours: `any =`, `all <>`.
pub(super) fn plan(
    name: &str,
    left: Expr,
    left_type: &DataType,
    right: Expr,
    right_type: &DataType,
) -> Result<Option<Expr>> {
    let Some((quantifier, operator)) = name.split_once(' ') else { return Ok(None) };
    let quantifier = match quantifier {
        "any" => Quantifier::Any,
        "all" => Quantifier::All,
        _ => return Ok(None),
    };
    let Some(operator) = operator::named(operator) else {
        return plan_err!("op ANY/ALL (array) does not take the operator {operator}");
    };
    let list_of = |element: &DataType| DataType::new_list(element.clone(), true);
    let (right, right_type) = match right {
        Expr::Placeholder(Placeholder { id, field: None }) => {
            let data_type = list_of(&element_for(left_type));
            let field = Field::new("", data_type.clone(), true).into();
            (Expr::Placeholder(Placeholder::new_with_field(id, Some(field))), data_type)
        }
        literal if is_unknown(&literal) => {
            let data_type = list_of(&element_for(left_type));
            (to_type(literal, &DataType::Utf8, &data_type)?, data_type)
        }
        other => (other, right_type.clone()),
    };
    let DataType::List(element) = &right_type else {
        return plan_err!("op ANY/ALL (array) requires array on right side");
    };
    let element = element.data_type();
    let common = if is_unknown(&left) || left_type.is_null() {
        element.clone()
    } else if left_type == element {
        left_type.clone()
    } else {
        match comparison::common(left_type, element) {
            Some(common) => common,
            None => {
                return plan_err!(
                    "Cannot infer common argument type for comparison operation {left_type} {operator} {element}"
                );
            }
        }
    };
    let left = to_type(left, left_type, &common)?;
    let right = to_type(right, &right_type, &list_of(&common))?;
    if let Some(ScalarValue::List(list)) = value(&right)
        && matches!((quantifier, operator), (Quantifier::Any, Operator::Eq) | (Quantifier::All, Operator::NotEq))
        && value(&left).is_none()
        && let Some(elements) = elements(list)?
    {
        let is_negated = operator == Operator::NotEq;
        return Ok(Some(Expr::InList(InList::new(Box::new(left), elements, is_negated))));
    }
    Ok(Some(quantified(operator, quantifier).call(vec![left, right])))
}

/// The type of an array's elements that are compared with a value.
fn element_for(value: &DataType) -> DataType {
    match value {
        DataType::Null => DataType::Utf8,
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        // An element may have more digits than the column.
        decimal if decimal.is_decimal() => DataType::Decimal128(38, 18),
        other => other.clone(),
    }
}

/// The elements of the one list, as literals; `None` without any, which `IN` does not take.
fn elements(list: &ListArray) -> Result<Option<Vec<Expr>>> {
    if list.len() != 1 || list.is_null(0) || list.value(0).is_empty() {
        return Ok(None);
    }
    let values = list.value(0);
    let mut literals = Vec::with_capacity(values.len());
    for index in 0..values.len() {
        literals.push(Expr::Literal(ScalarValue::try_from_array(&values, index)?, None));
    }
    Ok(Some(literals))
}
