//! `sum` with PostgreSQL's result types: of `bigint` it is `numeric`, which has room for every sum, and of smaller
//! integers `bigint`.

use std::collections::VecDeque;
use std::mem::size_of_val;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef, Float64Type};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, Expr, GroupsAccumulator, Operator,
    ReversedUDAF, SetMonotonicity, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::Shape;

/// Digits a sum has more than its terms.
const SUM_DIGITS: u8 = 10;

/// DataFusion's `sum`, which adds up values as wide as the result.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Sum {
    inner: Arc<AggregateUDF>,
    signature: Signature,
}

impl Sum {
    pub(super) fn new(inner: Arc<AggregateUDF>) -> Self {
        Self { inner, signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Sum {
    fn name(&self) -> &str {
        "sum"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(match arg_types.first() {
            Some(DataType::Int64) => DataType::Decimal128(20 + SUM_DIGITS, 0),
            Some(DataType::Int16 | DataType::Int32) => DataType::Int64,
            _ => return self.inner.return_type(arg_types),
        })
    }

    /// What is added up stays as it is, so that a call keeps its type when it is planned again.
    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [argument] = arg_types else {
            return plan_err!("sum takes 1 argument, got {}", arg_types.len());
        };
        Ok(vec![match argument {
            DataType::Int8 | DataType::UInt8 => DataType::Int16,
            DataType::UInt16 => DataType::Int32,
            DataType::UInt32 | DataType::UInt64 => DataType::Int64,
            DataType::Int16 | DataType::Int32 | DataType::Int64 => argument.clone(),
            DataType::Float16 | DataType::Float32 | DataType::Float64 | DataType::Null => DataType::Float64,
            other if other.is_decimal() => other.clone(),
            DataType::Interval(_) | DataType::Duration(_) => argument.clone(),
            other => return plan_err!("Function 'sum' failed to match any signature for {other}"),
        }])
    }

    fn is_nullable(&self) -> bool {
        self.inner.is_nullable()
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let terms = args.return_type().clone();
        let is_widened = is_widened(&args);
        let inner = self.inner.accumulator(args)?;
        Ok(if is_widened { Box::new(Widened { inner, terms }) } else { inner })
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let terms = args.return_type().clone();
        let is_widened = is_widened(&args);
        let inner = self.inner.create_groups_accumulator(args)?;
        Ok(if is_widened { Box::new(WidenedGroups { inner, terms }) } else { inner })
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if *args.return_type() == DataType::Float64 && !args.is_distinct {
            return Ok(Box::new(SlidingFloats::default()));
        }
        let terms = args.return_type().clone();
        let is_widened = is_widened(&args);
        let inner = self.inner.create_sliding_accumulator(args)?;
        Ok(if is_widened { Box::new(Widened { inner, terms }) } else { inner })
    }

    fn simplify_expr_op_literal(
        &self,
        call: &AggregateFunction,
        argument: &Expr,
        operator: Operator,
        literal: &Expr,
        argument_is_left: bool,
    ) -> Result<Option<Expr>> {
        // A cast does not show in an aggregate's name: the parts would be taken for those of what is cast.
        if matches!(argument, Expr::Cast(_)) {
            return Ok(None);
        }
        // `sum(x) + n * count(x)` is planned after all types are settled, so they have to be the result's at once.
        match literal {
            Expr::Literal(ScalarValue::Int16(Some(_)) | ScalarValue::Int32(Some(_)), metadata) => {
                let Expr::Literal(value, _) = literal else { return Ok(None) };
                let widened = Expr::Literal(value.cast_to(&DataType::Int64)?, metadata.clone());
                self.inner.inner().simplify_expr_op_literal(call, argument, operator, &widened, argument_is_left)
            }
            Expr::Literal(ScalarValue::Float64(_), _) => {
                self.inner.inner().simplify_expr_op_literal(call, argument, operator, literal, argument_is_left)
            }
            _ => Ok(None),
        }
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner.order_sensitivity()
    }

    fn set_monotonicity(&self, _data_type: &DataType) -> SetMonotonicity {
        SetMonotonicity::NotMonotonic
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// Whether the terms are integers narrower than their sum.
fn is_widened(args: &AccumulatorArgs) -> bool {
    args.expr_fields.first().is_some_and(|field: &FieldRef| field.data_type().is_integer())
}

/// A sum whose terms are first made as wide as it is.
#[derive(Debug)]
struct Widened {
    inner: Box<dyn Accumulator>,
    terms: DataType,
}

impl Accumulator for Widened {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(&widened(values, &self.terms)?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.inner.evaluate()
    }

    fn size(&self) -> usize {
        self.inner.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.retract_batch(&widened(values, &self.terms)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.inner.supports_retract_batch()
    }
}

/// As [`Widened`], for many groups at once.
struct WidenedGroups {
    inner: Box<dyn GroupsAccumulator>,
    terms: DataType,
}

impl GroupsAccumulator for WidenedGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        self.inner.update_batch(&widened(values, &self.terms)?, group_indices, filter, groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.inner.evaluate(emit_to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], groups: usize) -> Result<()> {
        self.inner.merge_batch(values, group_indices, groups)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.inner.convert_to_state(&widened(values, &self.terms)?, filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}

fn widened(values: &[ArrayRef], terms: &DataType) -> Result<Vec<ArrayRef>> {
    // Integers are cast to the digits they have, which is cheap; the sum has more.
    let terms = match (terms, values.first().and_then(|values| Shape::of(values.data_type()))) {
        (DataType::Decimal128(_, 0), Some(shape)) => shape.data_type(),
        _ => terms.clone(),
    };
    Ok(values.iter().map(|values| cast(values, &terms)).collect::<Result<_, _>>()?)
}

/// The sum of the floats in a moving frame, added up anew for every row: taking off what has left it would also leave
/// what rounding has made of it.
#[derive(Debug, Default)]
struct SlidingFloats {
    values: VecDeque<f64>,
}

impl Accumulator for SlidingFloats {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for values in values {
            self.values.extend(values.as_primitive::<Float64Type>().iter().flatten());
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for values in values {
            self.values.drain(..(values.len() - values.null_count()).min(self.values.len()));
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sum = self.values.iter().copied().reduce(|sum, value| sum + value);
        Ok(ScalarValue::Float64(sum))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<f64>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}
