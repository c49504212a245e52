//! `numeric / numeric`, with the digits PostgreSQL gives each quotient.

use std::sync::Arc;

use bellwether_kernels::numeric::BigInt;
use bellwether_kernels::numeric::division::{Leading, divide as quotient, divide_big, rescale, rescale_big};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::Shape;
use super::operand::{Operand, Results, decimal_type};
use crate::value_error::ValueError;

/// Beyond this many digits after the point an operand is a quotient itself, held with more digits than it has.
const SCALE_OF_QUOTIENTS: i32 = 20;

/// The quotient of two decimals or integers of these types.
pub fn divide(dividend: Shape, divisor: Shape) -> Arc<ScalarUDF> {
    divide_into(dividend.quotient(divisor).data_type())
}

/// A quotient held as `result`, a decimal type.
pub fn divide_into(result: DataType) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Divide { result, signature: Signature::user_defined(Volatility::Immutable) }))
}

/// The result's type is part of the function: it stays what it was when the statement was planned, whatever
/// becomes of the operands.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Divide {
    result: DataType,
    signature: Signature,
}

impl ScalarUDFImpl for Divide {
    fn name(&self) -> &str {
        "numeric_div"
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        match args {
            [dividend, divisor] => Ok(format!("{} / {}", dividend.schema_name(), divisor.schema_name())),
            _ => plan_err!("numeric_div takes 2 arguments, got {}", args.len()),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.result.clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let types: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(super::field(self.name(), self.return_type(&types)?))
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match arg_types {
            [dividend, divisor] => match (decimal_type(dividend), decimal_type(divisor)) {
                (Some(dividend), Some(divisor)) => Ok(vec![dividend, divisor]),
                _ => plan_err!("numeric_div takes decimals, got {dividend} and {divisor}"),
            },
            _ => plan_err!("numeric_div takes 2 arguments, got {}", arg_types.len()),
        }
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [dividend, divisor] = args.args.as_slice() else {
            return plan_err!("numeric_div takes 2 arguments, got {}", args.args.len());
        };
        let (dividend, divisor) = (Operand::new(dividend)?, Operand::new(divisor)?);
        let is_constant = dividend.is_constant() && divisor.is_constant();
        let rows = if is_constant { 1 } else { args.number_rows };
        let scale = i32::from(Shape::of(&self.result).map_or(0, Shape::scale));
        let mut results = Results::new(&self.result, rows);
        for row in 0..rows {
            if dividend.is_null(row) || divisor.is_null(row) {
                results.push_null();
                continue;
            }
            if let (Some(a), Some(b)) = (dividend.narrow(row), divisor.narrow(row)) {
                let (a, a_scale) = shown(a, dividend.scale);
                let (b, b_scale) = shown(b, divisor.scale);
                if b == 0 {
                    return Err(ValueError::division_by_zero().into());
                }
                let held = quotient(a, a_scale, b, b_scale, scale).and_then(|(value, own)| rescale(value, own, scale));
                if let Some(value) = held {
                    results.push(value)?;
                    continue;
                }
            }
            let (a, a_scale) = shown_big(dividend.big(row), dividend.scale);
            let (b, b_scale) = shown_big(divisor.big(row), divisor.scale);
            let (value, own) = divide_big(&a, a_scale, &b, b_scale, scale).ok_or_else(ValueError::division_by_zero)?;
            results.push_big(&rescale_big(&value, own, scale))?;
        }
        let array = results.finish()?;
        if is_constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
        }
        Ok(ColumnarValue::Array(array))
    }
}

/// The number without the zeros that a quotient is held with behind its own digits.
pub(super) fn shown(mut value: i128, mut scale: i32) -> (i128, i32) {
    if scale <= SCALE_OF_QUOTIENTS {
        return (value, scale);
    }
    let own = Leading::of(value.unsigned_abs(), scale).quotient_scale();
    while scale > own && value % 10 == 0 {
        value /= 10;
        scale -= 1;
    }
    (value, scale)
}

/// As [`shown`], for a number of any size.
pub(crate) fn shown_big(mut value: BigInt, mut scale: i32) -> (BigInt, i32) {
    if scale <= SCALE_OF_QUOTIENTS {
        return (value, scale);
    }
    let own = Leading::of_big(value.magnitude(), scale).quotient_scale();
    while scale > own && (&value % 10_u32) == BigInt::ZERO {
        value /= 10_u32;
        scale -= 1;
    }
    (value, scale)
}
