//! The same rules once more when a plan is analyzed, for what could not be planned with its types at hand: operators
//! on parameters, and expressions that the planner builds by itself.
//!
//! Here literals without a type also take that of their neighbours in `IN`, `BETWEEN`, `CASE`, `coalesce` and the like.

use bellwether_udfs::{exact_constant, marked_array_agg};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::Transformed;
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Between, BinaryExpr, Case, Cast, InList, ScalarFunction};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, Operator};
use datafusion::scalar::ScalarValue;

use super::aggregate::without_checks;
use super::cast::{implicit, is_unknown, unknown_as};
use super::{arithmetic, comparison, constant};

/// Functions whose arguments are all of one type.
const OF_ONE_TYPE: [&str; 4] = ["coalesce", "nullif", "greatest", "least"];

/// Plans operators again, with the types of an analyzed plan.
#[derive(Debug)]
pub(crate) struct LateOperators;

impl FunctionRewrite for LateOperators {
    fn name(&self) -> &str {
        "postgres_operators"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _config: &ConfigOptions) -> Result<Transformed<Expr>> {
        match expr {
            Expr::BinaryExpr(binary) => operator(binary, schema),
            Expr::Cast(cast) => implicit_cast(cast, schema),
            Expr::Between(between) => range(between, schema),
            Expr::InList(list) => in_list(list, schema),
            Expr::Case(case) => branches(case, schema),
            Expr::ScalarFunction(call) if OF_ONE_TYPE.contains(&call.func.name()) => arguments(call, schema),
            Expr::ScalarFunction(call) => Ok(of_constants(call)),
            Expr::AggregateFunction(mut call) if call.func.name() == "sum" => {
                call.params.args = without_checks(call.params.args);
                Ok(Transformed::no(Expr::AggregateFunction(call)))
            }
            Expr::AggregateFunction(mut call) if call.func.name() == "array_agg" => {
                let item = call.params.args.first().and_then(|item| item.to_field(schema).ok());
                match item.and_then(|(_, item)| marked_array_agg(&call.func, &item)) {
                    Some(marked) => {
                        call.func = marked;
                        Ok(Transformed::yes(Expr::AggregateFunction(call)))
                    }
                    None => Ok(Transformed::no(Expr::AggregateFunction(call))),
                }
            }
            other => Ok(Transformed::no(other)),
        }
    }
}

fn operator(binary: BinaryExpr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let (Ok(left), Ok(right)) = (binary.left.get_type(schema), binary.right.get_type(schema)) else {
        return Ok(Transformed::no(Expr::BinaryExpr(binary)));
    };
    let planned = if binary.op.is_numerical_operators() {
        arithmetic::plan(binary, &left, &right)?
    } else if binary.op.supports_propagation() || is_distinction(binary.op) {
        comparison::plan(binary, &left, &right)?
    } else {
        Err(binary)
    };
    Ok(match planned {
        Ok(planned) => Transformed::yes(planned),
        Err(binary) => Transformed::no(Expr::BinaryExpr(binary)),
    })
}

fn implicit_cast(cast: Cast, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Ok(from) = cast.expr.get_type(schema) else { return Ok(Transformed::no(Expr::Cast(cast))) };
    Ok(match implicit(&cast.expr, &from, &cast.field)? {
        Some(planned) => Transformed::yes(planned),
        None => Transformed::no(Expr::Cast(cast)),
    })
}

fn is_distinction(operator: Operator) -> bool {
    matches!(operator, Operator::IsDistinctFrom | Operator::IsNotDistinctFrom | Operator::NotEq)
}

/// `x BETWEEN a AND b` as two comparisons.
fn range(between: Between, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Between { expr, negated, low, high } = between;
    let compare = |bound: Box<Expr>, op: Operator| {
        operator(BinaryExpr::new(expr.clone(), op, bound), schema).map(|compared| Box::new(compared.data))
    };
    let (low, high, both) = match negated {
        false => (compare(low, Operator::GtEq)?, compare(high, Operator::LtEq)?, Operator::And),
        true => (compare(low, Operator::Lt)?, compare(high, Operator::Gt)?, Operator::Or),
    };
    Ok(Transformed::yes(Expr::BinaryExpr(BinaryExpr::new(low, both, high))))
}

