//! What the event of a row is worth, as an argument.

use bellwether_kernels::journey::stored::{Digits, Value};
use datafusion::arrow::array::{Array, AsArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;

use crate::adapter::column::{Column, Columns};
use crate::adapter::described;
use crate::argument::{Parameter, Type};
use crate::error::{CallError, CallErrorKind};

/// Where it stands among the arguments.
const VALUE: usize = 3;

/// The value, as the last argument. It is read as it is, since a decimal's digits say what it is divided into.
pub(super) fn value_parameter() -> Parameter {
    Parameter::value("value", Type::Any, "What the event is worth, a number, or NULL.").optional()
}

/// Refuses a value that is no number.
pub(super) fn is_value(function: &str, types: &[DataType]) -> Result<()> {
    match types.get(VALUE).filter(|data_type| !Type::Number.accepts(data_type)) {
        None => Ok(()),
        Some(other) => {
            let fact = format!("argument value of {function} must be a number, got {}", described(other));
            Err(CallError::new(CallErrorKind::UndefinedFunction, fact).with_hint("cast it").into())
        }
    }
}

/// The values of a batch.
#[derive(Debug)]
pub(super) struct Values {
    numbers: Float64Array,
    digits: Digits,
}

impl Values {
    /// The values of the rows, if the call gives any.
    pub(super) fn read(columns: &Columns) -> Result<Option<Self>> {
        let Some(Column::Any(array)) = columns.column(VALUE) else { return Ok(None) };
        let digits = match array.data_type() {
            DataType::Decimal128(_, scale) if *scale > 0 => Digits::decimal(scale.unsigned_abs()),
            _ => Digits::Float,
        };
        let numbers = cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone();
        Ok(Some(Self { numbers, digits }))
    }

    /// The value of a row; NaN is none.
    #[inline]
    pub(super) fn at(&self, row: usize) -> Option<Value> {
        let number = self.numbers.value(row);
        (self.numbers.is_valid(row) && !number.is_nan()).then_some(Value { number, digits: self.digits })
    }
}
