//! Numbers as PostgreSQL computes with them.
//!
//! | | |
//! |---|---|
//! | integers | an operation whose result does not fit is an error, not a number from the other end |
//! | `double precision` | division by zero is an error; NaN is above all numbers, for `min` and `max` as well |
//! | `numeric` | quotients, averages and deviations have PostgreSQL's digits |
//!
//! A `numeric` is an Arrow decimal. Its type holds the digits after the point that its values are shown with, so what
//! PostgreSQL decides for every value anew, quotients above all, is computed with each value's own digits and held
//! with the most that any of them may have. A decimal has at most 76 digits; 24 of them and more are kept after the
//! point of a quotient.
//!
//! The functions here stand for operators: the engine's planner puts them in place when it knows both types.

mod average;
mod constant;
mod deviation;
mod divide;
mod extreme;
mod float;
mod integer;
mod operand;
mod shape;
mod sum;

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::AggregateUDF;

use crate::postgres_type;

pub use average::average;
pub(crate) use constant::{decimal, digits, parts};
pub use constant::{divide_constants, parse, shortest};
pub(crate) use divide::shown_big;
pub use divide::{divide, divide_into};
pub use extreme::{End, Extreme};
pub use float::float_divide;
pub use integer::{Checked, IntegerOperation, integer_operation};
pub(crate) use operand::{Results, big, digits_of, wide};
pub use shape::Shape;
pub use sum::Sum;

/// The field of a result. A decimal is `numeric` of no declared digits, whatever its type needs to hold it.
fn field(name: &str, data_type: DataType) -> FieldRef {
    let is_decimal = data_type.is_decimal();
    let field = Field::new(name, data_type, true);
    Arc::new(if is_decimal { postgres_type::mark(field, "numeric") } else { field })
}

/// Puts aggregates with PostgreSQL's result types in place of DataFusion's.
pub(crate) fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    let sum = Sum::new(registry.udaf("sum")?);
    registry.register_udaf(Arc::new(AggregateUDF::from(sum)))?;
    for (name, end) in [("min", End::Least), ("max", End::Greatest)] {
        let extreme = Extreme::new(registry.udaf(name)?, end);
        registry.register_udaf(Arc::new(AggregateUDF::from(extreme)))?;
    }
    for deviation in deviation::functions() {
        registry.register_udaf(Arc::new(deviation))?;
    }
    Ok(())
}
