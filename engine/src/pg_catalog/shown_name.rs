//! Objects shown by name: `'orders'::regclass` is a number to every operator and `orders` to whoever reads it.

use std::collections::BTreeMap;

use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Column, DFSchema, plan_err};
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::expr::{Cast, ScalarFunction};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder};

use super::function::shown;

/// The plan with names in the place of numbers: in its result, and wherever they are cast to text.
pub(crate) fn show_names(plan: LogicalPlan, state: &SessionState) -> Result<LogicalPlan> {
    let plan = super::inferred::infer(in_casts(plan, state)?)?;
    if !plan.schema().fields().iter().any(|field| shown_by(field).is_some()) {
        return Ok(plan);
    }
    let mut columns = Vec::with_capacity(plan.schema().fields().len());
    for (qualifier, field) in plan.schema().iter() {
        let column = Expr::Column(Column::new(qualifier.cloned(), field.name()));
        columns.push(match shown_by(field) {
            None => column,
            Some((data_type, function)) => {
                let mark = postgres_type::mark(Field::new("", DataType::Utf8, true), data_type);
                let metadata = FieldMetadata::from(BTreeMap::from_iter(mark.metadata().clone()));
                call(state, function, column)?.alias_qualified_with_metadata(
                    qualifier.cloned(),
                    field.name(),
                    Some(metadata),
                )
            }
        });
    }
    LogicalPlanBuilder::from(plan).project(columns)?.build()
}

/// `column::text` of an object id that is shown by name, and of a vector.
fn in_casts(plan: LogicalPlan, state: &SessionState) -> Result<LogicalPlan> {
    plan.transform_up_with_subqueries(|node| {
        let inputs = node.inputs();
        let schema = if inputs.is_empty() { DFSchema::empty() } else { merge_schema(&inputs) };
        let names = NamePreserver::new(&node);
        node.map_expressions(|expression| {
            let name = names.save(&expression);
            let named = expression.transform_up(|expression| in_cast(expression, &schema, state))?;
            Ok(named.update_data(|expression| name.restore(expression)))
        })?
        .map_data(LogicalPlan::recompute_schema)
    })
    .data()
}

fn in_cast(expression: Expr, schema: &DFSchema, state: &SessionState) -> Result<Transformed<Expr>> {
    let expr = match &expression {
        Expr::Cast(Cast { expr, field }) if *field.data_type() == DataType::Utf8 => expr.as_ref(),
        // A cast whose text is not the planner's is a function that gives text.
        Expr::ScalarFunction(call) if call.func.name() == "pg_cast" => match call.args.as_slice() {
            [argument] if expression.get_type(schema).is_ok_and(|data_type| data_type == DataType::Utf8) => argument,
            _ => return Ok(Transformed::no(expression)),
        },
        _ => return Ok(Transformed::no(expression)),
    };
    // A column of a query around is not in the schema; its subquery is decorrelated with the type it has.
    let Ok((_, source)) = expr.to_field(schema) else { return Ok(Transformed::no(expression)) };
    if let Some((_, function)) = shown_by(&source) {
        return Ok(Transformed::yes(call(state, function, expr.clone())?));
    }
    if let Some("int2vector" | "oidvector") = postgres_type::of(&source) {
        let separator = Expr::Literal(datafusion::scalar::ScalarValue::from(" "), None);
        let Ok(function) = state.udf("array_to_string") else { return Ok(Transformed::no(expression)) };
        let text = Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![expr.clone(), separator]));
        // The cast stays around the text: it says which type of text is wanted.
        return Ok(Transformed::yes(match expression {
            Expr::Cast(cast) => Expr::Cast(Cast { expr: Box::new(text), ..cast }),
            Expr::ScalarFunction(cast) => cast.func.call(vec![text]),
            _ => text,
        }));
    }
    Ok(Transformed::no(expression))
}

/// The type of a column of object ids that are shown by name, and the function that shows them.
fn shown_by(field: &Field) -> Option<(&str, &'static str)> {
    let data_type = postgres_type::of(field).filter(|_| *field.data_type() == DataType::UInt32)?;
    Some((data_type, shown(data_type)?))
}

fn call(state: &SessionState, function: &str, argument: Expr) -> Result<Expr> {
    let Ok(function) = state.udf(function) else { return plan_err!("function {function} is not there") };
    let number = Expr::Cast(Cast::new(Box::new(argument), DataType::Int64));
    Ok(Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![number])))
}
