//! A scalar function that is asked how much it would make before it makes it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ExpressionPlacement, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature,
};

use super::argument::Arguments;
use super::limit::{BATCH_BYTES_MAX, LimitExceeded, VALUE_BYTES_MAX, What};

/// How many bytes a function makes of the arguments in a row; nothing for a NULL.
pub(super) type Size = fn(&Arguments, usize) -> Result<u64>;

/// A function with limits around it.
///
/// [`ScalarUDFImpl::simplify`] stays the default on purpose: DataFusion's `concat` simplifies into
/// calls of itself, which would be calls without limits.
#[derive(Debug)]
pub(super) struct BoundedScalar {
    inner: Arc<ScalarUDF>,
    size: Size,
}

impl BoundedScalar {
    pub(super) fn new(inner: Arc<ScalarUDF>, size: Size) -> Self {
        Self { inner, size }
    }
}

/// Fails if `size` finds a value, or all of them together, too large.
pub(super) fn check(function: &str, size: Size, args: &ScalarFunctionArgs) -> Result<()> {
    let arguments = Arguments::new(&args.args)?;
    let refuse = |what, amount| Err(LimitExceeded { function: function.into(), what, amount }.into());
    // Some functions repeat a constant result for every row.
    let (rows, copies) = if arguments.are_constant() { (1, args.number_rows as u64) } else { (args.number_rows, 1) };
    let mut total = 0_u64;
    for row in 0..rows {
        let bytes = size(&arguments, row)?;
        if bytes > VALUE_BYTES_MAX {
            return refuse(What::Value, bytes);
        }
        total = total.saturating_add(bytes.saturating_mul(copies));
        if total > BATCH_BYTES_MAX {
            return refuse(What::Batch, total);
        }
    }
    Ok(())
}

impl PartialEq for BoundedScalar {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for BoundedScalar {}

impl Hash for BoundedScalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl ScalarUDFImpl for BoundedScalar {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        self.inner.inner().schema_name(args)
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.inner.inner().return_type(arg_types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.inner.inner().return_field_from_args(args)
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.inner().coerce_types(arg_types)
    }

    fn is_strict(&self) -> bool {
        self.inner.inner().is_strict()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        check(self.name(), self.size, &args)?;
        self.inner.invoke_with_args(args)
    }

    fn short_circuits(&self) -> bool {
        self.inner.inner().short_circuits()
    }

    fn evaluate_bounds(&self, input: &[&Interval]) -> Result<Interval> {
        self.inner.inner().evaluate_bounds(input)
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        self.inner.inner().output_ordering(inputs)
    }

    fn preserves_lex_ordering(&self, inputs: &[ExprProperties]) -> Result<bool> {
        self.inner.inner().preserves_lex_ordering(inputs)
    }

    fn strictly_order_preserving(&self, inputs: &[ExprProperties]) -> Result<bool> {
        self.inner.inner().strictly_order_preserving(inputs)
    }

    fn placement(&self, args: &[ExpressionPlacement]) -> ExpressionPlacement {
        self.inner.inner().placement(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}
