//! Scalar functions: a value for each row, from that row alone.
//!
//! ```ignore
//! Function::scalar(Scalar { declared, result: |_types| Ok(DataType::Float64), bind: |arguments| Ok(Adstock { … }) })
//! impl Map for Adstock { fn map(&self, columns: &Columns) -> Result<ArrayRef> { … one value per row … } }
//! ```

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
use super::definition::{Adapter, Definition};
use super::signature;
use crate::argument::{Takes, Type};

/// A scalar function.
pub(crate) type Scalar<C> = Definition<C>;

/// One call: its constants, and the value it gives each row.
pub(crate) trait Map: Send + Sync + 'static {
    /// The values of all rows, in order.
    fn map(&self, columns: &Columns) -> Result<ArrayRef>;
}

impl<C: Map> ScalarUDFImpl for Adapter<C> {
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
        self.check()(args.scalar_arguments)?;
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
        let call = self.call(&constants)?;
        let is_constant = constants.iter().all(Option::is_some);
        let rows = if is_constant { 1 } else { args.number_rows };
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(args.args.len());
        for (index, value) in args.args.into_iter().enumerate() {
            let takes = self.declared.at(index).map(|parameter| &parameter.takes);
            let is_one = matches!((&value, takes), (ColumnarValue::Scalar(_), Some(Takes::Rows(Type::Model))));
            arrays.push(value.into_array(if is_one { 1 } else { rows })?);
        }
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
