//! `value operator ANY (array)` and `ALL (array)`.
//!
//! An element that is NULL, or a value that is, makes a comparison unknown; the answer is NULL where it hangs on such
//! a comparison. Over no elements ANY is false and ALL is true.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Datum, UInt32Array};
use datafusion::arrow::compute::kernels::cmp::{eq, gt, gt_eq, lt, lt_eq, neq};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::common::{exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

/// How many elements have to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Every one.
    All,
}

/// The comparison of a value with the elements of an array of its type.
pub fn quantified(operator: Operator, quantifier: Quantifier) -> Arc<ScalarUDF> {
    let signature = Signature::any(2, Volatility::Immutable);
    Arc::new(ScalarUDF::from(Quantified { operator, quantifier, signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Quantified {
    operator: Operator,
    quantifier: Quantifier,
    signature: Signature,
}

impl ScalarUDFImpl for Quantified {
    fn name(&self) -> &str {
        match self.quantifier {
            Quantifier::Any => "compare_any",
            Quantifier::All => "compare_all",
        }
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let word = match self.quantifier {
            Quantifier::Any => "ANY",
            Quantifier::All => "ALL",
        };
        match args {
            [value, array] => Ok(format!("{} {} {word} ({})", value.schema_name(), self.operator, array.schema_name())),
            _ => plan_err!("{} takes 2 arguments, got {}", self.name(), args.len()),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let are_constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [values, lists] = arrays.as_slice() else {
            return exec_err!("{} takes 2 arguments, got {}", self.name(), arrays.len());
        };
        let compared = self.compare(values, lists)?;
        if are_constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&compared, 0)?));
        }
        Ok(ColumnarValue::Array(Arc::new(compared)))
    }
}

impl Quantified {
    fn kernel(&self) -> Result<fn(&dyn Datum, &dyn Datum) -> Result<BooleanArray, ArrowError>> {
        Ok(match self.operator {
            Operator::Eq => eq,
            Operator::NotEq => neq,
            Operator::Lt => lt,
            Operator::LtEq => lt_eq,
            Operator::Gt => gt,
            Operator::GtEq => gt_eq,
            other => return exec_err!("operator does not exist: {other}"),
        })
    }

    /// Compares each value with the elements of its list, all of them at once.
    fn compare(&self, values: &ArrayRef, lists: &ArrayRef) -> Result<BooleanArray> {
        let Some(lists) = lists.as_list_opt::<i32>() else {
            return exec_err!("op ANY/ALL (array) requires array on right side, got {}", lists.data_type());
        };
        let mut rows: Vec<u32> = Vec::new();
        let mut elements: Vec<u32> = Vec::new();
        for row in 0..lists.len() {
            if lists.is_null(row) {
                continue;
            }
            let (start, end) = (lists.value_offsets()[row], lists.value_offsets()[row + 1]);
            elements.extend(start as u32..end as u32);
            rows.extend(std::iter::repeat_n(row as u32, (end - start) as usize));
        }
        let values = take(values, &UInt32Array::from(rows.clone()), None)?;
        let elements = take(lists.values(), &UInt32Array::from(elements), None)?;
        let (values, elements) = alike(values, elements)?;
        let compared = self.kernel()?(&values, &elements)?;
        // What one comparison can decide for all.
        let decisive = self.quantifier == Quantifier::Any;
        let mut answers: Vec<Option<bool>> =
            (0..lists.len()).map(|row| lists.is_valid(row).then_some(!decisive)).collect();
        for (index, row) in rows.into_iter().enumerate() {
            let Some(answer) = answers.get_mut(row as usize) else { continue };
            if *answer == Some(decisive) {
                continue;
            }
            match compared.is_valid(index).then(|| compared.value(index)) {
                Some(outcome) if outcome == decisive => *answer = Some(decisive),
                Some(_) => {}
                None => *answer = None,
            }
        }
        Ok(BooleanArray::from(answers))
    }
}

/// Both in one type: a parameter may be of another than the statement was planned for.
fn alike(values: ArrayRef, elements: ArrayRef) -> Result<(ArrayRef, ArrayRef)> {
    let (left, right) = (values.data_type(), elements.data_type());
    if left == right {
        return Ok((values, elements));
    }
    let Some(common) = comparison_coercion(left, right) else {
        return exec_err!("cannot compare values of type {left} with elements of type {right}");
    };
    Ok((cast(&values, &common)?, cast(&elements, &common)?))
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Int32Array, ListArray};
    use datafusion::arrow::datatypes::Int32Type;

    use super::*;

    fn compared(quantifier: Quantifier, operator: Operator) -> Vec<Option<bool>> {
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([
            Some(vec![Some(1), Some(2)]),
            Some(vec![Some(2), None]),
            Some(vec![]),
            None,
        ]);
        let values: ArrayRef = Arc::new(Int32Array::from(vec![1, 1, 1, 1]));
        let lists: ArrayRef = Arc::new(lists);
        let function = Quantified { operator, quantifier, signature: Signature::any(2, Volatility::Immutable) };
        function.compare(&values, &lists).unwrap().iter().collect()
    }

    #[test]
    fn unknown_comparisons_count_where_the_answer_hangs_on_them() {
        assert_eq!(compared(Quantifier::Any, Operator::Eq), [Some(true), None, Some(false), None]);
        assert_eq!(compared(Quantifier::All, Operator::Eq), [Some(false), Some(false), Some(true), None]);
        assert_eq!(compared(Quantifier::All, Operator::LtEq), [Some(true), None, Some(true), None]);
    }
}
