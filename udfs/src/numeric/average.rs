//! The average as a sum and a count, divided: PostgreSQL's result types, and sums that are computed once.
//!
//! The engine plans `avg(x)` as `average(sum(x), count(x))`, so a query that asks for both the sum and the average
//! adds up once, and sums keep the fast path of their type.

use std::sync::Arc;

use bellwether_kernels::numeric::BigInt;
use bellwether_kernels::numeric::division::{divide, divide_big, rescale, rescale_big};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, IntervalMonthDayNanoArray};
use datafusion::arrow::datatypes::{
    DataType, FieldRef, Float64Type, Int64Type, IntervalMonthDayNanoType, IntervalUnit,
};
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::Shape;
use super::divide::{shown, shown_big};
use super::operand::{Operand, Results};
use crate::interval;

/// The average of values whose sum and count are the arguments; NULL without values.
pub fn average() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Average { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Average {
    signature: Signature,
}

/// Digits of an `integer`: sums of smaller numbers than `bigint` come as one.
const INTEGER_DIGITS: i16 = 10;

impl ScalarUDFImpl for Average {
    fn name(&self) -> &str {
        "average"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(match arg_types.first() {
            Some(DataType::Int64 | DataType::UInt64) => Shape::fraction(INTEGER_DIGITS, 0).data_type(),
            Some(DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale)) => {
                Shape::new(*precision, *scale).average().data_type()
            }
            Some(DataType::Interval(_)) => DataType::Interval(IntervalUnit::MonthDayNano),
            Some(DataType::Float64 | DataType::Null) => DataType::Float64,
            other => return plan_err!("average takes the sum of numbers or intervals, got {other:?}"),
        })
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let types: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(super::field(self.name(), self.return_type(&types)?))
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [sum, _] = arg_types else {
            return plan_err!("average takes 2 arguments, got {}", arg_types.len());
        };
        let sum = match sum {
            DataType::Null => DataType::Float64,
            DataType::UInt64 => DataType::Int64,
            other => other.clone(),
        };
        Ok(vec![sum, DataType::Int64])
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [sums, counts] = arrays.as_slice() else {
            return internal_err!("average takes 2 arguments, got {}", arrays.len());
        };
        let Some(counts) = counts.as_primitive_opt::<Int64Type>() else {
            return internal_err!("average takes a count, got {}", counts.data_type());
        };
        let averages: ArrayRef = match sums.data_type() {
            DataType::Float64 => {
                let averages: Float64Array = sums
                    .as_primitive::<Float64Type>()
                    .iter()
                    .zip(counts)
                    .map(|(sum, count)| Some(sum? / count.filter(|&count| count != 0)? as f64))
                    .collect();
                Arc::new(averages)
            }
            DataType::Interval(IntervalUnit::MonthDayNano) => {
                let averages = sums
                    .as_primitive::<IntervalMonthDayNanoType>()
                    .iter()
                    .zip(counts)
                    .map(|(sum, count)| match (sum, count.filter(|&count| count != 0)) {
                        (Some(sum), Some(count)) => interval::divide(sum, count as f64).map(Some),
                        _ => Ok(None),
                    })
                    .collect::<Result<IntervalMonthDayNanoArray, _>>()?;
                Arc::new(averages)
            }
            _ => decimals(sums, counts.values(), args.return_type())?,
        };
        Ok(ColumnarValue::Array(averages))
    }
}

fn decimals(sums: &ArrayRef, counts: &[i64], result: &DataType) -> Result<ArrayRef> {
    let sums = match sums.data_type() {
        DataType::Int64 => datafusion::arrow::compute::cast(sums, &DataType::Decimal128(20, 0))?,
        _ => Arc::clone(sums),
    };
    let sums = Operand::new(&ColumnarValue::Array(sums))?;
    let scale = i32::from(Shape::of(result).map_or(0, Shape::scale));
    let mut results = Results::new(result, counts.len());
    for (row, &count) in counts.iter().enumerate() {
        if sums.is_null(row) || count == 0 {
            results.push_null();
            continue;
        }
        let narrow = sums.narrow(row).and_then(|sum| {
            let (sum, sum_scale) = shown(sum, sums.scale);
            let (value, own) = divide(sum, sum_scale, i128::from(count), 0, scale)?;
            rescale(value, own, scale)
        });
        if let Some(value) = narrow {
            results.push(value)?;
            continue;
        }
        let (sum, sum_scale) = shown_big(sums.big(row), sums.scale);
        match divide_big(&sum, sum_scale, &BigInt::from(count), 0, scale) {
            Some((value, own)) => results.push_big(&rescale_big(&value, own, scale))?,
            None => results.push_null(),
        }
    }
    results.finish()
}
