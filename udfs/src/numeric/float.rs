//! `double precision / double precision` and its like in `real`: dividing by zero is an error, not an infinity.

use std::sync::Arc;

use datafusion::arrow::array::{ArrowPrimitiveType, AsArray, Datum};
use datafusion::arrow::compute::kernels::numeric::div;
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr_common::datum::apply;

use crate::value_error::ValueError;

/// The quotient of two floats of one type.
pub fn float_divide() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Divide { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Divide {
    signature: Signature,
}

impl ScalarUDFImpl for Divide {
    fn name(&self) -> &str {
        "float_div"
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        match args {
            [dividend, divisor] => Ok(format!("{} / {}", dividend.schema_name(), divisor.schema_name())),
            _ => plan_err!("float_div takes 2 arguments, got {}", args.len()),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [DataType::Float32, DataType::Float32] => Ok(DataType::Float32),
            _ => Ok(DataType::Float64),
        }
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let result = self.return_type(arg_types)?;
        Ok(vec![result.clone(), result])
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [dividend, divisor] = args.args.as_slice() else {
            return plan_err!("float_div takes 2 arguments, got {}", args.args.len());
        };
        apply(dividend, divisor, |dividend, divisor| {
            let meets_zero = match divisor.get().0.data_type() {
                DataType::Float32 => meets_zero::<Float32Type>(dividend, divisor),
                _ => meets_zero::<Float64Type>(dividend, divisor),
            };
            if meets_zero {
                return Err(ArrowError::DivideByZero);
            }
            div(dividend, divisor)
        })
    }
}

/// Whether some row divides something by zero; NULL is not something.
fn meets_zero<T: ArrowPrimitiveType>(dividend: &dyn Datum, divisor: &dyn Datum) -> bool {
    let ((dividends, dividend_is_constant), (divisors, divisor_is_constant)) = (dividend.get(), divisor.get());
    let Some(values) = divisors.as_primitive_opt::<T>() else { return false };
    let dividend_values = dividends.as_primitive_opt::<T>();
    let zero = T::default_value();
    // Most columns have no zero, which one pass over the values finds.
    if !values.values().contains(&zero) {
        return false;
    }
    let rows = if divisor_is_constant { dividends.len() } else { divisors.len() };
    (0..rows).any(|row| {
        let (divisor, dividend) =
            (if divisor_is_constant { 0 } else { row }, if dividend_is_constant { 0 } else { row });
        divisors.is_valid(divisor)
            && values.value(divisor) == zero
            && dividends.is_valid(dividend)
            // NaN stays NaN, whatever it is divided by.
            && dividend_values.is_some_and(|values| !is_nan::<T>(values.value(dividend)))
    })
}

fn is_nan<T: ArrowPrimitiveType>(value: T::Native) -> bool {
    value.partial_cmp(&value).is_none()
}

impl From<ValueError> for ArrowError {
    fn from(error: ValueError) -> Self {
        Self::ExternalError(Box::new(error))
    }
}
