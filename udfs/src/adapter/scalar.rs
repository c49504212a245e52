//! Scalar functions: a value for each row, from that row alone.
//!
//! ```ignore
//! Function::scalar(Scalar { declared, result: |_types| Ok(DataType::Float64), bind: |arguments| Ok(Adstock { … }) })
//! impl Map for Adstock { fn map(&self, columns: &Columns) -> Result<ArrayRef> { … one value per row … } }
//! ```

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use datafusion::scalar::ScalarValue;

use super::column::Columns;
use super::signature;
use crate::argument::{Arguments, Declared};

/// A scalar function.
pub(crate) struct Scalar<C> {
    pub declared: Declared,
    /// The type of the result for arguments of these types.
    pub result: fn(&[DataType]) -> Result<DataType>,
    /// Reads the constants of a call, and refuses those that do not fit together.
    pub bind: fn(&Arguments) -> Result<C>,
}

/// One call: its constants, and the value it gives each row.
pub(crate) trait Map: Send + Sync + 'static {
    /// The values of all rows, in order.
    fn map(&self, columns: &Columns) -> Result<ArrayRef>;
}

/// The function as DataFusion calls it.
pub(crate) struct ScalarAdapter<C> {
    declared: Arc<Declared>,
    result: fn(&[DataType]) -> Result<DataType>,
    bind: fn(&Arguments) -> Result<C>,
    signature: Signature,
    documentation: Documentation,
}

impl<C: Map> ScalarAdapter<C> {
    pub(crate) fn new(scalar: Scalar<C>) -> Self {
        Self {
            signature: signature::signature(&scalar.declared),
            documentation: scalar.declared.page.documentation(&scalar.declared),
            declared: Arc::new(scalar.declared),
            result: scalar.result,
            bind: scalar.bind,
        }
    }

    pub(crate) fn declared(&self) -> Arc<Declared> {
        Arc::clone(&self.declared)
    }
}

impl<C: Map> ScalarUDFImpl for ScalarAdapter<C> {
    fn name(&self) -> &str {
        self.declared.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        signature::coerce(&self.declared, arg_types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        (self.result)(arg_types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        // Constants that are there already are refused now; those that are not stay open until the call.
        if let Some(arguments) = signature::planned(&self.declared, args.scalar_arguments)? {
            (self.bind)(&arguments)?;
        }
        Ok(Arc::new(Field::new(self.name(), (self.result)(&types)?, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constants: Vec<Option<ScalarValue>> = args
            .args
            .iter()
            .map(|value| match value {
                ColumnarValue::Scalar(scalar) => Some(scalar.clone()),
                ColumnarValue::Array(_) => None,
            })
            .collect();
        let call = (self.bind)(&Arguments::positional(&self.declared, &constants)?)?;
        let is_constant = constants.iter().all(Option::is_some);
        let rows = if is_constant { 1 } else { args.number_rows };
        let arrays: Vec<ArrayRef> = args.args.into_iter().map(|value| value.into_array(rows)).collect::<Result<_>>()?;
        let values = call.map(&Columns::read(&self.declared, &arrays, rows)?)?;
        if values.len() != rows {
            return internal_err!("{} gave {} values for {rows} rows", self.declared.name, values.len());
        }
        match is_constant {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&values, 0)?)),
            false => Ok(ColumnarValue::Array(values)),
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

// A function is known by its name: there is one of each.
impl<C> PartialEq for ScalarAdapter<C> {
    fn eq(&self, other: &Self) -> bool {
        self.declared.name == other.declared.name
    }
}

impl<C> Eq for ScalarAdapter<C> {}

impl<C> Hash for ScalarAdapter<C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.declared.name.hash(state);
    }
}

impl<C> fmt::Debug for ScalarAdapter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ScalarAdapter").field(&self.declared.name).finish()
    }
}
