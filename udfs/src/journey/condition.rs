//! The conditions of a call, and which of them a row meets.

use bellwether_kernels::journey::event::CONDITIONS_MAX;
use datafusion::error::Result;

use crate::adapter::column::Columns;
use crate::argument::Arguments;
use crate::error::CallError;

/// The number of conditions of a call, at most 32.
pub(super) fn count(arguments: &Arguments) -> Result<usize> {
    let (function, conditions) = (arguments.function(), arguments.repeated);
    match conditions > CONDITIONS_MAX {
        true => {
            let fact = format!("{function} takes up to {CONDITIONS_MAX} conditions, got {conditions}");
            Err(CallError::invalid(fact).into())
        }
        false => Ok(conditions),
    }
}

/// The conditions that a row meets, of those from argument `first` on; NULL is not met.
#[inline]
pub(super) fn met(columns: &Columns, first: usize, conditions: usize, row: usize) -> u32 {
    (0..conditions).fold(0, |met, condition| met | u32::from(columns.flag(first + condition, row)) << condition)
}
