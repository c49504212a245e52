//! Window functions: a value for each row of a partition, computed for the whole partition at once.
//!
//! ```ignore
//! Function::window(Window { declared, result: |_types| Ok(DataType::Float64), bind: |arguments| Ok(Credit { … }) })
//! impl Evaluate for Credit { fn evaluate(&self, columns: &Columns) -> Result<ArrayRef> { … } }
//! ```
//!
//! The rows are those of one partition, in the order of the window. A window's frame is not seen: what needs one
//! is an aggregate.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowFunctionSimplification, WindowUDFFieldArgs};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Documentation, Expr, PartitionEvaluator, Signature, WindowUDFImpl};

use super::column::Columns;
use super::definition::{Adapter, Definition};
use super::signature;
use crate::argument::Declared;

/// A window function.
pub(crate) type Window<C> = Definition<C>;

/// One call: its constants, and the values it gives the rows of a partition.
pub(crate) trait Evaluate: Send + Sync + 'static {
    /// The values of all rows, in order.
    fn evaluate(&self, columns: &Columns) -> Result<ArrayRef>;
}

impl<C: Evaluate> WindowUDFImpl for Adapter<C> {
    fn name(&self) -> &str {
        self.declared.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        signature::coerce(&self.declared, arg_types)
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<DataType> = args.input_fields().iter().map(|field| field.data_type().clone()).collect();
        Ok(Arc::new(Field::new(args.name(), (self.result)(&types)?, true)))
    }

    fn partition_evaluator(&self, args: PartitionEvaluatorArgs<'_>) -> Result<Box<dyn PartitionEvaluator>> {
        let call = self.call(&signature::constants(args.input_exprs()))?;
        Ok(Box::new(Evaluator { declared: self.declared(), call }))
    }

    /// Refuses constants that do not fit while the statement is planned; nothing is made simpler.
    fn simplify(&self) -> Option<WindowFunctionSimplification> {
        let check = self.check();
        Some(Box::new(move |call: WindowFunction, _: &SimplifyContext| {
            check(&signature::literals(&call.params.args))?;
            Ok(Expr::WindowFunction(Box::new(call)))
        }))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

struct Evaluator<C> {
    declared: Arc<Declared>,
    call: C,
}

impl<C: Evaluate> PartitionEvaluator for Evaluator<C> {
    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> Result<ArrayRef> {
        let values = self.call.evaluate(&Columns::read(&self.declared, values, num_rows)?)?;
        if values.len() != num_rows {
            return internal_err!("{} gave {} values for {num_rows} rows", self.declared.name, values.len());
        }
        Ok(values)
    }
}

impl<C> fmt::Debug for Evaluator<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Evaluator").field(&self.declared.name).finish()
    }
}
