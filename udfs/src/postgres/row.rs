//! Rows as values: `row_value`, which the planner writes for `row(1, 'a')`, and `whole_row`, which it writes where a
//! relation is named as a column.
//!
//! The first is not called `row`, because that is another name of DataFusion's `struct`.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StructArray};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use crate::postgres_type;

pub(super) fn functions() -> [Arc<ScalarUDF>; 2] {
    [("row_value", false), ("whole_row", true)].map(|(name, is_whole)| {
        let signature = Signature::variadic_any(Volatility::Immutable);
        Arc::new(ScalarUDF::from(Row { name, is_whole, signature }))
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Row {
    name: &'static str,
    /// Of a relation: of names and values in turn. A row of nothing but NULLs is NULL then, because an outer join makes
    /// such rows where it found no partner.
    is_whole: bool,
    signature: Signature,
}

impl Row {
    fn fields(&self, args: &ReturnFieldArgs) -> Result<Vec<FieldRef>> {
        let named = |field: &FieldRef, name: &str| Arc::new(field.as_ref().clone().with_name(name).with_nullable(true));
        if !self.is_whole {
            let places = args.arg_fields.iter().zip(1..);
            return Ok(places.map(|(field, place)| named(field, &format!("f{place}"))).collect());
        }
        let mut fields = Vec::with_capacity(args.arg_fields.len() / 2);
        for (names, values) in args.scalar_arguments.chunks(2).zip(args.arg_fields.chunks(2)) {
            let ([Some(ScalarValue::Utf8(Some(name))), _], [_, value]) = (names, values) else {
                return plan_err!("{} takes names and values in turn", self.name);
            };
            fields.push(named(value, name));
        }
        Ok(fields)
    }

    fn columns(&self, arguments: Vec<ArrayRef>) -> Vec<ArrayRef> {
        match self.is_whole {
            true => arguments.into_iter().skip(1).step_by(2).collect(),
            false => arguments,
        }
    }
}

impl ScalarUDFImpl for Row {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        internal_err!("the type of a row depends on the names of its columns")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let row = Field::new(self.name(), DataType::Struct(Fields::from(self.fields(&args)?)), true);
        Ok(Arc::new(postgres_type::mark(row, "record")))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let DataType::Struct(fields) = args.return_field.data_type() else {
            return internal_err!("a row has columns");
        };
        let is_constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let columns = self.columns(ColumnarValue::values_to_arrays(&args.args)?);
        let nulls = if self.is_whole { present(&columns) } else { None };
        let row: ArrayRef = Arc::new(StructArray::try_new(fields.clone(), columns, nulls)?);
        match is_constant {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&row, 0)?)),
            false => Ok(ColumnarValue::Array(row)),
        }
    }
}

/// Where any column has a value, unless that is everywhere.
fn present(columns: &[ArrayRef]) -> Option<NullBuffer> {
    let mut present: Option<BooleanBuffer> = None;
    for column in columns {
        let valid = column.logical_nulls()?.into_inner();
        present = Some(match present {
            Some(before) => &before | &valid,
            None => valid,
        });
    }
    present.map(NullBuffer::new)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::Int32Array;

    use super::*;

    #[test]
    fn a_row_of_nothing_is_null() {
        let a: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None, None]));
        let b: ArrayRef = Arc::new(Int32Array::from(vec![None, Some(2), None]));
        assert_eq!(present(&[Arc::clone(&a), b]).map(|nulls| nulls.null_count()), Some(1));
        assert!(present(&[a, Arc::new(Int32Array::from(vec![1, 2, 3]))]).is_none());
    }
}
