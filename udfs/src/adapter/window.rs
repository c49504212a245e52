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
use std::hash::{Hash, Hasher};
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
use super::signature;
use crate::argument::{Arguments, Declared};

/// A window function.
pub(crate) struct Window<C> {
    pub declared: Declared,
    /// The type of the result for arguments of these types.
    pub result: fn(&[DataType]) -> Result<DataType>,
    /// Reads the constants of a call, and refuses those that do not fit together.
    pub bind: fn(&Arguments) -> Result<C>,
}

/// One call: its constants, and the values it gives the rows of a partition.
pub(crate) trait Evaluate: Send + Sync + 'static {
    /// The values of all rows, in order.
    fn evaluate(&self, columns: &Columns) -> Result<ArrayRef>;
}

/// The function as DataFusion calls it.
pub(crate) struct WindowAdapter<C> {
    declared: Arc<Declared>,
    result: fn(&[DataType]) -> Result<DataType>,
    bind: fn(&Arguments) -> Result<C>,
    signature: Signature,
    documentation: Documentation,
}

impl<C: Evaluate> WindowAdapter<C> {
    pub(crate) fn new(window: Window<C>) -> Self {
        Self {
            signature: signature::signature(&window.declared),
            documentation: window.declared.page.documentation(&window.declared),
            declared: Arc::new(window.declared),
            result: window.result,
            bind: window.bind,
        }
    }

    pub(crate) fn declared(&self) -> Arc<Declared> {
        Arc::clone(&self.declared)
    }
}

impl<C: Evaluate> WindowUDFImpl for WindowAdapter<C> {
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
        let constants = signature::constants(args.input_exprs());
        let call = (self.bind)(&Arguments::positional(&self.declared, &constants)?)?;
        Ok(Box::new(Evaluator { declared: Arc::clone(&self.declared), call }))
    }

    /// Refuses constants that do not fit while the statement is planned; nothing is made simpler.
    fn simplify(&self) -> Option<WindowFunctionSimplification> {
        let (declared, bind) = (Arc::clone(&self.declared), self.bind);
        Some(Box::new(move |call: WindowFunction, _: &SimplifyContext| {
            if let Some(arguments) = signature::planned(&declared, &signature::literals(&call.params.args))? {
                bind(&arguments)?;
            }
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

// A function is known by its name: there is one of each.
impl<C> PartialEq for WindowAdapter<C> {
    fn eq(&self, other: &Self) -> bool {
        self.declared.name == other.declared.name
    }
}

impl<C> Eq for WindowAdapter<C> {}

impl<C> Hash for WindowAdapter<C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.declared.name.hash(state);
    }
}

impl<C> fmt::Debug for WindowAdapter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WindowAdapter").field(&self.declared.name).finish()
    }
}
