//! The relation that the functions over whole series read, and its columns.

use crate::argument::{Parameter, Type};

/// The parameters that come first. `value` says what the column of the values means.
pub(super) fn columns(value: &'static str) -> Vec<Parameter> {
    vec![
        Parameter::input("series", "The values of series, one row each."),
        Parameter::order("ts", "The column of when."),
        Parameter::rows("value", Type::Number, value),
        Parameter::by(),
    ]
}
