//! `+`, `-` and `*` of integers: a result that does not fit is an error, as in PostgreSQL.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Datum};
use datafusion::arrow::compute::kernels::numeric::{add, mul, sub};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr_common::datum::apply;

use crate::value_error::ValueError;

/// Which operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntegerOperation {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Multiply,
}

impl IntegerOperation {
    /// The operation of an operator that can leave the range of its type.
    pub fn of(operator: Operator) -> Option<Self> {
        match operator {
            Operator::Plus => Some(Self::Plus),
            Operator::Minus => Some(Self::Minus),
            Operator::Multiply => Some(Self::Multiply),
            _ => None,
        }
    }

    /// The operator of the operation, which wraps around.
    pub fn operator(self) -> Operator {
        match self {
            Self::Plus => Operator::Plus,
            Self::Minus => Operator::Minus,
            Self::Multiply => Operator::Multiply,
        }
    }

    fn kernel(self) -> fn(&dyn Datum, &dyn Datum) -> Result<ArrayRef, ArrowError> {
        match self {
            Self::Plus => add,
            Self::Minus => sub,
            Self::Multiply => mul,
        }
    }
}

/// The function of an operation.
pub fn integer_operation(operation: IntegerOperation) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Checked { operation, signature: Signature::user_defined(Volatility::Immutable) }))
}

/// Integers of one type give an integer of that type.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Checked {
    operation: IntegerOperation,
    signature: Signature,
}

impl Checked {
    /// Which operation this is.
    pub fn operation(&self) -> IntegerOperation {
        self.operation
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        match self.operation {
            IntegerOperation::Plus => "int_plus",
            IntegerOperation::Minus => "int_minus",
            IntegerOperation::Multiply => "int_multiply",
        }
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        match args {
            [left, right] => {
                Ok(format!("{} {} {}", left.schema_name(), self.operation.operator(), right.schema_name()))
            }
            _ => plan_err!("{} takes 2 arguments, got {}", self.name(), args.len()),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        wider(arg_types)
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let wider = wider(arg_types)?;
        Ok(vec![wider.clone(), wider])
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return plan_err!("{} takes 2 arguments, got {}", self.name(), args.args.len());
        };
        let type_name = match args.return_type() {
            DataType::Int16 => "smallint",
            DataType::Int32 => "integer",
            _ => "bigint",
        };
        let kernel = self.operation.kernel();
        apply(left, right, |left, right| match kernel(left, right) {
            Err(ArrowError::ArithmeticOverflow(_)) => {
                Err(ArrowError::ExternalError(Box::new(ValueError::out_of_range(type_name))))
            }
            other => other,
        })
    }
}

/// The integer type that both operands have or widen to.
fn wider(arg_types: &[DataType]) -> Result<DataType> {
    let [left, right] = arg_types else {
        return plan_err!("integer operators take 2 arguments, got {}", arg_types.len());
    };
    let rank = |data_type: &DataType| match data_type {
        DataType::Null | DataType::Int8 | DataType::UInt8 | DataType::Int16 => Some(0),
        DataType::UInt16 | DataType::Int32 => Some(1),
        DataType::UInt32 | DataType::Int64 | DataType::UInt64 => Some(2),
        _ => None,
    };
    match (rank(left), rank(right)) {
        (Some(left), Some(right)) => Ok(match left.max(right) {
            0 => DataType::Int16,
            1 => DataType::Int32,
            _ => DataType::Int64,
        }),
        _ => plan_err!("integer operators take integers, got {left} and {right}"),
    }
}
