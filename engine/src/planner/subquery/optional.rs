//! A subquery that stands for a value and has no row is NULL, also where its column cannot be.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::internal_err;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};

use super::aggregates_to_one_row;

/// The plan with the values of all such subqueries declared as what they may be.
pub(super) fn with_nothing(plan: LogicalPlan) -> Result<LogicalPlan> {
    let changed = plan.transform_up_with_subqueries(|node| {
        node.map_expressions(|expression| {
            expression.transform_up(|expression| match expression {
                Expr::ScalarSubquery(mut subquery) if is_sure(&subquery.subquery) => {
                    subquery.subquery = Arc::new(declared(subquery.subquery.as_ref().clone())?);
                    Ok(Transformed::yes(Expr::ScalarSubquery(subquery)))
                }
                other => Ok(Transformed::no(other)),
            })
        })
    })?;
    if !changed.transformed {
        return Ok(changed.data);
    }
    let plan = changed.data.transform_up_with_subqueries(|node| Ok(Transformed::yes(node.recompute_schema()?)))?;
    Ok(plan.data)
}

/// Whether the subquery's column says that it is never NULL although there may be no row.
fn is_sure(subquery: &LogicalPlan) -> bool {
    let [field] = subquery.schema().fields().as_ref() else { return false };
    !field.is_nullable() && !aggregates_to_one_row(subquery)
}

fn declared(subquery: LogicalPlan) -> Result<LogicalPlan> {
    let Some((qualifier, field)) = subquery.schema().iter().next() else { return Ok(subquery) };
    let (qualifier, name) = (qualifier.cloned(), field.name().clone());
    let column = Expr::Column(datafusion::common::Column::new(qualifier.clone(), &name));
    let value = ScalarUDF::from(Optional::new()).call(vec![column]).alias_qualified(qualifier, name);
    LogicalPlanBuilder::from(subquery).project(vec![value])?.build()
}

/// Its argument, as one that may be NULL.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Optional {
    signature: Signature,
}

impl Optional {
    fn new() -> Self {
        // A constant is not put in its place: that would say again that it is never NULL.
        Self { signature: Signature::any(1, Volatility::Volatile) }
    }
}

impl ScalarUDFImpl for Optional {
    fn name(&self) -> &str {
        "optional"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [data_type] => Ok(data_type.clone()),
            _ => internal_err!("optional takes one argument"),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        match args.arg_fields {
            [field] => Ok(Arc::new(field.as_ref().clone().with_name(self.name()).with_nullable(true))),
            _ => internal_err!("optional takes one argument"),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.into_iter().next() {
            Some(value) => Ok(value),
            None => internal_err!("optional takes one argument"),
        }
    }
}
