//! The parameters of a statement: how many, and of what types.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use bellwether_catalog::{Error, ErrorKind, Result};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::sql::sqlparser::ast;

use crate::fault::from_datafusion;

/// The most parameters a statement takes, as in PostgreSQL's protocol.
const PARAMETERS_MAX: usize = 65_535;

/// The parameters of a plan, in order: what the client insists on, else what the statement tells.
pub(super) fn parameters_of(plan: &LogicalPlan, types: &[Option<DataType>]) -> Result<Vec<Option<DataType>>> {
    let fault = |error| from_datafusion(error, "");
    let mut found: BTreeMap<String, Option<DataType>> =
        plan.get_parameter_types().map_err(fault)?.into_iter().collect();
    told_by_surroundings(plan, &mut found).map_err(fault)?;
    let mut parameters = vec![None; types.len()];
    for (name, data_type) in found {
        let number: usize = name.trim_start_matches('$').parse().unwrap_or(0);
        if number == 0 || number > PARAMETERS_MAX {
            return Err(Error::new(ErrorKind::Syntax, format!("there is no parameter {name}"))
                .with_hint("number parameters $1, $2, …"));
        }
        if parameters.len() < number {
            parameters.resize(number, None);
        }
        parameters[number - 1] = data_type;
    }
    for (parameter, wanted) in parameters.iter_mut().zip(types) {
        if wanted.is_some() {
            parameter.clone_from(wanted);
        }
    }
    Ok(parameters)
}

/// The parameters that a statement casts to a type whose values are text to the engine, by their place: `$1::uuid`.
pub(crate) fn declared(statement: &ast::Statement) -> Vec<(usize, &'static str)> {
    let mut declared = Vec::new();
    let _: ControlFlow<()> = ast::visit_expressions(statement, |expression| {
        if let ast::Expr::Cast { expr, data_type, .. } = expression
            && let ast::Expr::Value(value) = expr.as_ref()
            && let ast::Value::Placeholder(name) = &value.value
            && let Some(place) = name.strip_prefix('$').and_then(|number| number.parse::<usize>().ok()?.checked_sub(1))
        {
            let name = match data_type {
                ast::DataType::Uuid => Some("uuid"),
                ast::DataType::JSON => Some("json"),
                ast::DataType::JSONB => Some("jsonb"),
                _ => None,
            };
            declared.extend(name.map(|name| (place, name)));
        }
        ControlFlow::Continue(())
    });
    declared
}

/// Types the planner does not infer: of a parameter that is cast, that is an argument of one of our functions, and of
/// LIMIT and OFFSET.
fn told_by_surroundings(
    plan: &LogicalPlan,
    found: &mut BTreeMap<String, Option<DataType>>,
) -> datafusion::error::Result<()> {
    let mut tell = |expression: &Expr, data_type: &DataType| {
        if let Expr::Placeholder(placeholder) = expression {
            let known = found.entry(placeholder.id.clone()).or_insert(None);
            if known.is_none() {
                *known = Some(data_type.clone());
            }
        }
    };
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Limit(limit) = node {
            for bound in [&limit.skip, &limit.fetch].into_iter().flatten() {
                tell(bound, &DataType::Int64);
            }
        }
        node.apply_expressions(|expression| {
            expression.apply(|inner| {
                if let Expr::Cast(cast) = inner {
                    tell(&cast.expr, cast.field.data_type());
                }
                let (name, arguments) = match inner {
                    Expr::ScalarFunction(call) => (call.func.name(), call.args.as_slice()),
                    Expr::AggregateFunction(call) => (call.func.name(), call.params.args.as_slice()),
                    Expr::WindowFunction(call) => (call.fun.name(), call.params.args.as_slice()),
                    _ => return Ok(TreeNodeRecursion::Continue),
                };
                for (position, argument) in arguments.iter().enumerate() {
                    if let Some(data_type) = bellwether_udfs::argument_type(name, position) {
                        tell(argument, &data_type);
                    }
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(())
}