fn in_list(list: InList, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let InList { mut expr, list, negated } = list;
    let types = list.iter().map(|value| value.get_type(schema)).collect::<Result<Vec<_>>>()?;
    let mut data_type = expr.get_type(schema)?;
    if is_unknown(&expr)
        && let Some(known) = known(&list, &types)
    {
        data_type = known;
        *expr = unknown_as(*expr, &data_type)?;
    }
    let list = typed(list, &data_type)?;
    let types = list.iter().map(|value| value.get_type(schema)).collect::<Result<Vec<_>>>()?;
    // Numbers of several types meet in one that holds all of them.
    let common = types
        .iter()
        .filter(|data_type| !data_type.is_null())
        .try_fold(data_type.clone(), |common, next| comparison::common(&common, next));
    let (expr, list) = match common {
        Some(common) if common.is_numeric() => {
            let cast = |(value, data_type): (Expr, DataType)| constant::cast(value, &data_type, &common);
            (Box::new(cast((*expr, data_type))), list.into_iter().zip(types).map(cast).collect())
        }
        _ => (expr, list),
    };
    Ok(Transformed::yes(Expr::InList(InList { expr, list, negated })))
}

fn branches(case: Case, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Case { expr, when_then_expr, else_expr } = case;
    let (mut whens, mut thens): (Vec<_>, Vec<_>) =
        when_then_expr.into_iter().map(|(when, then)| (*when, *then)).unzip();
    if let Some(operand) = &expr {
        whens = typed(whens, &operand.get_type(schema)?)?;
    }
    let has_else = else_expr.is_some();
    thens.extend(else_expr.map(|result| *result));
    let types = thens.iter().map(|then| then.get_type(schema)).collect::<Result<Vec<_>>>()?;
    if let Some(known) = known(&thens, &types) {
        thens = typed(thens, &known)?;
    }
    thens = object_ids(thens, &types);
    thens = as_floats(thens, schema)?;
    let else_expr = if has_else { thens.pop().map(Box::new) } else { None };
    let when_then_expr = whens.into_iter().map(Box::new).zip(thens.into_iter().map(Box::new)).collect();
    Ok(Transformed::yes(Expr::Case(Case { expr, when_then_expr, else_expr })))
}

fn arguments(call: ScalarFunction, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let ScalarFunction { func, mut args } = call;
    let types = args.iter().map(|arg| arg.get_type(schema)).collect::<Result<Vec<_>>>()?;
    if let Some(known) = known(&args, &types) {
        args = typed(args, &known)?;
    }
    args = object_ids(args, &types);
    Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction { func, args })))
}

/// A root, logarithm or power of constants is one itself, with its own digits.
fn of_constants(call: ScalarFunction) -> Transformed<Expr> {
    let constants: Option<Vec<&ScalarValue>> = call.args.iter().map(constant::value).collect();
    match constants.and_then(|constants| exact_constant(call.func.name(), &constants)) {
        Some(value) => Transformed::yes(Expr::Literal(value, None)),
        None => Transformed::no(Expr::ScalarFunction(call)),
    }
}

/// Numbers beside a float are floats.
fn as_floats(values: Vec<Expr>, schema: &DFSchema) -> Result<Vec<Expr>> {
    let types = values.iter().map(|value| value.get_type(schema)).collect::<Result<Vec<_>>>()?;
    let mut known = types.iter().filter(|data_type| !data_type.is_null());
    let Some(first) = known.next() else { return Ok(values) };
    let met = known.try_fold(first.clone(), |met, next| comparison::together(&met, next));
    Ok(match met {
        Some(met) if met.is_floating() => {
            let cast = |(value, data_type): (Expr, &DataType)| match data_type.is_null() {
                true => value,
                false => constant::cast(value, data_type, &met),
            };
            values.into_iter().zip(&types).map(cast).collect()
        }
        _ => values,
    })
}

/// Integers that are written beside object ids are such ids, as PostgreSQL casts them.
fn object_ids(values: Vec<Expr>, types: &[DataType]) -> Vec<Expr> {
    if !types.contains(&DataType::UInt32) {
        return values;
    }
    let id = |(value, data_type): (Expr, &DataType)| match constant::value(&value) {
        Some(_) if data_type.is_signed_integer() => constant::cast(value, data_type, &DataType::UInt32),
        _ => value,
    };
    values.into_iter().zip(types).map(id).collect()
}

/// The type in which neighbours meet that are not literals without one; the first of them if they do not.
fn known(values: &[Expr], types: &[DataType]) -> Option<DataType> {
    let are_known = values.iter().zip(types).filter(|(value, data_type)| !is_unknown(value) && !data_type.is_null());
    let mut known = are_known.map(|(_, data_type)| data_type);
    let first = known.next()?.clone();
    Some(known.try_fold(first.clone(), |met, next| comparison::together(&met, next)).unwrap_or(first))
}

/// The values, with literals of that type where they had none.
fn typed(values: Vec<Expr>, data_type: &DataType) -> Result<Vec<Expr>> {
    let is_known = comparison::takes_unknown(data_type);
    values
        .into_iter()
        .map(|value| if is_known && is_unknown(&value) { unknown_as(value, data_type) } else { Ok(value) })
        .collect()
}
