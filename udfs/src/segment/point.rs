//! Features of a row as a point: an array of numbers, or a record of them.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::Float64Type;

use crate::adapter::column::{Column, Columns};
use crate::argument::{Parameter, Type};

/// The argument.
pub(super) fn parameter() -> Parameter {
    Parameter::value("features", Type::Features, "The numbers of a row: an array, or a record.")
}

/// Why features are no point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// One row has as many, another has as many.
    Lengths(usize, usize),
    /// One of them is text.
    Text,
}

impl Refused {
    /// The fact, for an error.
    pub(super) fn told(self, function: &str) -> String {
        match self {
            Self::Lengths(left, right) => {
                format!("argument features of {function} has {left} values in one row and {right} in another")
            }
            Self::Text => format!("argument features of {function} must be numbers"),
        }
    }
}

/// Adds the coordinates of a row and gives their number: none if one is missing.
pub(super) fn read(columns: &Columns, argument: usize, row: usize, point: &mut Vec<f64>) -> Result<usize, Refused> {
    let Some(Column::Any(array)) = columns.column(argument) else { return Ok(0) };
    let before = point.len();
    if array.is_null(row) {
        return Ok(0);
    }
    if let Some(record) = array.as_struct_opt() {
        for column in record.columns() {
            let numbers = column.as_primitive_opt::<Float64Type>().ok_or(Refused::Text)?;
            point.push(if numbers.is_valid(row) { numbers.value(row) } else { f64::NAN });
        }
    } else if let Some(lists) = array.as_list_opt::<i32>() {
        let numbers = lists.value(row);
        let numbers = numbers.as_primitive_opt::<Float64Type>().ok_or(Refused::Text)?;
        point.extend(numbers.iter().map(|number| number.unwrap_or(f64::NAN)));
    } else {
        let numbers = array.as_primitive_opt::<Float64Type>().ok_or(Refused::Text)?;
        point.push(numbers.value(row));
    }
    if point[before..].iter().all(|number| number.is_finite()) {
        return Ok(point.len() - before);
    }
    point.truncate(before);
    Ok(0)
}
