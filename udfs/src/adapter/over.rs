//! Window functions as DataFusion calls them, whatever of a window they see.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowFunctionSimplification, WindowUDFFieldArgs};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Documentation, Expr, PartitionEvaluator, Signature, WindowUDFImpl};

use super::definition::Adapter;
use super::signature;
use crate::argument::Declared;

/// What calls `C` see of a window: all rows of a partition at once, or the frame of each.
pub(crate) trait Over<C>: 'static {
    /// What gives the rows of one partition their values. So many of the arrays it sees are `arguments`; the others
    /// order the rows.
    fn evaluator(declared: Arc<Declared>, call: C, arguments: usize) -> Box<dyn PartitionEvaluator>;
}

impl<C: 'static, K: Over<C>> WindowUDFImpl for Adapter<C, K> {
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
        Ok(K::evaluator(self.declared(), call, args.input_exprs().len()))
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
