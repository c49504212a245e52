//! `coalesce`, `nullif`, `greatest` and `least` over values of several types, as PostgreSQL finds the common one.
//!
//! A text among values of another type can only be a literal without a type, and takes theirs; DataFusion would refuse
//! it before anything could tell it so. Numbers meet as decimals or, beside a float, as doubles.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef, TimeUnit};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use crate::numeric::Shape;

const FUNCTIONS: [&str; 4] = ["coalesce", "nullif", "greatest", "least"];

pub(crate) fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    for name in FUNCTIONS {
        let inner = registry.udf(name)?;
        let signature = Signature::user_defined(inner.signature().volatility);
        registry.register_udf(Arc::new(ScalarUDF::from(OfCommonType { inner, signature })))?;
    }
    Ok(())
}

/// A function of DataFusion whose arguments are brought to one type first.
#[derive(Debug)]
struct OfCommonType {
    inner: Arc<ScalarUDF>,
    signature: Signature,
}

impl PartialEq for OfCommonType {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for OfCommonType {}

impl Hash for OfCommonType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl ScalarUDFImpl for OfCommonType {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types.first() {
            Some(first) => Ok(common_type(arg_types).unwrap_or_else(|| first.clone())),
            None => plan_err!("{} takes at least 1 argument", self.name()),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.inner.inner().return_field_from_args(args)
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        match common_type(arg_types) {
            Some(common) => Ok(vec![common; arg_types.len()]),
            None => {
                let types: Vec<String> = arg_types.iter().map(crate::cast::type_name).collect();
                plan_err!("{} types {} cannot be matched", self.name().to_uppercase(), types.join(" and "))
            }
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.inner.invoke_with_args(args)
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.inner.inner().simplify(args, info)
    }

    fn short_circuits(&self) -> bool {
        self.inner.inner().short_circuits()
    }

    fn conditional_arguments<'a>(&self, args: &'a [Expr]) -> Option<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        self.inner.inner().conditional_arguments(args)
    }

    fn evaluate_bounds(&self, input: &[&Interval]) -> Result<Interval> {
        self.inner.inner().evaluate_bounds(input)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// The type that values of several become; `None` if there is none.
fn common_type(types: &[DataType]) -> Option<DataType> {
    let typed: Vec<&DataType> =
        types.iter().filter(|data_type| !data_type.is_null() && !data_type.is_string()).collect();
    let Some((first, rest)) = typed.split_first() else {
        return Some(match types.iter().find(|data_type| data_type.is_string()) {
            Some(text) => text.clone(),
            None => DataType::Utf8,
        });
    };
    rest.iter().try_fold((*first).clone(), |common, next| of_two(&common, next))
}

fn of_two(a: &DataType, b: &DataType) -> Option<DataType> {
    if a == b {
        return Some(a.clone());
    }
    if a.is_numeric() && b.is_numeric() {
        if a.is_floating() || b.is_floating() {
            return Some(DataType::Float64);
        }
        if a.is_integer() && b.is_integer() {
            let bits = a.primitive_width().max(b.primitive_width());
            return Some(match bits {
                Some(8) => DataType::Int64,
                Some(4) => DataType::Int32,
                _ => DataType::Int16,
            });
        }
        return Some(Shape::of(a)?.union(Shape::of(b)?).data_type());
    }
    match (a, b) {
        (DataType::Date32, DataType::Timestamp(_, zone)) | (DataType::Timestamp(_, zone), DataType::Date32) => {
            Some(DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))
        }
        (DataType::Timestamp(_, a), DataType::Timestamp(_, b)) => {
            Some(DataType::Timestamp(TimeUnit::Microsecond, a.clone().or_else(|| b.clone())))
        }
        (DataType::List(a), DataType::List(b)) => Some(DataType::new_list(of_two(a.data_type(), b.data_type())?, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_type_of_its_neighbours() {
        assert_eq!(common_type(&[DataType::Date32, DataType::Utf8]), Some(DataType::Date32));
        assert_eq!(common_type(&[DataType::Utf8, DataType::Null]), Some(DataType::Utf8));
        assert_eq!(common_type(&[DataType::Null]), Some(DataType::Utf8));
    }

    #[test]
    fn numbers_meet_where_both_fit() {
        let cents = DataType::Decimal128(12, 2);
        assert_eq!(common_type(&[DataType::Int16, DataType::Int64]), Some(DataType::Int64));
        assert_eq!(common_type(&[DataType::Int32, cents.clone()]), Some(DataType::Decimal128(12, 2)));
        assert_eq!(common_type(&[cents, DataType::Float32]), Some(DataType::Float64));
        assert_eq!(common_type(&[DataType::Int32, DataType::Boolean]), None);
    }
}
