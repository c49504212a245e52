//! `min` and `max` of floats, to which NaN is above all numbers, as it is where PostgreSQL sorts.
//!
//! Over many groups at once DataFusion's keep a NaN or what comes after it, whichever row is later, and of a group of
//! nothing but an infinity the largest finite number.

use std::sync::Arc;

use datafusion::arrow::array::ArrowPrimitiveType;
use datafusion::arrow::datatypes::{DataType, FieldRef, Float32Type, Float64Type};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF, SetMonotonicity,
    Signature, StatisticsArgs,
};
use datafusion::scalar::ScalarValue;
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::prim_op::PrimitiveGroupsAccumulator;

/// Which end of the order is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// `min`.
    Least,
    /// `max`.
    Greatest,
}

/// DataFusion's `min` or `max`, with an order for NaN.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Extreme {
    inner: Arc<AggregateUDF>,
    end: End,
}

impl Extreme {
    pub(super) fn new(inner: Arc<AggregateUDF>, end: End) -> Self {
        Self { inner, end }
    }

    /// Which end of the order it finds.
    pub fn end(&self) -> End {
        self.end
    }

    fn groups<T>(&self, least: T::Native, nan: T::Native) -> Box<dyn GroupsAccumulator>
    where
        T: ArrowPrimitiveType + Send,
        T::Native: PartialOrd,
    {
        // A NaN compares with nothing, itself included. Nothing is above the one a minimum starts from.
        match self.end {
            End::Least => Box::new(
                PrimitiveGroupsAccumulator::<T, _>::new(&T::DATA_TYPE, |kept: &mut T::Native, value: T::Native| {
                    if value < *kept || is_nan(kept) {
                        *kept = value;
                    }
                })
                .with_starting_value(nan),
            ),
            End::Greatest => Box::new(
                PrimitiveGroupsAccumulator::<T, _>::new(&T::DATA_TYPE, |kept: &mut T::Native, value: T::Native| {
                    if value > *kept || is_nan(&value) {
                        *kept = value;
                    }
                })
                .with_starting_value(least),
            ),
        }
    }
}

fn is_nan<N: PartialOrd>(value: &N) -> bool {
    value.partial_cmp(value).is_none()
}

impl AggregateUDFImpl for Extreme {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arg_types)
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(arg_types)
    }

    fn is_nullable(&self) -> bool {
        self.inner.is_nullable()
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.inner.accumulator(args)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        match args.return_field.data_type() {
            DataType::Float64 => Ok(self.groups::<Float64Type>(f64::NEG_INFINITY, f64::NAN)),
            DataType::Float32 => Ok(self.groups::<Float32Type>(f32::NEG_INFINITY, f32::NAN)),
            _ => self.inner.create_groups_accumulator(args),
        }
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.inner.create_sliding_accumulator(args)
    }

    fn is_descending(&self) -> Option<bool> {
        self.inner.is_descending()
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner.order_sensitivity()
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn value_from_stats(&self, args: &StatisticsArgs) -> Option<ScalarValue> {
        self.inner.value_from_stats(args)
    }

    fn set_monotonicity(&self, data_type: &DataType) -> SetMonotonicity {
        self.inner.inner().set_monotonicity(data_type)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array};
    use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
    use datafusion::logical_expr::EmitTo;

    use super::*;

    /// The extreme of each group, where the groups are the numbers before the values.
    fn extremes(end: End, rows: &[(usize, f64)]) -> Vec<f64> {
        let inner = match end {
            End::Least => min_udaf(),
            End::Greatest => max_udaf(),
        };
        let mut groups = Extreme::new(inner, end).groups::<Float64Type>(f64::NEG_INFINITY, f64::NAN);
        let values: ArrayRef = Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| row.1)));
        let indices: Vec<usize> = rows.iter().map(|row| row.0).collect();
        let count = indices.iter().max().unwrap() + 1;
        groups.update_batch(&[values], &indices, None, count).unwrap();
        groups.evaluate(EmitTo::All).unwrap().as_primitive::<Float64Type>().values().to_vec()
    }

    #[test]
    fn nan_is_the_greatest_wherever_it_stands() {
        let nan = f64::NAN;
        let rows = [(0, nan), (0, 1.0), (0, 5.0), (1, 3.0), (1, nan), (2, nan)];
        let least = extremes(End::Least, &rows);
        assert_eq!(&least[..2], [1.0, 3.0]);
        assert!(least[2].is_nan());
        assert!(extremes(End::Greatest, &rows).iter().all(|value| value.is_nan()));
    }

    #[test]
    fn infinities_are_values_like_others() {
        let rows = [(0, f64::NEG_INFINITY), (1, f64::INFINITY), (2, -1.0), (2, f64::INFINITY)];
        assert_eq!(extremes(End::Greatest, &rows), [f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY]);
        assert_eq!(extremes(End::Least, &rows), [f64::NEG_INFINITY, f64::INFINITY, -1.0]);
    }
}
