//! Journeys as arguments: values that `journey_agg` made.

use bellwether_kernels::journey::stored::Damaged;
use datafusion::arrow::array::{Array, BinaryArray, BinaryViewArray, LargeBinaryArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};

use crate::adapter::column::Column;
use crate::adapter::described;
use crate::argument::{Parameter, Type};
use crate::error::{CallError, CallErrorKind};

/// The journey, as the first argument.
pub(super) fn journey_parameter() -> Parameter {
    Parameter::value("journey", Type::Any, "A journey that journey_agg or journey_merge made.")
}

/// Refuses a first argument that cannot be a journey.
pub(super) fn is_journey(function: &str, types: &[DataType]) -> Result<()> {
    match types.first() {
        Some(DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::Null) | None => Ok(()),
        Some(other) => {
            let fact = format!("argument journey of {function} must be a bytea, got {}", described(other));
            let error = CallError::new(CallErrorKind::UndefinedFunction, fact);
            Err(error.with_hint("journeys come from journey_agg").into())
        }
    }
}

/// The bytes of a row, `None` where they are NULL.
#[inline]
pub(super) fn bytes_at(column: &Column, row: usize) -> Option<&[u8]> {
    let Column::Any(array) = column else { return None };
    if array.is_null(row) {
        return None;
    }
    let array = array.as_any();
    if let Some(views) = array.downcast_ref::<BinaryViewArray>() {
        return Some(views.value(row));
    }
    if let Some(values) = array.downcast_ref::<BinaryArray>() {
        return Some(values.value(row));
    }
    array.downcast_ref::<LargeBinaryArray>().map(|values| values.value(row))
}

/// The error for bytes that are no journey.
pub(super) fn damaged(_: Damaged) -> DataFusionError {
    CallError::invalid("the bytes are not a journey").with_hint("journeys come from journey_agg, as they are").into()
}
