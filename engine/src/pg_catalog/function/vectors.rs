//! Functions over arrays that the catalogue's own queries use: bounds, subscripts, elements with their places.
//!
//! An `int2vector` counts from zero, every other array from one.

use std::sync::Arc;

use bellwether_udfs::postgres_type;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Int32Array, Int32Builder, ListArray, ListBuilder, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Int64Type};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// What is asked of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Question {
    /// `array_lower(array, dimension)`.
    Lower,
    /// `array_upper(array, dimension)`.
    Upper,
    /// `generate_subscripts(array, dimension)`: all of them, as a list.
    Subscripts,
    /// `_pg_expandarray(array)`: the elements with their places from one on, as a list.
    Expanded,
    /// `array_or_empty(array)`: what `ARRAY(SELECT …)` gives, which is never NULL.
    OrEmpty,
}

const QUESTIONS: [(&str, Question, usize); 5] = [
    ("array_lower", Question::Lower, 2),
    ("array_upper", Question::Upper, 2),
    ("generate_subscripts", Question::Subscripts, 2),
    ("_pg_expandarray", Question::Expanded, 1),
    ("array_or_empty", Question::OrEmpty, 1),
];

pub(super) fn functions() -> impl Iterator<Item = ScalarUDF> {
    QUESTIONS.iter().map(|&(name, question, arguments)| {
        let signature = Signature::user_defined(Volatility::Immutable);
        ScalarUDF::from(OfArray { name, question, arguments, signature })
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct OfArray {
    name: &'static str,
    question: Question,
    arguments: usize,
    signature: Signature,
}

impl ScalarUDFImpl for OfArray {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(match self.question {
            Question::Lower | Question::Upper => DataType::Int32,
            Question::Subscripts => DataType::new_list(DataType::Int32, true),
            Question::Expanded => DataType::new_list(DataType::Struct(expanded_fields(arg_types.first())), true),
            Question::OrEmpty => match arg_types.first() {
                Some(list @ DataType::List(_)) => list.clone(),
                _ => DataType::new_list(DataType::Utf8, true),
            },
        })
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(Arc::new(Field::new(self.name, self.return_type(&types)?, true)))
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.len() != self.arguments {
            return plan_err!("function {} does not take {} arguments", self.name, given.len());
        }
        let array = match &given[0] {
            DataType::List(_) => given[0].clone(),
            DataType::LargeList(item) | DataType::FixedSizeList(item, _) => DataType::List(Arc::clone(item)),
            DataType::Null => DataType::new_list(DataType::Int32, true),
            other => return plan_err!("function {} takes an array, got {other}", self.name),
        };
        let mut coerced = vec![array];
        coerced.extend(std::iter::repeat_n(DataType::Int64, given.len() - 1));
        Ok(coerced)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let lower = match args.arg_fields.first().and_then(|field| postgres_type::of(field)) {
            Some("int2vector" | "oidvector") => 0,
            _ => 1,
        };
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let lists = arrays[0].as_list::<i32>();
        let first_dimension = |row: usize| {
            arrays.get(1).is_none_or(|dimensions| {
                dimensions.is_valid(row) && dimensions.as_primitive::<Int64Type>().value(row) == 1
            })
        };
        // PostgreSQL knows no bounds of an empty array, nor of a dimension that is not there.
        let length = |row: usize| {
            let length = lists.is_valid(row).then(|| lists.value_length(row)).filter(|length| *length > 0);
            length.filter(|_| first_dimension(row))
        };
        Ok(ColumnarValue::Array(match self.question {
            Question::Lower => {
                Arc::new((0..lists.len()).map(|row| length(row).map(|_| lower)).collect::<Int32Array>()) as ArrayRef
            }
            Question::Upper => {
                let upper = |row| length(row).map(|length| lower + length - 1);
                Arc::new((0..lists.len()).map(upper).collect::<Int32Array>())
            }
            Question::Subscripts => {
                let mut subscripts = ListBuilder::new(Int32Builder::new());
                for row in 0..lists.len() {
                    for index in 0..length(row).unwrap_or(0) {
                        subscripts.values().append_value(lower + index);
                    }
                    subscripts.append(true);
                }
                Arc::new(subscripts.finish())
            }
            Question::Expanded => expanded(lists)?,
            Question::OrEmpty => or_empty(lists, args.return_field.data_type())?,
        }))
    }
}

/// `x` and its place `n`.
fn expanded_fields(array: Option<&DataType>) -> Fields {
    let element = match array {
        Some(DataType::List(item)) => item.data_type().clone(),
        _ => DataType::Int32,
    };
    Fields::from(vec![Field::new("x", element, true), Field::new("n", DataType::Int32, true)])
}

/// Of the `promised` type, whose elements may be said to be more than their Arrow type tells.
fn or_empty(lists: &ListArray, promised: &DataType) -> Result<ArrayRef> {
    let DataType::List(item) = promised else { return plan_err!("array_or_empty takes an array") };
    // Whatever a NULL may hold is passed over.
    let kept: Vec<ArrayRef> = (0..lists.len()).filter(|row| lists.is_valid(*row)).map(|row| lists.value(row)).collect();
    let length = |row: usize| if lists.is_valid(row) { lists.value_length(row) as usize } else { 0 };
    let lengths = OffsetBuffer::from_lengths((0..lists.len()).map(length));
    let kept: Vec<&dyn Array> = kept.iter().map(AsRef::as_ref).collect();
    let values = match kept.as_slice() {
        [] => lists.values().slice(0, 0),
        some => datafusion::arrow::compute::concat(some)?,
    };
    Ok(Arc::new(ListArray::try_new(Arc::clone(item), lengths, values, None)?))
}

fn expanded(lists: &ListArray) -> Result<ArrayRef> {
    let fields = expanded_fields(Some(lists.data_type()));
    let mut places = Vec::with_capacity(lists.values().len());
    let mut elements = Vec::with_capacity(lists.len());
    for row in 0..lists.len() {
        let elements_of_row = lists.value(row);
        places.extend((1..).take(elements_of_row.len()));
        elements.push(elements_of_row);
    }
    let lengths = OffsetBuffer::from_lengths(elements.iter().map(|row| row.len()));
    let elements: Vec<&dyn Array> = elements.iter().map(AsRef::as_ref).collect();
    let values = match elements.as_slice() {
        [] => lists.values().slice(0, 0),
        some => datafusion::arrow::compute::concat(some)?,
    };
    let structs = StructArray::try_new(fields.clone(), vec![values, Arc::new(Int32Array::from(places))], None)?;
    let item = Arc::new(Field::new_list_field(DataType::Struct(fields), true));
    Ok(Arc::new(ListArray::try_new(item, lengths, Arc::new(structs), lists.nulls().cloned())?))
}
