//! Operations on literals, computed at once: what comes of them keeps its own digits and stays a literal for
//! whoever needs one.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::common::DFSchema;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::expr::Cast;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{ColumnarValue, Expr};
use datafusion::physical_expr::create_physical_expr;
use datafusion::scalar::ScalarValue;

/// The value of a literal.
pub(super) fn value(expression: &Expr) -> Option<&ScalarValue> {
    match expression {
        Expr::Literal(value, _) => Some(value),
        _ => None,
    }
}

/// The operation, or what it gives if `operands` are literals. One that fails is left for the time it runs.
pub(super) fn folded(operation: Expr, operands_are_literals: bool) -> Expr {
    if !operands_are_literals {
        return operation;
    }
    match evaluated(&operation) {
        Some(value) => Expr::Literal(value, None),
        None => operation,
    }
}

fn evaluated(operation: &Expr) -> Option<ScalarValue> {
    let physical = create_physical_expr(
        operation,
        &DFSchema::empty(),
        &ExecutionProps::new(),
        &PhysicalPlanningContext::default(),
    )
    .ok()?;
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &options).ok()?;
    match physical.evaluate(&row).ok()? {
        ColumnarValue::Scalar(value) => Some(value),
        ColumnarValue::Array(values) => ScalarValue::try_from_array(&values, 0).ok(),
    }
}

/// The expression as another type, at once if it is a literal.
pub(super) fn cast(expression: Expr, from: &DataType, to: &DataType) -> Expr {
    if from == to {
        return expression;
    }
    if let Some(value) = value(&expression)
        && let Ok(value) = value.cast_to(to)
    {
        return Expr::Literal(value, None);
    }
    Expr::Cast(Cast::new(Box::new(expression), to.clone()))
}
