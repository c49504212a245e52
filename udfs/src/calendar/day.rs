//! The day of a timestamp without a zone, by division.
//!
//! Arrow's cast from timestamps to dates goes through a calendar for every value, which makes it the dearest part
//! of grouping by day, week or month. The planner puts this function in its place; the values are the same.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use datafusion::arrow::datatypes::{
    ArrowTimestampType, DataType, Date32Type, TimeUnit, TimestampMicrosecondType, TimestampNanosecondType,
};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;
const NANOSECONDS_A_DAY: i64 = 1000 * MICROSECONDS_A_DAY;

static DAY: LazyLock<Arc<ScalarUDF>> =
    LazyLock::new(|| Arc::new(ScalarUDF::from(Day { signature: Signature::any(1, Volatility::Immutable) })));

/// The function that does what a cast of `data_type` to a date does, if there is one.
///
/// Of coarser units than microseconds not every value has a day that fits a date, so they keep the cast.
pub fn day_of_timestamp(data_type: &DataType) -> Option<Arc<ScalarUDF>> {
    match data_type {
        DataType::Timestamp(TimeUnit::Microsecond | TimeUnit::Nanosecond, None) => Some(Arc::clone(&DAY)),
        _ => None,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Day {
    signature: Signature,
}

impl ScalarUDFImpl for Day {
    fn name(&self) -> &str {
        "day_of_timestamp"
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let [moment] = args else { return exec_err!("day_of_timestamp takes 1 argument, got {}", args.len()) };
        Ok(format!("CAST({} AS Date32)", moment.schema_name()))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Date32)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn output_ordering(&self, input: &[ExprProperties]) -> Result<SortProperties> {
        Ok(input.first().map_or(SortProperties::Unordered, |moment| moment.sort_properties))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.first() {
            Some(ColumnarValue::Array(moments)) => Ok(ColumnarValue::Array(days(moments)?)),
            Some(ColumnarValue::Scalar(moment)) => {
                let day = days(&moment.to_array()?)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&day, 0)?))
            }
            None => exec_err!("day_of_timestamp takes 1 argument, got 0"),
        }
    }
}

fn days(moments: &ArrayRef) -> Result<ArrayRef> {
    let days = match moments.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            divided::<TimestampMicrosecondType, MICROSECONDS_A_DAY>(moments)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, None) => {
            divided::<TimestampNanosecondType, NANOSECONDS_A_DAY>(moments)
        }
        other => return exec_err!("day_of_timestamp takes a timestamp without a zone, got {other}"),
    };
    Ok(Arc::new(days))
}

/// The ticks of a day are a constant of the type, so that the division becomes a multiplication.
fn divided<T: ArrowTimestampType, const TICKS_A_DAY: i64>(moments: &ArrayRef) -> PrimitiveArray<Date32Type> {
    // A quotient of 64 bits by a day of microseconds has 27.
    moments.as_primitive::<T>().unary(|moment| moment.div_euclid(TICKS_A_DAY) as i32)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::TimestampMicrosecondArray;
    use datafusion::arrow::compute::cast;

    use super::*;

    #[test]
    fn days_are_those_of_the_cast() {
        let moments =
            [0, -1, 1, 86_400_000_000, 86_399_999_999, -86_400_000_000, -86_400_000_001, 1_700_000_000_000_000];
        let moments: ArrayRef =
            Arc::new(TimestampMicrosecondArray::from_iter(moments.into_iter().map(Some).chain([None])));
        assert_eq!(days(&moments).unwrap().as_ref(), cast(&moments, &DataType::Date32).unwrap().as_ref());
    }

    #[test]
    fn the_earliest_and_latest_moments_have_a_day() {
        let moments: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![i64::MIN, i64::MAX]));
        let days = days(&moments).unwrap();
        assert_eq!(days.as_primitive::<Date32Type>().values(), &[-106_751_992, 106_751_991]);
    }
}
